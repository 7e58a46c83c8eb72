package org.fieldcore.demo

import kotlinx.coroutines.CoroutineScope
import org.fieldcore.ffi.Cue
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.Scan

/** The card of somebody who was chosen at a door: they are sampled by it, if it is theirs. */
class ResidentCard(private val household: String, private val resident: String) : Reading(R.string.doors_card_camera, R.string.doors_card_how) {
    override fun eyes(scope: CoroutineScope, watch: ReadWatch): Eyes = ScanEyes(scope, watch)

    override suspend fun takeScan(desk: Desk, scan: Scan, number: String?) {
        val answer =
            try {
                desk.journal().doors.sample(desk.lane, resident, scan)
            } catch (_: FieldException.Refused) {
                taken.value = Taken.Wrong { it.of(R.string.doors_card_refused) }
                return
            } catch (failure: FieldException) {
                return desk.failed(failure)
            }
        if (answer.cue != Cue.OK && answer.cue != Cue.ATTENTION) return desk.answered(answer, household)
        desk.hand.told = answer
        desk.hand.toldAt = household
        taken.value = Taken.End
    }
}
