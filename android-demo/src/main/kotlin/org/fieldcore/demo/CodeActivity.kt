package org.fieldcore.demo

import android.content.res.Configuration
import android.os.Bundle
import android.view.View
import android.view.WindowManager
import android.widget.Button
import android.widget.LinearLayout
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.FrameMaker
import org.fieldcore.ffi.qrPicture

/** Shows a code, or animated ones, to another phone's camera: large, bright, until it is closed. */
class CodeActivity : Screen() {
    override val takesTold = false
    private var drawing: Job? = null

    override fun name() = desk.hand.showing?.title ?: getString(R.string.code_view)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.code)
        if (resources.configuration.orientation == Configuration.ORIENTATION_LANDSCAPE) sideBySide()
        window.attributes = window.attributes.apply { screenBrightness = WindowManager.LayoutParams.BRIGHTNESS_OVERRIDE_FULL }
        val showing = desk.hand.showing ?: return finish()
        say(R.id.title, showing.title)
        lines(R.id.list, showing.lines)
        shown(R.id.next, showing.next != null)
        showing.next?.let { next ->
            view<Button>(R.id.next).setText(next.title)
            press(R.id.next) { read(next) }
        }
        shown(R.id.then, showing.then != null)
        showing.then?.let { then ->
            view<Button>(R.id.then).text = then.title
            press(R.id.then) {
                desk.hand.showing = then
                recreate()
            }
        }
        press(R.id.back, ::finish)
    }

    private fun sideBySide() {
        view<LinearLayout>(R.id.panes).orientation = LinearLayout.HORIZONTAL
        view<View>(R.id.work).layoutParams = LinearLayout.LayoutParams(0, LinearLayout.LayoutParams.WRAP_CONTENT, 1f)
    }

    override fun onStart() {
        super.onStart()
        val showing = desk.hand.showing
        // What was to be read after it was read.
        if (showing == null || showing.next?.taken?.value == Taken.End) return finish()
        drawing = scope.launch {
            try {
                when (val drawn = showing.drawn) {
                    is Drawn.Still -> view<CodeView>(R.id.code).show(withContext(Dispatchers.Default) { qrPicture(drawn.text) })
                    is Drawn.Moving -> animate(drawn.bundle)
                }
            } catch (failure: FieldException) {
                say(R.id.told, getString(R.string.code_long))
                desk.failed(failure)
            }
        }
    }

    override fun onStop() {
        drawing?.cancel()
        super.onStop()
    }

    private suspend fun animate(bundle: ByteArray) {
        FrameMaker(bundle).use { maker ->
            say(R.id.told, getString(R.string.code_frames, maker.needed().toInt()))
            var number = 0u
            while (scope.isActive) {
                val picture = withContext(Dispatchers.Default) { qrPicture(maker.text(number)) }
                view<CodeView>(R.id.code).show(picture)
                number++
                delay(FRAME_MS)
            }
        }
    }

    private companion object {
        /** About eight a second: a camera sees each of them at least twice. */
        const val FRAME_MS = 125L
    }
}
