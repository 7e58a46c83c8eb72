package org.fieldcore

import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.FrameRegion
import org.fieldcore.ffi.FrameShape
import org.fieldcore.ffi.Outcome
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.ByteBuffer
import java.nio.file.Path

/** Frames: right ones in every kind of buffer, and wrong ones. */
class LookTest {
    @TempDir
    lateinit var folder: Path

    private fun whole() = FrameShape(Drawn.WIDTH.toUInt(), Drawn.HEIGHT.toUInt(), Drawn.WIDTH.toUInt(), 0, null)

    private fun direct(before: ByteArray, plane: ByteArray): ByteBuffer =
        ByteBuffer.allocateDirect(before.size + plane.size).put(before).put(plane).position(before.size)

    /** What the first frames bring; a code counts once two frames agree on it. */
    private suspend fun FieldJournal.lookTwice(lane: String, plane: ByteBuffer, shape: FrameShape): Answer? =
        look(lane, plane, shape).answer ?: look(lane, plane, shape).answer

    @Test
    fun `a code is read from any buffer at any position`() = runBlocking<Unit> {
        val before = ByteArray(1_000) { (it * 31).toByte() }
        val buffers = listOf<(ByteArray) -> ByteBuffer>(
            { direct(ByteArray(0), it) },
            { direct(before, it) },
            { ByteBuffer.wrap(it) },
            { ByteBuffer.wrap(before + it).position(before.size) },
            { direct(before, it).asReadOnlyBuffer() },
            { ByteBuffer.wrap(it).asReadOnlyBuffer() },
        )
        atWork(folder).use { journal ->
            for ((index, buffer) in buffers.withIndex()) {
                val plane = buffer(Drawn.code39("TUBE-000$index"))
                val position = plane.position()
                val answer = journal.lookTwice("L$index", plane, whole())
                assertEquals(Outcome.TUBE_OPENED, answer?.outcome, "buffer $index")
                assertEquals("TUBE-000$index", answer?.tube)
                assertEquals(position, plane.position())
                assertEquals(index + 1, journal.state.value.openTubes.size)
                journal.lookAway("L$index")
            }
        }
    }

    @Test
    fun `wrong frames are refused`() = runBlocking<Unit> {
        val right = whole()
        val plane = direct(ByteArray(0), Drawn.code39("TUBE-0001"))
        val wrong = listOf(
            right.copy(width = 0u),
            right.copy(height = 0u),
            right.copy(width = UInt.MAX_VALUE, rowStride = UInt.MAX_VALUE, height = UInt.MAX_VALUE),
            right.copy(height = right.height + 1u),
            right.copy(rowStride = right.width - 1u),
            right.copy(rowStride = right.width + 1u),
            right.copy(rowStride = 0u),
            right.copy(rowStride = UInt.MAX_VALUE),
            right.copy(rotation = 45),
            right.copy(rotation = Int.MIN_VALUE),
            right.copy(region = FrameRegion(0u, 0u, 0u, 0u)),
            right.copy(region = FrameRegion(1u, 0u, right.width, right.height)),
            right.copy(region = FrameRegion(UInt.MAX_VALUE, UInt.MAX_VALUE, UInt.MAX_VALUE, 2u)),
        )
        atWork(folder).use { journal ->
            for (shape in wrong) failure<FieldException.Invalid> { journal.look("A", plane, shape) }
            for (short in listOf(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0), ByteBuffer.allocateDirect(9))) {
                failure<FieldException.Invalid> { journal.look("A", short, right) }
            }
            assertEquals(0, journal.openTubes().size)
            assertEquals("TUBE-0001", journal.lookTwice("A", plane, right)?.tube)
        }
    }
}
