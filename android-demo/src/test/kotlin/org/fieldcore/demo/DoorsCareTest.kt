package org.fieldcore.demo

import android.app.Activity
import android.content.Context
import android.content.ContextWrapper
import android.os.Bundle
import android.view.View
import android.widget.EditText
import android.widget.TextView
import org.fieldcore.ffi.ClaimLine
import org.fieldcore.ffi.ClaimOverlap
import org.fieldcore.ffi.ContestedDoor
import org.fieldcore.ffi.DoorPlace
import org.fieldcore.ffi.NewHousehold
import org.fieldcore.ffi.Saved
import org.fieldcore.ffi.TeamFigures
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import java.io.File

/** Careless hands, turns of the phone, the end of the process, and what two teams see of one claim. */
@RunWith(ParentRunner::class)
class DoorsCareTest {
    private fun household(household: String) =
        open(HouseholdActivity::class.java) { putExtra(DoorScreen.HOUSEHOLD, household) }.also { screen ->
            await("the door") { screen.get().read(R.id.state).isNotEmpty() }
        }

    private fun first(): String = Village.homes().first().household

    /** Presses [id] and waits for a refusal that says [words]; nothing may be recorded. */
    private fun refused(screen: Activity, words: String, press: () -> Unit) {
        screen.requireViewById<View>(R.id.overlay).visibility = View.GONE
        val before = Village.records()
        press()
        await(words) { screen.said().startsWith("REFUSED") }
        assertTrue("$words in ${screen.said()}", "Nothing was recorded" in screen.said() && words in screen.said())
        assertFalse("it can be put right", screen.isFinishing)
        assertEquals("nothing was recorded", before, Village.records())
    }

    @Test
    fun `a key that is pressed twice records once`() {
        Village.begin()
        val before = Village.records()
        val form = open(AddHouseholdActivity::class.java).get()
        form.write(R.id.door, "5")
        repeat(3) { form.requireViewById<View>(R.id.save).performClick() }
        await("the household") { form.isFinishing }
        assertEquals(before + 1u, Village.records())
        val home = household(first()).get()
        repeat(3) { home.requireViewById<View>(R.id.found_informed).performClick() }
        await("the visit") { "informed" in home.read(R.id.state) }
        assertEquals(before + 2u, Village.records())
    }

    @Test
    fun `empty fields, a wrong number and words that are due are said, and nothing is recorded`() {
        Village.begin()
        val place = open(AddHouseholdActivity::class.java).get()
        refused(place, "Nothing says where it is") { place.tap(R.id.save) }
        place.write(R.id.door, "5")
        place.tap(R.id.save)
        await("the household") { place.isFinishing }
        val at: android.content.Intent.() -> Unit = { putExtra(DoorScreen.HOUSEHOLD, first()) }
        val form = open(AddPersonActivity::class.java, at).get()
        refused(form, "Type the card's number") { form.tap(R.id.save) }
        val pad = form.requireViewById<Pad>(R.id.pad)
        pad.show(person(5).dropLast(1) + if (person(5).last() == '1') "2" else "1")
        refused(form, "check digit does not fit") { form.tap(R.id.save) }
        pad.show(person(5).take(9))
        refused(form, "The number does not hold") { form.tap(R.id.save) }
        form.tap(R.id.without_number)
        refused(form, "must be described") { form.tap(R.id.save) }
        form.write(R.id.description, "grey coat")
        form.tap(R.id.save)
        await("the person") { form.isFinishing }
        var resident = ""
        work { resident = desk.journal().doors.residents(first()).single().resident }
        val excuse = open(ExcuseActivity::class.java) { at(); putExtra(DoorScreen.RESIDENT, resident) }.get()
        refused(excuse, "needs a few words") { excuse.tapIn(R.id.reasons, "other") }
        val later = open(FollowUpActivity::class.java, at).get()
        refused(later, "needs a few words") { later.tapIn(R.id.kinds, "other") }
    }

