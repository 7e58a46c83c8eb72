package org.fieldcore.demo

import org.fieldcore.ffi.QrPicture
import java.io.File
import java.nio.ByteBuffer

/** QR codes in a luma plane, as a camera would see them. */
internal object Qr {
    private const val MARGIN = 4

    /** "HTTPS://EXAMPLE.ORG", version 1-M, a row a word. */
    private const val OTHER =
        "1fd57f 104541 175a5d 17485d 17435d 105c41 1fd57f 000400 146725 123075 044f3a 07b03a 08f95b 00132b " +
            "1fdf66 1042da 1741be 174468 17594b 1044a1 1fd343"

    /** A code that is no invitation. */
    fun other(): List<List<Boolean>> =
        OTHER.split(" ").let { rows -> rows.map { row -> rows.indices.map { row.toInt(16) shr (rows.size - 1 - it) and 1 == 1 } } }

    /** The modules of a picture that `fieldcore-hub token --svg` draws: a path of squares of one size. */
    fun of(svg: File): List<List<Boolean>> {
        val squares = Regex("M(\\d+) (\\d+)h(\\d+)").findAll(svg.readText()).map { found -> found.groupValues.drop(1).map(String::toInt) }.toList()
        val (size, first) = squares.first()[2] to squares.minOf { it[0] }
        val dark = squares.map { (x, y) -> (x - first) / size to (y - first) / size }.toSet()
        val count = dark.maxOf { it.first } + 1
        return List(count) { y -> List(count) { x -> (x to y) in dark } }
    }

    /** The modules of a code of the core's. */
    fun of(picture: QrPicture): List<List<Boolean>> {
        val size = picture.size.toInt()
        return List(size) { y -> List(size) { x -> picture.dark[y * size + x] == 1.toByte() } }
    }

    fun frame(modules: List<List<Boolean>>, width: Int = 1280, height: Int = 720, stride: Int = 1344): ByteBuffer {
        val plane = ByteBuffer.allocateDirect(stride * height)
        val size = height / (modules.size + 2 * MARGIN)
        val (left, top) = (width - size * modules.size) / 2 to (height - size * modules.size) / 2
        for (y in 0 until height) {
            for (x in 0 until width) {
                val dark = modules.getOrNull(Math.floorDiv(y - top, size))?.getOrNull(Math.floorDiv(x - left, size)) == true
                plane.put(y * stride + x, (if (dark) 25 else 230).toByte())
            }
        }
        return plane
    }
}
