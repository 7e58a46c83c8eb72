package org.fieldcore.demo

import android.view.View
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.ShownCode
import org.fieldcore.ffi.Verb
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf

/** Tubes and boxes go from hand to hand: the codes are those on the screens, read off their pixels. */
@RunWith(ParentRunner::class)
class HandTest {
    private fun outcome() = desk.scene.value.answer?.outcome

    private fun problems() = desk.scene.value.answer?.problems.orEmpty()

    private fun boxes(): BoxesActivity = open(BoxesActivity::class.java).get()

    /** Packs what is typed, then what the camera shows. */
    private fun pack() {
        fill(1, 2)
        val boxes = boxes()
        boxes.tap(R.id.pack)
        val read = reader(boxes)
        read.tap(R.id.take)
        assertEquals("nothing was typed", null, outcome())
        for ((text, come) in listOf(box(1) to Outcome.BOX_OPENED, tube(1) to Outcome.PACKED)) {
            read.write(R.id.entry, text)
            read.tap(R.id.take)
            await(text) { outcome() == come }
            assertEquals("", read.read(R.id.entry))
        }
        read.sees(Code39.frame(tube(2), 1280, 720, 1344))
        await("the label before the camera") { read.read(R.id.told) == "box BOX-1 · tubes 2" }
        read.sees(Code39.frame(tube(2), 1280, 720, 1344))
        assertEquals("a label that lies in view is one scan", Outcome.PACKED, outcome())
        read.write(R.id.entry, person(9))
        read.tap(R.id.take)
        await("a person is no tube") { outcome() == Outcome.WRONG_KIND }
        assertEquals("what was typed stays to be put right", person(9), read.read(R.id.entry))
    }

    private fun boxScreen(number: Int): BoxActivity =
        open(BoxActivity::class.java) { putExtra(BoxActivity.LABEL, box(number)) }.get().also { screen ->
            await("how it stands") { screen.read(R.id.state).isNotEmpty() }
        }

    private fun seal(number: Int, count: String) {
        val screen = boxScreen(number)
        screen.write(R.id.count, "")
        screen.tap(R.id.seal)
        assertTrue("the count is due", screen.requireViewById<Overlay>(R.id.overlay).isShown)
        screen.write(R.id.count, count)
        screen.write(R.id.temperature, "warm")
        screen.tap(R.id.seal)
        assertTrue("nothing was sealed", outcome() != Outcome.BOX_SEALED)
        screen.write(R.id.temperature, "4,5")
        screen.write(R.id.seal_number, "S-4711")
        screen.tap(R.id.seal)
        await("sealed") { outcome() == Outcome.BOX_SEALED }
        await("its state") { screen.read(R.id.state).startsWith("■ sealed") }
        assertFalse(screen.requireViewById<View>(R.id.sealing).isShown)
    }

    private fun offer(number: Int): CodeActivity {
        val hand = open(HandOverActivity::class.java)
        await("the boxes") { hand.get().column(R.id.list).isNotEmpty() }
        hand.get().tap(R.id.offer)
        await("no box was chosen") { "boxes_due" in problems() }
        hand.get().touch(R.id.list, box(number))
        assertTrue(hand.get().column(R.id.list).single { box(number) in it }.startsWith("☑"))
        hand.recreate()
        await("the boxes again") { hand.get().column(R.id.list).isNotEmpty() }
        assertEquals("what was chosen outlives a turn", "Chosen: boxes 1, tubes 2", hand.get().read(R.id.state))
        hand.get().tap(R.id.offer)
        return code(hand.get())
    }

    @Test
    fun `a box goes to another phone by codes, and its receipt comes back`() {
        beginBoxes()
        val other = OtherPhone()
        pack()
        seal(1, "2")
        val shown = offer(1)
        assertEquals(Outcome.NEEDS_CONFIRMATION, other.scan(readOff(shown.frame())).outcome)
        other.say(Verb.Count(box(1), 2u, 50))
        val received = other.say(Verb.Confirm(null, null))
        assertEquals(Outcome.HAND_OVER_RECEIVED, received.outcome)
        shown.tap(R.id.next)
        val read = reader(shown)
        // Another code than the one that is due: said, and the camera goes on.
        val foreign = ask { other.journal.helpers.code() }
        read.sees(foreign)
        await("the word") { "a helper's code" in read.read(R.id.told) }
        assertFalse(read.isFinishing)
        read.sees(checkNotNull(received.code))
        await("the receipt") { read.isFinishing }
        val boxes = boxes()
        await("it is told") { outcome() == Outcome.HAND_OVER_GIVEN }
        assertTrue(boxes.requireViewById<Overlay>(R.id.overlay).isShown)
        await("where it is") { boxes.column(R.id.closed).any { it.startsWith("BOX-1\n→ handed over: ${other.journal.device}") } }
        // The same receipt once more does no harm; within two seconds it is the same scan.
        Thread.sleep(2_100)
        boxes.tap(R.id.receipt)
        val again = reader(boxes)
        again.sees(checkNotNull(received.code))
        await("it was used") { "code_used" in problems() }
        assertFalse(again.isFinishing)
    }

