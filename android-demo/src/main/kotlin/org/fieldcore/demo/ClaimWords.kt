package org.fieldcore.demo

import android.content.Context
import org.fieldcore.ffi.ClaimLine
import org.fieldcore.ffi.ClaimOverlap
import org.fieldcore.ffi.ContestedDoor
import org.fieldcore.ffi.Saved
import org.fieldcore.ffi.TeamFigures

/** Claims in words: whose they are, until when, and who keeps what where two teams mean the same doors. [me] is this device. */
class ClaimWords(
    private val context: Context,
    private val doors: DoorWords,
    private val words: Words,
    private val me: String,
    private val teams: List<TeamFigures>,
) {
    private fun of(id: Int, vararg values: Any): String = context.getString(id, *values)

    /** A claim with its doors, its team and its time; past times are said to be past. */
    fun line(claim: ClaimLine): String {
        val until = if (claim.untilMs < System.currentTimeMillis()) R.string.doors_claim_past else R.string.doors_claim_until
        val end = if (claim.released != null) of(R.string.doors_given_up) else of(until, words.time(claim.untilMs))
        val whose = listOf(team(claim), of(R.string.doors_homes, claim.homes.toInt()), end)
        return "⚑ " + doors.claimed(claim) + "\n" + whose.joinToString(of(R.string.separator))
    }

    /** Whose a claim is: the operator where that is known. */
    fun team(claim: ClaimLine): String {
        if (claim.claim.device == me) return of(R.string.doors_team_own)
        val known = teams.firstOrNull { it.device == claim.claim.device && it.lane == claim.lane } ?: teams.firstOrNull { it.device == claim.claim.device }
        return of(R.string.doors_team, known?.operator ?: claim.claim.device.take(DEVICE_SHOWN), claim.lane ?: "-")
    }

    /** For each overlap of one of [claims]: the two teams, then the doors that each of them keeps and why. */
    fun overlaps(claims: List<ClaimLine>, overlaps: List<ClaimOverlap>, contested: List<ContestedDoor>): List<String> {
        val known = claims.associateBy { it.claim }
        fun called(at: Saved): String = known[at]?.let(::team) ?: if (at.device == me) of(R.string.doors_team_own) else at.device.take(DEVICE_SHOWN)
        return overlaps.filter { it.one in known || it.other in known }.flatMap { overlap ->
            val pair = setOf(overlap.one, overlap.other)
            val shared = contested.filter { it.claims.containsAll(pair) }
            val kept = shared.groupBy { it.keeps to it.byVisit }.map { (by, of) ->
                val why = if (by.second) R.string.doors_kept_by_visit else R.string.doors_kept_by_rule
                of(why, called(by.first), of.joinToString(of(R.string.semicolon)) { doors.place(it.place) })
            }
            val others = if (shared.isEmpty()) R.string.doors_overlap_unknown else R.string.doors_overlap_others
            listOf(of(R.string.doors_overlap, called(overlap.one), called(overlap.other))) + kept + of(others, called(overlap.keeps))
        }
    }

    private companion object {
        const val DEVICE_SHOWN = 8
    }
}
