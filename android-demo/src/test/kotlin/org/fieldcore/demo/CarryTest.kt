package org.fieldcore.demo

import android.app.Activity
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import org.fieldcore.ffi.CarryWay
import org.fieldcore.ffi.FrameMaker
import org.fieldcore.ffi.FrameTaker
import org.fieldcore.ffi.Verb
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.OutputStream

/** Records leave and come without a network, through the screens. */
@RunWith(ParentRunner::class)
class CarryTest {
    private val to: Uri = Uri.parse("content://tests/out")

    private fun carry(): CarryActivity = open(CarryActivity::class.java).get().also { screen -> await("what waits") { screen.read(R.id.own).isNotEmpty() } }

    private fun told(carry: CarryActivity, word: String) = await("“$word”, not “${carry.read(R.id.told)}”") { word in carry.read(R.id.told) }

    private fun answer(carry: CarryActivity, result: Int, data: Intent?): Intent {
        val asked = shadowOf(carry).nextStartedActivityForResult
        shadowOf(carry).receiveResult(asked.intent, result, data)
        return asked.intent
    }

    @Test
    fun `to a file, and whole on the other phone`() {
        beginBoxes()
        fill(1)
        val carry = carry()
        assertTrue(carry.read(R.id.own), Regex("Waits here: records of this phone [1-9]\\d*").matches(carry.read(R.id.own)))
        carry.tap(R.id.write)
        assertEquals(Intent.ACTION_CREATE_DOCUMENT, answer(carry, Activity.RESULT_CANCELED, null).action)
        told(carry, "Nothing was chosen")
        val out = ByteArrayOutputStream()
        shadowOf(app.contentResolver).registerOutputStream(to, out)
        carry.tap(R.id.write)
        answer(carry, Activity.RESULT_OK, Intent().setData(to))
        told(carry, "Left: ")
        assertTrue("no copy stays", CarryFiles.folder(app).listFiles().orEmpty().isEmpty())
        val taken = ask { OtherPhone().journal.carry.importBytes(out.toByteArray(), CarryWay.FILE) }
        assertTrue(taken.whole && taken.taken > 0uL)
        assertTrue("it goes on waiting", carry.read(R.id.own).contains(Regex("[1-9]")))
    }

    @Test
    fun `a place that cannot be written is told, and nothing is lost`() {
        beginBoxes()
        fill(1)
        val carry = carry()
        shadowOf(app.contentResolver).registerOutputStreamSupplier(to) {
            object : OutputStream() {
                override fun write(one: Int): Unit = throw IOException("no room")
            }
        }
        carry.tap(R.id.write)
        answer(carry, Activity.RESULT_OK, Intent().setData(to))
        told(carry, "could not be written")
        assertTrue(CarryFiles.folder(app).listFiles().orEmpty().isEmpty())
        val out = ByteArrayOutputStream()
        shadowOf(app.contentResolver).registerOutputStream(to, out)
        carry.tap(R.id.write)
        answer(carry, Activity.RESULT_OK, Intent().setData(to))
        told(carry, "Left: ")
        assertTrue(out.size() > 0)
    }

    @Test
    fun `several files at once, one of them broken, one known, one that cannot be opened`() {
        beginBoxes()
        val other = OtherPhone()
        other.type(tube(3))
        other.type(person(3))
        val good = ask { other.journal.carry.exportBytes(1_000_000u, CarryWay.FILE) }.bytes
        val wrong = good.copyOf().also { it[it.size / 2] = (it[it.size / 2] + 1).toByte() }
        val uris = listOf(good, wrong, good).mapIndexed { at, bytes ->
            Uri.parse("content://tests/in$at").also { uri -> shadowOf(app.contentResolver).registerInputStreamSupplier(uri) { ByteArrayInputStream(bytes) } }
        }
        val gone = Uri.parse("content://tests/gone")
        shadowOf(app.contentResolver).registerInputStreamSupplier(gone) { throw SecurityException("not yours") }
        val carry = carry()
        carry.tap(R.id.take)
        val clip = ClipData.newRawUri("", uris[0])
        (uris.drop(1) + gone).forEach { clip.addItem(ClipData.Item(it)) }
        val asked = answer(carry, Activity.RESULT_OK, Intent().apply { clipData = clip })
        assertTrue(asked.getBooleanExtra(Intent.EXTRA_ALLOW_MULTIPLE, false))
        await("what came in") { carry.column(R.id.list).isNotEmpty() }
        told(carry, "could not be opened or are far too long: 1")
        assertTrue(carry.column(R.id.list).toString(), carry.column(R.id.list).first().startsWith("Taken "))
        await("it is carried for another") { carry.read(R.id.others).contains("phones 1") }
        assertTrue(CarryFiles.folder(app).listFiles().orEmpty().isEmpty())
    }