    /** The other phone offers two boxes. */
    private fun offered(other: OtherPhone): String {
        for (number in 3..4) {
            other.type(tube(number))
            other.type(person(number))
            other.say(Verb.Close("done"))
            other.pack(box(number))
            other.pack(tube(number))
            assertEquals(Outcome.BOX_SEALED, other.say(Verb.Seal(1u, null, null)).outcome)
        }
        return checkNotNull(other.say(Verb.Offer(listOf(box(3), box(4)), null)).code)
    }

    @Test
    fun `boxes come from another phone, one is missing, and the answer is read off the screen`() {
        beginBoxes()
        val other = OtherPhone()
        val boxes = boxes()
        boxes.tap(R.id.receive)
        reader(boxes).let { read ->
            read.sees(offered(other))
            await("the offer") { read.isFinishing }
        }
        val screen = open(BoxesActivity::class.java)
        await("counting begins") { shadowOf(screen.get()).peekNextStartedActivity() != null }
        assertEquals(ReceiveActivity::class.java.name, shadowOf(screen.get()).nextStartedActivity.component?.className)
        screen.pause().stop()
        var controller = open(ReceiveActivity::class.java)
        assertEquals("Offered: boxes 2, tubes 2", controller.get().read(R.id.state))
        controller.get().tap(R.id.received)
        await("none was counted") { "scan_boxes" in problems() }
        controller.get().touch(R.id.list, box(3))
        controller.get().tap(R.id.counted)
        assertTrue("a count is due", controller.get().requireViewById<Overlay>(R.id.overlay).isShown)
        controller.get().write(R.id.count, "1")
        controller.get().write(R.id.temperature, "-2")
        controller.get().tap(R.id.counted)
        await("the count") { controller.get().column(R.id.list).last() == "✓ box BOX-3 · tubes 1" }
        controller.recreate()
        assertEquals("it outlives a turn", listOf("○ box BOX-4", "✓ box BOX-3 · tubes 1"), controller.get().column(R.id.list))
        controller.get().tap(R.id.received)
        await("a reason is due") { "boxes_missing" in problems() }
        controller.get().write(R.id.reason, "it stayed behind")
        controller.get().tap(R.id.received)
        await("received") { outcome() == Outcome.HAND_OVER_RECEIVED }
        val answer = readOff(code(controller.get()).frame())
        assertEquals(Outcome.HAND_OVER_GIVEN, other.scan(answer).outcome)
        assertEquals(listOf("given", "sealed"), ask { other.journal.boxes() }.map { it.state })
        assertEquals(listOf(box(3)), ask { desk.journal().boxes() }.map { it.container })
        controller = open(ReceiveActivity::class.java)
        assertTrue("nothing is being received any more", controller.get().isFinishing)
    }

    @Test
    fun `an offer that was read is left again, and can be read anew`() {
        beginBoxes()
        val offer = offered(OtherPhone())
        fun reads() = ReadActivity::class.java.let {
            desk.hand.reading = StationCodes(R.string.box_receive, R.string.box_receive_how, ShownCode.HAND_OVER)
            val read = open(it).get()
            read.sees(offer)
            await("the offer") { read.isFinishing }
            open(BoxesActivity::class.java).pause().stop()
            open(ReceiveActivity::class.java).get()
        }
        val screen = reads()
        screen.touch(R.id.list, box(3))
        screen.write(R.id.count, "1")
        screen.tap(R.id.counted)
        await("the count") { screen.column(R.id.list).last().startsWith("✓ box BOX-3") }
        // A tube before the lane's camera does not belong to it: refused, and receiving goes on.
        ask { desk.journal().line("A", tube(9)) }
        screen.tap(R.id.nothing)
        assertTrue("it is asked first", screen.read(R.id.nothing).startsWith("Tap again"))
        screen.tap(R.id.nothing)
        await("it is left") { screen.isFinishing }
        assertTrue("nothing was received", ask { desk.journal().boxes() }.isEmpty())
        Thread.sleep(2_100)
        assertEquals(listOf("○ box BOX-3", "○ box BOX-4"), reads().column(R.id.list))
    }

