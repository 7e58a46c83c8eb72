package org.fieldcore.demo

import android.os.Bundle

/** The tubes of the shift: the open ones, and those that were worked with. */
class TubesActivity : Screen() {
    override fun name() = getString(R.string.tubes_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.tubes)
        press(R.id.find) { if (typed(R.id.label).isNotEmpty()) open(typed(R.id.label)) }
        press(R.id.back, ::finish)
    }

    override fun render(scene: Scene) {
        val open = scene.status?.openTubes.orEmpty()
        shown(R.id.none, open.isEmpty())
        buttons(
            R.id.open,
            open.map { tube ->
                val line =
                    getString(
                        R.string.tubes_row, tube.tube ?: "?", tube.count.toInt(), tube.capacity.toInt(), tube.lane ?: "-", tube.ageMin.toInt(),
                    )
                val marks =
                    listOfNotNull(
                        getString(R.string.tubes_active).takeIf { tube.active },
                        ("⚠ " + getString(R.string.tubes_old)).takeIf { tube.old },
                    )
                (listOf(line) + marks).joinToString(getString(R.string.separator)) to { tube.tube?.let(::open) ?: Unit }
            },
        )
        val other = scene.touched - open.mapNotNull { it.tube }.toSet()
        shown(R.id.touched_head, other.isNotEmpty())
        buttons(R.id.touched, other.map { label -> label to { open(label) } })
    }

    private fun open(label: String) = go(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, label) }
}
