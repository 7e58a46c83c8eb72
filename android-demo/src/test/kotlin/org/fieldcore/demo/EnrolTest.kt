package org.fieldcore.demo

import android.Manifest
import android.app.Activity
import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.view.View
import org.fieldcore.ffi.FieldException
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.shadows.ShadowToneGenerator
import java.nio.ByteBuffer
import kotlin.concurrent.thread

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
        assertEquals("Campaign: Bindings", next.read(R.id.campaign))
        next.write(R.id.site, "")
        next.write(R.id.operator, "\u0000".repeat(50_000))
        next.tap(R.id.start)
        await("the refusal") { desk.scene.value.failure != null }
        assertTrue(desk.scene.value.failure is FieldException.Invalid || desk.scene.value.failure is FieldException.Refused)
        assertTrue(next.requireViewById<Overlay>(R.id.overlay).isShown)
        assertTrue(ShadowToneGenerator.getPlayedTones().any { it.type() == Cues.REFUSED.tone })
    }

    private fun looking(enrol: EnrolActivity) = enrol.requireViewById<View>(R.id.looking).isShown

    /** A camera on a phone that stands upright. */
    private fun frames(enrol: EnrolActivity, frame: ByteBuffer, count: Int = 4) {
        val worker = thread { repeat(count) { enrol.onFrame(frame, 1280, 720, 1344, 90) } }
        await("the frames") { !worker.isAlive }
    }

    private fun look(): ActivityController<EnrolActivity> {
        shadowOf(app).grantPermissions(Manifest.permission.CAMERA)
        return open(EnrolActivity::class.java).also {
            it.get().tap(R.id.scan)
            assertTrue(looking(it.get()))
        }
    }

    @Test
    fun `an invitation's QR before the app's own camera`() {
        val enrol = look().get()
        frames(enrol, Qr.frame(Qr.of(Hub.invitationPicture())))
        bound(enrol)
        assertFalse("the camera is closed", looking(enrol))
        enrol.tap(R.id.join)
        await("enrolled") { enrol.isFinishing }
    }

    @Test
    fun `a code that is no invitation is said once, and the camera goes on`() {
        val enrol = look().get()
        val other = Qr.frame(Qr.other())
        fun said() = ShadowToneGenerator.getPlayedTones().count { it.type() == Cues.WRONG_KIND.tone }
        frames(enrol, other)
        await("the cue") { said() > 0 }
        assertEquals("This code is no invitation.", enrol.read(R.id.guidance))
        frames(enrol, other)
        assertEquals(1, said())
        assertTrue(looking(enrol))
        frames(enrol, Qr.frame(Qr.of(Hub.invitationPicture())))
        bound(enrol)
        // A camera that is opened again may say it again.
        enrol.tap(R.id.other)
        assertEquals("", enrol.read(R.id.campaign))
        assertFalse(looking(enrol))
    }

    @Test
    fun `an invitation outlives a turn of the phone, and is in no saved state`() {
        val controller = look()
        frames(controller.get(), Qr.frame(Qr.of(Hub.invitationPicture())))
        bound(controller.get())
        controller.get().write(R.id.invitation, Hub.invitation)
        val saved = Bundle()
        controller.saveInstanceState(saved)
        assertTrue("something is saved", saved.toString().contains("looking"))
        assertFalse(saved.toString().contains("FC1:"))
        controller.recreate()
        bound(controller.get())
        controller.get().tap(R.id.join)
        await("enrolled") { controller.get().isFinishing }
    }

    @Test
    fun `without the camera's permission an invitation can be pasted and it is said`() {
        shadowOf(app).denyPermissions(Manifest.permission.CAMERA)
        val enrol = open(EnrolActivity::class.java).get()
        enrol.tap(R.id.scan)
        assertEquals(listOf(Manifest.permission.CAMERA), shadowOf(enrol).lastRequestedPermission.requestedPermissions.toList())
        enrol.onRequestPermissionsResult(1, arrayOf(Manifest.permission.CAMERA), intArrayOf(PackageManager.PERMISSION_DENIED))
        assertTrue(enrol.read(R.id.told).contains("not allowed"))
        assertFalse(looking(enrol))
        assertTrue(enrol.requireViewById<View>(R.id.paste).isShown)
        enrol.onRequestPermissionsResult(1, arrayOf(Manifest.permission.CAMERA), intArrayOf(PackageManager.PERMISSION_GRANTED))
        assertTrue(looking(enrol))
        assertEquals("", enrol.read(R.id.told))
    }

    @Test
    fun `without the camera's permission the pad is left and it is said`() {
        shadowOf(app).denyPermissions(Manifest.permission.CAMERA)
        val scan = open(ScanActivity::class.java).get()
        scan.onRequestPermissionsResult(1, arrayOf(Manifest.permission.CAMERA), intArrayOf(-1))
        assertTrue(scan.read(R.id.guidance).contains("not allowed"))
        assertTrue(Build.VERSION.SDK_INT >= 26)
    }
}
