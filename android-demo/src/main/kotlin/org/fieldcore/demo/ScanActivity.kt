package org.fieldcore.demo

import android.content.pm.PackageManager
import android.content.res.Configuration
import android.os.Bundle
import android.view.View
import android.view.WindowManager
import android.widget.Button
import android.widget.LinearLayout
import android.widget.ScrollView
import android.widget.TextView
import org.fieldcore.ffi.Cue
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.Verb
import java.nio.ByteBuffer

/** The sampler's screen: the eyes, the tube, the last person, the cue; and a pad for what cannot be scanned. */
class ScanActivity : AnsweredScreen() {
    private lateinit var pad: Pad
    private lateinit var finder: Viewfinder
    private lateinit var eyes: Eyes
    private var padOpen = false

    override fun name() = getString(R.string.scan_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        window.addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON)
        show(R.layout.scan)
        if (resources.configuration.orientation == Configuration.ORIENTATION_LANDSCAPE) sideBySide()
        pad = view(R.id.pad)
        pad.show(desk.draft)
        pad.onText = { desk.draft = it }
        pad.onTake = { text, kind -> desk.act { it.scan(desk.lane, Scan.Typed(text, kind)) } }
        press(R.id.type) { openPad(!padOpen) }
        press(R.id.undo) { desk.act { it.verb(desk.lane, Verb.Undo) } }
        press(R.id.tubes) { go(TubesActivity::class.java) }
        press(R.id.sync) { go(SyncActivity::class.java) }
        press(R.id.shift) { go(ShiftActivity::class.java) }
        press(R.id.doors) { go(DoorsActivity::class.java) }
        pressAnswers()
        openPad(saved?.getBoolean(PAD) ?: desk.draft.isNotEmpty())
        eyes = LaneEyes(desk, ::seen)
        finder = Viewfinder(this, eyes, ::cameraState)
        if (!finder.allowed) finder.ask()
    }

    /** What Camera2 does with every frame, for tests: see [Eyes.onFrame]. */
    fun onFrame(plane: ByteBuffer, width: Int, height: Int, rowStride: Int, rotation: Int) =
        eyes.onFrame(plane, width, height, rowStride, rotation)

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putBoolean(PAD, padOpen)
    }

    override fun onResume() {
        super.onResume()
        if (!padOpen) finder.open()
    }

    override fun onPause() {
        finder.close()
        super.onPause()
    }

    override fun onRequestPermissionsResult(request: Int, permissions: Array<out String>, results: IntArray) {
        if (results.firstOrNull() == PackageManager.PERMISSION_GRANTED) finder.open()
        else finder.hint(getString(R.string.scan_camera_denied))
    }

    private fun sideBySide() {
        view<LinearLayout>(R.id.panes).orientation = LinearLayout.HORIZONTAL
        view<View>(R.id.eyes).layoutParams = LinearLayout.LayoutParams(0, LinearLayout.LayoutParams.MATCH_PARENT, 2f)
        val pad = view<View>(R.id.pad)
        view<LinearLayout>(R.id.work).removeView(pad)
        view<LinearLayout>(R.id.panes).addView(pad, 1, LinearLayout.LayoutParams(0, LinearLayout.LayoutParams.WRAP_CONTENT, 3f))
        view<View>(R.id.work).layoutParams = LinearLayout.LayoutParams(0, LinearLayout.LayoutParams.WRAP_CONTENT, 3f)
    }

    private fun openPad(open: Boolean) {
        padOpen = open
        shown(R.id.pad, open)
        shown(R.id.eyes, !open)
        view<Button>(R.id.type).setText(if (open) R.string.scan_camera else R.string.scan_type)
        shown(R.id.torch, !open)
        toPad()
        if (!::finder.isInitialized) return
        if (open) finder.close() else finder.open()
    }

    /** On a small screen the keys lie below its edge. */
    private fun toPad() {
        val page = view<ScrollView>(R.id.page)
        page.post { page.scrollTo(0, if (padOpen) pad.top else 0) }
    }

    private fun cameraState(there: Boolean) {
        val why = if (finder.allowed) R.string.scan_no_camera else R.string.scan_camera_denied
        finder.hint(if (there) null else getString(why))
    }

    /** Shows what a frame brought. */
    fun seen(sight: Sight) = finder.show(sight, sight.guidance.firstOrNull()?.let(words::guidance))

    override fun render(scene: Scene) {
        val status = scene.status
        val mine = status?.openTubes?.firstOrNull { it.active && it.lane == desk.lane }
        view<TubeRing>(R.id.ring).show(mine?.count?.toInt() ?: 0, mine?.capacity?.toInt() ?: 0)
        say(R.id.tube, mine?.let { getString(R.string.scan_tube, it.tube ?: "?") } ?: getString(R.string.scan_no_tube))
        say(R.id.last, scene.lastPerson?.let { getString(R.string.scan_last, it) } ?: getString(R.string.scan_last_none))
        val parts =
            listOfNotNull(
                getString(R.string.shift_lane) + " " + desk.lane,
                status?.let { getString(R.string.scan_unsent, it.unsent.toInt()) },
                status?.waiting?.takeIf { it > 0u }?.let { getString(R.string.scan_waiting, it.toInt()) },
            )
        say(R.id.where, parts.joinToString(getString(R.string.separator)))
        shown(R.id.alarm, status?.captureStopped == true)
        answer(scene)
    }

    override fun tell(told: Told) {
        super.tell(told)
        // What was typed is let go once it was answered well; anything else stays to be put right.
        if (told is Told.Of && told.cue == Cue.OK) pad.show("")
        if (padOpen) toPad()
    }

    private companion object {
        const val PAD = "pad"
    }
}
