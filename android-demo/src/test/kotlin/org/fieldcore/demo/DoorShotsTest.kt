package org.fieldcore.demo

import android.app.Activity
import android.view.View
import android.widget.ScrollView
import org.fieldcore.ffi.ClaimPlan
import org.fieldcore.ffi.Excuse
import org.fieldcore.ffi.FollowUpKind
import org.fieldcore.ffi.FoundAtDoor
import org.fieldcore.ffi.NewExcuse
import org.fieldcore.ffi.NewFollowUp
import org.fieldcore.ffi.NewHousehold
import org.fieldcore.ffi.VisitState
import org.junit.Test
import org.junit.runner.RunWith

/** Pictures of the screens from door to door, for people to look at. */
@RunWith(ParentRunner::class)
class DoorShotsTest {
    /** A morning that is half done. */
    private fun morning(): List<String> {
        Village.begin(list = true)
        Village.tube(71)
        val homes = Village.homes().map { it.household }
        work {
            val doors = desk.journal().doors
            suspend fun people(home: String) = doors.residents(home).map { it.resident }
            doors.claim("A", ClaimPlan(area = null, building = "7", stairwell = "2", first = "101", last = "201", untilMs = NOON_MS))
            people(homes[0]).forEach { doors.sample("A", it) }
            doors.visit("A", FoundAtDoor(homes[1], VisitState.NOBODY_HOME, "三次敲门"))
            doors.sample("A", people(homes[2])[1])
            doors.excuse("A", NewExcuse(people(homes[5])[1], Excuse.AWAY, "务工"))
            doors.visit("A", FoundAtDoor(homes[4], VisitState.REFUSED))
            doors.followUp("A", NewFollowUp(homes[2], people(homes[2])[0], FollowUpKind.MEDICAL, NOON_MS, "氧气瓶"))
            doors.followUp("A", NewFollowUp(homes[1], null, FollowUpKind.COME_AGAIN, NOON_MS + 21_600_000, null))
            doors.addHousehold("A", NewHousehold(address = "磨坊后面"))
        }
        return homes
    }

    private fun shot(screen: Activity, name: String) = Shots.take(screen, name)

    /** The screen, then what lies below its edge. */
    private fun long(screen: Activity, name: String) {
        shot(screen, name)
        val page = screen.views().filterIsInstance<ScrollView>().first { it !is Overlay }
        page.scrollTo(0, page.height - 80)
        shot(screen, "$name-below")
        page.scrollTo(0, page.getChildAt(0).height)
        shot(screen, "$name-end")
    }

    private fun all(name: String) {
        val homes = morning()
        val doors = open(DoorsActivity::class.java).get()
        await("the figures") { doors.read(R.id.left).isNotEmpty() && doors.rowTexts().isNotEmpty() }
        shot(doors, "$name-21-doors")
        doors.write(R.id.query, "wa")
        await("what is found") { doors.rowTexts().any { "王安" in it } }
        shot(doors, "$name-21a-doors-found")
        val place = Village.homes().first { it.household == homes[0] }.place
        val building = open(BuildingActivity::class.java) { putExtra(BuildingActivity.AREA, place.area).putExtra(BuildingActivity.BUILDING, "7") }.get()
        await("the doors") { building.rowTexts().isNotEmpty() }
        shot(building, "$name-22-building")
        val claims = open(ClaimsActivity::class.java) { putExtra(BuildingActivity.AREA, place.area).putExtra(BuildingActivity.BUILDING, "7") }.get()
        await("the claim") { claims.column(R.id.own).isNotEmpty() }
        long(claims, "$name-23-claims")
        val home = open(HouseholdActivity::class.java) { putExtra(DoorScreen.HOUSEHOLD, homes[2]) }.get()
        await("the people") { home.panels().size == 2 && home.column(R.id.follow_ups).size == 1 }
        long(home, "$name-24-household")
        forms(name, homes[2])
        for (kind in listOf(DoorListActivity.MISSED, DoorListActivity.FOLLOW_UPS)) {
            val list = open(DoorListActivity::class.java) { putExtra(DoorListActivity.KIND, kind) }.get()
            await("the lines") { list.rowTexts().isNotEmpty() }
            shot(list, "$name-29-$kind")
        }
        val progress = open(ProgressActivity::class.java).get()
        await("the line") { progress.read(R.id.text).isNotEmpty() }
        shot(progress, "$name-30-progress")
        home.panels()[0].tapKey(R.id.sample)
        await("its cue") { home.requireViewById<View>(R.id.overlay).isShown }
        shot(home, "$name-31-sampled")
    }

    private fun forms(name: String, home: String) {
        var resident = ""
        work { resident = desk.journal().doors.residents(home).first().resident }
        fun <T : Activity> at(screen: Class<T>) = open(screen) { putExtra(DoorScreen.HOUSEHOLD, home).putExtra(DoorScreen.RESIDENT, resident) }.get()
        val card = at(CardActivity::class.java)
        await("who it is") { card.read(R.id.who).isNotEmpty() }
        shot(card, "$name-25-card")
        val person = at(AddPersonActivity::class.java)
        await("where") { person.read(R.id.where).isNotEmpty() }
        person.requireViewById<Pad>(R.id.pad).show(person(9).take(11))
        person.tapIn(R.id.categories, person.column(R.id.categories)[6].text.toString())
        long(person, "$name-26-person")
        person.tap(R.id.without_number)
        person.tap(R.id.save)
        await("why not") { person.requireViewById<View>(R.id.overlay).isShown }
        shot(person, "$name-26a-person-refused")
        shot(open(AddHouseholdActivity::class.java).get(), "$name-26b-add-household")
        val excuse = at(ExcuseActivity::class.java)
        await("who it is") { excuse.read(R.id.who).isNotEmpty() }
        shot(excuse, "$name-27-excuse")
        val later = at(FollowUpActivity::class.java)
        await("who it is") { later.read(R.id.who).isNotEmpty() }
        shot(later, "$name-28-follow-up")
    }

    private companion object {
        /** Some noon of the past. */
        const val NOON_MS = 1_704_427_200_000
    }

    @Test fun `day, English`() = Shots.set("en-day", "w360dp-h700dp-port-xhdpi") { all(it) }

    @Test fun `night, Chinese`() = Shots.set("zh-night", "zh-rCN-w360dp-h700dp-port-night-xhdpi") { all(it) }

    @Test fun `small, Chinese`() = Shots.set("zh-small", "zh-rCN-w320dp-h533dp-small-port-mdpi") { all(it) }

    @Test fun `small, the largest font`() = Shots.set("en-small-font2", "w320dp-h533dp-port-mdpi", 2f) { all(it) }

    @Test fun `small, Chinese, the largest font, night`() = Shots.set("zh-small-font2", "zh-rCN-w320dp-h533dp-port-night-mdpi", 2f) { all(it) }

    @Test fun `on its side`() = Shots.set("en-land", "w700dp-h360dp-land-hdpi") { all(it) }

    @Test fun `a tablet at night`() = Shots.set("en-tablet-night", "sw600dp-w600dp-h960dp-port-night-mdpi") { all(it) }
}
