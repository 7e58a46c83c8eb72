package org.fieldcore.demo

import android.app.Activity
import android.content.Intent
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.HeaderViewListAdapter
import android.widget.LinearLayout
import android.widget.ListView
import org.fieldcore.ffi.DoorFigures
import org.fieldcore.ffi.HomeLine
import org.fieldcore.ffi.Scan
import org.robolectric.Shadows.shadowOf

/** A hamlet of the tests: synthetic people, born when nobody alive was. */
internal object Village {
    const val AREA = "Linjiang"

    private val names = listOf("王安", "李宝", "张德", "刘福", "陈贵", "杨华", "赵吉", "黄康", "周禄", "吴民", "徐宁", "孙平")

    /** A list as an office keeps it: two courtyards, a stairwell with its time, a child, an old woman in bed, one without a number. */
    fun list(): String {
        val head = "name,idnumber,contact,building,stairwell,door,category,guardian,slot"
        val doors = listOf("7" to "101", "7" to "102", "7" to "201", "7" to "202", "12" to "1", "12" to "2")
        val rows = doors.flatMapIndexed { at, (building, door) ->
            listOf(0, 1).map { other ->
                val number = at * 2 + other
                val stairwell = if (building == "7") "2" else ""
                val category = mapOf(1 to "儿童", 4 to "卧床")[number].orEmpty()
                val guardian = if (number == 1) names[0] else ""
                val card = if (number == 6) "" else person(300 + number)
                "${names[number]},$card,139000000%02d,$building,$stairwell,$door,$category,$guardian,${if (building == "7") "09:00-10:00" else ""}".format(number)
            }
        }
        return (listOf(head) + rows).joinToString("\n")
    }

    /** Enrols, begins a shift with an open tube, and has the list by a sync. */
    fun begin(list: Boolean = false): ScanActivity {
        work {
            desk.journal().enrol(Hub.invitation)
            desk.journal().takeProfile(Hub.profile.readBytes())
        }
        if (list) {
            sync()
            Hub.roster(list(), AREA, device())
            sync()
            await("the list") { figures().homes > 0u }
        }
        return startShift("Door to door", "A").get()
    }

    private fun device(): String {
        var device = ""
        work { device = desk.journal().device }
        return device
    }

    private fun sync() = work { repeat(2) { desk.sync(pressed = true) } }

    fun tube(number: Int) = work { desk.journal().scan("A", Scan.Typed("FCT%08d".format(number), null)) }

    fun figures(): DoorFigures {
        var figures: DoorFigures? = null
        work { figures = desk.journal().doors.view().use { it.figures() } }
        return checkNotNull(figures)
    }

    fun homes(): List<HomeLine> {
        var homes = emptyList<HomeLine>()
        work { homes = desk.journal().doors.view().use { it.homes(null, null, false) } }
        return homes
    }

    /** How many records there are: a press that was refused adds none. */
    fun records(): ULong {
        var unsent = 0uL
        work { unsent = desk.journal().status().unsent }
        return unsent
    }
}

/** The rows of a screen's list, also those out of view. */
internal fun Activity.rows(): List<View> {
    val list = requireViewById<ListView>(R.id.list)
    val adapter = list.adapter.let { if (it is HeaderViewListAdapter) it.wrappedAdapter else it }
    return (0 until adapter.count).map { adapter.getView(it, null, list) }
}

internal fun Activity.rowTexts(): List<String> = rows().filterIsInstance<Button>().map { it.text.toString() }

internal fun Activity.tapRow(beginning: String) {
    val row = rows().filterIsInstance<Button>().single { it.text.startsWith(beginning) }
    row.performClick()
    shadowOf(android.os.Looper.getMainLooper()).idle()
}

/** The buttons of a column. */
internal fun Activity.column(id: Int): List<Button> =
    requireViewById<LinearLayout>(id).let { column -> List(column.childCount) { column.getChildAt(it) as Button } }

internal fun Activity.tapIn(id: Int, words: String) {
    (column(id).singleOrNull { it.text.toString() == words } ?: column(id).single { words in it.text }).performClick()
    shadowOf(android.os.Looper.getMainLooper()).idle()
}

/** The panels of a household's people. */
internal fun HouseholdActivity.panels(): List<ViewGroup> =
    requireViewById<LinearLayout>(R.id.people).let { column -> List(column.childCount) { column.getChildAt(it) as ViewGroup } }

internal fun ViewGroup.tapKey(id: Int) {
    val key = requireViewById<Button>(id)
    check(key.isShown && key.isEnabled) { "${key.text} is there" }
    key.performClick()
    shadowOf(android.os.Looper.getMainLooper()).idle()
}

/** What was started next and is [wanted]; a question for the camera, and screens that a test does not follow, are passed over. */
internal fun Activity.started(wanted: (Intent) -> Boolean): Intent? =
    generateSequence { shadowOf(this).nextStartedActivity }.firstOrNull(wanted)

/** The screen that was opened, as the system would open it. */
internal inline fun <reified T : Activity> Activity.follow(): T {
    var intent: Intent? = null
    await("the next screen") { started { it.component?.className == T::class.java.name }.also { intent = it } != null }
    return open(T::class.java) { putExtras(checkNotNull(intent)) }.get()
}

/** What the cue over the screen says. */
internal fun Activity.said(): String = requireViewById<View>(R.id.overlay).let { over ->
    if (!over.isShown) "" else over.all().filterIsInstance<android.widget.TextView>().joinToString("\n") { it.text }
}
