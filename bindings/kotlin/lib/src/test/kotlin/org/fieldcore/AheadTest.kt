package org.fieldcore

import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.CodeReader
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.FrameShape
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ScanReader
import org.fieldcore.ffi.ShownCode
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.ByteBuffer
import java.nio.file.Path

/** What is asked before there is a journal, and the tubes of a shift. */
class AheadTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `half a character is refused by type`() {
        failure<FieldException.Invalid> { readInvitation("FC1:\ud800") }
        failure<FieldException.Invalid> { checkTyping("1101\udfff", today = 20_260_101u) }
        failure<FieldException.Invalid> { readInvitation("nothing of that kind") }
    }

    @Test
    fun `typing is checked without a journal`() {
        val whole = checkTyping(residentNumber(1), today = 20_260_101u)
        assertTrue(whole.complete)
        assertNull(whole.problem)
        assertFalse(checkTyping("110105", today = 20_260_101u).complete)
    }

    @Test
    fun `a label of bars is no code to read ahead, and wrong frames are refused`() {
        val plane = ByteBuffer.wrap(Drawn.code39("TUBE-0001"))
        val shape = FrameShape(Drawn.WIDTH.toUInt(), Drawn.HEIGHT.toUInt(), Drawn.WIDTH.toUInt(), 0, null)
        CodeReader().use { reader ->
            repeat(3) { assertTrue(reader.lookAt(plane, shape).texts.isEmpty()) }
            assertEquals(0, plane.position())
            failure<FieldException.Invalid> { reader.lookAt(plane, shape.copy(width = 0u)) }
            failure<FieldException.Invalid> { reader.lookAt(ByteBuffer.allocate(0), shape) }
        }
    }

    @Test
    fun `a label is handed over once as a scan that no lane takes`() {
        val plane = ByteBuffer.wrap(Drawn.code39("TUBE-0001"))
        val shape = FrameShape(Drawn.WIDTH.toUInt(), Drawn.HEIGHT.toUInt(), Drawn.WIDTH.toUInt(), 0, null)
        ScanReader().use { reader ->
            val scans = (1..6).mapNotNull { reader.lookAt(plane, shape, 20_260_101u).scan }
            assertEquals(listOf("TUBE-0001"), scans.map { (it as Scan.Symbol).text })
            failure<FieldException.Invalid> { reader.lookAt(plane, shape, 20_261_301u) }
            failure<FieldException.Invalid> { reader.lookAt(plane, shape.copy(width = 0u), 20_260_101u) }
        }
    }

    @Test
    fun `a code is told by its first letters`() {
        assertEquals(ShownCode.WELCOME, shownCode("FW1:ABC"))
        assertNull(shownCode("TUBE-0001"))
        failure<FieldException.Invalid> { shownCode("FW1:\ud800") }
    }

    @Test
    fun `the tubes of a shift are told with those that are closed`() = runBlocking<Unit> {
        atWork(folder).use { journal ->
            journal.worksWith("TUBE-0001", 1)
            journal.line("A", ":close the last one today")
            journal.line("B", "TUBE-0002")
            journal.line("B", ":spoil TUBE-0002 leaks")
            journal.line("A", "TUBE-0003")
            val all = journal.shiftTubes().map { "${it.tube} ${it.state} ${it.count}" }
            assertEquals(listOf("TUBE-0003 open 0", "TUBE-0002 spoiled 0", "TUBE-0001 short 1"), all)
            assertEquals(listOf("TUBE-0002"), journal.shiftTubes("B").map { it.tube })
            assertNull(journal.campaignName())
        }
    }
}