    @Test
    fun `by the share sheet, and only to whom a person chose`() {
        beginBoxes()
        fill(1)
        val carry = carry()
        carry.tap(R.id.share)
        await("the sheet") { shadowOf(carry).peekNextStartedActivity() != null }
        val chooser = shadowOf(carry).nextStartedActivity
        @Suppress("DEPRECATION")
        val send = checkNotNull(chooser.getParcelableExtra<Intent>(Intent.EXTRA_INTENT))
        @Suppress("DEPRECATION")
        val uri = checkNotNull(send.getParcelableExtra<Uri>(Intent.EXTRA_STREAM))
        assertEquals("org.fieldcore.demo.carry", uri.authority)
        assertTrue(send.flags and Intent.FLAG_GRANT_READ_URI_PERMISSION != 0)
        val provider = CarryProvider().apply { attachInfo(app, android.content.pm.ProviderInfo().apply { authority = "org.fieldcore.demo.carry" }) }
        // Not closed: the host's stand-in for a descriptor cannot be.
        val bytes = java.io.FileInputStream(provider.openFile(uri, "r").fileDescriptor).readBytes()
        assertTrue(ask { OtherPhone().journal.carry.importBytes(bytes, CarryWay.SHARE) }.taken > 0uL)
        val outside = Uri.parse("content://org.fieldcore.demo.carry/..%2f..%2fjournal-live")
        assertTrue(runCatching { provider.openFile(outside, "r") }.isFailure)
    }

    @Test
    fun `on the screen, read off its pixels by a phone that misses codes`() {
        beginBoxes()
        fill(1, 2)
        val carry = carry()
        carry.tap(R.id.screen)
        val shown = code(carry)
        assertTrue(shown.read(R.id.told), shown.read(R.id.told).contains("Codes needed at the least"))
        FrameTaker().use { taker ->
            var seen = 0
            val texts = mutableSetOf<String>()
            await("everything was caught") {
                val text = runCatching { readOff(shown.frame()) }.getOrNull()
                // Every third code is missed.
                if (text != null && texts.add(text) && seen++ % 3 != 2) taker.takeText(text).done else false
            }
            val taken = ask { OtherPhone().journal.carry.importBytes(checkNotNull(taker.bundle()), CarryWay.SCREEN) }
            assertTrue(taken.whole && taken.taken > 0uL)
        }
    }

    @Test
    fun `filmed from another phone, with codes missed, another's code between, and the phone turned`() {
        beginBoxes()
        val other = OtherPhone()
        for (number in 1..8) {
            other.type(tube(number))
            for (one in 1..9) other.type(person(number * 20 + one))
            other.say(Verb.Close("done"))
        }
        val bundle = ask { other.journal.carry.exportBytes(262_144u, CarryWay.SCREEN) }.bytes
        val carry = carry()
        carry.tap(R.id.film)
        reader(carry).finish()
        val controller = open(ReadActivity::class.java)
        controller.get().sees(Qr.frame(Qr.other()))
        await("the word") { "none of this app's codes" in controller.get().read(R.id.told) }
        FrameMaker(bundle).use { maker ->
            assertTrue("several codes are needed", maker.needed() > 2u)
            var number = 0u
            await("everything was caught") {
                number++
                if (number == 4u) controller.recreate()
                // Two of five codes are missed.
                if (number % 5u < 3u && !controller.get().isFinishing) controller.get().sees(maker.text(number), count = 3)
                controller.get().isFinishing
            }
        }
        val again = carry()
        await("what came in") { again.column(R.id.list).isNotEmpty() }
        assertTrue(again.column(R.id.list).first().startsWith("Taken "))
    }

    @Test
    fun `nothing waits, and nothing is written`() {
        org.robolectric.RuntimeEnvironment.setQualifiers("w360dp-h700dp-port-xhdpi")
        ask { desk.journal().enrol(Hub.invitation) }
        val carry = carry()
        for (key in listOf(R.id.share, R.id.screen)) {
            carry.tap(key)
            await("an answer") { carry.read(R.id.told).let { it.isNotEmpty() && it != "Writing" } }
        }
        assertFalse(carry.isFinishing)
    }
}
