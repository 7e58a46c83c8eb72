package org.fieldcore.demo

import android.os.Bundle
import org.fieldcore.ffi.BoxLine
import org.fieldcore.ffi.ShownCode

/** The boxes of the round, and what can be done with them. */
class BoxesActivity : Screen() {
    override val showsPeople = false

    override fun name() = getString(R.string.boxes_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.boxes)
        press(R.id.pack) { read(PackLabels()) }
        press(R.id.hand_over) { go(HandOverActivity::class.java) }
        press(R.id.receive, ::receive)
        press(R.id.receipt) { read(StationCodes(R.string.read_receipt, R.string.read_answer_how, ShownCode.HAND_OVER_RECEIPT)) }
        press(R.id.again) { go(CodeActivity::class.java) }
        press(R.id.back, ::finish)
    }

    private fun receive() = read(StationCodes(R.string.box_receive, R.string.box_receive_how, ShownCode.HAND_OVER))

    override fun onStart() {
        super.onStart()
        shown(R.id.again, desk.hand.showing != null)
        shown(R.id.go_on, desk.hand.receiving != null)
        press(R.id.go_on) { go(ReceiveActivity::class.java) }
    }

    override fun render(scene: Scene) = loadOnChange(scene) { list(desk.journal().boxes()) }

    /** Shows boxes: those that are late first. */
    fun list(boxes: List<BoxLine>) {
        shown(R.id.none, boxes.isEmpty())
        shown(R.id.hand_over, boxes.any { it.state == SEALED })
        val (here, given) = boxes.partition { it.state != GIVEN }
        buttons(R.id.open, here.sortedByDescending { it.late }.map { words.box(it) to press(it.container) })
        shown(R.id.closed_head, given.isNotEmpty())
        buttons(R.id.closed, given.map { words.box(it) to press(it.container) })
    }

    private fun press(label: String?): () -> Unit = { label?.let { go(BoxActivity::class.java) { putExtra(BoxActivity.LABEL, it) } } }

    override fun tell(told: Told) {
        super.tell(told)
        // An offer was read: its boxes are counted now.
        if (told is Told.Of && desk.hand.receiving != null && Receiving.of(told.answer) != null) go(ReceiveActivity::class.java)
    }
}
