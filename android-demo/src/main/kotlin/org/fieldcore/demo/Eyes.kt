package org.fieldcore.demo

import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.FramePoint
import org.fieldcore.ffi.FrameShape
import org.fieldcore.ffi.Guidance
import java.nio.ByteBuffer

/** What looks at a camera's frames. It is called on the camera's worker thread, never on the main one. */
interface Eyes {
    /** Takes one frame's luma plane, a direct buffer that is read in place, and returns once it is done with. */
    fun onFrame(plane: ByteBuffer, width: Int, height: Int, rowStride: Int, rotation: Int)

    /** No frame comes any more until the camera is opened again. */
    fun onEnd() = Unit
}

/**
 * What a frame brought, in points of the frame as it stands upright, and how large it is then. No data class, for its
 * number is a person's and must not stand in any text that is made of it.
 */
class Sight(
    val read: List<List<FramePoint>>,
    val unread: List<FramePoint>?,
    val guidance: List<Guidance>,
    val upright: Pair<Float, Float>,
    /** The number of the document in view, to be compared with it by a person. */
    val number: String? = null,
) {
    companion object {
        val NOTHING = Sight(emptyList(), null, emptyList(), 1f to 1f)

        fun upright(width: Int, height: Int, rotation: Int): Pair<Float, Float> =
            if (rotation % 180 == 0) width.toFloat() to height.toFloat() else height.toFloat() to width.toFloat()
    }
}

internal fun shape(width: Int, height: Int, rowStride: Int, rotation: Int) =
    FrameShape(width.toUInt(), height.toUInt(), rowStride.toUInt(), rotation, null)

/** Hands frames to the station, which takes what they show as scans. */
class LaneEyes(private val desk: Desk, private val seen: (Sight) -> Unit) : Eyes {
    override fun onFrame(plane: ByteBuffer, width: Int, height: Int, rowStride: Int, rotation: Int) {
        val glance =
            try {
                runBlocking { desk.journal().look(desk.lane, plane, shape(width, height, rowStride, rotation)) }
            } catch (failure: FieldException) {
                desk.scope.launch {
                    seen(Sight.NOTHING)
                    desk.failed(failure, again = false)
                }
                return
            }
        desk.scope.launch {
            seen(Sight(glance.read, glance.unread, glance.guidance, Sight.upright(width, height, rotation), glance.number))
            glance.answer?.let(desk::answered)
        }
    }

    override fun onEnd() {
        desk.scope.launch { desk.lookAway() }
    }
}
