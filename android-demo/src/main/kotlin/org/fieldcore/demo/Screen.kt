package org.fieldcore.demo

import android.app.Activity
import android.content.Intent
import android.media.AudioManager
import android.os.Bundle
import android.view.ContextThemeWrapper
import android.view.View
import android.view.ViewGroup
import android.view.WindowManager
import android.widget.Button
import android.widget.FrameLayout
import android.widget.LinearLayout
import android.widget.TextView
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.launch
import org.fieldcore.ffi.Status

/** What all screens share: the frame, the desk, the cue, and no screenshots where people are shown. */
abstract class Screen : Activity() {
    /** Whether it tells what a reading that it asked for came to. */
    protected open val takesTold: Boolean = true

    /** Whether people may be on it. */
    protected open val showsPeople: Boolean = true
    protected val desk: Desk get() = (application as FieldApp).desk
    protected val words: Words by lazy { Words(this) }
    protected lateinit var scope: CoroutineScope
        private set
    private var shown: CoroutineScope? = null
    private var known: Status? = null
    private var loading: Job? = null
    private var signaller: Signaller? = null
    protected lateinit var overlay: Overlay
        private set
    private lateinit var frame: Frame

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        scope = CoroutineScope(SupervisorJob() + onMain)
        volumeControlStream = AudioManager.STREAM_MUSIC
        if (showsPeople) window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
    }

    protected fun show(layout: Int) {
        overlay = Overlay(this)
        frame = Frame(this, layoutInflater.inflate(layout, FrameLayout(this), false), overlay, desk.practice)
        setContentView(frame)
        title = titleWords()
    }

    private fun titleWords(): String =
        if (desk.practice) getString(R.string.practice) + getString(R.string.colon) + name() else name()

    /** The screen's name for screen readers. */
    protected abstract fun name(): String

    override fun onStart() {
        super.onStart()
        if (::frame.isInitialized && frame.practice != desk.practice) {
            recreate()
            return
        }
        signaller = Signaller(this)
        val watching = CoroutineScope(SupervisorJob() + onMain)
        shown = watching
        watching.launch { desk.scene.collectLatest(::render) }
        watching.launch { desk.told.collect(::tell) }
        if (takesTold) watching.launch { desk.tellLater() }
        scope.launch { desk.attempt { desk.journal() } }
    }

    override fun onStop() {
        shown?.cancel()
        known = null
        signaller?.close()
        super.onStop()
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    /** Shows the scene; called on the main thread with every change while the screen is there. */
    protected open fun render(scene: Scene) = Unit

    /** Loads what tubes stand behind the scene, if its status is another one than the last. */
    protected fun loadOnChange(scene: Scene, load: suspend (Status) -> Unit) {
        // Whatever changes a tube changes the status; a failure of the loading itself does not.
        val status = scene.status?.takeIf { it != known } ?: return
        known = status
        loadAnew { load(status) }
    }

    /** Loads what is shown again, in place of a loading that is under way. */
    protected fun loadAnew(load: suspend () -> Unit) {
        loading?.cancel()
        loading = scope.launch { desk.attempt { load() } }
    }

    /** Gives the cue of an answer. */
    protected open fun tell(told: Told) {
        val (lines, details) =
            when (told) {
                is Told.Of -> words.lines(told.answer) to words.details(told.answer)
                is Told.Failed -> listOf(getString(R.string.failure)) to listOf(words.failure(told.failure))
            }
        give(Cues.of(told.cue), lines, details)
        if (told is Told.Of) told.answer.code?.let { showCode(Showing.of(told.answer, it, words)) }
    }

    /** Shows a code to another phone. */
    protected fun showCode(showing: Showing) {
        desk.hand.showing = showing
        go(CodeActivity::class.java)
    }

    /** Reads by the camera. */
    protected fun read(reading: Reading) {
        desk.hand.reading = reading
        go(ReadActivity::class.java)
    }

    /** Gives a cue with its words: to eyes, ears, hand and screen reader. */
    protected fun give(cue: Cues, lines: List<String>, details: List<String>) {
        signaller?.give(cue)
        overlay.show(cue, lines, details)
        // Said at once, as a whole; the same stands on the screen to be gone over again.
        frame.announceForAccessibility((listOf(getString(cue.word)) + lines + details).joinToString(getString(R.string.semicolon)))
    }

    protected fun go(screen: Class<out Activity>, extra: Intent.() -> Unit = {}) = startActivity(Intent(this, screen).apply(extra))

    protected fun press(id: Int, work: () -> Unit) = view<View>(id).setOnClickListener { work() }

    // requireViewById is younger than this app's oldest Android.
    protected fun <T : View> view(id: Int): T = checkNotNull(findViewById<T>(id))

    protected fun say(id: Int, text: String?) {
        val view = view<TextView>(id)
        if (view.text.toString() != text.orEmpty()) view.text = text.orEmpty()
        view.visibility = if (text.isNullOrEmpty()) View.GONE else View.VISIBLE
    }

    protected fun typed(id: Int): String = view<TextView>(id).text.toString().trim()

    protected fun shown(id: Int, yes: Boolean) {
        view<View>(id).visibility = if (yes) View.VISIBLE else View.GONE
    }

    /** Fills a column with buttons. Those that are there are used again: a screen reader keeps its place. */
    protected fun buttons(id: Int, rows: List<Pair<String, () -> Unit>>) {
        val column = view<LinearLayout>(id)
        rows.forEachIndexed { at, (text, work) ->
            val button = column.getChildAt(at) as Button? ?: push().also { column.addView(it, wide()) }
            if (button.text.toString() != text) button.text = text
            button.setOnClickListener { work() }
        }
        if (column.childCount > rows.size) column.removeViews(rows.size, column.childCount - rows.size)
    }

    // A theme is large: one serves all buttons of the screen.
    private val pushes by lazy { ContextThemeWrapper(this, R.style.Push) }

    private fun push() = Button(pushes, null, 0, R.style.Push)

    /** Fills a column with lines. */
    protected fun lines(id: Int, rows: List<String>) {
        val column = view<LinearLayout>(id)
        column.removeAllViews()
        for (text in rows) column.addView(TextView(this, null, 0, R.style.Words).apply { this.text = text }, wide())
    }

    protected fun wide() =
        LinearLayout.LayoutParams(ViewGroup.LayoutParams.MATCH_PARENT, ViewGroup.LayoutParams.WRAP_CONTENT).apply {
            val gap = (3 * resources.displayMetrics.density).toInt()
            setMargins(gap, gap, gap, gap)
        }
}
