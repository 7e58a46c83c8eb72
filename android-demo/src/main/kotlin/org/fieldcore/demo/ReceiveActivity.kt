package org.fieldcore.demo

import android.os.Bundle
import android.widget.Button
import android.widget.EditText
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.Verb

/** Boxes that another phone offers are counted as they are found, and the answer is shown to it. */
class ReceiveActivity : Screen() {
    override val showsPeople = false
    private var box: String? = null
    private var counted = 0u
    private var sure = false

    override fun name() = getString(R.string.box_receive)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.receive)
        box = saved?.getString(BoxActivity.LABEL)
        press(R.id.counted, ::count)
        press(R.id.received) { desk.act { it.verb(desk.lane, Verb.Confirm(null, typed(R.id.reason).ifEmpty { null })) } }
        press(R.id.nothing, ::nothing)
        press(R.id.back, ::finish)
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putString(BoxActivity.LABEL, box)
    }

    override fun onStart() {
        super.onStart()
        if (desk.hand.receiving == null) return finish()
        rows()
    }

    private fun rows() {
        val now = desk.hand.receiving ?: return
        say(R.id.state, getString(R.string.box_offered, (now.due.size + now.found.size), now.tubes.toInt()))
        val due = now.due.map { label -> "○ " + getString(R.string.answer_box, label) to { choose(label) } }
        val found = now.found.map { (label, tubes) -> "✓ " + words.packed(label, tubes) to { choose(label) } }
        buttons(R.id.list, due + found)
        shown(R.id.counting, box != null)
        say(R.id.box, box?.let { getString(R.string.answer_box, it) })
        shown(R.id.missing, now.due.isNotEmpty())
        say(R.id.missing_words, getString(R.string.box_missing, now.due.joinToString(getString(R.string.separator))).takeIf { now.due.isNotEmpty() })
    }

    private fun choose(label: String) {
        box = label
        view<EditText>(R.id.count).setText("")
        view<EditText>(R.id.temperature).setText("")
        rows()
        view<EditText>(R.id.count).requestFocus()
    }

    private fun count() {
        val label = box ?: return
        val tubes = typed(R.id.count).toUIntOrNull() ?: return wrong(R.string.box_count_due)
        val temperature = Degrees.of(typed(R.id.temperature)) ?: return wrong(R.string.box_temperature_wrong)
        counted = tubes
        desk.act { it.verb(desk.lane, Verb.Count(label, tubes, temperature.value)) }
    }

    /** A touch asks, the second one receives none of them. */
    private fun nothing() {
        if (!sure) {
            sure = true
            return view<Button>(R.id.nothing).setText(R.string.box_receive_none_sure)
        }
        sure = false
        view<Button>(R.id.nothing).setText(R.string.box_receive_none)
        desk.act { it.verb(desk.lane, Verb.Undo) }
    }

    private fun wrong(text: Int) = give(Cues.REFUSED, listOf(getString(text)), emptyList())

    override fun tell(told: Told) {
        super.tell(told)
        val answer = (told as? Told.Of)?.answer ?: return
        when {
            answer.outcome == Outcome.HAND_OVER_RECEIVED || NONE in answer.problems -> {
                desk.hand.receiving = null
                finish()
            }
            answer.outcome == Outcome.NEEDS_CONFIRMATION -> stands(answer)
        }
    }

    private fun stands(answer: Answer) {
        desk.hand.receiving = desk.hand.receiving?.after(answer, counted)
        if (answer.container == box) box = null
        rows()
    }

    private companion object {
        /** What the core says where no hand-over is being received, or is any more. */
        const val NONE = "nothing_to_receive"
    }
}
