package org.fieldcore.demo

import android.os.Bundle
import org.fieldcore.ffi.OpenTube
import org.fieldcore.ffi.ShiftTube
import org.fieldcore.ffi.ShownCode

/** The tubes of the shift: the open ones, then the closed and spoiled ones. */
class TubesActivity : Screen() {
    override fun name() = getString(R.string.tubes_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.tubes)
        press(R.id.find) { if (typed(R.id.label).isNotEmpty()) open(typed(R.id.label)) }
        press(R.id.boxes) { go(BoxesActivity::class.java) }
        press(R.id.take_over) { read(StationCodes(R.string.box_take_over, R.string.box_take_over_how, ShownCode.TUBE_PASS)) }
        press(R.id.back, ::finish)
    }

    override fun render(scene: Scene) = loadOnChange(scene) { list(desk.journal().openTubes(), desk.journal().shiftTubes()) }

    private fun list(open: List<OpenTube>, all: List<ShiftTube>) {
        val labels = open.map { it.tube }.toSet()
        // Where two shifts run in two rounds, the journal's open tubes are those of one of them.
        val (others, closed) = all.filter { it.tube !in labels || it.state != OPEN }.partition { it.state == OPEN }
        shown(R.id.none, open.isEmpty() && others.isEmpty())
        buttons(R.id.open, open.map { row(it) to press(it.tube) } + others.map { row(it) to press(it.tube) })
        shown(R.id.closed_head, closed.isNotEmpty())
        buttons(R.id.closed, closed.map { row(it) to press(it.tube) })
    }

    private fun row(tube: OpenTube): String {
        val label =
            listOfNotNull(
                tube.tube ?: "?",
                getString(R.string.tubes_active).takeIf { tube.active },
                ("⚠ " + getString(R.string.tubes_old)).takeIf { tube.old },
            )
        val head = label.joinToString(getString(R.string.separator))
        return getString(R.string.tubes_row, head, tube.count.toInt(), tube.capacity.toInt(), tube.lane ?: "-", tube.ageMin.toInt())
    }

    private fun row(tube: ShiftTube): String {
        val (label, state) = (tube.tube ?: "?") to words.state(tube.state)
        if (tube.capacity == 0u) return getString(R.string.tubes_unopened_row, label, state)
        return getString(R.string.tubes_closed_row, label, state, tube.count.toInt(), tube.capacity.toInt(), tube.lane ?: "-")
    }

    private fun press(label: String?): () -> Unit = { label?.let(::open) }

    private fun open(label: String) = go(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, label) }

    companion object {
        /** What the core calls the state of a tube that takes people. */
        const val OPEN = "open"
    }
}
