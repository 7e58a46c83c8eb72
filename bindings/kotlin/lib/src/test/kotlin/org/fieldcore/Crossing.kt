package org.fieldcore

import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.FrameShape
import org.fieldcore.ffi.Journal
import org.fieldcore.ffi.Station
import org.fieldcore.ffi.checkTyping
import java.nio.ByteBuffer
import java.nio.file.Files
import kotlin.time.measureTime

/** What crossing to the library costs. A program that prints; nothing asserts its figures. */
object Crossing {
    private fun figure(name: String, calls: Int, work: (Int) -> Unit) {
        repeat(calls / 4 + 1, work)
        val took = measureTime { repeat(calls) { work(it + calls) } }
        val micros = took.inWholeNanoseconds / 1_000.0 / calls
        println("%-58s %10.1f us  %9.0f a second".format(name, micros, 1e6 / micros))
    }

    private fun station(journal: Journal) = Station.open(journal).use { station ->
        station.startShift(null, shift())
        figure("device(): a text back", 20_000) { journal.device() }
        figure("checkTyping(): a record back, no journal", 20_000) { checkTyping("1101051", null, 20_240_501u) }
        figure("line(): answered, nothing to write", 2_000) { station.line("A", "690123456789") }
        figure("status(): a record back, read from the disk", 500) { station.status() }
        var person = 0
        figure("line(): one person bound and on the disk", 400) {
            if (person % 10 == 0) station.line("A", "TUBE-%05d".format(person))
            station.line("A", residentNumber(person++))
        }
        val plane = ByteBuffer.allocateDirect(Drawn.WIDTH * Drawn.HEIGHT).put(Drawn.code39("TUBE-0001")).rewind()
        val tiny = FrameShape(8u, 8u, Drawn.WIDTH.toUInt(), 0, null)
        figure("look(): 1280x720 handed over, 8x8 looked at", 2_000) { station.look("B", plane, tiny) }
        val whole = FrameShape(Drawn.WIDTH.toUInt(), Drawn.HEIGHT.toUInt(), Drawn.WIDTH.toUInt(), 0, null)
        figure("look(): 1280x720 handed over and read", 20) { station.look("C", plane, whole) }
        figure("ledger()", 100) { station.ledger(null) }
    }

    @JvmStatic
    fun main(arguments: Array<String>) {
        val folder = Files.createTempDirectory("crossing")
        try {
            val journal = Journal.open(options(folder.resolve("raw")), MemoryVault(), null)
            journal.use {
                station(it)
                it.shutDown()
            }
            runBlocking {
                atWork(folder.resolve("facade")).use { facade ->
                    figure("facade line(): answered, and the state refreshed", 500) {
                        runBlocking { facade.line("A", "690123456789") }
                    }
                }
            }
        } finally {
            folder.toFile().deleteRecursively()
        }
    }
}
