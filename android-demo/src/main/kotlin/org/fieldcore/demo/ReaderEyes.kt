package org.fieldcore.demo

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import org.fieldcore.ffi.CodeReader
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ScanReader
import org.fieldcore.lookAt
import java.nio.ByteBuffer

/** What the eyes of a reading screen tell, on the main thread. */
interface ReadWatch {
    fun seen(sight: Sight, several: Boolean = false)

    /** The text of a code; told again only after another one. */
    fun code(text: String)

    /** A scan that no lane took. */
    fun scan(scan: Scan, number: String?)

    /** The frames cannot be read. */
    fun failed(failure: FieldException)
}

/** Looks for codes that another screen shows. What it reads is no scan and is forgotten with the camera's end. */
class CodeEyes(private val scope: CoroutineScope, private val watch: ReadWatch) : Eyes {
    private var reader: CodeReader? = null
    private var last = ""

    // One after the other: an old camera's worker may not be done when a new one's begins.
    @Synchronized
    override fun onFrame(plane: ByteBuffer, width: Int, height: Int, rowStride: Int, rotation: Int) {
        try {
            val open = reader ?: CodeReader().also { reader = it }
            val glance = open.lookAt(plane, shape(width, height, rowStride, rotation))
            val sight = Sight(glance.read, null, glance.guidance, Sight.upright(width, height, rotation))
            scope.launch { watch.seen(sight) }
            for (text in glance.texts.filter { it != last }) {
                last = text
                scope.launch { watch.code(text) }
            }
        } catch (failure: FieldException) {
            scope.launch { watch.failed(failure) }
        }
    }

    @Synchronized
    override fun onEnd() {
        reader?.close()
        reader = null
        last = ""
    }
}

/** Looks for labels and documents and hands them over instead of having them taken in a lane. */
class ScanEyes(private val scope: CoroutineScope, private val watch: ReadWatch) : Eyes {
    private var reader: ScanReader? = null

    @Synchronized
    override fun onFrame(plane: ByteBuffer, width: Int, height: Int, rowStride: Int, rotation: Int) {
        try {
            val open = reader ?: ScanReader().also { reader = it }
            val glance = open.lookAt(plane, shape(width, height, rowStride, rotation), today())
            val upright = Sight.upright(width, height, rotation)
            scope.launch { watch.seen(Sight(glance.read, glance.unread, glance.guidance, upright, glance.number), glance.several) }
            glance.scan?.let { scan -> scope.launch { watch.scan(scan, glance.number) } }
        } catch (failure: FieldException) {
            scope.launch { watch.failed(failure) }
        }
    }

    @Synchronized
    override fun onEnd() {
        reader?.close()
        reader = null
    }
}