    @Test
    fun `what is done already is said, and nothing is recorded`() {
        Village.begin(list = true)
        val at: android.content.Intent.() -> Unit = { putExtra(DoorScreen.HOUSEHOLD, first()) }
        val form = open(AddPersonActivity::class.java, at).get()
        form.requireViewById<Pad>(R.id.pad).show(person(303))
        refused(form, "known already") { form.tap(R.id.save) }
        fun later() = open(FollowUpActivity::class.java, at).get()
        later().tapIn(R.id.kinds, "come again")
        await("the follow-up") { desk.walk.told != null }
        val again = later()
        refused(again, "open already") { again.tapIn(R.id.kinds, "come again") }
        val area = Village.homes().first().place.area
        fun claims() = open(ClaimsActivity::class.java) { putExtra(BuildingActivity.AREA, area).putExtra(BuildingActivity.BUILDING, "7") }.get()
        val claim = claims()
        claim.tap(R.id.claim)
        await("the claim") { claim.isFinishing }
        val second = claims()
        refused(second, "has claimed these very doors") { second.tap(R.id.claim) }
        second.write(R.id.first, "202")
        second.write(R.id.last, "101")
        refused(second, "The last door comes before the first") { second.tap(R.id.claim) }
    }

    @Test
    fun `without a shift it is said that one is due`() {
        Village.begin(list = true)
        work { desk.journal().endShift("A") }
        val home = household(first()).get()
        refused(home, "No shift runs") { home.tap(R.id.found_done) }
    }

    @Test
    fun `a turn of the phone keeps what is typed, and no saved state holds it`() {
        Village.begin(list = true)
        val controller = household(first())
        controller.get().write(R.id.why, "王安 asked us back")
        val form = open(AddPersonActivity::class.java) { putExtra(DoorScreen.HOUSEHOLD, first()) }
        form.get().write(R.id.person_name, "李宝")
        form.get().requireViewById<Pad>(R.id.pad).show("1101011888")
        form.get().tapIn(R.id.categories, "bedridden")
        val doors = open(DoorsActivity::class.java)
        doors.get().write(R.id.query, "王安")
        val typed = listOf(controller to listOf("王安"), form to listOf("李宝", "1101011888"), doors to listOf("王安"))
        for ((screen, secrets) in typed) {
            val saved = Bundle()
            screen.saveInstanceState(saved)
            for (secret in secrets) assertFalse("in no saved state", secret in texts(saved))
        }
        RuntimeEnvironment.setQualifiers("+land")
        for (screen in listOf(controller, form, doors)) {
            screen.configurationChange().visible()
            screen.recreate()
        }
        assertEquals("王安 asked us back", controller.get().requireViewById<EditText>(R.id.why).text.toString())
        assertEquals("李宝", form.get().requireViewById<EditText>(R.id.person_name).text.toString())
        assertEquals("1101011888", form.get().requireViewById<Pad>(R.id.pad).text)
        assertTrue(form.get().column(R.id.categories).single { "bedridden" in it.text }.text.startsWith("☑"))
        await("what is found") { doors.get().rowTexts().any { "王安" in it } }
        await("the people") { controller.get().panels().size == 2 }
        form.get().finish()
        form.pause().stop().destroy()
        val fresh = open(AddPersonActivity::class.java) { putExtra(DoorScreen.HOUSEHOLD, first()) }.get()
        assertEquals("what was left is let go", "", fresh.requireViewById<EditText>(R.id.person_name).text.toString() + fresh.requireViewById<Pad>(R.id.pad).text)
    }

    /** Everything in a bundle, as text; of views what they would show again. */
    private fun texts(bundle: Bundle): String {
        val parcel = android.os.Parcel.obtain()
        parcel.writeBundle(bundle)
        val bytes = parcel.marshall()
        parcel.recycle()
        @Suppress("DEPRECATION")
        fun all(of: Bundle): String = of.keySet().joinToString { key -> of.get(key).let { if (it is Bundle) all(it) else it.toString() } }
        return bytes.toString(Charsets.UTF_16LE) + bytes.toString(Charsets.UTF_8) + all(bundle)
    }

