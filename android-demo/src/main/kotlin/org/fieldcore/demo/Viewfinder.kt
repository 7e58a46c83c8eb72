package org.fieldcore.demo

import android.Manifest
import android.app.Activity
import android.content.pm.PackageManager
import android.view.View
import android.widget.Button
import android.widget.TextView

/** The part of a screen that looks: the camera's picture, what was read in it, a number to compare, a hint, the light. */
class Viewfinder(private val screen: Activity, eyes: Eyes, state: (Boolean) -> Unit) {
    private val outlines: Outlines = find(R.id.outlines)
    private val number: NumberBand = find(R.id.number)
    private val hint: TextView = find(R.id.guidance)
    private val light: Button = find(R.id.torch)
    private val camera = EyeCamera(screen, find(R.id.preview), eyes) { there ->
        if (!there) close()
        state(there)
    }
    private var isOpen = false
    private var torch = false

    init {
        light.setOnClickListener { light(!torch) }
    }

    private fun <T : View> find(id: Int): T = checkNotNull(screen.findViewById(id))

    /** Whether the person lets the app look. */
    val allowed: Boolean get() = screen.checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED

    /** Asks for it; the answer comes to the activity. */
    fun ask() = screen.requestPermissions(arrayOf(Manifest.permission.CAMERA), ASKED)

    fun open() {
        isOpen = true
        camera.open()
    }

    fun close() {
        isOpen = false
        camera.close()
        if (torch) light(false)
        draw(Sight.NOTHING)
    }

    /** Shows what a frame brought, and a hint. A frame that was looked at while the camera closed shows nothing. */
    fun show(sight: Sight, hint: String?) {
        if (!isOpen) return
        draw(sight)
        hint(hint)
    }

    private fun draw(sight: Sight) {
        outlines.show(sight.read, sight.unread, sight.upright)
        number.show(sight.number)
    }

    fun hint(text: String?) {
        if (hint.text.toString() != text.orEmpty()) hint.text = text.orEmpty()
        hint.visibility = if (text.isNullOrEmpty()) View.GONE else View.VISIBLE
    }

    private fun light(on: Boolean) {
        torch = on
        camera.torch(on)
        light.isSelected = on
        light.setText(if (on) R.string.scan_torch_on else R.string.scan_torch)
        light.contentDescription = screen.getString(if (on) R.string.scan_torch_on else R.string.scan_torch_off)
    }

    private companion object {
        const val ASKED = 1
    }
}
