package org.fieldcore.demo

import android.os.Bundle
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.ListView
import android.widget.TextView
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.fieldcore.Doors
import org.fieldcore.ffi.BuildingFigures
import org.fieldcore.ffi.DoorFigures
import org.fieldcore.ffi.DoorsView
import org.fieldcore.ffi.FoundLine

/** Work from door to door: how many doors are left, where to go next, the buildings in the order of walking, and a search. */
class DoorsActivity : DoorScreen() {
    private lateinit var rows: Rows
    private var searching: Job? = null
    private var buildings: List<BuildingFigures> = emptyList()
    private var isFresh = true
    private val query: String get() = typed(R.id.query)

    override fun name() = getString(R.string.doors_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.doors)
        rows = Rows(this)
        listOf(view<ListView>(R.id.list)).forEach {
            it.addHeaderView(layoutInflater.inflate(R.layout.doors_head, it, false), null, false)
            it.adapter = rows
        }
        press(R.id.follow_ups) { list(DoorListActivity.FOLLOW_UPS) }
        press(R.id.missed) { list(DoorListActivity.MISSED) }
        press(R.id.claims) { go(ClaimsActivity::class.java) }
        press(R.id.add) {
            val area = buildings.map { it.area }.distinct().singleOrNull()
            go(AddHouseholdActivity::class.java) { putExtra(BuildingActivity.AREA, area) }
        }
        press(R.id.progress) { go(ProgressActivity::class.java) }
        press(R.id.back, ::finish)
        keep(R.id.query)
        view<EditText>(R.id.query).addTextChangedListener(After { search(PAUSE_MS) })
        fit()
    }

    /** Where there is little room the large key goes with the list, and the figures go below the number. */
    private fun fit() {
        if (isTight()) {
            val next = view<View>(R.id.next)
            (next.parent as ViewGroup).removeView(next)
            val overview = view<LinearLayout>(R.id.overview)
            overview.addView(next, overview.indexOfChild(view(R.id.numbers)) + 1)
        }
        if (resources.configuration.fontScale <= LARGE_FONT) return
        view<LinearLayout>(R.id.numbers).orientation = LinearLayout.VERTICAL
        for (id in listOf(R.id.left_pane, R.id.figures)) {
            view<View>(id).layoutParams = LinearLayout.LayoutParams(LinearLayout.LayoutParams.MATCH_PARENT, LinearLayout.LayoutParams.WRAP_CONTENT)
        }
    }

    private fun list(kind: String) = go(DoorListActivity::class.java) { putExtra(DoorListActivity.KIND, kind) }

    override fun render(scene: Scene) =
        loadOnChange(scene) {
            val doors = desk.journal().doors
            doors.view().use { view ->
                figures(view.figures())
                buildings = view.buildings()
                counts(view)
                next(view, doors)
            }
            search(0)
            // What was filled in above its rows must not push the number out of view.
            if (isFresh) view<ListView>(R.id.list).setSelection(0)
            isFresh = false
        }

    private fun figures(all: DoorFigures) {
        say(R.id.left, all.left.toString())
        say(R.id.left_of, resources.getString(R.string.doors_left_label, all.homes.toInt()))
        val lines =
            listOfNotNull(
                getString(R.string.doors_figure_done, all.done.toInt()),
                getString(R.string.doors_figure_refused, all.refused.toInt()),
                getString(R.string.doors_figure_moved, all.movedAway.toInt()).takeIf { all.movedAway > 0u },
                getString(R.string.doors_figure_sampled, all.sampled.toInt(), all.people.toInt()),
                getString(R.string.doors_figure_excused, all.excused.toInt()).takeIf { all.excused > 0u },
            )
        say(R.id.figures, lines.joinToString("\n"))
        shown(R.id.none, all.homes == 0u)
    }

    private fun counts(view: DoorsView) {
        val claims = view.claims().count { it.released == null }
        val overlaps = view.overlaps().size
        say(R.id.follow_ups, getString(R.string.doors_follow_ups_count, view.followUps().size))
        say(R.id.missed, getString(R.string.doors_missed_count, view.missedCount().toInt()))
        say(R.id.claims, getString(if (overlaps > 0) R.string.doors_claims_overlap else R.string.doors_claims_count, claims))
    }

    private suspend fun next(view: DoorsView, doors: Doors) {
        val next = desk.walk.last?.let { view.nextLeft(it) } ?: view.nextLeft(null)
        val place = next?.let { doorWords.place(it, doors) }
        val button = view<Button>(R.id.next)
        shown(R.id.next, true)
        button.isEnabled = next != null
        button.text =
            if (next == null) getString(if (buildings.isEmpty()) R.string.doors_next_nowhere else R.string.doors_next_none)
            else nextDoor(next, place.orEmpty())
        button.setOnClickListener { next?.let { visit(it.household) } }
    }

    /** Shows what the query finds, or the buildings where nothing is asked. */
    private fun search(pauseMs: Long) {
        searching?.cancel()
        val asked = query
        shown(R.id.overview, asked.isEmpty())
        if (asked.isEmpty()) return buildings()
        searching =
            scope.launch {
                delay(pauseMs)
                desk.attempt {
                    val doors = desk.journal().doors
                    val lines = doors.search(asked, FOUND_MAX)
                    doors.view().use { view -> found(lines.map { it to doorWords.place(it.household, it.place, view, doors) }) }
                }
            }
    }

    private fun buildings() {
        val heading = listOf(Row(getString(R.string.doors_buildings))).filter { buildings.isNotEmpty() }
        rows.show(heading + buildings.map { one -> Row(doorWords.building(one)) { building(one) } })
    }

    private fun building(of: BuildingFigures) =
        go(BuildingActivity::class.java) {
            putExtra(BuildingActivity.AREA, of.area)
            putExtra(BuildingActivity.BUILDING, of.building)
        }

    private fun found(lines: List<Pair<FoundLine, String>>) {
        val heading = if (lines.isEmpty()) getString(R.string.doors_found_none) else getString(R.string.doors_found, lines.size)
        rows.show(listOf(Row(heading)) + lines.map { (one, place) -> Row(text(one, place)) { visit(one.household) } })
        view<TextView>(R.id.query).announceForAccessibility(heading)
    }

    private fun text(line: FoundLine, place: String): String {
        val state = if (line.sampled == true) getString(R.string.doors_person_sampled) else line.state?.let(doorWords::state)
        val person = line.person ?: return listOfNotNull(place, state).joinToString("\n")
        return listOfNotNull(doorWords.named(person), person.masked, place, state).joinToString("\n")
    }

    private companion object {
        const val PAUSE_MS = 150L
        const val FOUND_MAX = 50u
    }
}
