package org.fieldcore.demo

import android.os.Bundle
import android.widget.EditText
import kotlinx.coroutines.launch
import org.fieldcore.FieldJournal
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.BoxLine
import org.fieldcore.ffi.Cue
import org.fieldcore.ffi.DamageKind
import org.fieldcore.ffi.Verb

/** One box: what is in it, its seal, and what happened to it on its way. */
class BoxActivity : AskingScreen() {
    override val showsPeople = false
    private val label: String get() = intent.getStringExtra(LABEL).orEmpty()
    private var sure: String? = null
    private var line: BoxLine? = null

    override fun name() = getString(R.string.answer_box, label).replaceFirstChar(Char::uppercase)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.box)
        asks()
        say(R.id.title, name())
        press(R.id.pack, ::pack)
        press(R.id.seal, ::seal)
        press(R.id.cold, ::cold)
        press(R.id.hand_over) { go(HandOverActivity::class.java) { putExtra(LABEL, label) } }
        buttons(R.id.damages, DamageKind.entries.map { kind -> words.damage(kind) to { damage(kind) } })
        press(R.id.back, ::finish)
    }

    override fun render(scene: Scene) {
        super.render(scene)
        loadOnChange(scene) {
            // Those of other rounds stand behind; a label that was used again is the later box.
            val called = desk.journal().boxes().filter { it.container == label }
            stand(called.lastOrNull { it.otherRound == null } ?: called.lastOrNull())
        }
    }

    private fun stand(box: BoxLine?) {
        line = box
        say(R.id.state, box?.let { words.box(it).substringAfter('\n') })
        say(R.id.late, getString(R.string.box_late_long).takeIf { box != null && box.late && box.state != GIVEN })
        val works = box?.state == OPEN && box.otherRound == null
        shown(R.id.pack, works)
        shown(R.id.sealing, works)
        shown(R.id.hand_over, box?.state == SEALED)
        shown(R.id.on_way, box != null && box.state != GIVEN)
        shown(R.id.none, box != null && box.packed.isEmpty())
        rows()
    }

    private fun rows() {
        val box = line ?: return buttons(R.id.list, emptyList())
        if (box.state == GIVEN) return buttons(R.id.list, box.packed.map { words.packedTube(it) to { } })
        val out = { tube: String -> if (sure == tube) getString(R.string.box_unpack_sure, tube) else null }
        buttons(R.id.list, box.packed.map { one -> (one.tube?.let(out) ?: words.packedTube(one)) to { one.tube?.let(::unpack) ?: Unit } })
    }

    /** A touch asks, the second one takes the tube out. */
    private fun unpack(tube: String) {
        val now = sure == tube
        sure = if (now) null else tube
        rows()
        if (now) desk.act { it.verb(desk.lane, Verb.Unpack(tube, null)) }
    }

    /** Makes the box the lane's, if it is not; what is wrong with that. */
    private suspend fun mine(journal: FieldJournal): Answer = journal.verb(desk.lane, Verb.Box(label))

    private fun pack() {
        scope.launch {
            val answer = desk.attempt { mine(desk.journal()) } ?: return@launch
            if (answer.container != label || answer.cue == Cue.REFUSED) return@launch desk.answered(answer)
            read(PackLabels().apply { taken.value = Taken.On { it.packed(label, line?.tubes) } })
        }
    }

    private fun seal() {
        val count = typed(R.id.count).toUIntOrNull() ?: return wrong(R.string.box_count_due)
        val temperature = degrees(R.id.temperature) ?: return
        val number = typed(R.id.seal_number).ifEmpty { null }
        desk.act { journal ->
            val box = mine(journal)
            if (box.container == label && box.cue != Cue.REFUSED) journal.verb(desk.lane, Verb.Seal(count, temperature.value, number)) else box
        }
    }

    private fun cold() {
        val temperature = degrees(R.id.on_way_temperature) ?: return
        val tenths = temperature.value ?: return wrong(R.string.box_temperature_due)
        desk.act { it.verb(desk.lane, Verb.Cold(label, tenths)) }
    }

    private fun damage(kind: DamageKind) {
        val note = typed(R.id.note).ifEmpty { null }
        desk.act { it.verb(desk.lane, Verb.Damage(label, kind, note)) }
    }

    /** What was typed as degrees; null after having said that it is none. */
    private fun degrees(id: Int): Degrees? = Degrees.of(typed(id)).also { if (it == null) wrong(R.string.box_temperature_wrong) }

    private fun wrong(text: Int) = give(Cues.REFUSED, listOf(getString(text)), emptyList())

    override fun tell(told: Told) {
        super.tell(told)
        if (told !is Told.Of || told.cue == Cue.REFUSED) return
        for (id in listOf(R.id.count, R.id.temperature, R.id.seal_number, R.id.on_way_temperature, R.id.note)) view<EditText>(id).setText("")
    }

    companion object {
        const val LABEL = "label"
    }
}

/** A temperature in tenths of a degree, or none. */
@JvmInline
value class Degrees private constructor(val value: Long?) {
    companion object {
        /** What [text] says; null if it is no temperature. */
        fun of(text: String): Degrees? {
            if (text.isEmpty()) return Degrees(null)
            return text.replace(',', '.').toBigDecimalOrNull()?.movePointRight(1)?.let { tenths ->
                runCatching { Degrees(tenths.longValueExact()) }.getOrNull()
            }
        }
    }
}
