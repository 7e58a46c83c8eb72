package org.fieldcore.demo

import android.app.Activity
import android.content.ClipboardManager
import android.content.Intent
import android.view.View
import android.widget.Button
import android.widget.EditText
import android.widget.TextView
import org.fieldcore.ffi.Excuse
import org.fieldcore.ffi.FollowUpKind
import org.fieldcore.ffi.HomeState
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.PersonCategory
import org.fieldcore.ffi.Scan
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith

/** A village's morning by what a user presses, with the real core; with a list also from a hub. */
@RunWith(ParentRunner::class)
class DoorsTest {
    private fun doors(): DoorsActivity = open(DoorsActivity::class.java).get().also { screen -> await("the figures") { screen.read(R.id.left).isNotEmpty() } }

    private fun home(household: String): HouseholdActivity =
        open(HouseholdActivity::class.java) { putExtra(DoorScreen.HOUSEHOLD, household) }.get().also(::await)

    private fun await(screen: HouseholdActivity) = await("the door") { screen.read(R.id.state).isNotEmpty() }

    /** Adds a household by the form, and gives back its screen. */
    private fun add(from: Activity, building: String, door: String, address: String = ""): HouseholdActivity {
        from.tap(R.id.add)
        val form = from.follow<AddHouseholdActivity>()
        for ((id, text) in listOf(R.id.building to building, R.id.door to door, R.id.address to address)) form.write(id, text)
        form.tap(R.id.save)
        await("the household") { form.isFinishing }
        return form.follow<HouseholdActivity>().also(::await)
    }

    private fun addPerson(home: HouseholdActivity, fill: AddPersonActivity.() -> Unit) {
        val before = home.panels().size
        home.tap(R.id.add)
        val form = home.follow<AddPersonActivity>()
        form.fill()
        form.tap(R.id.save)
        await("the person") { home.panels().size == before + 1 }
        assertTrue(form.isFinishing)
    }

    private fun AddPersonActivity.number(text: String) = requireViewById<Pad>(R.id.pad).show(text)

    private fun found(home: HouseholdActivity, state: Int, words: String) {
        home.tap(state)
        await(words) { home.read(R.id.state).contains(words) }
    }

    /** What stands on the screen is what the core counts. */
    private fun same(screen: DoorsActivity) {
        val figures = Village.figures()
        await("the figures") { screen.read(R.id.left) == figures.left.toString() }
        val shown = screen.read(R.id.figures)
        val lines = listOf("done ${figures.done}", "refused ${figures.refused}", "sampled ${figures.sampled} of ${figures.people}")
        for (line in lines) assertTrue("$line in $shown", line in shown)
        assertEquals("doors left of ${figures.homes}", screen.read(R.id.left_of))
    }

