package org.fieldcore.demo

import android.app.Activity
import android.content.res.Configuration
import android.view.View
import org.fieldcore.ffi.BoxLine
import org.fieldcore.ffi.CarryWay
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ShiftPlan
import org.fieldcore.ffi.ShownCode
import org.fieldcore.ffi.Verb
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf

/** Pictures of the screens of what leaves the phone. */
@RunWith(ParentRunner::class)
class LeavingShotsTest {
    private fun shot(activity: Activity, name: String) {
        activity.requireViewById<View>(R.id.overlay).visibility = View.GONE
        Shots.take(activity, name)
    }

    /** Presses what leads to a code; codes that other screens here asked for before are passed over. */
    private fun shows(activity: Activity, id: Int): CodeActivity {
        generateSequence { shadowOf(activity).nextStartedActivity }.count()
        activity.tap(id)
        return code(activity)
    }

    private fun turned(activity: Activity) = activity.resources.configuration.orientation == Configuration.ORIENTATION_LANDSCAPE

    private fun begin() {
        shadowOf(app).grantPermissions(android.Manifest.permission.CAMERA)
        ask {
            desk.journal().enrol(Hub.invitation)
            desk.journal().takeProfile(Hub.profile.readBytes())
            desk.journal().startShift(ShiftPlan("Door to door", "Li"), "A")
        }
        desk.lane = "A"
        work { desk.sync(true) }
        Hub.delegate(ask { desk.journal() }.device)
        work { desk.sync(true) }
    }

    private fun boxes() {
        fill(1, 2, 3)
        ask {
            val journal = desk.journal()
            for (label in listOf(box(1), tube(1), tube(2))) journal.packIntoBox("A", Scan.Typed(label, null))
            journal.verb("A", Verb.Seal(2u, 45, "S-4711"))
            for (label in listOf(box(2), tube(3))) journal.packIntoBox("A", Scan.Typed(label, null))
        }
    }

    private fun late(number: Int) = BoxLine(box(number), "sealed", 0, null, 38u, emptyList(), 0, 31_000u, true, null)

    private fun given(number: Int) = BoxLine(box(number), "given", 0, "0198c1d2-7f31-8a66-9d0a-5a1b6c7d8e9f", 40u, emptyList(), 0, 9_000u, false, "0")

    private fun boxScreens(name: String) {
        val boxes = open(BoxesActivity::class.java).get()
        await("the boxes") { boxes.column(R.id.open).size == 2 }
        boxes.list(ask { desk.journal().boxes() } + late(7) + given(5))
        shot(boxes, "$name-21-boxes")
        for ((number, at) in listOf(2 to "22-box-open", 1 to "23-box-sealed")) {
            val screen = open(BoxActivity::class.java) { putExtra(BoxActivity.LABEL, box(number)) }.get()
            await("its tubes") { screen.column(R.id.list).isNotEmpty() }
            shot(screen, "$name-$at")
        }
        val hand = open(HandOverActivity::class.java) { putExtra(BoxActivity.LABEL, box(1)) }.get()
        await("the boxes") { hand.column(R.id.list).isNotEmpty() }
        shot(hand, "$name-24-hand-over")
        shot(shows(hand, R.id.offer), "$name-25-offer")
    }

    private fun readScreens(name: String) {
        desk.hand.reading = StationCodes(R.string.box_receive, R.string.box_receive_how, ShownCode.HAND_OVER)
        val read = open(ReadActivity::class.java).get()
        shot(read, "$name-26-read")
        read.sees(Qr.frame(Qr.other()))
        await("the word") { read.requireViewById<View>(R.id.overlay).isShown }
        Shots.take(read, "$name-27-read-wrong")
        desk.hand.reading = PackLabels()
        val pack = open(ReadActivity::class.java).get()
        pack.write(R.id.entry, tube(3))
        pack.tap(R.id.take)
        await("the box") { pack.read(R.id.told).isNotEmpty() }
        shot(pack, "$name-28-pack")
        ask { desk.journal().packIntoBox("A", Scan.Typed(box(3), null)) }
        pack.write(R.id.entry, tube(3))
        pack.tap(R.id.take)
        await("the question") { pack.requireViewById<View>(R.id.question).isShown }
        shot(pack, "$name-29-pack-question")
        desk.hand.reading = DocumentRead()
        val document = open(ReadActivity::class.java).get()
        document.seen(Sights.card(turned = turned(document)))
        shot(document, "$name-30-document")
    }

