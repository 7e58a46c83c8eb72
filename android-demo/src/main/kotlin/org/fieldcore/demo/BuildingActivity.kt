package org.fieldcore.demo

import android.os.Bundle
import android.widget.Button
import android.widget.ListView
import org.fieldcore.Doors
import org.fieldcore.ffi.ClaimLine
import org.fieldcore.ffi.DoorsView
import org.fieldcore.ffi.HomeLine

/** The doors of a building in the order of walking, whose they are by claims, and what is left. */
class BuildingActivity : DoorScreen() {
    private val area: String get() = intent.getStringExtra(AREA).orEmpty()
    private val building: String get() = intent.getStringExtra(BUILDING).orEmpty()
    private lateinit var rows: Rows
    private var onlyLeft = false

    override fun name() = doorWords.building(area, building)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        onlyLeft = saved?.getBoolean(LEFT) ?: false
        show(R.layout.building)
        rows = Rows(this)
        listOf(view<ListView>(R.id.list)).forEach {
            it.addHeaderView(layoutInflater.inflate(R.layout.building_head, it, false), null, false)
            it.adapter = rows
        }
        say(R.id.title, name())
        press(R.id.only_left) {
            onlyLeft = !onlyLeft
            again()
        }
        press(R.id.claim) { go(ClaimsActivity::class.java) { putExtras(intent) } }
        press(R.id.add) { go(AddHouseholdActivity::class.java) { putExtras(intent) } }
        press(R.id.back, ::finish)
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putBoolean(LEFT, onlyLeft)
    }

    override fun render(scene: Scene) = loadOnChange(scene) { load() }

    private fun again() = loadAnew { load() }

    private suspend fun load() {
        val doors = desk.journal().doors
        doors.view().use { view ->
            val figures = view.buildings().firstOrNull { it.area == area && it.building == building }?.figures
            say(R.id.state, figures?.let { getString(R.string.doors_left_of, it.left.toInt(), it.homes.toInt()) })
            say(R.id.figures, figures?.let(doorWords::people))
            val homes = view.homes(area, building, false)
            claims(view, homes)
            view<Button>(R.id.only_left).setText(if (onlyLeft) R.string.doors_show_all else R.string.doors_show_left)
            val wanted = if (onlyLeft) view.homes(area, building, true) else homes
            rows.show(rows(wanted, doors).ifEmpty { listOf(Row(getString(R.string.doors_none_left))) })
        }
    }

    /** The doors, each stairwell under its name and the time at which it is called. */
    private suspend fun rows(homes: List<HomeLine>, doors: Doors): List<Row> {
        var stairwell: String? = null
        return homes.flatMap { home ->
            val heading = heading(home).takeIf { home.place.stairwell != stairwell || stairwell == null }
            stairwell = home.place.stairwell
            val door = Row(doorWords.home(home, doorWords.door(home, doors))) { visit(home.household) }
            listOfNotNull(heading?.let { Row(it) }, door)
        }
    }

    private fun heading(home: HomeLine): String? {
        val stairwell = home.place.stairwell.takeIf { it.isNotEmpty() }?.let { getString(R.string.doors_stairwell, it) }
        val slot = home.slot?.let { getString(R.string.doors_slot, it) }
        return listOfNotNull(stairwell, slot).joinToString(getString(R.string.separator)).ifEmpty { null }
    }

    private suspend fun claims(view: DoorsView, homes: List<HomeLine>) {
        val covering = homes.flatMap { it.claims }.toSet()
        val here: List<ClaimLine> = view.claims().filter { it.released == null && (it.claim in covering || it.building == building) }
        val teams = ClaimWords(this, doorWords, words, desk.journal().device, view.teams())
        say(R.id.claims, here.joinToString("\n") { teams.line(it) })
        val shared = teams.overlaps(here, view.overlaps(), view.contested())
        say(R.id.overlaps, shared.joinToString("\n"))
    }

    companion object {
        const val AREA = "area"
        const val BUILDING = "building"
        private const val LEFT = "left"
    }
}
