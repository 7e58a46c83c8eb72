package org.fieldcore.demo

import android.Manifest
import android.app.Activity
import android.content.res.Configuration
import android.os.Looper
import android.view.View
import android.widget.LinearLayout
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.Cue
import org.fieldcore.ffi.Earlier
import org.fieldcore.ffi.Outcome
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf
import kotlin.concurrent.thread

/** Pictures of every screen, for people to look at; and the measures that need no eyes. */
@RunWith(ParentRunner::class)
class ShotsTest {
    private fun shot(activity: Activity, name: String) = Shots.take(activity, name)

    private fun shots(name: String, qualifiers: String, font: Float = 1f, take: (String) -> Unit) = Shots.set(name, qualifiers, font, take)

    private fun all(name: String) {
        val enrol = open(EnrolActivity::class.java)
        shot(enrol.get(), "$name-1-enrol")
        looks(enrol.get(), name)
        enrol.get().write(R.id.invitation, Hub.invitation)
        enrol.get().tap(R.id.look)
        await("the question") { enrol.get().read(R.id.campaign).isNotEmpty() }
        shot(enrol.get(), "$name-2-enrol-question")
        enrol.get().tap(R.id.join)
        await("enrolled") { enrol.get().isFinishing }
        val profile = Hub.profile.readBytes()
        work { desk.journal().takeProfile(profile) }
        val shift = open(ShiftActivity::class.java)
        await("the sites") { shift.get().read(R.id.device).isNotEmpty() }
        shot(shift.get(), "$name-3-shift")
        val scan = startShift().get()
        shot(scan, "$name-4-scan-empty")
        work { desk.journal().day() }
        scan.scan(tube(7))
        for (one in 1..7) scan.scan(person(one))
        shot(scan, "$name-5-cue-ok")
        scan.requireViewById<View>(R.id.overlay).visibility = View.GONE
        scan.requireViewById<Pad>(R.id.pad).show(person(9).take(11))
        shot(scan, "$name-6-scan-pad")
        scan.tap(R.id.key_page)
        shot(scan, "$name-7-scan-letters")
        scan.tap(R.id.key_page)
        scan.scan(person(3))
        shot(scan, "$name-8-cue-duplicate")
        scan.requireViewById<View>(R.id.overlay).visibility = View.GONE
        scan.requireViewById<Pad>(R.id.pad).show("")
        scan.tap(R.id.type)
        shot(scan, "$name-9-scan-question")
        scan.tap(R.id.leave)
        shot(scan, "$name-10-scan")
        scan.requireViewById<View>(R.id.overlay).visibility = View.GONE
        scan.seen(Sights.card(turned = scan.resources.configuration.orientation == Configuration.ORIENTATION_LANDSCAPE))
        shot(scan, "$name-10a-scan-number")
        scan.seen(Sights.other)
        shot(scan, "$name-10b-scan-turn-over")
        val tubes = open(TubesActivity::class.java).get()
        await("the tubes") { tubes.requireViewById<LinearLayout>(R.id.closed).childCount == 4 }
        shot(tubes, "$name-11-tubes")
        val tube = open(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, tube(7)) }.get()
        tube.tap(R.id.people)
        await("people") { tube.requireViewById<LinearLayout>(R.id.list).childCount > 0 }
        shot(tube, "$name-12-tube")
        val spoiled = open(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, tube(3)) }.get()
        await("the state") { spoiled.read(R.id.state).isNotEmpty() }
        shot(spoiled, "$name-12a-tube-spoiled")
        val sync = open(SyncActivity::class.java).get()
        await("the ledger") { sync.read(R.id.total).isNotEmpty() }
        shot(sync, "$name-13-sync")
    }

    private fun looks(enrol: EnrolActivity, name: String) {
        shadowOf(app).grantPermissions(Manifest.permission.CAMERA)
        enrol.tap(R.id.scan)
        shot(enrol, "$name-1a-enrol-camera")
        val frame = Qr.frame(Qr.other())
        val rotation = if (enrol.resources.configuration.orientation == Configuration.ORIENTATION_LANDSCAPE) 0 else 90
        val worker = thread { repeat(3) { enrol.onFrame(frame, 1280, 720, 1344, rotation) } }
        await("the cue") { !worker.isAlive && enrol.requireViewById<View>(R.id.overlay).isShown }
        shot(enrol, "$name-1b-enrol-wrong-code")
        enrol.requireViewById<View>(R.id.overlay).visibility = View.GONE
        shot(enrol, "$name-1c-enrol-camera")
        enrol.tap(R.id.stop)
    }

    private fun cues(name: String) {
        work { desk.practise(true) }
        val shift = open(ShiftActivity::class.java)
        await("the device") { shift.get().read(R.id.device).isNotEmpty() }
        shot(shift.get(), "$name-1-shift")
        val scan = startShift().get()
        scan.scan(tube(7))
        scan.requireViewById<View>(R.id.overlay).visibility = View.GONE
        shot(scan, "$name-2-scan")
        val sync = open(SyncActivity::class.java).get()
        await("the ledger") { sync.read(R.id.total).isNotEmpty() }
        shot(sync, "$name-3-sync")
        for (cue in Cue.entries) {
            desk.answered(answer(cue))
            shadowOf(Looper.getMainLooper()).idle()
            shot(scan, "$name-cue-${cue.name.lowercase()}")
        }
    }

    private fun answer(cue: Cue): Answer {
        val outcome =
            when (cue) {
                Cue.OK -> Outcome.BOUND
                Cue.ATTENTION -> Outcome.NEEDS_CONFIRMATION
                Cue.DUPLICATE -> Outcome.DUPLICATE_PERSON
                Cue.WRONG_KIND -> Outcome.WRONG_KIND
                Cue.FULL -> Outcome.TUBE_FULL
                Cue.REFUSED -> Outcome.REFUSED
            }
        val problems = if (cue == Cue.REFUSED) listOf("checksum") else emptyList()
        val earlier = if (cue == Cue.DUPLICATE) Earlier(tube(3), 4u, 1_700_000_000_000, "Hall", "A") else null
        return Answer(
            outcome, cue, tube(7), 4u, 6u, null, null, "110101**********14", problems, emptyList(), earlier, null, null, null, emptyList(),
        )
    }

    @Test fun `day, English`() = shots("en-day", "w360dp-h700dp-port-xhdpi") { all(it) }

    @Test fun `night, Chinese`() = shots("zh-night", "zh-rCN-w360dp-h700dp-port-night-xhdpi") { all(it) }

    @Test fun `small, Chinese`() = shots("zh-small", "zh-rCN-w320dp-h533dp-small-port-mdpi") { all(it) }

    @Test fun `small, the largest font`() = shots("en-small-font2", "w320dp-h533dp-port-mdpi", 2f) { all(it) }

    @Test fun `small, Chinese, the largest font, night`() = shots("zh-small-font2", "zh-rCN-w320dp-h533dp-port-night-mdpi", 2f) { all(it) }

    @Test fun `on its side`() = shots("en-land", "w700dp-h360dp-land-hdpi") { all(it) }

    @Test fun `a tablet at night`() = shots("en-tablet-night", "sw600dp-w600dp-h960dp-port-night-mdpi") { all(it) }

    @Test fun `cues by day, practice`() = shots("en-practice", "w360dp-h640dp-port-mdpi") { cues(it) }

    @Test fun `cues by night, practice`() = shots("zh-practice-night", "zh-rCN-w360dp-h640dp-port-night-mdpi") { cues(it) }

    @Test fun `cues, largest font, small`() = shots("en-practice-font2", "w320dp-h533dp-port-mdpi", 2f) { cues(it) }
}
