package org.fieldcore.demo

import android.app.Activity
import android.content.Intent
import android.graphics.Bitmap
import android.graphics.Canvas
import android.net.Uri
import android.os.Bundle
import android.view.View
import org.fieldcore.ffi.CarryWay
import org.fieldcore.ffi.FrameTaker
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.Remark
import org.fieldcore.ffi.ShiftPlan
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf

/** Proxy cards and helpers, through the screens, with a live hub's delegation. */
@RunWith(ParentRunner::class)
class AheadTest {
    private fun sync() = work { desk.sync(true) }

    /** A chief with the hub's delegation and card keys. */
    private fun chief() {
        beginBoxes()
        sync()
        Hub.delegate(ask { desk.journal() }.device)
        sync()
        assertEquals(1, ask { desk.journal().helpers.delegations() }.size)
    }

    private fun proxies() = open(ProxyActivity::class.java).also { screen -> await("the right") { screen.get().read(R.id.state).isNotEmpty() } }

    @Test
    fun `without a delegation it is said before anybody is asked, and nothing is issued`() {
        beginBoxes()
        val proxy = proxies().get()
        assertTrue(proxy.read(R.id.state), "holds no delegation" in proxy.read(R.id.state))
        proxy.write(R.id.name, "Nobody One")
        proxy.tap(R.id.issue)
        await("the refusal") { desk.scene.value.answer?.problems == listOf("proxy_no_right") }
        assertEquals("what was typed stays", "Nobody One", proxy.read(R.id.name))
        val chief = open(ChiefActivity::class.java).get()
        await("the word") { chief.column(R.id.held).any { "holds no delegation" in it } }
    }

    @Test
    fun `a card of one phone is read by another's scan, typed or read or by a name`() {
        chief()
        val other = OtherPhone()
        // The other phone has the round's card key by its own sync.
        ask { other.journal.sync(org.fieldcore.UrlTransport()) }
        val controller = proxies()
        val proxy = controller.get()
        proxy.tap(R.id.issue)
        assertTrue("nobody was named", proxy.requireViewById<Overlay>(R.id.overlay).isShown)
        proxy.write(R.id.document, person(1).dropLast(1) + "0X".first { it != person(1).last() })
        proxy.tap(R.id.issue)
        await("the check digit") { "checksum" in desk.scene.value.answer?.problems.orEmpty() }
        proxy.write(R.id.document, person(1))
        proxy.write(R.id.name, "Nobody One")
        proxy.write(R.id.contact, "13800000000")
        val saved = Bundle()
        controller.saveInstanceState(saved)
        assertFalse("no person is in saved state", person(1) in saved.toString() || "Nobody" in saved.toString())
        controller.recreate()
        val turned = controller.get()
        assertEquals("it outlives a turn", person(1), turned.read(R.id.document))
        turned.tap(R.id.issue)
        val card = code(turned)
        assertEquals("Nobody One", card.read(R.id.title))
        other.type(tube(8))
        val answer = other.scan(readOff(card.frame()))
        assertEquals(Outcome.BOUND to Remark.PROXY_READ, answer.outcome to answer.note)
        assertEquals("the same person again", Outcome.DUPLICATE_PERSON.takeIf { false } ?: Outcome.REPEATED, other.scan(readOff(card.frame())).outcome)
        assertEquals("the form is empty", "", turned.read(R.id.document))
    }

    @Test
    fun `the shift's cards as sheets, six to a page, for paper`() {
        chief()
        val proxy = proxies().get()
        for (one in 1..7) {
            proxy.write(R.id.document, person(one))
            proxy.write(R.id.name, "Nobody $one")
            proxy.tap(R.id.issue)
            code(proxy).finish()
        }
        await("the cards") { proxy.column(R.id.list).size == 7 }
        proxy.tap(R.id.write)
        val asked = shadowOf(proxy).nextStartedActivityForResult.intent
        assertEquals(Intent.ACTION_CREATE_DOCUMENT to "application/pdf", asked.action to asked.type)
        shadowOf(proxy).receiveResult(asked, Activity.RESULT_CANCELED, null)
        assertTrue(proxy.read(R.id.told).startsWith("Nothing was chosen"))
        val cards = ask { desk.journal().proxiesOfShift("A").mapNotNull { desk.journal().proxyAgain(it) } }
        val sheet = CardSheet(proxy, cards)
        assertEquals(2, sheet.pages)
        val picture = Bitmap.createBitmap(CardSheet.WIDTH * 3, CardSheet.HEIGHT * 3, Bitmap.Config.ARGB_8888)
        sheet.draw(0, Canvas(picture).apply { scale(3f, 3f) })
        Shots.keep(picture, "sheet-of-cards")
        assertEquals("the first card is read off the page", cards.first().code, readOff(luma(picture, 0, 60)))
        proxy.touch(R.id.list, "Card 7")
        assertEquals("Nobody 7", code(proxy).read(R.id.title))
    }

