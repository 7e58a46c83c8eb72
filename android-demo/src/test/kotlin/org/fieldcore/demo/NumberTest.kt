package org.fieldcore.demo

import android.Manifest
import android.graphics.SurfaceTexture
import android.graphics.Typeface
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.os.Bundle
import android.util.SparseArray
import android.view.TextureView
import android.widget.TextView
import org.fieldcore.ffi.Guidance
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.shadows.ShadowCameraCharacteristics

/** The number of the document in view: shown to be compared, and gone with it. */
@RunWith(ParentRunner::class)
class NumberTest {
    private fun begin(): ActivityController<ScanActivity> {
        work { desk.practise(true) }
        return startShift().also { if (it.get().requireViewById<Pad>(R.id.pad).isShown) it.get().tap(R.id.type) }
    }

    private fun band(scan: ScanActivity): NumberBand = scan.requireViewById(R.id.number)

    private fun digits(scan: ScanActivity) = band(scan).all().filterIsInstance<TextView>().last()

    private fun isGone(scan: ScanActivity) =
        !band(scan).isShown && digits(scan).text.isEmpty() && band(scan).contentDescription == null

    @Test
    fun `it is shown in groups while the document is in view, and gone with it`() {
        val scan = begin().get()
        assertTrue(isGone(scan))
        scan.seen(Sights.card())
        assertTrue(band(scan).isShown)
        assertEquals("110105 18870612 038X", digits(scan).text.toString())
        assertEquals("digits of one width", digits(scan).paint.measureText("1"), digits(scan).paint.measureText("8"), 0f)
        assertTrue(Typeface.MONOSPACE != Typeface.DEFAULT && digits(scan).textSize > scan.requireViewById<TextView>(R.id.tube).textSize)
        assertEquals("Compare with the card: 1 1 0 1 0 5, 1 8 8 7 0 6 1 2, 0 3 8 X", band(scan).contentDescription)
        scan.seen(Sights.card("E12345678"))
        assertEquals("E12345678", digits(scan).text.toString())
        scan.seen(Sights.card(null))
        assertTrue("the next frame has none", isGone(scan))
    }

    @Test
    fun `it goes with the screen, with the camera, and comes with no late frame`() {
        val controller = begin()
        val scan = controller.get()
        val ends = listOf<Pair<() -> Any, () -> Any>>(
            { controller.pause() } to { controller.resume() },
            { scan.tap(R.id.type) } to { scan.tap(R.id.type) },
        )
        for ((end, begin) in ends) {
            scan.seen(Sights.card())
            assertFalse(isGone(scan))
            end()
            assertTrue(isGone(scan))
            scan.seen(Sights.card())
            assertTrue("that frame was late", isGone(scan))
            begin()
            assertTrue("nothing was kept", isGone(scan))
        }
    }

    @Test
    fun `a camera that is lost takes it along`() {
        val told = ShadowCameraCharacteristics.newCameraCharacteristics()
        shadowOf(told).set(CameraCharacteristics.LENS_FACING, CameraCharacteristics.LENS_FACING_FRONT)
        shadowOf(app.getSystemService(CameraManager::class.java)).addCamera("0", told)
        shadowOf(app).grantPermissions(Manifest.permission.CAMERA)
        val scan = begin().get()
        scan.seen(Sights.card())
        val preview = scan.requireViewById<TextureView>(R.id.preview)
        preview.setSurfaceTexture(SurfaceTexture(0))
        checkNotNull(preview.surfaceTextureListener).onSurfaceTextureAvailable(SurfaceTexture(0), 9, 9)
        assertTrue(scan.read(R.id.guidance), scan.read(R.id.guidance).startsWith("No camera"))
        assertTrue(isGone(scan))
    }

    @Test
    fun `no saved state holds it`() {
        val controller = begin()
        val scan = controller.get()
        scan.seen(Sights.card())
        // That what is saved can be looked through: a hint that is told to save its text is found.
        val hint = scan.requireViewById<TextView>(R.id.guidance)
        hint.freezesText = true
        hint.text = "a hint"
        val saved = Bundle()
        controller.saveInstanceState(saved)
        val texts = texts(saved)
        assertTrue(texts, "a hint" in texts)
        for (part in listOf(Sights.NUMBER) + NumberBand.groups(Sights.NUMBER)) assertFalse(texts, part in texts)
        assertNull(scan.onRetainNonConfigurationInstance())
        assertFalse("no text of a sight has it", Sights.NUMBER in Sights.card().toString())
    }

    @Suppress("DEPRECATION")
    private fun texts(of: Any?): String =
        when (of) {
            is Bundle -> of.keySet().joinToString { texts(of.get(it)) }
            is SparseArray<*> -> (0 until of.size()).joinToString { texts(of.valueAt(it)) }
            else -> "$of"
        }

    @Test
    fun `all that would help has words`() {
        for (language in listOf("en", "zh-rCN")) {
            RuntimeEnvironment.setQualifiers(language)
            val words = Words(app)
            for (one in Guidance.entries) assertNotEquals(one.name, words.guidance(one))
            assertEquals(if (language == "en") "Turn it over" else "请翻到另一面", words.guidance(Guidance.TURN_OVER))
        }
    }
}
