package org.fieldcore.demo

import android.Manifest
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.view.TextureView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowCameraCharacteristics

/** When the camera is opened and closed. The host's stand-in gives no picture. */
@RunWith(ParentRunner::class)
class CameraTest {
    private fun camera(facing: Int) {
        val told = ShadowCameraCharacteristics.newCameraCharacteristics()
        shadowOf(told).set(CameraCharacteristics.LENS_FACING, facing)
        shadowOf(app.getSystemService(CameraManager::class.java)).addCamera("0", told)
    }

    @Before
    fun allow() = shadowOf(app).grantPermissions(Manifest.permission.CAMERA)

    /** The open camera, which no screen shows. */
    private fun device(enrol: EnrolActivity): CameraDevice? {
        fun inside(of: Any, name: String): Any? = of.javaClass.getDeclaredField(name).apply { isAccessible = true }.get(of)
        val camera = checkNotNull(inside(checkNotNull(inside(enrol, "finder")), "camera"))
        return inside(camera, "device") as CameraDevice?
    }

    private fun isClosed(device: CameraDevice) = runCatching { device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW) }.isFailure

    @Test
    fun `it is open only while its picture is before a person`() {
        camera(CameraCharacteristics.LENS_FACING_BACK)
        val controller = open(EnrolActivity::class.java)
        val enrol = controller.get()
        enrol.requireViewById<TextureView>(R.id.preview).setSurfaceTexture(SurfaceTexture(0))
        assertNull("nobody asked for it", device(enrol))
        enrol.tap(R.id.scan)
        await("the camera") { device(enrol) != null }
        val first = checkNotNull(device(enrol))
        assertTrue(!isClosed(first))
        enrol.tap(R.id.torch)
        assertEquals("Light is on", enrol.read(R.id.torch))
        controller.pause()
        assertNull(device(enrol))
        assertTrue("another app may have it", isClosed(first))
        controller.resume()
        await("the camera again") { device(enrol) != null }
        assertNotSame(first, device(enrol))
        assertEquals("the light went with it", "Light", enrol.read(R.id.torch))
        enrol.tap(R.id.stop)
        assertNull(device(enrol))
        controller.pause().resume()
        assertNull("it was closed by hand", device(enrol))
    }

    @Test
    fun `a phone without a camera on its back says so and leaves the other ways`() {
        camera(CameraCharacteristics.LENS_FACING_FRONT)
        val enrol = open(EnrolActivity::class.java).get()
        enrol.requireViewById<TextureView>(R.id.preview).setSurfaceTexture(SurfaceTexture(0))
        enrol.tap(R.id.scan)
        await("the word") { enrol.read(R.id.told).startsWith("No camera") }
        assertTrue(enrol.requireViewById<android.view.View>(R.id.paste).isShown)
    }
}
