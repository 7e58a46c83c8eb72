package org.fieldcore.demo

import android.content.Intent
import android.os.Bundle
import android.widget.Button
import android.widget.EditText
import org.fieldcore.ffi.FollowUpLine
import org.fieldcore.ffi.FoundAtDoor
import org.fieldcore.ffi.HomeLine
import org.fieldcore.ffi.ResidentLine
import org.fieldcore.ffi.Saved
import org.fieldcore.ffi.VisitState

/** One door: who lives there, sampling and excusing them, what was found, what is to be done later, and the next door. */
class HouseholdActivity : DoorScreen() {
    private val home: String get() = household.orEmpty()
    private lateinit var people: PeoplePanels
    private var place = ""
    private var sure: Saved? = null
    private var own: Saved? = null

    override fun name() = getString(R.string.doors_household_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        desk.walk.last = home
        show(R.layout.household)
        pressAnswers()
        people = PeoplePanels(this, doorWords, view(R.id.people), PeoplePanels.Presses(::sample, ::card, ::excuse, ::later))
        press(R.id.add) { go(AddPersonActivity::class.java) { putExtra(HOUSEHOLD, home) } }
        press(R.id.scan) { go(ScanActivity::class.java) }
        press(R.id.later) { later(null) }
        press(R.id.correct, ::correct)
        press(R.id.back, ::finish)
        for ((id, state) in VISITS) {
            view<Button>(id).text = doorWords.visit(state)
            press(id) { found(state) }
        }
        keep(R.id.why)
    }

    override fun render(scene: Scene) {
        answer(scene, home)
        loadOnChange(scene) { status ->
            val open = status.openTubes.firstOrNull { it.active && it.lane == desk.lane }
            val tube = open?.let { getString(R.string.doors_into_tube, it.tube ?: "?", it.count.toInt(), it.capacity.toInt()) }
            say(R.id.tube, tube ?: getString(R.string.doors_no_tube))
            load()
        }
    }

    /** Gathers all of it, then shows it at once: nothing that is pressed meanwhile meets half of it. */
    private suspend fun load() {
        val journal = desk.journal()
        val doors = journal.doors
        doors.view().use { view ->
            val line = view.home(home) ?: return unknown()
            val residents = doors.residents(home)
            val excuses = residents.mapNotNull { it.excused }.associateWith { doors.wordsOf(it).orEmpty() }
            val reason = line.told?.let { doors.wordsOf(it) }
            val open = doors.followUps().filter { it.open.household == home }
            val next = view.nextLeft(home)
            val nextPlace = next?.let { doorWords.place(it, doors) }
            place = doorWords.place(line, doors)
            own = line.told?.takeIf { it.device == journal.device }
            stands(line, reason)
            people.show(residents, excuses)
            shown(R.id.nobody, residents.isEmpty())
            followUps(open)
            correcting()
            next(next, nextPlace, view.figures().left == 0u)
        }
    }

    /** The household went with the list that named it: nothing of it is shown any more. */
    private fun unknown() {
        place = ""
        say(R.id.title, getString(R.string.doors_household_unknown))
        for (id in listOf(R.id.slot, R.id.state)) say(id, null)
        people.show(emptyList(), emptyMap())
        buttons(R.id.follow_ups, emptyList())
        for (id in listOf(R.id.work, R.id.next)) shown(id, false)
    }

    private fun stands(line: HomeLine, reason: String?) {
        shown(R.id.work, true)
        say(R.id.title, place)
        say(R.id.slot, line.slot?.let { getString(R.string.doors_slot, it) })
        val lives = line.lives?.let { getString(R.string.doors_lives, it.toInt()) }
        say(R.id.state, listOfNotNull(doorWords.state(line.state), reason, lives).joinToString(getString(R.string.separator)))
    }

    private fun sample(person: ResidentLine) = sampling(R.string.doors_person_refused) { doors, lane -> doors.sample(lane, person.resident) }

    private fun card(person: ResidentLine) = go(CardActivity::class.java) { of(person) }

    private fun excuse(person: ResidentLine) = go(ExcuseActivity::class.java) { of(person) }

    private fun later(person: ResidentLine?) = go(FollowUpActivity::class.java) { of(person) }

    private fun Intent.of(person: ResidentLine?) {
        putExtra(HOUSEHOLD, home)
        person?.let { putExtra(RESIDENT, it.resident) }
    }

    private fun found(state: VisitState) {
        val found = FoundAtDoor(home, state, given(R.id.why))
        val correcting = desk.walk.correcting
        record(
            Why(R.string.doors_visit_invalid, if (correcting == null) R.string.doors_visit_refused else R.string.doors_correct_refused),
            { doors, lane -> if (correcting == null) doors.visit(lane, found) else doors.correctVisit(lane, correcting.first, found) },
        ) {
            desk.walk.correcting = null
            view<EditText>(R.id.why).setText("")
            saved(getString(if (correcting == null) R.string.doors_visit_saved else R.string.doors_visit_corrected, doorWords.visit(state)))
            correcting()
        }
    }

    /** The next state that is pressed, here or at the right door, takes the place of the last visit; or it stays as it was. */
    private fun correct() {
        desk.walk.correcting = if (desk.walk.correcting == null) own?.let { it to place } else null
        correcting()
    }

    private fun correcting() {
        val correcting = desk.walk.correcting
        shown(R.id.correct, correcting != null || own != null)
        view<Button>(R.id.correct).setText(if (correcting == null) R.string.doors_correct else R.string.doors_correct_not)
        say(R.id.correcting, correcting?.let { getString(R.string.doors_correcting, it.second) })
    }

    private fun followUps(open: List<FollowUpLine>) {
        shown(R.id.follow_ups_head, open.isNotEmpty())
        buttons(R.id.follow_ups, open.map { one ->
            val close = getString(if (sure == one.open.followUp) R.string.doors_close_sure else R.string.doors_close)
            doorWords.followUp(one, null) + "\n" + close to { close(one) }
        })
    }

    private fun close(line: FollowUpLine) {
        if (sure != line.open.followUp) {
            sure = line.open.followUp
            return loadAnew { load() }
        }
        sure = null
        record(Why(R.string.failure_invalid, R.string.doors_close_refused), { doors, lane -> doors.closeFollowUp(lane, line.open.followUp) }) {
            saved(getString(R.string.doors_closed))
        }
    }

    private fun next(next: HomeLine?, place: String?, none: Boolean) {
        val button = view<Button>(R.id.next)
        shown(R.id.next, true)
        button.text =
            if (next == null) getString(if (none) R.string.doors_next_none else R.string.doors_next_only)
            else nextDoor(next, place.orEmpty())
        button.setOnClickListener {
            next?.let { visit(it.household) }
            finish()
        }
    }

    companion object {
        /** The keys of what was found, and the state that each records. */
        val VISITS: Map<Int, VisitState> =
            mapOf(
                R.id.found_done to VisitState.DONE, R.id.found_partly to VisitState.PARTLY_DONE, R.id.found_nobody to VisitState.NOBODY_HOME,
                R.id.found_informed to VisitState.INFORMED, R.id.found_refused to VisitState.REFUSED, R.id.found_moved to VisitState.MOVED_AWAY,
            )
    }
}
