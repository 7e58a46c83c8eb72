package org.fieldcore.demo

import android.os.Bundle
import android.widget.Button
import org.fieldcore.ffi.ClaimLine
import org.fieldcore.ffi.ClaimPlan
import org.fieldcore.ffi.Saved
import java.time.LocalTime
import java.time.ZonedDateTime

/** All claims in force, giving up an own one, and who keeps what; for a building also a new claim. */
class ClaimsActivity : DoorScreen() {
    private val area: String? get() = intent.getStringExtra(BuildingActivity.AREA)
    private val building: String? get() = intent.getStringExtra(BuildingActivity.BUILDING)
    private var sure: Saved? = null
    private var until = 0L

    override fun name() =
        building?.let { getString(R.string.doors_claim_title, doorWords.building(area.orEmpty(), it)) } ?: getString(R.string.doors_claims_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.claims)
        say(R.id.title, name())
        shown(R.id.form, !building.isNullOrEmpty())
        until = saved?.getLong(UNTIL) ?: untils().first()
        press(R.id.until) {
            until = untils().let { all -> all.firstOrNull { it > until } ?: all.first() }
            showUntil()
        }
        press(R.id.claim, ::claim)
        press(R.id.back, ::finish)
        keep(R.id.first, R.id.last)
        showUntil()
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putLong(UNTIL, until)
    }

    /** Times that a team would say: the ends of today's half days that are not too near, then tomorrow's. */
    private fun untils(): List<Long> {
        val now = ZonedDateTime.now()
        val hours = HOURS.map { now.with(LocalTime.of(it, 0)) }.filter { it.isAfter(now.plusMinutes(SOON_MIN)) }
        val tomorrow = listOf(HOURS.first(), HOURS.last()).map { now.plusDays(1).with(LocalTime.of(it, 0)) }
        return (hours + tomorrow).map { it.toInstant().toEpochMilli() }
    }

    private fun showUntil() {
        view<Button>(R.id.until).text = getString(R.string.doors_claim_until_choose, words.time(until))
    }

    override fun render(scene: Scene) = loadOnChange(scene) { load() }

    private suspend fun load() {
        val journal = desk.journal()
        journal.doors.view().use { view ->
            val claims = view.claims().filter { it.released == null && (building == null || it.building == building) }
            val teams = ClaimWords(this, doorWords, words, journal.device, view.teams())
            lines(R.id.overlaps, teams.overlaps(view.claims(), view.overlaps(), view.contested()))
            shown(R.id.none, claims.isEmpty())
            val (own, others) = claims.partition { it.claim.device == journal.device }
            buttons(R.id.own, own.map { one ->
                val word = if (sure == one.claim) R.string.doors_give_up_sure else R.string.doors_give_up
                teams.line(one) + "\n" + getString(word) to { giveUp(one) }
            })
            lines(R.id.others, others.map(teams::line))
            stairwells(view.homes(area, building, false).map { it.place.stairwell }.filter { it.isNotEmpty() }.distinct())
        }
    }

    /** Which stairwell: all, or one of those that are known. */
    private fun stairwells(known: List<String>) {
        shown(R.id.stairwells_label, known.isNotEmpty())
        val chosen = draft(STAIRWELL)
        val all = listOf("" to getString(R.string.doors_stairwell_all)) + known.map { it to getString(R.string.doors_stairwell, it) }
        buttons(R.id.stairwells, all.filter { known.isNotEmpty() }.map { (stairwell, text) ->
            (if (stairwell == chosen) "✓ " else "") + text to {
                draft(STAIRWELL, stairwell)
                stairwells(known)
            }
        })
    }

    private fun claim() {
        val plan =
            ClaimPlan(
                area = area?.ifEmpty { null }, building = building.orEmpty(), stairwell = draft(STAIRWELL).ifEmpty { null },
                first = given(R.id.first), last = given(R.id.last), untilMs = until,
            )
        record(Why(R.string.doors_claim_invalid, R.string.doors_claim_refused), { doors, lane -> doors.claim(lane, plan) }) {
            leave(getString(R.string.doors_claim_saved))
        }
    }

    private fun giveUp(claim: ClaimLine) {
        if (sure != claim.claim) {
            sure = claim.claim
            loadAnew { load() }
            return
        }
        sure = null
        record(Why(R.string.failure_invalid, R.string.doors_give_up_refused), { doors, lane -> doors.release(lane, claim.claim, null) }) {
            saved(getString(R.string.doors_given_up))
        }
    }

    private companion object {
        const val UNTIL = "until"
        const val STAIRWELL = "stairwell"
        const val SOON_MIN = 20L
        val HOURS = listOf(12, 18, 22)
    }
}
