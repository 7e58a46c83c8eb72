package org.fieldcore.demo

import android.os.Bundle
import android.widget.Button
import android.widget.EditText
import org.fieldcore.ffi.BoxLine
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.Verb

/** Sealed boxes go from here to another phone, or to somebody without one. */
class HandOverActivity : Screen() {
    override val showsPeople = false
    private var boxes: List<BoxLine> = emptyList()
    private val chosen = mutableSetOf<String>()
    private var sure = false

    override fun name() = getString(R.string.box_hand_over)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.hand_over)
        chosen += saved?.getStringArrayList(CHOSEN) ?: listOfNotNull(intent.getStringExtra(BoxActivity.LABEL))
        press(R.id.offer) { desk.act { it.verb(desk.lane, Verb.Offer(labels(), null)) } }
        press(R.id.give, ::give)
        press(R.id.back, ::finish)
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putStringArrayList(CHOSEN, ArrayList(chosen))
    }

    override fun render(scene: Scene) = loadOnChange(scene) {
        boxes = desk.journal().boxes().filter { it.state == SEALED && it.container != null }
        chosen.retainAll(boxes.mapNotNull { it.container }.toSet())
        rows()
    }

    private fun labels() = boxes.mapNotNull { it.container }.filter { it in chosen }

    private fun rows() {
        buttons(
            R.id.list,
            boxes.map { box ->
                val label = box.container.orEmpty()
                (if (label in chosen) "☑ " else "☐ ") + words.box(box) to { choose(label) }
            },
        )
        shown(R.id.none, boxes.isEmpty())
        val of = chosen.size
        say(R.id.state, getString(R.string.box_chosen, of, boxes.filter { it.container in chosen }.sumOf { it.tubes.toInt() }))
    }

    private fun choose(label: String) {
        if (!chosen.add(label)) chosen -= label
        again()
        rows()
    }

    /** The question is asked anew when what it is about has changed. */
    private fun again() {
        sure = false
        view<Button>(R.id.give).setText(R.string.box_give)
    }

    private fun give() {
        val whom = typed(R.id.whom)
        if (whom.isEmpty()) return give(Cues.REFUSED, listOf(getString(R.string.box_whom_due)), emptyList())
        if (!sure && chosen.isNotEmpty()) {
            sure = true
            return view<Button>(R.id.give).setText(getString(R.string.box_give_sure, chosen.size, whom))
        }
        again()
        desk.act { it.verb(desk.lane, Verb.Give(whom, labels())) }
    }

    override fun tell(told: Told) {
        super.tell(told)
        if (told is Told.Of && told.answer.outcome == Outcome.HAND_OVER_GIVEN) view<EditText>(R.id.whom).setText("")
    }

    private companion object {
        const val CHOSEN = "chosen"
    }
}