    @Test
    fun `who went with the list stands on no screen any more`() {
        Village.begin(list = true)
        val home = household(first()).get()
        await("the people") { home.panels().size == 2 }
        work {
            desk.journal().doors.forgetRoster()
            desk.journal().doors.addHousehold("A", NewHousehold(door = "9"))
        }
        await("that it is not known") { "no longer on the list" in home.read(R.id.title) }
        assertTrue("nobody's name", home.views().filterIsInstance<TextView>().none { "王安" in it.text || "李宝" in it.text })
        assertFalse("nothing can be recorded", home.requireViewById<View>(R.id.found_done).isShown)
    }

    @Test
    fun `the end of the process loses no record, and another journal shows no old names`() {
        Village.begin(list = true)
        val before = household(first())
        before.get().tap(R.id.found_refused)
        await("the visit") { "refused" in before.get().read(R.id.state) }
        val saved = Bundle()
        before.saveInstanceState(saved)
        // What lies on the disk at this moment is what a killed process leaves: the journal was not closed.
        val copy = File(app.noBackupFilesDir.parentFile, "doors-after-death")
        app.noBackupFilesDir.copyRecursively(copy)
        app.desk = Desk(moved(copy), app.surroundings)
        val again = Robolectric.buildActivity(HouseholdActivity::class.java, before.get().intent).setup(saved)
        await("the door") { "refused" in again.get().read(R.id.state) && again.get().panels().size == 2 }
        assertEquals(5u, Village.figures().left)
        again.pause().stop()
        app.desk = Desk(moved(File(app.noBackupFilesDir.parentFile, "another")), app.surroundings)
        work { desk.practise(true) }
        val other = Robolectric.buildActivity(HouseholdActivity::class.java, before.get().intent).setup(saved).get()
        await("that it is not known") { "no longer on the list" in other.read(R.id.title) }
        assertTrue("nobody's name", other.views().filterIsInstance<TextView>().none { "王安" in it.text })
    }

    private fun moved(folder: File): Context = object : ContextWrapper(app) {
        override fun getNoBackupFilesDir(): File = folder.apply { mkdirs() }
    }

    private fun saved(device: String, seq: Int) = Saved(device, "e", seq.toULong())

    private fun claim(at: Saved) = ClaimLine(at, "B", null, "7", null, null, null, Long.MAX_VALUE, null, 3u)

    private fun door(door: String, one: Saved, other: Saved, keeps: Saved, visited: Boolean) =
        ContestedDoor(door, DoorPlace("", "7", "", door), listOf(one, other), keeps, visited)

    @Test
    fun `where two teams mean the same doors it says who keeps which`() {
        val (mine, theirs) = saved("me", 1) to saved("they", 2)
        val teams = listOf(TeamFigures("they", "Wang", "B", 0u, 0u, 0u, 0u, 0u, 0u, 0u))
        val words = ClaimWords(app, DoorWords(app, Words(app)), Words(app), "me", teams)
        val overlap = listOf(ClaimOverlap(mine, theirs, theirs))
        val claims = listOf(claim(mine), claim(theirs))
        val contested = listOf(door("101", mine, theirs, mine, true), door("102", mine, theirs, theirs, false), door("103", mine, theirs, theirs, false))
        assertEquals(
            listOf(
                "⚠ OVERLAP: this phone and Wang, lane B mean the same doors.", "this phone, who was there, keeps: 7-101",
                "Wang, lane B keeps by the rule: 7-102; 7-103",
                "Doors that nobody knows yet are kept by Wang, lane B.",
            ),
            words.overlaps(claims, overlap, contested),
        )
        assertEquals(2, words.overlaps(claims, overlap, emptyList()).size)
        assertTrue("nothing of others' claims", words.overlaps(emptyList(), overlap, contested).isEmpty())
    }
}
