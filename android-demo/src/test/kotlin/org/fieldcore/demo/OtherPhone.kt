package org.fieldcore.demo

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.view.View
import org.fieldcore.FieldJournal
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.CodeReader
import org.fieldcore.ffi.JournalOptions
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ShiftPlan
import org.fieldcore.ffi.Verb
import org.fieldcore.ffi.qrPicture
import org.fieldcore.lookAt
import org.junit.Assert.assertTrue
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import java.io.File
import java.nio.ByteBuffer
import kotlin.concurrent.thread

internal fun box(number: Int) = "BOX-$number"

/** What [work] gives, on the desk's thread. */
internal fun <T> ask(work: suspend () -> T): T {
    var told: Result<T>? = null
    work { told = runCatching { work() } }
    return checkNotNull(told).getOrThrow()
}

/** A phone without screens here: what another person holds. */
internal class OtherPhone(enrolled: Boolean = true) {
    private val folder = File.createTempFile("phone", "", app.cacheDir).also { check(it.delete() && it.mkdirs()) }
    val journal: FieldJournal =
        ask {
            val options = JournalOptions(File(folder, "journal").path, false, false, "other phone")
            FieldJournal.open(options, FileVault(File(folder, "vault"), SoftWrapping()))
        }

    init {
        if (enrolled) {
            ask {
                journal.enrol(Hub.invitation)
                journal.takeProfile(Hub.profile.readBytes())
                journal.startShift(ShiftPlan("Door to door", "Wang"), LANE)
            }
        }
    }

    /** Types a tube or a person. */
    fun type(text: String): Answer = ask { journal.scan(LANE, Scan.Typed(text, null)) }

    /** Reads a code. */
    fun scan(text: String): Answer = ask { journal.scan(LANE, Scan.Symbol(text, null)) }

    fun say(verb: Verb): Answer = ask { journal.verb(LANE, verb) }

    fun pack(text: String): Answer = ask { journal.packIntoBox(LANE, Scan.Typed(text, null)) }

    companion object {
        const val LANE = "B"
    }
}

/** The phone with the screens, enrolled and with a shift in lane A. */
internal fun beginBoxes() {
    RuntimeEnvironment.setQualifiers("w360dp-h700dp-port-xhdpi")
    shadowOf(app).grantPermissions(android.Manifest.permission.CAMERA)
    ask {
        desk.journal().enrol(Hub.invitation)
        desk.journal().takeProfile(Hub.profile.readBytes())
        desk.journal().startShift(ShiftPlan("Door to door", "Li"), "A")
    }
    desk.lane = "A"
}

/** Fills and closes tubes on the phone with the screens. */
internal fun fill(vararg numbers: Int) =
    ask {
        for (number in numbers) {
            desk.journal().scan("A", Scan.Typed(tube(number), null))
            desk.journal().scan("A", Scan.Typed(person(number), null))
            desk.journal().verb("A", Verb.Close("done"))
        }
    }

/** What a camera sees of the code on this screen: its very pixels. */
internal fun CodeActivity.frame(): ByteBuffer {
    val view = requireViewById<CodeView>(R.id.code)
    val picture = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888)
    view.draw(Canvas(picture))
    return luma(picture, (picture.width - 1280) / 2, (picture.height - 720) / 2)
}

/** A camera's frame of what stands in [picture] from the left and top on; beyond it is light. */
internal fun luma(picture: Bitmap, left: Int, top: Int): ByteBuffer {
    val (wide, high, stride) = Triple(1280, 720, 1344)
    val plane = ByteBuffer.allocateDirect(stride * high)
    for (y in 0 until high) for (x in 0 until wide) {
        val (px, py) = x + left to y + top
        val inside = px in 0 until picture.width && py in 0 until picture.height
        plane.put(y * stride + x, (if (inside && Color.luminance(picture.getPixel(px, py)) < 0.5f) 25 else 230).toByte())
    }
    return plane
}

/** The text that another phone's camera reads off the screen. */
internal fun readOff(frame: ByteBuffer): String =
    CodeReader().use { reader ->
        // A host under load may look at a frame for less long than it needs.
        repeat(60) { reader.lookAt(frame, shape(1280, 720, 1344, 0)).texts.firstOrNull()?.let { return it } }
        throw AssertionError("the code on the screen cannot be read")
    }

/** The screen that shows a code, opened because [from] asked for it. */
internal fun code(from: Activity): CodeActivity {
    asked(from, CodeActivity::class.java)
    val code = open(CodeActivity::class.java).get()
    await("the code") { dark(code) }
    return code
}

/** Waits until [screen] was asked for; what was asked for before it is passed over. */
private fun asked(from: Activity, screen: Class<out Activity>) =
    await(screen.simpleName) {
        generateSequence { shadowOf(from).nextStartedActivity }.any { it.component?.className == screen.name }
    }

private fun dark(code: CodeActivity): Boolean {
    val view = code.requireViewById<View>(R.id.code)
    if (view.width == 0) return false
    val picture = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888).also { view.draw(Canvas(it)) }
    return (0 until view.width step 3).any { Color.luminance(picture.getPixel(it, view.height / 2)) < 0.5f }
}

/** The screen that reads, opened because [from] asked for it. */
internal fun reader(from: Activity): ReadActivity {
    asked(from, ReadActivity::class.java)
    return open(ReadActivity::class.java).get()
}

/** Holds a frame before the reading screen's camera. */
internal fun ReadActivity.sees(frame: ByteBuffer, count: Int = 8) {
    val worker = thread { repeat(count) { onFrame(frame, 1280, 720, 1344, 0) } }
    await("the frames") { !worker.isAlive }
}

/** Holds a code of another phone before the reading screen's camera. */
internal fun ReadActivity.sees(text: String, count: Int = 8) = sees(Qr.frame(Qr.of(qrPicture(text))), count)

/** What a screen's column says, a child a line. */
internal fun Activity.column(id: Int): List<String> =
    requireViewById<android.widget.LinearLayout>(id).let { column -> List(column.childCount) { (column.getChildAt(it) as android.widget.TextView).text.toString() } }

internal fun Activity.touch(id: Int, beginning: String) {
    val column = requireViewById<android.widget.LinearLayout>(id)
    val found = (0 until column.childCount).map { column.getChildAt(it) as android.widget.TextView }.firstOrNull { beginning in it.text }
    assertTrue("no $beginning in ${column(id)}", found != null)
    checkNotNull(found).performClick()
    shadowOf(android.os.Looper.getMainLooper()).idle()
}
