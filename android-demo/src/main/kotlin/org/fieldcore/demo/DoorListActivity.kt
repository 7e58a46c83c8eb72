package org.fieldcore.demo

import android.os.Bundle
import android.widget.ListView
import org.fieldcore.Doors
import org.fieldcore.ffi.DoorsView
import org.fieldcore.ffi.MissedPerson

/** Who is missed, or what is still to be done, due first; each leads to its door. */
class DoorListActivity : DoorScreen() {
    private val kind: String get() = intent.getStringExtra(KIND).orEmpty()
    private lateinit var rows: Rows
    private var pages = 1u

    override fun name() = getString(if (kind == MISSED) R.string.doors_missed_title else R.string.doors_follow_ups_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.door_list)
        rows = Rows(this)
        view<ListView>(R.id.list).adapter = rows
        say(R.id.title, name())
        press(R.id.back, ::finish)
    }

    override fun render(scene: Scene) = loadOnChange(scene) { load() }

    private suspend fun load() {
        val doors = desk.journal().doors
        doors.view().use { view ->
            val lines = if (kind == MISSED) missed(view, doors) else followUps(view, doors)
            rows.show(lines)
            shown(R.id.none, lines.isEmpty())
        }
    }

    private suspend fun missed(view: DoorsView, doors: Doors): List<Row> {
        val lines = doors.missed(0u, pages * PAGE)
        val others = view.missedCount().toInt() - lines.size
        val more = Row(getString(R.string.doors_more, others)) { more() }
        return lines.map { one ->
            val missed = one.missed
            Row(text(one, doorWords.place(missed.household, missed.place, view, doors))) { visit(missed.household) }
        } + listOf(more).filter { others > 0 }
    }

    private suspend fun followUps(view: DoorsView, doors: Doors): List<Row> =
        doors.followUps().map { one ->
            Row(doorWords.followUp(one, doorWords.place(one.open.household, one.place, view, doors))) { visit(one.open.household) }
        }

    private fun more() {
        pages++
        loadAnew { load() }
    }

    private fun text(line: MissedPerson, place: String): String {
        val reason = line.missed.excuse?.let { "– " + doorWords.excuse(it) } ?: doorWords.state(line.missed.state)
        val why = listOfNotNull(reason, line.words).joinToString(getString(R.string.separator))
        val person = line.person?.let(doorWords::called) ?: getString(R.string.doors_nobody_known).takeIf { line.missed.resident == null }
        return listOfNotNull(place, person, why).joinToString("\n")
    }

    companion object {
        const val KIND = "kind"
        const val MISSED = "missed"
        const val FOLLOW_UPS = "follow_ups"
        private const val PAGE = 100u
    }
}