    @Test
    fun `a helper is enrolled by codes and its first records reach the hub through a carry`() {
        chief()
        // The helper's phone has no network and no screens here; the chief's has.
        val helper = OtherPhone(enrolled = false)
        val chief = open(ChiefActivity::class.java).get()
        await("the places") { chief.column(R.id.held).any { it.startsWith("3 of 3 places left") } }
        chief.tap(R.id.read)
        val read = reader(chief)
        read.sees(ask { helper.journal.helpers.code() })
        await("the helper's code") { read.isFinishing }
        val again = open(ChiefActivity::class.java).get()
        val welcome = code(again)
        assertEquals("Bindings", ask { helper.journal.helpers.takeWelcome(readOff(welcome.frame())) }.campaignName)
        welcome.tap(R.id.then)
        await("the kit") { welcome.read(R.id.title) == "Show the kit" || desk.hand.showing?.title == "Show the kit" }
        val kit = open(CodeActivity::class.java).get()
        FrameTaker().use { taker ->
            await("the kit was caught") { runCatching { taker.takeText(readOff(kit.frame())).done }.getOrDefault(false) }
            assertEquals(1u, ask { helper.journal.helpers.takeKit(checkNotNull(taker.bundle())) })
        }
        await("it is listed") { again.column(R.id.list).any { helper.journal.device in it } }
        ask { helper.journal.startShift(ShiftPlan("Door to door", "Wang"), OtherPhone.LANE) }
        helper.type(tube(21))
        assertEquals(Outcome.BOUND, helper.type(person(21)).outcome)
        val bundle = ask { helper.journal.carry.exportBytes(262_144u, CarryWay.SCREEN) }.bytes
        val before = people()
        ask { desk.journal().carry.importBytes(bundle, CarryWay.SCREEN) }
        sync()
        // The phones of other tests may have sent something meanwhile.
        assertTrue("the hub counts it", people() >= before + 1)
    }

    private fun people(): Int = checkNotNull(Regex("\"people\":(\\d+)").findAll(Hub.ledger().replace(" ", "")).lastOrNull()).groupValues[1].toInt()

    @Test
    fun `as a helper, on the screens`() {
        beginChiefElsewhere { chief ->
            val enrol = open(EnrolActivity::class.java).get()
            enrol.tap(R.id.helper)
            val helper = open(HelperActivity::class.java)
            helper.get().tap(R.id.code)
            val shown = code(helper.get())
            val place = ask { chief.journal.helpers.accept(readOff(shown.frame())) }
            shown.tap(R.id.next)
            val read = reader(shown)
            read.sees(place.welcome)
            await("the welcome") { read.isFinishing }
            helper.recreate()
            await("the kit is due") { helper.get().requireViewById<View>(R.id.film).isShown }
            assertEquals("Campaign: Bindings", helper.get().read(R.id.campaign))
            helper.get().tap(R.id.file)
            val uri = Uri.parse("content://tests/kit")
            shadowOf(app.contentResolver).registerInputStream(uri, byteArrayOf(1, 2, 3).inputStream())
            shadowOf(helper.get()).receiveResult(shadowOf(helper.get()).nextStartedActivityForResult.intent, Activity.RESULT_OK, Intent().setData(uri))
            await("it is no kit") { desk.scene.value.failure != null }
            helper.get().tap(R.id.film)
            val film = reader(helper.get())
            org.fieldcore.ffi.FrameMaker(place.kit).use { maker ->
                var number = 0u
                await("the kit was filmed") {
                    if (!film.isFinishing) film.sees(maker.text(number++), count = 3)
                    film.isFinishing
                }
            }
            helper.recreate()
            await("ready") { helper.get().read(R.id.state) == "✓ All is here. Card keys: 1" }
            helper.get().tap(R.id.start)
            assertEquals(ShiftActivity::class.java.name, shadowOf(helper.get()).nextStartedActivity.component?.className)
        }
    }

    /** The chief's phone is the one without screens. */
    private fun beginChiefElsewhere(work: (OtherPhone) -> Unit) {
        org.robolectric.RuntimeEnvironment.setQualifiers("w360dp-h700dp-port-xhdpi")
        shadowOf(app).grantPermissions(android.Manifest.permission.CAMERA)
        val chief = OtherPhone()
        val transport = org.fieldcore.UrlTransport()
        ask { chief.journal.sync(transport) }
        Hub.delegate(chief.journal.device)
        ask {
            chief.journal.hurry()
            chief.journal.sync(transport)
        }
        work(chief)
    }
}
