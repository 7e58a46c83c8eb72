package org.fieldcore.demo

import android.app.Activity
import android.view.View
import android.widget.Button
import android.widget.LinearLayout
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ShiftPlan
import org.fieldcore.ffi.Verb
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf

/** The shift's tubes in every state, and what each of them offers. */
@RunWith(ParentRunner::class)
class TubesTest {
    private fun begin() {
        work {
            desk.journal().enrol(Hub.invitation)
            desk.journal().takeProfile(Hub.profile.readBytes())
        }
        val scan = startShift().get()
        work { desk.journal().day() }
        scan.scan(tube(5))
        scan.scan(person(1))
    }

    private fun rows(activity: Activity, id: Int): List<Button> =
        activity.requireViewById<LinearLayout>(id).let { column -> List(column.childCount) { column.getChildAt(it) as Button } }

    private fun texts(activity: Activity, id: Int) = rows(activity, id).map { it.text.toString() }

    private fun isShown(activity: Activity, id: Int) = activity.requireViewById<View>(id).isShown

    private fun tubeScreen(number: Int): TubeActivity =
        open(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, tube(number)) }.get().also { screen ->
            await("how it stands") { screen.read(R.id.state).isNotEmpty() }
        }

    @Test
    fun `open tubes come first, then closed and spoiled ones with their state`() {
        begin()
        val tubes = open(TubesActivity::class.java).get()
        await("the tubes") { rows(tubes, R.id.closed).size == 4 }
        assertEquals(listOf("${tube(5)} · in work\n1 of 10 · lane A · open 0 min"), texts(tubes, R.id.open))
        assertEquals(
            setOf(
                "${tube(4)}\nspoiled, never opened", "${tube(3)}\nspoiled · 1 of 10 · lane A",
                "${tube(2)}\nclosed short · 3 of 10 · lane A", "${tube(1)}\nfull · 10 of 10 · lane A",
            ),
            texts(tubes, R.id.closed).toSet(),
        )
        assertEquals("latest first", listOf(3, 2, 1).map(::tube), texts(tubes, R.id.closed).map { it.take(11) } - tube(4))
        for (row in rows(tubes, R.id.open) + rows(tubes, R.id.closed)) {
            row.performClick()
            val label = shadowOf(tubes).nextStartedActivity.getStringExtra(TubeActivity.LABEL)
            assertTrue("$label", row.text.startsWith(checkNotNull(label)))
        }
    }

    @Test
    fun `the list follows what is done`() {
        begin()
        val tubes = open(TubesActivity::class.java).get()
        await("the tubes") { rows(tubes, R.id.closed).size == 4 }
        val tube = tubeScreen(5)
        assertFalse(isShown(tube, R.id.active))
        tube.tap(R.id.close)
        await("its end") { texts(tubes, R.id.closed).any { it.startsWith("${tube(5)}\nclosed short · 1 of 10") } }
        assertEquals("No open tube", tubes.read(R.id.none))
        assertTrue(rows(tubes, R.id.open).isEmpty())
        await("its state") { tube.read(R.id.state) == "closed short · 1 of 10" }
        assertFalse("nothing is left to close", isShown(tube, R.id.close))
    }

    @Test
    fun `a closed or spoiled tube can be put right but not worked with`() {
        begin()
        for ((number, state) in listOf(1 to "full · 10 of 10", 2 to "closed short · 3 of 10", 3 to "spoiled · 1 of 10", 4 to "spoiled")) {
            val tube = tubeScreen(number)
            assertEquals(state, tube.read(R.id.state))
            assertFalse(state, isShown(tube, R.id.close) || isShown(tube, R.id.active))
            for (id in listOf(R.id.people, R.id.void_one, R.id.move, R.id.spoil)) assertTrue(state, isShown(tube, id))
        }
        val open = tubeScreen(5)
        assertTrue("it is in work", isShown(open, R.id.close) && !isShown(open, R.id.active))
    }

    @Test
    fun `a label of no tube of the shift offers no work until the tube is opened`() {
        begin()
        val other = open(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, tube(6)) }.get()
        val beside = tubeScreen(5)
        assertTrue("what there is was loaded", isShown(beside, R.id.close))
        assertFalse(isShown(other, R.id.active) || isShown(other, R.id.close))
        work {
            desk.journal().scan("A", Scan.Typed(tube(6), null))
            desk.journal().verb("A", Verb.Confirm(null, null))
        }
        await("it is in work") { isShown(other, R.id.close) }
    }

    @Test
    fun `a tube that the next operator took over goes on`() {
        begin()
        work { desk.journal().startShift(ShiftPlan("Hall", "Wang")) }
        val tube = open(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, tube(5)) }.get()
        await("it can be worked with or closed") { isShown(tube, R.id.active) || isShown(tube, R.id.close) }
    }

    @Test
    fun `an open tube that is not in work is offered, and the one before it stays open`() {
        begin()
        work {
            desk.journal().scan("A", Scan.Typed(tube(6), null))
            desk.journal().verb("A", Verb.Confirm(null, null))
        }
        val before = tubeScreen(5)
        assertEquals("open · 1 of 10", before.read(R.id.state))
        assertTrue("another is in work", isShown(before, R.id.active) && !isShown(before, R.id.close))
        before.tap(R.id.active)
        await("it is in work") { isShown(before, R.id.close) }
    }
}
