package org.fieldcore.demo

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Canvas
import android.os.Looper
import android.view.View
import android.widget.EditText
import android.widget.TextView
import org.junit.Assert.assertTrue
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import java.io.File
import java.io.FileOutputStream

/** Takes pictures of screens, and measures what needs no eyes. */
internal object Shots {
    private val folder = File(checkNotNull(System.getProperty("shots"))).apply { mkdirs() }

    /** Takes [take] with a phone of these qualities. */
    fun set(name: String, qualifiers: String, font: Float = 1f, take: (String) -> Unit) {
        RuntimeEnvironment.setQualifiers(qualifiers)
        RuntimeEnvironment.setFontScale(font)
        take(name)
    }

    fun take(activity: Activity, name: String) {
        shadowOf(Looper.getMainLooper()).idle()
        val view = activity.window.decorView
        val picture = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888)
        view.draw(Canvas(picture))
        keep(picture, name)
        checkTargets(activity, name)
    }

    fun keep(picture: Bitmap, name: String) {
        FileOutputStream(File(folder, "$name.png")).use { picture.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }

    /** Whatever takes a touch is at least 56 dp wide and high, and says what it is. */
    private fun checkTargets(activity: Activity, name: String) {
        val least = 56 * activity.resources.displayMetrics.density - 0.5f
        for (view in activity.views().filter { it.isShown && it.isClickable }) {
            val what = "$name: ${view.javaClass.simpleName} ${(view as? TextView)?.text}"
            assertTrue("$what is ${view.width} x ${view.height} px", view.width >= least && view.height >= least)
            val said = view.contentDescription ?: (view as? TextView)?.text
            val labelled = view is EditText || view.all().any { it is TextView && it.text.isNotEmpty() }
            assertTrue("$what says nothing", labelled || !said.isNullOrEmpty())
        }
    }
}
