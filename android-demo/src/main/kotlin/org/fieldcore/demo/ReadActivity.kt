package org.fieldcore.demo

import android.content.ClipboardManager
import android.content.pm.PackageManager
import android.content.res.Configuration
import android.os.Bundle
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.TextView
import kotlinx.coroutines.launch
import org.fieldcore.ffi.Cue
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.Scan
import java.nio.ByteBuffer

/** Reads by the camera what another screen asked for: codes of another phone, labels, a document. */
class ReadActivity : AskingScreen(), ReadWatch {
    override val takesTold = false
    override val asker: Any? get() = desk.hand.reading
    private lateinit var finder: Viewfinder
    private var eyes: Eyes? = null
    private var note = ""

    override fun name() = desk.hand.reading?.let { getString(it.title) } ?: getString(R.string.read_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.read)
        val reading = desk.hand.reading ?: return finish()
        if (resources.configuration.orientation == Configuration.ORIENTATION_LANDSCAPE) sideBySide()
        if (saved == null) reading.begin()
        val looking = reading.eyes(scope, this)
        eyes = looking
        finder = Viewfinder(this, looking, ::cameraState)
        say(R.id.title, name())
        note = getString(reading.how)
        finder.hint(note)
        type(reading)
        asks()
        press(R.id.paste) { paste(reading) }
        press(R.id.back, ::finish)
        if (!finder.allowed) finder.ask()
    }

    /** What Camera2 does with every frame, for tests: see [Eyes.onFrame]. */
    fun onFrame(plane: ByteBuffer, width: Int, height: Int, rowStride: Int, rotation: Int) {
        eyes?.onFrame(plane, width, height, rowStride, rotation)
    }

    private fun type(reading: Reading) {
        shown(R.id.typing, reading.typed != null)
        shown(R.id.paste, reading.typed == null)
        view<TextView>(R.id.entry_label).setText(reading.typed ?: return)
        press(R.id.take) {
            val text = typed(R.id.entry)
            if (text.isNotEmpty()) desk.scope.launch { reading.scan(desk, Scan.Typed(text, null)) }
        }
    }

    /** A code may also come as text: by a cable, a message, or where there is no camera. */
    private fun paste(reading: Reading) {
        val clip = getSystemService(ClipboardManager::class.java)?.primaryClip
        val pasted = clip?.takeIf { it.itemCount > 0 }?.getItemAt(0)?.coerceToText(this)?.toString().orEmpty().trim()
        if (pasted.isEmpty()) return say(R.id.told, getString(R.string.enrol_paste_none))
        desk.scope.launch { reading.code(desk, pasted) }
    }

    private fun sideBySide() {
        view<LinearLayout>(R.id.panes).orientation = LinearLayout.HORIZONTAL
        view<View>(R.id.eyes).layoutParams = LinearLayout.LayoutParams(0, ViewGroup.LayoutParams.MATCH_PARENT, 3f)
        view<View>(R.id.work).layoutParams = LinearLayout.LayoutParams(0, ViewGroup.LayoutParams.WRAP_CONTENT, 2f)
    }

    override fun onStart() {
        super.onStart()
        val reading = desk.hand.reading ?: return
        scope.launch { reading.taken.collect { stands(reading, it) } }
    }

    private fun stands(reading: Reading, taken: Taken) {
        when (taken) {
            is Taken.On -> say(R.id.told, taken.line(words))
            is Taken.Wrong -> {
                val line = taken.line(words)
                // Said once, not again after a turn of the phone.
                reading.taken.value = Taken.On { line }
                give(Cues.WRONG_KIND, listOf(line), emptyList())
            }
            Taken.End -> finish()
        }
    }

    override fun onResume() {
        super.onResume()
        if (::finder.isInitialized) finder.open()
    }

    override fun onPause() {
        if (::finder.isInitialized) finder.close()
        super.onPause()
    }

    override fun onRequestPermissionsResult(request: Int, permissions: Array<out String>, results: IntArray) {
        if (results.firstOrNull() == PackageManager.PERMISSION_GRANTED) finder.open() else cameraState(false)
    }

    private fun cameraState(there: Boolean) {
        val why = if (finder.allowed) R.string.read_no_camera else R.string.read_camera_denied
        finder.hint(if (there) note else getString(why))
    }

    override fun seen(sight: Sight, several: Boolean) {
        val help = if (several) getString(R.string.read_several) else sight.guidance.firstOrNull()?.let(words::guidance)
        finder.show(sight, help ?: note)
    }

    override fun code(text: String) {
        val reading = desk.hand.reading ?: return
        desk.scope.launch { reading.code(desk, text) }
    }

    override fun scan(scan: Scan, number: String?) {
        val reading = desk.hand.reading ?: return
        desk.scope.launch { reading.scan(desk, scan, number) }
    }

    override fun failed(failure: FieldException) = desk.failed(failure, again = false)

    override fun tell(told: Told) {
        super.tell(told)
        if (told is Told.Of && told.cue == Cue.OK) view<EditText>(R.id.entry).setText("")
    }
}