    @Test
    fun `a village's morning`() {
        val scan = Village.begin()
        scan.tap(R.id.doors)
        val doors = scan.follow<DoorsActivity>()
        await("that nothing is here") { doors.read(R.id.none).isNotEmpty() }
        assertFalse(doors.requireViewById<View>(R.id.next).isEnabled)

        val first = add(doors, "7", "101")
        assertTrue(first.read(R.id.title), first.read(R.id.title) == "7-101" && "not visited" in first.read(R.id.state))
        assertTrue(first.read(R.id.nobody).isNotEmpty())
        addPerson(first) {
            number(person(41))
            write(R.id.person_name, "王安")
            tapIn(R.id.categories, "over 60")
        }
        addPerson(first) {
            tap(R.id.without_number)
            write(R.id.description, "boy in a red coat")
            tapIn(R.id.categories, "☐ child")
            write(R.id.guardian, "王安")
            write(R.id.contact, "13900000001")
        }
        val child = first.panels()[1].requireViewById<TextView>(R.id.who).text.toString()
        for (part in listOf("boy in a red coat", "child", "13900000001", "Guardian 王安", "○ not sampled")) assertTrue("$part in $child", part in child)

        Village.tube(61)
        await("the tube") { tube(61) in first.read(R.id.tube) }
        first.panels()[0].tapKey(R.id.sample)
        await("the sample") { "✓ sampled" in first.panels()[0].requireViewById<TextView>(R.id.who).text }
        assertEquals(Outcome.BOUND, desk.scene.value.answer?.outcome)
        assertTrue("its cue: ${first.said()}", first.said().startsWith("OK"))
        assertTrue("partly done" in first.read(R.id.state))
        assertFalse("nothing more to sample", first.panels()[0].requireViewById<View>(R.id.sample).isShown)

        first.panels()[1].tapKey(R.id.excuse)
        val excuse = first.follow<ExcuseActivity>()
        await("who it is") { "boy in a red coat" in excuse.read(R.id.who) }
        excuse.tapIn(R.id.reasons, "away")
        await("the excuse") { "done" in first.read(R.id.state) && "– away" in first.panels()[1].requireViewById<TextView>(R.id.who).text }
        assertTrue(excuse.isFinishing)

        val second = add(doors, "7", "102")
        second.write(R.id.why, "curtains drawn")
        found(second, R.id.found_nobody, "nobody home")
        await("its reason") { "curtains drawn" in second.read(R.id.state) && second.requireViewById<EditText>(R.id.why).text.isEmpty() }
        val third = add(doors, "", "", "behind the mill")
        assertEquals("behind the mill", third.read(R.id.title))
        found(third, R.id.found_refused, "refused")

        second.tap(R.id.later)
        val later = second.follow<FollowUpActivity>()
        later.tap(R.id.due)
        later.write(R.id.why, "after eight")
        later.tapIn(R.id.kinds, "come again")
        await("the follow-up") { second.column(R.id.follow_ups).size == 1 }
        doors.tap(R.id.follow_ups)
        val open = doors.follow<DoorListActivity>()
        await("it in the list") { open.rowTexts().size == 1 }
        assertTrue(open.rowTexts().single(), open.rowTexts().single().startsWith("7-102 · come again\nby ") && "after eight" in open.rowTexts().single())
        second.tapIn(R.id.follow_ups, "come again")
        await("a second thought") { "again" in second.column(R.id.follow_ups).single().text.lines().last() }
        second.tapIn(R.id.follow_ups, "come again")
        await("that it is closed") { second.column(R.id.follow_ups).isEmpty() }
        await("none in the list") { open.read(R.id.none).isNotEmpty() }

        same(doors)
        assertEquals("1 left of 2 · sampled 1 of 2, excused 1", doors.rowTexts()[1].lines()[1])
        doors.tap(R.id.missed)
        val missed = doors.follow<DoorListActivity>()
        await("who is missed") { missed.rowTexts().isNotEmpty() }
        assertEquals(listOf("7-101", "7-102"), missed.rowTexts().map { it.lines().first() })
        assertTrue("${missed.rowTexts()}", missed.rowTexts()[0].endsWith("– away") && missed.rowTexts()[1].endsWith("∅ nobody home · curtains drawn"))
    }

    @Test
    fun `the next door leads through all doors and ends at none`() {
        Village.begin(list = true)
        val doors = doors()
        same(doors)
        assertEquals("6", doors.read(R.id.left))
        val walked = mutableListOf<String>()
        doors.tap(R.id.next)
        var home = doors.follow<HouseholdActivity>().also(::await)
        while (true) {
            val door = home.read(R.id.title)
            // Nobody opens the first door at first: it is left, and comes round again after the last.
            if (walked.isEmpty()) found(home, R.id.found_nobody, "nobody home") else found(home, R.id.found_done, "done")
            walked += door
            await("where to go") { home.read(R.id.next).isNotEmpty() && door !in home.read(R.id.next).lines() }
            if (home.read(R.id.next).startsWith("✓ No door is left")) break
            home.tap(R.id.next)
            assertTrue("one door at a time", home.isFinishing)
            home = home.follow<HouseholdActivity>().also(::await)
        }
        val all = Village.homes().map { "Linjiang " + (listOf(it.place.building, it.place.stairwell, it.place.door) - "").joinToString("-") }
        assertEquals(all + all.first(), walked)
        home.tap(R.id.next)
        assertTrue("the end leads back", home.isFinishing)
        assertEquals(null, home.started { it.component?.className == HouseholdActivity::class.java.name })
        same(doors)
        assertEquals("0", doors.read(R.id.left))
        assertFalse(doors.requireViewById<View>(R.id.next).isEnabled)
    }

