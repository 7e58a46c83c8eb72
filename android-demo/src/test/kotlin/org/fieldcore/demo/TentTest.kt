package org.fieldcore.demo

import android.widget.LinearLayout
import org.fieldcore.ffi.Outcome
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf

/** A tent's day through the screens, with the real core. */
@RunWith(ParentRunner::class)
class TentTest {
    private fun outcome() = desk.scene.value.answer?.outcome

    private fun enrol() {
        val shift = open(ShiftActivity::class.java)
        await("enrolment is asked for") { shadowOf(shift.get()).peekNextStartedActivity() != null }
        assertEquals(EnrolActivity::class.java.name, shadowOf(shift.get()).nextStartedActivity.component?.className)
        val enrol = open(EnrolActivity::class.java)
        enrol.get().write(R.id.invitation, Hub.invitation)
        enrol.get().tap(R.id.look)
        await("the question") { enrol.get().read(R.id.campaign).isNotEmpty() }
        assertEquals("Bindings", enrol.get().read(R.id.campaign))
        enrol.get().tap(R.id.join)
        await("enrolled") { enrol.get().isFinishing }
        shift.pause().stop()
        enrol.pause().stop()
    }

    @Test
    fun `a tent's scans, a hub and its ledger`() {
        enrol()
        val sync = open(SyncActivity::class.java)
        await("the campaign's name") { sync.get().read(R.id.campaign) == "Campaign: Bindings" }
        sync.get().tap(R.id.now)
        await("the profile") { sync.get().read(R.id.told).startsWith("Done") }
        val screen = startShift()
        val scan = screen.get()
        scan.scan(tube(1))
        assertEquals(Outcome.TUBE_OPENED, outcome())
        for (one in 1..10) scan.scan(person(one))
        assertEquals("the tube is full", 0u, desk.scene.value.answer?.left)
        scan.scan(person(3))
        assertEquals(Outcome.TUBE_FULL, outcome())
        scan.scan(tube(1))
        assertEquals(Outcome.TUBE_ALREADY_USED, outcome())
        scan.scan(tube(2))
        scan.scan(person(3))
        assertEquals(Outcome.DUPLICATE_PERSON, outcome())
        assertTrue(scan.read(R.id.question_words).contains(tube(1)))
        scan.tap(R.id.leave)
        assertEquals("", scan.read(R.id.question_words))
        scan.scan(person(11))
        scan.scan(person(12))
        assertEquals(Outcome.BOUND, outcome())
        scan.tap(R.id.undo)
        await("undone") { outcome() == Outcome.UNDONE }
        assertEquals("1 of 10 people in the tube", scan.requireViewById<TubeRing>(R.id.ring).contentDescription)
        scan.scan("110101188001010000")
        assertTrue(outcome() in setOf(Outcome.REFUSED, Outcome.WRONG_KIND, Outcome.NEEDS_CONFIRMATION))

        val tube = open(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, tube(1)) }.get()
        tube.write(R.id.position, "4")
        tube.write(R.id.reason, "swab fell")
        tube.tap(R.id.void_one)
        await("voided") { outcome() == Outcome.VOIDED }
        tube.write(R.id.position, "5")
        tube.write(R.id.to, tube(2))
        tube.tap(R.id.move)
        await("moved") { outcome() == Outcome.MOVED }
        tube.tap(R.id.people)
        await("people") { tube.requireViewById<LinearLayout>(R.id.list).childCount > 0 }

        sync.get().sendAll()
        assertTrue(sync.get().read(R.id.unsent).endsWith(": 0"))
        await("the ledger") { sync.get().read(R.id.total).contains("people 10, tubes 2") }
        assertFalse(sync.get().read(R.id.last).contains("never"))
        assertTrue(Hub.ledger(), Hub.ledger().replace(" ", "").contains("\"people\":10"))
    }
}
