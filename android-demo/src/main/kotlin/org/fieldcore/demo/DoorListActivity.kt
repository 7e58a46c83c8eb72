package org.fieldcore.demo

import android.os.Bundle
import android.widget.ListView
import org.fieldcore.ffi.FollowUpLine
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
        if (kind == MISSED) {
            val count = doors.view().use { it.missedCount() }
            val lines = doors.missed(0u, pages * PAGE)
            val more = Row(getString(R.string.doors_more, (count - lines.size.toUInt()).toInt())) { more() }
            rows.show(lines.map { one -> Row(text(one)) { visit(one.missed.household) } } + listOf(more).filter { lines.size.toUInt() < count })
            shown(R.id.none, lines.isEmpty())
        } else {
            val open = doors.followUps()
            rows.show(open.map { one -> Row(text(one)) { visit(one.open.household) } })
            shown(R.id.none, open.isEmpty())
        }
    }

    private fun more() {
        pages++
        loadAnew { load() }
    }

    private fun text(line: MissedPerson): String {
        val reason = line.missed.excuse?.let { "– " + doorWords.excuse(it) } ?: doorWords.state(line.missed.state)
        val why = listOfNotNull(reason, line.words).joinToString(getString(R.string.separator))
        val person = line.person?.let(doorWords::called) ?: getString(R.string.doors_nobody_known).takeIf { line.missed.resident == null }
        return listOfNotNull(doorWords.place(line.missed.place), person, why).joinToString("\n")
    }

    private fun text(line: FollowUpLine): String = doorWords.followUp(line, doorWords.place(line.place))

    companion object {
        const val KIND = "kind"
        const val MISSED = "missed"
        const val FOLLOW_UPS = "follow_ups"
        private const val PAGE = 100u
    }
}