    @Test
    fun `a building's doors with slot and people, only those left or all`() {
        Village.begin(list = true)
        val doors = doors()
        doors.tapRow("Linjiang 7\n")
        val building = doors.follow<BuildingActivity>()
        await("the doors") { building.rowTexts().size == 4 }
        val headings = building.rows().filterNot { it is Button }.map { (it as TextView).text.toString() }
        assertEquals(listOf("stairwell 2 · Called: 09:00-10:00"), headings)
        assertEquals("7-2-101\n○ not visited · sampled 0 of 2", building.rowTexts().first())
        building.tapRow("7-2-102")
        found(building.follow<HouseholdActivity>().also(::await), R.id.found_moved, "moved away")
        await("its state") { building.rowTexts()[1].startsWith("7-2-102\n→ moved away") }
        building.tap(R.id.only_left)
        await("only those left") { building.rowTexts().size == 3 }
        assertTrue(building.rowTexts().none { "7-2-102" in it })
        building.tap(R.id.only_left)
        await("all") { building.rowTexts().size == 4 }
    }

    @Test
    fun `a number, a name, initials and a door are found, and those added too`() {
        Village.begin(list = true)
        add(doors(), "12", "3")
        val doors = doors()
        fun finds(query: String, what: String) {
            doors.write(R.id.query, query)
            await("$query finds $what") { doors.rowTexts().any { what in it } && doors.rowTexts().none { "left of" in it } }
        }
        finds("王安", "王安")
        finds("wa", "王安")
        finds(person(302).takeLast(4), "7-2-102")
        finds("12-3", "12-3")
        doors.tapRow("Linjiang 12-3")
        assertEquals("Linjiang 12-3", doors.follow<HouseholdActivity>().also(::await).read(R.id.title))
        doors.write(R.id.query, "nobody of this name")
        await("that there is nothing") { (doors.rows().singleOrNull() as? TextView)?.text?.startsWith("Nothing like that") == true }
        doors.write(R.id.query, "")
        await("the buildings") { doors.rowTexts().size == 2 }
    }

    @Test
    fun `a card's number settles who somebody of the list is`() {
        Village.begin(list = true)
        Village.tube(62)
        val home = home(Village.homes().first { it.place.door == "202" }.household)
        home.panels()[0].tapKey(R.id.card)
        val card = home.follow<CardActivity>()
        await("who it is") { card.read(R.id.who).isNotEmpty() }
        val before = Village.records()
        card.key(person(301))
        await("that it is somebody else's") { "somebody else" in card.said() }
        assertEquals("nothing was recorded", before, Village.records())
        card.requireViewById<Pad>(R.id.pad).show("")
        card.key(person(399))
        await("the sample") { card.isFinishing }
        assertEquals(Outcome.BOUND, desk.scene.value.answer?.outcome)
        await("that they are sampled") { "✓ sampled" in home.panels()[0].requireViewById<TextView>(R.id.who).text }
        assertEquals(1u, Village.figures().sampled)
    }

    @Test
    fun `somebody who was sampled in the tent is a question at the door`() {
        val scan = Village.begin(list = true)
        scan.scan(tube(63))
        val home = home(Village.homes().first { it.place.door == "101" }.household)
        home.panels()[0].tapKey(R.id.sample)
        await("the sample") { desk.scene.value.answer?.outcome == Outcome.BOUND && home.panels()[0].requireViewById<View>(R.id.sample).let { !it.isShown } }
        work { desk.journal().scan("A", Scan.Typed(person(399), null)) }
        work { desk.journal().doors.sample("A", residents(home)[0]).let { desk.answered(it, home.intent.getStringExtra(DoorScreen.HOUSEHOLD)) } }
        await("the question") { home.requireViewById<View>(R.id.question).isShown }
        assertEquals(Outcome.DUPLICATE_PERSON, desk.scene.value.answer?.outcome)
        val other = home(Village.homes().first { it.place.door == "102" }.household)
        assertFalse("nothing of another door", other.requireViewById<View>(R.id.question).isShown || other.requireViewById<View>(R.id.band).isShown)
        home.tap(R.id.leave)
        assertFalse(home.requireViewById<View>(R.id.question).isShown)
    }

    private suspend fun residents(home: HouseholdActivity) =
        desk.journal().doors.residents(checkNotNull(home.intent.getStringExtra(DoorScreen.HOUSEHOLD))).map { it.resident }

