package org.fieldcore.demo

import android.content.Context
import android.graphics.Color
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.annotation.Config
import kotlin.math.pow

/** What can be computed about colours, sounds and vibrations. */
@RunWith(ParentRunner::class)
class PaletteTest {
    /** Relative luminance and contrast by WCAG 2.2. */
    private fun luminance(colour: Int): Double {
        fun part(value: Int) = (value / 255.0).let { if (it <= 0.04045) it / 12.92 else ((it + 0.055) / 1.055).pow(2.4) }
        return 0.2126 * part(Color.red(colour)) + 0.7152 * part(Color.green(colour)) + 0.0722 * part(Color.blue(colour))
    }

    private fun contrast(one: Int, other: Int): Double {
        val (dark, light) = listOf(luminance(one), luminance(other)).sorted()
        return (light + 0.05) / (dark + 0.05)
    }

    private fun check(least: Double, pairs: List<Pair<Int, Int>>) {
        val context: Context = app
        for ((ink, ground) in pairs) {
            val found = contrast(context.getColor(ink), context.getColor(ground))
            val names = context.resources.getResourceEntryName(ink) + " on " + context.resources.getResourceEntryName(ground)
            assertTrue("$names: %.2f".format(found), found >= least)
        }
    }

    private fun texts() =
        listOf(
            R.color.ink to R.color.ground, R.color.ink_soft to R.color.ground, R.color.ink to R.color.key, R.color.ink to R.color.key_pressed,
            R.color.on_primary to R.color.primary, R.color.on_primary to R.color.primary_pressed,
            R.color.on_danger to R.color.danger, R.color.on_danger to R.color.danger_pressed, R.color.on_practice to R.color.practice,
        ) + Cues.entries.map { it.ink to it.ground }

    private fun palette() {
        check(4.5, texts())
        // Borders and the ring, which are no text.
        check(3.0, listOf(R.color.line to R.color.ground, R.color.primary to R.color.ground, R.color.primary to R.color.key))
    }

    @Test fun `by day`() = palette()

    @Test @Config(qualifiers = "night") fun `by night`() = palette()

    @Test
    fun `every cue differs from all others in every sense`() {
        val cues = Cues.entries
        assertEquals(cues.size, cues.map { app.getColor(it.ground) }.distinct().size)
        assertEquals(cues.size, cues.map { app.getString(it.word) }.distinct().size)
        assertEquals(cues.size, cues.map { it.tone }.distinct().size)
        assertEquals(cues.size, cues.map { it.pattern.toList() }.distinct().size)
    }
}
