package org.fieldcore.demo

import android.os.Bundle
import android.widget.Button
import org.fieldcore.ffi.FollowUpKind
import org.fieldcore.ffi.NewFollowUp
import java.time.LocalTime
import java.time.ZonedDateTime

/** What is to be done later at a household, or for one of its people. */
class FollowUpActivity : DoorScreen() {
    private val resident: String? get() = intent.getStringExtra(RESIDENT)
    /** Nothing at first: not everything has a time. */
    private var due: Long? = null

    override fun name() = getString(R.string.doors_follow_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        due = saved?.getLong(DUE)?.takeIf { it > 0 }
        show(R.layout.follow_up)
        press(R.id.due) {
            due = dues().firstOrNull { it > (due ?: 0) }
            showDue()
        }
        press(R.id.back, ::finish)
        keep(R.id.why)
        buttons(R.id.kinds, FollowUpKind.entries.map { one -> doorWords.followUp(one) to { record(one) } })
        showDue()
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putLong(DUE, due ?: 0)
    }

    /** The times that are left of today, then tomorrow's. */
    private fun dues(): List<Long> {
        val now = ZonedDateTime.now()
        val days = listOf(now, now.plusDays(1))
        return days.flatMap { day -> HOURS.map { day.with(LocalTime.of(it, 0)) } }.filter { it.isAfter(now) }.map { it.toInstant().toEpochMilli() }
    }

    private fun showDue() {
        val text = due?.let(words::time) ?: getString(R.string.doors_due_none)
        view<Button>(R.id.due).text = getString(R.string.doors_due_choose, text)
    }

    override fun render(scene: Scene) =
        loadOnChange(scene) {
            val doors = desk.journal().doors
            val place = doors.view().use { view -> view.home(household.orEmpty())?.let { doorWords.place(it, doors) } }
            val person = resident?.let { id -> doors.residents(household.orEmpty()).firstOrNull { it.resident == id } }
            sayFirstLarge(R.id.who, listOfNotNull(place, person?.person?.let(doorWords::called)).joinToString("\n"))
        }

    private fun record(what: FollowUpKind) {
        val note = given(R.id.why)
        val why = Why(if (what == FollowUpKind.OTHER && note == null) R.string.doors_words_due else R.string.doors_words_invalid, R.string.doors_follow_refused)
        record(why, { doors, lane -> doors.followUp(lane, NewFollowUp(household.orEmpty(), resident, what, due, note)) }) {
            leave(getString(R.string.doors_follow_saved, doorWords.followUp(what)))
        }
    }

    private companion object {
        const val DUE = "due"
        val HOURS = listOf(9, 12, 15, 18, 20)
    }
}