    @Test
    fun `a wrong visit is corrected here, or at the door where it was`() {
        Village.begin(list = true)
        val homes = Village.homes()
        val home = home(homes[0].household)
        found(home, R.id.found_refused, "refused")
        home.tap(R.id.correct)
        assertTrue(home.read(R.id.correcting).isNotEmpty())
        found(home, R.id.found_informed, "informed")
        assertEquals("", home.read(R.id.correcting))
        home.tap(R.id.correct)
        val right = home(homes[1].household)
        assertTrue(homes[0].place.door in right.read(R.id.correcting))
        found(right, R.id.found_done, "done")
        assertEquals(listOf(HomeState.NOT_VISITED, HomeState.DONE), Village.homes().take(2).map { it.state })
        await("the first door") { "not visited" in home.read(R.id.state) }
    }

    @Test
    fun `doors are claimed until a time and given up`() {
        Village.begin(list = true)
        val doors = doors()
        doors.tapRow("Linjiang 7\n")
        val building = doors.follow<BuildingActivity>()
        await("the doors") { building.rowTexts().size == 4 }
        building.tap(R.id.claim)
        val claims = building.follow<ClaimsActivity>()
        await("the stairwells") { claims.column(R.id.stairwells).size == 2 }
        claims.tapIn(R.id.stairwells, "stairwell 2")
        claims.write(R.id.first, "101")
        claims.write(R.id.last, "201")
        claims.tap(R.id.claim)
        await("the claim") { claims.isFinishing }
        await("the doors' states") { building.rowTexts().count { "⚑ claimed" in it } == 3 }
        assertTrue(building.read(R.id.claims), building.read(R.id.claims).startsWith("⚑ Linjiang 7 · stairwell 2 · doors 101 to 201\nthis phone · 3 known · until "))
        val all = open(ClaimsActivity::class.java).get()
        await("it in the list") { all.column(R.id.own).size == 1 }
        all.tapIn(R.id.own, "Give up")
        await("a second thought") { "again" in all.column(R.id.own).single().text }
        all.tapIn(R.id.own, "again")
        await("that it is given up") { all.column(R.id.own).isEmpty() }
        await("the doors' states") { building.rowTexts().none { "⚑" in it } }
    }

    @Test
    fun `every state, excuse, kind and category has its words and each state a sign of its own`() {
        val words = Words(app)
        val said =
            HomeState.entries.map { "state" to it.name } + Excuse.entries.map { "excuse" to it.name } +
                FollowUpKind.entries.map { "follow" to it.name } + PersonCategory.entries.map { "category" to it.name }
        for ((kind, name) in said) assertTrue("$kind $name", words.code("doors_$kind", name.lowercase()) != null)
        assertEquals(HomeState.entries.size, DoorWords.SIGNS.values.toSet().size)
    }

    @Test
    fun `progress goes to a chat and the day sheet to another app, without anybody's name`() {
        Village.begin(list = true)
        val progress = open(ProgressActivity::class.java).get()
        await("the line") { progress.read(R.id.text).isNotEmpty() }
        progress.tap(R.id.by_building)
        await("the buildings") { progress.read(R.id.text).lines().size == 3 }
        val text = progress.read(R.id.text)
        assertTrue(text, "6 households" in text && Village.list().lines().drop(1).none { it.substringBefore(',') in text })
        progress.tap(R.id.copy)
        val clipboard = checkNotNull(app.getSystemService(ClipboardManager::class.java))
        assertEquals(text, clipboard.primaryClip?.getItemAt(0)?.text.toString())
        progress.tap(R.id.share)
        assertEquals(text, shared(progress).getStringExtra(Intent.EXTRA_TEXT))
        progress.tap(R.id.share_sheet)
        val sent = shared(progress)
        assertTrue(sent.flags and Intent.FLAG_GRANT_READ_URI_PERMISSION != 0)
        val html = DaySheet.file(app).readText()
        assertTrue(html.startsWith("<!") && Village.list().lines().drop(1).none { it.substringBefore(',') in html })
    }

    private fun shared(from: Activity): Intent {
        var chooser: Intent? = null
        await("what is shared") { from.started { it.action == Intent.ACTION_CHOOSER }.also { chooser = it } != null }
        @Suppress("DEPRECATION")
        return checkNotNull(chooser?.getParcelableExtra<Intent>(Intent.EXTRA_INTENT))
    }
}
