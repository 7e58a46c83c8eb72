package org.fieldcore.demo

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.CarryWay
import org.fieldcore.ffi.Cue
import org.fieldcore.ffi.FrameTaker
import org.fieldcore.ffi.FrameWrong
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ShownCode
import org.fieldcore.shownCode

/** Where a reading stands. Its words are made by the screen that shows them. */
sealed interface Taken {
    /** It goes on. */
    class On(val line: (Words) -> String?) : Taken

    /** Something else was read than what is due; it goes on. */
    class Wrong(val line: (Words) -> String) : Taken

    /** What was due was read; the screen closes. */
    data object End : Taken
}

/** What a [ReadActivity] reads and does with it. It stays in memory over a turn of the phone and holds no screen. */
abstract class Reading(
    /** What is read, also on the button that leads to it. */
    val title: Int,
    /** How, shown while nothing was read. */
    val how: Int,
    /** The label of an entry, where what is read may be typed. */
    val typed: Int? = null,
) {
    val taken = MutableStateFlow<Taken>(Taken.On { null })
    private val gate = Mutex()
    private val wrong = mutableSetOf<String>()

    /** The camera is opened anew: what was said may be said again. */
    open fun begin() = wrong.clear()

    /** The eyes that look for it. */
    abstract fun eyes(scope: CoroutineScope, watch: ReadWatch): Eyes

    /** Takes the text of a code. */
    suspend fun code(desk: Desk, text: String): Unit = gate.withLock { if (taken.value != Taken.End) takeCode(desk, text) }

    /** Takes a scan. */
    suspend fun scan(desk: Desk, scan: Scan, number: String? = null): Unit =
        gate.withLock { if (taken.value != Taken.End) takeScan(desk, scan, number) }

    protected open suspend fun takeCode(desk: Desk, text: String): Unit = notThis(text)

    protected open suspend fun takeScan(desk: Desk, scan: Scan, number: String?): Unit = Unit

    /** Says once for each text that it is not what is due. */
    protected fun notThis(text: String) {
        if (!wrong.add(text)) return
        val kind = shownCode(text)
        taken.value = Taken.Wrong { words -> words.notThis(kind) }
    }
}

/** Codes by which tubes and boxes go from phone to phone: the station takes them. */
class StationCodes(title: Int, how: Int, private val due: ShownCode) : Reading(title, how) {
    override fun eyes(scope: CoroutineScope, watch: ReadWatch): Eyes = CodeEyes(scope, watch)

    override suspend fun takeCode(desk: Desk, text: String) {
        if (shownCode(text) != due) return notThis(text)
        val answer = desk.attempt { desk.journal().scan(desk.lane, Scan.Symbol(text, null)) } ?: return
        if (due == ShownCode.HAND_OVER) Receiving.of(answer, desk.hand.receiving)?.let { desk.hand.receiving = it }
        end(desk, answer)
    }

    private fun end(desk: Desk, answer: Answer) {
        if (answer.cue != Cue.OK && answer.cue != Cue.ATTENTION) return desk.answered(answer)
        desk.hand.told = answer
        taken.value = Taken.End
    }
}

/** Labels at a packing table: a box, then the tubes that go into it, as long as somebody shows some. */
class PackLabels : Reading(R.string.box_pack, R.string.box_pack_how, R.string.box_label_any) {
    override fun eyes(scope: CoroutineScope, watch: ReadWatch): Eyes = ScanEyes(scope, watch)

    override suspend fun takeScan(desk: Desk, scan: Scan, number: String?) {
        val answer = desk.attempt { desk.journal().packIntoBox(desk.lane, scan) } ?: return
        answer.container?.let { box -> taken.value = Taken.On { it.packed(box, answer.tubesIn) } }
        desk.answered(answer)
    }
}

/** The document of somebody who is registered ahead. */
class DocumentRead : Reading(R.string.proxy_document_read, R.string.proxy_document_how) {
    override fun eyes(scope: CoroutineScope, watch: ReadWatch): Eyes = ScanEyes(scope, watch)

    override suspend fun takeScan(desk: Desk, scan: Scan, number: String?) {
        desk.hand.document = ReadDocument(scan, number)
        taken.value = Taken.End
    }
}

/** A helper's keys, before the chief's camera. */
class HelperKeysRead : Reading(R.string.helper_read_code, R.string.helper_read_code_how) {
    override fun eyes(scope: CoroutineScope, watch: ReadWatch): Eyes = CodeEyes(scope, watch)

    override suspend fun takeCode(desk: Desk, text: String) {
        if (shownCode(text) != ShownCode.HELPER_KEYS) return notThis(text)
        desk.hand.place = desk.attempt { desk.journal().helpers.accept(text) } ?: return
        taken.value = Taken.End
    }
}

/** A chief's welcome, before the helper's camera. */
class WelcomeRead : Reading(R.string.helper_read_welcome, R.string.helper_read_welcome_how) {
    override fun eyes(scope: CoroutineScope, watch: ReadWatch): Eyes = CodeEyes(scope, watch)

    override suspend fun takeCode(desk: Desk, text: String) {
        if (shownCode(text) != ShownCode.WELCOME) return notThis(text)
        desk.hand.welcome = desk.attempt { desk.journal().helpers.takeWelcome(text) } ?: return
        taken.value = Taken.End
    }
}

/** Animated codes of another phone, until everything was caught; then [whole] takes it. */
abstract class Frames(title: Int, how: Int) : Reading(title, how) {
    private val taker = FrameTaker()
    private var tried = false

    override fun begin() {
        super.begin()
        tried = false
    }

    override fun eyes(scope: CoroutineScope, watch: ReadWatch): Eyes = CodeEyes(scope, watch)

    /** Takes what was caught; whether that was taken well. */
    protected abstract suspend fun whole(desk: Desk, bundle: ByteArray): Boolean

    override suspend fun takeCode(desk: Desk, text: String) {
        val progress = desk.attempt { taker.takeText(text) } ?: return
        val (have, needed) = progress.have.toInt() to progress.needed.toInt()
        when {
            progress.done -> once(desk)
            progress.wrong == FrameWrong.NO_FRAME || progress.wrong == FrameWrong.LIMITS -> notThis(text)
            progress.wrong == FrameWrong.OTHER_TRANSFER -> taken.value = Taken.On { it.frames(have, needed, R.string.carry_film_other) }
            progress.wrong == FrameWrong.NOT_WHOLE -> taken.value = Taken.On { it.frames(have, needed, R.string.carry_film_again) }
            else -> taken.value = Taken.On { it.frames(have, needed, null) }
        }
    }

    /** The other screen goes on showing its codes; what they come to is taken once. */
    private suspend fun once(desk: Desk) {
        if (tried) return
        tried = true
        taker.bundle()?.let { if (whole(desk, it)) taken.value = Taken.End }
    }
}

/** A carry that another phone shows. */
class CarryFilm : Frames(R.string.carry_film, R.string.carry_film_how) {
    override suspend fun whole(desk: Desk, bundle: ByteArray): Boolean {
        val done = desk.attempt { desk.journal().carry.importBytes(bundle, CarryWay.SCREEN) } ?: return false
        desk.hand.carrying.brought.value = done
        desk.hand.carrying.told.value = null
        return true
    }
}

/** A chief's kit, as the chief's phone shows it. */
class KitFilm : Frames(R.string.helper_film_kit, R.string.helper_film_kit_how) {
    override suspend fun whole(desk: Desk, bundle: ByteArray): Boolean {
        desk.hand.kit = desk.attempt { desk.journal().helpers.takeKit(bundle) } ?: return false
        return true
    }
}