    private fun receive(name: String) {
        desk.hand.receiving = Receiving(118u, listOf(box(8), box(9)), mapOf(box(6) to 40u))
        val screen = open(ReceiveActivity::class.java).get()
        screen.touch(R.id.list, box(8))
        shot(screen, "$name-31-receive")
    }

    private fun carry(name: String) {
        val other = OtherPhone()
        other.type(tube(31))
        other.type(person(31))
        val bundle = ask { other.journal.carry.exportBytes(1_000_000u, CarryWay.FILE) }.bytes
        desk.hand.carrying.brought.value = ask { desk.journal().carry.importBytes(bundle + bundle, CarryWay.FILE) }
        val carry = open(CarryActivity::class.java).get()
        await("what waits") { carry.read(R.id.others).isNotEmpty() }
        shot(carry, "$name-32-carry")
        shot(shows(carry, R.id.screen), "$name-33-carry-screen")
        desk.hand.reading = CarryFilm().apply { taken.value = Taken.On { it.frames(12, 31, null) } }
        shot(open(ReadActivity::class.java).get(), "$name-34-carry-film")
    }

    private fun tube(name: String) {
        ask { desk.journal().line("A", tube(40)) }
        ask { desk.journal().line("A", person(40)) }
        val screen = open(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, tube(40)) }.get()
        await("how it stands") { screen.requireViewById<View>(R.id.pass_on).isShown }
        shot(shows(screen, R.id.pass_on), "$name-35-pass")
        await("away") { screen.requireViewById<View>(R.id.pass_back).isShown }
        shot(screen, "$name-36-tube-away")
    }

    private fun proxies(name: String) {
        val proxy = open(ProxyActivity::class.java).get()
        await("the right") { proxy.read(R.id.state).isNotEmpty() }
        proxy.write(R.id.document, person(1))
        proxy.write(R.id.name, "Nobody One")
        shot(shows(proxy, R.id.issue), "$name-37-proxy-card")
        desk.hand.document = ReadDocument(Scan.RecognisedText(listOf(Sights.NUMBER)), Sights.NUMBER)
        val again = open(ProxyActivity::class.java).get()
        await("the cards") { again.column(R.id.list).isNotEmpty() && again.read(R.id.state).isNotEmpty() }
        shot(again, "$name-38-proxy")
    }

    private fun helpers(name: String) {
        val helper = OtherPhone(enrolled = false)
        val before = open(ChiefActivity::class.java).get()
        await("the right") { before.column(R.id.held).isNotEmpty() }
        generateSequence { shadowOf(before).nextStartedActivity }.count()
        desk.hand.place = ask { desk.journal().helpers.accept(helper.journal.helpers.code()) }
        val chief = open(ChiefActivity::class.java).get()
        await("the helper") { chief.column(R.id.list).isNotEmpty() }
        shot(code(chief), "$name-39-welcome")
        shot(chief, "$name-40-chief")
        val screen = open(HelperActivity::class.java).get()
        await("the step") { screen.requireViewById<View>(R.id.film).isShown }
        shot(screen, "$name-41-helper-kit")
        desk.hand.kit = 1u
        val ready = open(HelperActivity::class.java).get()
        await("ready") { ready.read(R.id.state).isNotEmpty() }
        shot(ready, "$name-42-helper-ready")
    }

    private fun all(name: String) {
        val first = open(HelperActivity::class.java).get()
        await("the first step") { first.requireViewById<View>(R.id.code).isShown }
        shot(first, "$name-20-helper")
        begin()
        boxes()
        boxScreens(name)
        readScreens(name)
        receive(name)
        carry(name)
        tube(name)
        proxies(name)
        helpers(name)
    }

    private fun shots(name: String, qualifiers: String, font: Float = 1f) = Shots.set(name, qualifiers, font) { all(it) }

    @Test fun `day, English`() = shots("en-day", "w360dp-h700dp-port-xhdpi")

    @Test fun `night, Chinese`() = shots("zh-night", "zh-rCN-w360dp-h700dp-port-night-xhdpi")

    @Test fun `small, the largest font`() = shots("en-small-font2", "w320dp-h533dp-port-mdpi", 2f)

    @Test fun `small, Chinese, the largest font, night`() = shots("zh-small-font2", "zh-rCN-w320dp-h533dp-port-night-mdpi", 2f)

    @Test fun `on its side`() = shots("en-land", "w700dp-h360dp-land-hdpi")

    @Test fun `a tablet at night`() = shots("en-tablet-night", "sw600dp-w600dp-h960dp-port-night-mdpi")
}
