package org.fieldcore.demo

import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.FrameShape
import org.fieldcore.ffi.Glance
import java.nio.ByteBuffer

/** What a frame brought, and how large the frame is when it stands upright. */
class Sight(val glance: Glance, val upright: Pair<Float, Float>)

/** Hands frames to the station. */
class LaneEyes(private val desk: Desk, private val seen: (Sight) -> Unit) {
    /**
     * Takes one frame's luma plane, a direct buffer that is read in place, and returns once the core is done
     * with it. Called on a worker thread, never on the main one.
     */
    fun onFrame(plane: ByteBuffer, width: Int, height: Int, rowStride: Int, rotation: Int) {
        val shape = FrameShape(width.toUInt(), height.toUInt(), rowStride.toUInt(), rotation, null)
        val glance =
            try {
                runBlocking { desk.journal().look(desk.lane, plane, shape) }
            } catch (failure: FieldException) {
                desk.scope.launch { desk.failed(failure, again = false) }
                return
            }
        val upright = if (rotation % 180 == 0) width to height else height to width
        desk.scope.launch {
            seen(Sight(glance, upright.first.toFloat() to upright.second.toFloat()))
            glance.answer?.let(desk::answered)
        }
    }
}