    @Test
    fun `a box is opened again, damaged, measured, and given to a driver`() {
        beginBoxes()
        pack()
        seal(1, "2")
        val screen = boxScreen(1)
        await("the tubes") { screen.column(R.id.list).size == 2 }
        screen.touch(R.id.list, tube(2))
        assertTrue("it is asked first", screen.column(R.id.list).any { it.startsWith("Tap again") })
        screen.touch(R.id.list, tube(2))
        await("taken out") { outcome() == Outcome.UNPACKED }
        await("open again") { screen.read(R.id.state).startsWith("○ open · tubes 1") }
        screen.touch(R.id.damages, "It leaks")
        await("the damage") { desk.scene.value.answer?.note == org.fieldcore.ffi.Remark.DAMAGE_KEPT }
        screen.tap(R.id.cold)
        assertTrue("a temperature is due", screen.requireViewById<Overlay>(R.id.overlay).isShown)
        screen.write(R.id.on_way_temperature, "-2")
        screen.tap(R.id.cold)
        await("the temperature") { desk.scene.value.answer?.note == org.fieldcore.ffi.Remark.TEMPERATURE_KEPT }
        screen.write(R.id.count, "2")
        screen.tap(R.id.seal)
        await("the count differs") { "count_differs" in problems() }
        await("the question") { screen.requireViewById<View>(R.id.question).isShown }
        screen.tap(R.id.leave)
        assertFalse(screen.requireViewById<View>(R.id.question).isShown)
        screen.write(R.id.count, "2")
        screen.tap(R.id.seal)
        await("the question again") { screen.requireViewById<View>(R.id.question).isShown }
        screen.tap(R.id.confirm)
        await("sealed all the same") { outcome() == Outcome.BOX_SEALED }
        val hand = open(HandOverActivity::class.java) { putExtra(BoxActivity.LABEL, box(1)) }.get()
        await("it is chosen") { hand.read(R.id.state).startsWith("Chosen: boxes 1") }
        hand.tap(R.id.give)
        assertTrue("to whom is due", hand.requireViewById<Overlay>(R.id.overlay).isShown)
        hand.write(R.id.whom, "the van of the office")
        hand.tap(R.id.give)
        assertTrue("it is asked first", hand.read(R.id.give).startsWith("Tap again"))
        assertEquals(Outcome.BOX_SEALED, outcome())
        hand.tap(R.id.give)
        await("given") { outcome() == Outcome.HAND_OVER_GIVEN }
        await("nothing is left to hand over") { hand.read(R.id.none).isNotEmpty() }
        assertEquals("", hand.read(R.id.whom))
    }

    private fun tubeScreen(number: Int): TubeActivity =
        open(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, tube(number)) }.get().also { screen ->
            await("how it stands") { screen.read(R.id.state).isNotEmpty() }
        }

    @Test
    fun `an open tube passes on by a code, comes back by a code, and another is taken back`() {
        beginBoxes()
        val other = OtherPhone()
        ask { desk.journal().line("A", tube(7)) }
        ask { desk.journal().line("A", person(1)) }
        val screen = tubeScreen(7)
        screen.tap(R.id.pass_on)
        val shown = code(screen)
        val taken = other.scan(readOff(shown.frame()))
        assertEquals(Outcome.TUBE_TAKEN_OVER, taken.outcome)
        shown.tap(R.id.next)
        val read = reader(shown)
        read.sees(checkNotNull(taken.code))
        await("the answer") { read.isFinishing }
        assertEquals(Outcome.BOUND, other.type(person(2)).outcome)
        val back = checkNotNull(other.say(Verb.Pass(tube(7), null)).code)
        val tubes = open(TubesActivity::class.java).get()
        tubes.tap(R.id.take_over)
        val reading = reader(tubes)
        reading.sees(back)
        await("it is back") { reading.isFinishing }
        val list = open(TubesActivity::class.java).get()
        await("it is told") { outcome() == Outcome.TUBE_TAKEN_OVER }
        assertNotNull("the answer's code is shown", code(list))
        ask { desk.journal().line("A", person(3)) }
        assertEquals("3 people", 3u, ask { desk.journal().openTubes() }.single().count)

        val again = tubeScreen(7)
        again.tap(R.id.pass_on)
        await("away") { again.read(R.id.state).startsWith("passed on") }
        assertEquals("Show the code of the passing again", again.read(R.id.pass_on))
        again.tap(R.id.pass_back)
        assertTrue("it is asked first", again.read(R.id.pass_back).startsWith("Tap again"))
        again.tap(R.id.pass_back)
        await("taken back") { outcome() == Outcome.TUBE_TAKEN_BACK }
        await("in work") { again.read(R.id.state).startsWith("open") && !again.requireViewById<View>(R.id.pass_back).isShown }
    }

    @Test
    fun `what is no code of another phone is said once and nothing is scanned`() {
        beginBoxes()
        val boxes = boxes()
        boxes.tap(R.id.receive)
        val read = reader(boxes)
        val before = ask { desk.journal().status() }.unsent
        read.sees(Qr.frame(Qr.other()))
        await("the word") { "none of this app's codes" in read.read(R.id.told) }
        read.sees(person(5))
        await("the cue went") { "none of this app's codes" in read.read(R.id.told) }
        read.tap(R.id.paste)
        assertEquals("The clipboard holds no text.", read.read(R.id.told))
        assertEquals("nobody was scanned", before, ask { desk.journal().status() }.unsent)
        assertEquals(null, desk.scene.value.failure)
        read.tap(R.id.back)
        assertTrue(read.isFinishing)
    }
}
