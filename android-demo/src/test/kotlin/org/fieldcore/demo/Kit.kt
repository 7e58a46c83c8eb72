package org.fieldcore.demo

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Looper
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.EditText
import android.widget.TextView
import kotlinx.coroutines.launch
import org.fieldcore.FieldJournal
import org.fieldcore.Transport
import org.fieldcore.UrlTransport
import org.fieldcore.ffi.KeyVault
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.Verb
import org.junit.Assert.assertTrue
import org.junit.runners.model.FrameworkMethod
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.internal.bytecode.InstrumentationConfiguration
import java.io.File
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey

/** Loads what speaks with the library once for all sandboxes: a callback of another loader would answer wrong. */
class ParentRunner(tests: Class<*>) : RobolectricTestRunner(tests) {
    override fun createClassLoaderConfig(method: FrameworkMethod): InstrumentationConfiguration =
        InstrumentationConfiguration.Builder(super.createClassLoaderConfig(method))
            .doNotAcquirePackage("com.sun.jna.").doNotAcquirePackage("org.fieldcore.ffi.")
            .doNotAcquirePackage("kotlin.").doNotAcquirePackage("kotlinx.").build()
}

/** Stands in for the Keystore, which no host has. */
class SoftWrapping : Wrapping {
    private val keys = mutableMapOf<String, SecretKey>()
    var broken = false

    override fun create(name: String): SecretKey =
        if (broken) throw java.security.KeyStoreException("locked") else KeyGenerator.getInstance("AES").apply { init(256) }.generateKey().also { keys[name] = it }

    override fun key(name: String): SecretKey? = if (broken) throw java.security.KeyStoreException("locked") else keys[name]

    override fun destroy(name: String) {
        keys.remove(name)
    }
}

class TestApp : FieldApp() {
    val wrapping = SoftWrapping()
    var network = true
    override val surroundings =
        object : Surroundings {
            override fun vault(context: Context, folder: File): KeyVault = FileVault(folder, wrapping)

            override fun transport(): Transport = if (network) UrlTransport() else Transport { null }
        }
}

internal val app: TestApp get() = RuntimeEnvironment.getApplication() as TestApp
internal val desk: Desk get() = app.desk

/** Lets the main thread work until [come], with the workers' answers. */
internal fun await(what: String, come: () -> Boolean) {
    val until = System.nanoTime() + 20_000_000_000
    while (!come()) {
        shadowOf(Looper.getMainLooper()).idle()
        assertTrue("waited for: $what", System.nanoTime() < until)
        Thread.sleep(2)
    }
    shadowOf(Looper.getMainLooper()).idle()
}

/** Does [work] on the desk's thread, to its end. */
internal fun work(work: suspend () -> Unit) {
    var done = false
    desk.scope.launch {
        work()
        done = true
    }
    await("work") { done }
}

internal fun <T : Activity> open(screen: Class<T>, extra: Intent.() -> Unit = {}): ActivityController<T> {
    val intent = Intent(app, screen).apply(extra)
    return Robolectric.buildActivity(screen, intent).setup().also { shadowOf(Looper.getMainLooper()).idle() }
}

internal fun Activity.tap(id: Int) {
    val view = requireViewById<View>(id)
    assertTrue("${resources.getResourceEntryName(id)} is shown", view.isShown && view.isEnabled)
    assertTrue(view.performClick())
    shadowOf(Looper.getMainLooper()).idle()
}

internal fun Activity.write(id: Int, text: String) = requireViewById<EditText>(id).setText(text)

internal fun Activity.read(id: Int): String = requireViewById<TextView>(id).let { if (it.isShown) it.text.toString() else "" }

internal fun View.all(): List<View> =
    listOf(this) + ((this as? ViewGroup)?.let { group -> (0 until group.childCount).flatMap { group.getChildAt(it).all() } } ?: emptyList())

internal fun Activity.views(): List<View> = window.decorView.all()

/** Types on the pad, key for key, and takes it. */
internal fun Activity.key(text: String) {
    if (!requireViewById<Pad>(R.id.pad).isShown) tap(R.id.type)
    for (one in text) {
        fun find() = views().filterIsInstance<Button>().firstOrNull { it.isShown && it.text.toString() == one.toString() }
        if (find() == null) tap(R.id.key_page)
        checkNotNull(find()) { "no key $one" }.performClick()
    }
    tap(R.id.key_take)
}

/** Types [text] and waits for the answer. */
internal fun Activity.scan(text: String) {
    val before = desk.scene.value.answer
    requireViewById<Pad>(R.id.pad).show("")
    key(text)
    await("an answer to a scan") { desk.scene.value.answer !== before || desk.scene.value.failure != null }
    desk.scene.value.answer?.let { println("${it.outcome} ${it.problems}") }
}

/** People born when nobody alive was (GB 11643-1999, with their check character). */
internal fun person(number: Int): String {
    val body = "110101" + (1880 + number % 26) + "%02d".format(1 + number % 12) + "%02d".format(1 + number % 28) + "%03d".format(number % 1000)
    val sum = body.fold(0) { sum, digit -> (sum + (digit - '0')) * 2 % 11 }
    return body + "0123456789X"[(12 - sum) % 11]
}

internal fun tube(number: Int) = "FCT%08d".format(number)

/** Tubes as a day leaves them: 1 full, 2 closed short, 3 spoiled, and 4 spoiled before it was opened. */
internal suspend fun FieldJournal.day(lane: String = "A") {
    suspend fun fill(number: Int, people: IntRange) {
        scan(lane, Scan.Typed(tube(number), null))
        for (one in people) scan(lane, Scan.Typed(person(one), null))
    }
    fill(1, 11..20)
    fill(2, 21..23)
    verb(lane, Verb.Close("the team leaves"))
    fill(3, 24..24)
    verb(lane, Verb.Spoil(tube(3), "it leaks"))
    verb(lane, Verb.Spoil(tube(4), "it is cracked"))
}

/** Begins a shift by the screen and gives back the screen of the scans. */
internal fun startShift(site: String = "Hall", lane: String = "A"): ActivityController<ScanActivity> {
    val shift = open(ShiftActivity::class.java)
    await("the profile") { shift.get().read(R.id.device).isNotEmpty() }
    shift.get().write(R.id.site, site)
    shift.get().write(R.id.lane, lane)
    shift.get().write(R.id.operator, "Li")
    shift.get().tap(R.id.start)
    await("the shift") { desk.scene.value.status?.shift != null || desk.scene.value.failure != null }
    desk.scene.value.failure?.let { throw AssertionError("the shift did not begin", it) }
    await("the next screen") { shadowOf(shift.get()).peekNextStartedActivity() != null }
    val scan = open(ScanActivity::class.java)
    shift.pause().stop()
    return scan
}

/** Presses "sync now" until nothing is unsent: a sync may itself write a record, which goes with the next. */
internal fun SyncActivity.sendAll() {
    await("everything to be sent") {
        if (requireViewById<View>(R.id.now).isEnabled) tap(R.id.now)
        desk.scene.value.status?.unsent == 0uL
    }
    await("the answer") { read(R.id.told).startsWith("Done") }
}
