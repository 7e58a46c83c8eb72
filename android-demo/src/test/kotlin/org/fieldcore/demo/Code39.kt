package org.fieldcore.demo

import java.nio.ByteBuffer

/** Draws a Code 39 symbol into a luma plane, as a camera would see a label. */
internal object Code39 {
    private const val CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. *"

    /** Wide elements of each character, bar first (ISO/IEC 16388). */
    private val patterns =
        (
            "000110100 100100001 001100001 101100000 000110001 100110000 001110000 000100101 100100100 001100100 " +
                "100001001 001001001 101001000 000011001 100011000 001011000 000001101 100001100 001001100 000011100 " +
                "100000011 001000011 101000010 000010011 100010010 001010010 000000111 100000110 001000110 000010110 " +
                "110000001 011000001 111000000 010010001 110010000 011010000 010000101 110000100 011000100 010010100"
        ).split(" ")

    fun frame(text: String, width: Int, height: Int, stride: Int): ByteBuffer {
        val plane = ByteBuffer.allocateDirect(stride * height)
        val narrow = 3
        val bars = mutableListOf<Boolean>()
        for (one in "*$text*") {
            patterns[CHARACTERS.indexOf(one)].forEachIndexed { i, wide ->
                repeat(if (wide == '1') narrow * 3 else narrow) { bars += i % 2 == 0 }
            }
            repeat(narrow) { bars += false }
        }
        val left = (width - bars.size) / 2
        check(left > 10 * narrow) { "the symbol is too long for the frame" }
        for (y in 0 until height) {
            for (x in 0 until width) {
                val dark = y in height / 3..height * 2 / 3 && bars.getOrElse(x - left) { false }
                plane.put(y * stride + x, (if (dark) 25 else 230).toByte())
            }
        }
        return plane
    }
}
