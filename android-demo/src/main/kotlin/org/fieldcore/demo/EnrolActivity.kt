package org.fieldcore.demo

import android.app.Activity
import android.content.ClipboardManager
import android.content.Intent
import android.content.pm.PackageManager
import android.content.res.Configuration
import android.os.Bundle
import android.view.ViewGroup
import android.widget.EditText
import android.widget.LinearLayout
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.InvitationView
import org.fieldcore.readInvitation
import java.nio.ByteBuffer

/** Joins a campaign: the invitation is scanned, pasted, typed or read from a file, shown, and taken. */
class EnrolActivity : Screen(), InvitationWatch {
    private var text = ""
    private var looking = false
    private var note = ""
    private lateinit var eyes: Eyes
    private lateinit var finder: Viewfinder

    override fun name() = getString(R.string.enrol_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.enrol)
        if (resources.configuration.orientation == Configuration.ORIENTATION_LANDSCAPE) sideBySide()
        eyes = InvitationEyes(scope, this)
        finder = Viewfinder(this, eyes, ::cameraState)
        press(R.id.scan) { if (finder.allowed) startLooking() else finder.ask() }
        press(R.id.stop, ::stopLooking)
        press(R.id.paste, ::paste)
        press(R.id.file) { Files.choose(this, FILE) }
        press(R.id.look) { look(typed(R.id.invitation)) }
        press(R.id.join, ::join)
        press(R.id.helper) { go(HelperActivity::class.java) }
        press(R.id.other) { ask(true) }
        press(R.id.practise) {
            scope.launch {
                desk.practise(true)
                leave()
            }
        }
        (lastNonConfigurationInstance as? String)?.let(::look)
        if (saved?.getBoolean(LOOKING) == true && finder.allowed) startLooking()
    }

    /** What Camera2 does with every frame, for tests: see [Eyes.onFrame]. */
    fun onFrame(plane: ByteBuffer, width: Int, height: Int, rowStride: Int, rotation: Int) =
        eyes.onFrame(plane, width, height, rowStride, rotation)

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putBoolean(LOOKING, looking)
    }

    /** An invitation holds a secret, so over a turn of the phone it stays in memory and goes into no saved state. */
    override fun onRetainNonConfigurationInstance(): Any? = text.ifEmpty { null }

    override fun onResume() {
        super.onResume()
        if (looking) finder.open()
    }

    override fun onPause() {
        finder.close()
        super.onPause()
    }

    override fun onRequestPermissionsResult(request: Int, permissions: Array<out String>, results: IntArray) {
        if (results.firstOrNull() == PackageManager.PERMISSION_GRANTED) startLooking()
        else say(R.id.told, getString(R.string.enrol_camera_denied))
    }

    private fun sideBySide() {
        val panes = view<LinearLayout>(R.id.looking)
        val keys = view<LinearLayout>(R.id.looking_keys)
        panes.orientation = LinearLayout.HORIZONTAL
        keys.orientation = LinearLayout.VERTICAL
        view<ViewGroup>(R.id.eyes).layoutParams = LinearLayout.LayoutParams(0, ViewGroup.LayoutParams.MATCH_PARENT, 3f)
        keys.layoutParams = LinearLayout.LayoutParams(0, ViewGroup.LayoutParams.WRAP_CONTENT, 1f)
        for (i in 0 until keys.childCount) keys.getChildAt(i).layoutParams = wide()
    }

    private fun startLooking() {
        note = getString(R.string.enrol_scan_how)
        say(R.id.told, null)
        finder.hint(note)
        turn(true)
        finder.open()
    }

    private fun stopLooking() {
        finder.close()
        turn(false)
    }

    private fun turn(on: Boolean) {
        looking = on
        shown(R.id.looking, on)
        shown(R.id.ask, !on)
    }

    private fun cameraState(there: Boolean) {
        if (there || !looking) return
        stopLooking()
        say(R.id.told, getString(if (finder.allowed) R.string.enrol_no_camera else R.string.enrol_camera_denied))
    }

    override fun seen(sight: Sight) {
        if (!looking) return
        finder.show(sight, sight.guidance.firstOrNull()?.let(words::guidance) ?: note)
    }

    override fun found(text: String, view: InvitationView) {
        if (!looking) return
        stopLooking()
        question(text, view)
    }

    override fun wrong(failure: FieldException) {
        if (!looking) return
        note = if (failure is FieldException.Invalid) getString(R.string.enrol_scan_wrong) else words.failure(failure)
        finder.hint(note)
        give(Cues.WRONG_KIND, listOf(note), emptyList())
    }

    override fun failed(failure: FieldException) = desk.failed(failure, again = false)

    private fun paste() {
        val clip = getSystemService(ClipboardManager::class.java)?.primaryClip
        val pasted = clip?.takeIf { it.itemCount > 0 }?.getItemAt(0)?.coerceToText(this)?.toString().orEmpty()
        if (pasted.isBlank()) return say(R.id.told, getString(R.string.enrol_paste_none))
        view<EditText>(R.id.invitation).setText(pasted.trim())
        look(pasted.trim())
    }

    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val uri = data?.data
        if (request != FILE || result != Activity.RESULT_OK || uri == null) return
        scope.launch { Files.read(this@EnrolActivity, uri)?.let { look(it.toString(Charsets.UTF_8).trim()) } ?: refused() }
    }

    private fun look(given: String) {
        scope.launch {
            try {
                question(given, withContext(Dispatchers.Default) { readInvitation(given) })
            } catch (failure: FieldException) {
                say(R.id.told, words.failure(failure))
            }
        }
    }

    private fun refused() = say(R.id.told, getString(R.string.failure_invalid))

    private fun question(given: String, view: InvitationView) {
        text = given
        say(R.id.told, null)
        say(R.id.campaign, view.campaignName)
        say(R.id.hub, view.hubUrl?.let { getString(R.string.enrol_hub, it) } ?: getString(R.string.enrol_no_hub))
        say(R.id.until, getString(R.string.enrol_until, words.time(view.expiresMs)))
        ask(false)
    }

    private fun ask(yes: Boolean) {
        if (yes) text = ""
        shown(R.id.ask, yes)
        shown(R.id.question, !yes)
    }

    private fun join() {
        scope.launch {
            desk.attempt { desk.journal().enrol(text) } ?: return@launch
            leave()
        }
    }

    private fun leave() {
        go(ShiftActivity::class.java)
        finish()
    }

    private companion object {
        const val FILE = 1
        const val LOOKING = "looking"
    }
}
