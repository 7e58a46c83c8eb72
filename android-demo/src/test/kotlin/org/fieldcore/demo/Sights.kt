package org.fieldcore.demo

import org.fieldcore.ffi.FramePoint
import org.fieldcore.ffi.Guidance

/** What frames of a document may bring. */
internal object Sights {
    /** Of a person born when nobody alive was. */
    const val NUMBER = "11010518870612038X"

    /** A card's number in the middle of the picture. */
    fun card(number: String? = NUMBER, turned: Boolean = false): Sight {
        val upright = Sight.upright(1280, 720, if (turned) 0 else 90)
        val (x, y) = upright.first / 2 to upright.second / 2
        val line = listOf(x - 220 to y - 16, x + 220 to y - 24, x + 220 to y + 16, x - 220 to y + 24)
        return Sight(listOf(line.map { FramePoint(it.first, it.second) }), null, emptyList(), upright, number)
    }

    /** The side of a card that has no number. */
    val other = Sight(emptyList(), null, listOf(Guidance.TURN_OVER), Sight.upright(1280, 720, 90))
}
