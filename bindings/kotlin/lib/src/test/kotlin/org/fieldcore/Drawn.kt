package org.fieldcore

/** Luma planes with a Code 39 on white paper, drawn here so that no picture has to be kept. */
object Drawn {
    const val WIDTH = 1280
    const val HEIGHT = 720
    private const val NARROW = 3
    private const val TOP = 200
    private const val BOTTOM = 500

    /** Bars and spaces in turn from a bar, `w` the wide ones. */
    private val signs = mapOf(
        '0' to "nnnwwnwnn", '1' to "wnnwnnnnw", '2' to "nnwwnnnnw", '3' to "wnwwnnnnn", '4' to "nnnwwnnnw",
        '5' to "wnnwwnnnn", '6' to "nnwwwnnnn", '7' to "nnnwnnwnw", '8' to "wnnwnnwnn", '9' to "nnwwnnwnn",
        'T' to "nnnnwnwwn", 'U' to "wwnnnnnnw", 'B' to "nnwnnwnnw",
        'E' to "wnnnwwnnn", '-' to "nwnnnnwnw", '*' to "nwnnwnwnn",
    )

    /** A frame of [WIDTH] by [HEIGHT] that shows [text]. */
    fun code39(text: String): ByteArray {
        val row = ByteArray(WIDTH) { WHITE }
        var column = 150
        for (sign in "*$text*") {
            for ((place, width) in signs.getValue(sign).withIndex()) {
                val next = column + if (width == 'w') 3 * NARROW else NARROW
                if (place % 2 == 0) row.fill(BLACK, column, next)
                column = next
            }
            column += NARROW
        }
        check(column < WIDTH - 100) { "the text is too long for the frame" }
        val frame = ByteArray(WIDTH * HEIGHT) { WHITE }
        for (line in TOP until BOTTOM) row.copyInto(frame, line * WIDTH)
        return frame
    }

    private const val WHITE: Byte = -16
    private const val BLACK: Byte = 16
}
