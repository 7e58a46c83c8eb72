package org.fieldcore.demo

import android.app.Activity
import android.view.View
import android.widget.LinearLayout
import android.widget.TextView
import org.fieldcore.ffi.ResidentLine
import org.fieldcore.ffi.Saved

/** The people of a household, each with what can be done for them. */
class PeoplePanels(private val screen: Activity, private val words: DoorWords, private val column: LinearLayout, private val presses: Presses) {
    /** What the keys of a person do. */
    class Presses(
        val sample: (ResidentLine) -> Unit,
        val card: (ResidentLine) -> Unit,
        val excuse: (ResidentLine) -> Unit,
        val later: (ResidentLine) -> Unit,
    )

    /** Shows these people, and nobody else; [excuses] are the words of the excuses. */
    fun show(people: List<ResidentLine>, excuses: Map<Saved, String>) {
        people.forEachIndexed { at, person ->
            // Panels that are there are used again: a screen reader keeps its place.
            val panel = column.getChildAt(at) ?: screen.layoutInflater.inflate(R.layout.person, column, false).also(column::addView)
            fill(panel, person, person.excused?.let { excuses[it] })
        }
        if (column.childCount > people.size) column.removeViews(people.size, column.childCount - people.size)
    }

    private fun fill(panel: View, person: ResidentLine, excuse: String?) {
        val text = words.person(person, excuse)
        find<TextView>(panel, R.id.who).text = Rows.firstLarge(text)
        val name = text.substringBefore('\n')
        for (id in listOf(R.id.sample, R.id.card, R.id.excuse)) find<View>(panel, id).visibility = if (person.sampled) View.GONE else View.VISIBLE
        for ((id, press) in listOf(R.id.sample to presses.sample, R.id.card to presses.card, R.id.excuse to presses.excuse, R.id.later to presses.later)) {
            val key = find<TextView>(panel, id)
            key.contentDescription = key.text.toString() + screen.getString(R.string.colon) + name
            key.setOnClickListener { press(person) }
        }
    }

    private fun <T : View> find(panel: View, id: Int): T = checkNotNull(panel.findViewById(id))
}
