package org.fieldcore.demo

import android.Manifest
import android.app.Activity
import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.net.Uri
import android.os.Build
import org.fieldcore.ffi.FieldException
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowToneGenerator

/** The ways in, and bad input on them. */
@RunWith(ParentRunner::class)
class EnrolTest {
    private fun bound(enrol: EnrolActivity) = await("the question") { enrol.read(R.id.campaign) == "Bindings" }

    @Test
    fun `an invitation from a file`() {
        val enrol = open(EnrolActivity::class.java).get()
        enrol.tap(R.id.file)
        val asked = shadowOf(enrol).nextStartedActivityForResult
        assertEquals(Intent.ACTION_OPEN_DOCUMENT, asked.intent.action)
        val uri = Uri.parse("content://tests/invitation")
        shadowOf(app.contentResolver).registerInputStream(uri, Hub.invitationFile.inputStream())
        shadowOf(enrol).receiveResult(asked.intent, Activity.RESULT_OK, Intent().setData(uri))
        bound(enrol)
        enrol.tap(R.id.join)
        await("enrolled") { enrol.isFinishing }
    }

    @Test
    fun `an invitation from the clipboard`() {
        val clipboard = checkNotNull(app.getSystemService(ClipboardManager::class.java))
        clipboard.setPrimaryClip(ClipData.newPlainText("", Hub.invitation + "\n"))
        val enrol = open(EnrolActivity::class.java).get()
        enrol.tap(R.id.paste)
        bound(enrol)
        enrol.tap(R.id.other)
        assertEquals("", enrol.read(R.id.campaign))
    }

    @Test
    fun `what is no invitation is said, and nothing happens`() {
        val enrol = open(EnrolActivity::class.java).get()
        val broken = Hub.invitation.dropLast(40)
        for (text in listOf("", "FC1:", "hello", "FC1:" + "A".repeat(100_000), "\uD800", broken)) {
            enrol.write(R.id.invitation, text)
            enrol.tap(R.id.look)
            await("the answer to ${text.take(8)}") { enrol.read(R.id.told).isNotEmpty() || enrol.read(R.id.campaign).isNotEmpty() }
            assertEquals(text.take(8), "", enrol.read(R.id.campaign))
            enrol.requireViewById<android.widget.TextView>(R.id.told).text = ""
        }
    }

    @Test
    fun `a shift without a name is refused with a cue`() {
        val shift = open(ShiftActivity::class.java)
        val enrol = open(EnrolActivity::class.java).get()
        enrol.write(R.id.invitation, Hub.invitation)
        enrol.tap(R.id.look)
        bound(enrol)
        enrol.tap(R.id.join)
        await("enrolled") { enrol.isFinishing }
        shift.pause().stop().destroy()
        val next = open(ShiftActivity::class.java).get()
        await("the device") { next.read(R.id.device).isNotEmpty() }
        next.write(R.id.site, "")
        next.write(R.id.operator, "\u0000".repeat(50_000))
        next.tap(R.id.start)
        await("the refusal") { desk.scene.value.failure != null }
        assertTrue(desk.scene.value.failure is FieldException.Invalid || desk.scene.value.failure is FieldException.Refused)
        assertTrue(next.requireViewById<Overlay>(R.id.overlay).isShown)
        assertTrue(ShadowToneGenerator.getPlayedTones().any { it.type() == Cues.REFUSED.tone })
    }

    @Test
    fun `without the camera's permission the pad is left and it is said`() {
        shadowOf(app).denyPermissions(Manifest.permission.CAMERA)
        val scan = open(ScanActivity::class.java).get()
        assertNotNull(scan.eyes)
        scan.onRequestPermissionsResult(1, arrayOf(Manifest.permission.CAMERA), intArrayOf(-1))
        assertTrue(scan.read(R.id.guidance).contains("not allowed"))
        assertTrue(Build.VERSION.SDK_INT >= 26)
    }
}
