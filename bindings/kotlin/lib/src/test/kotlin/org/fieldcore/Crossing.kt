package org.fieldcore

import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.FrameRegion
import org.fieldcore.ffi.FrameShape
import org.fieldcore.ffi.Journal
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.Station
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.Paths
import java.util.Locale
import kotlin.time.Duration
import kotlin.time.measureTime

/**
 * What crossing to the library costs: the calls of `bindings/benches/crossing.rs`, which `bench.sh` puts beside these.
 * A program that prints; nothing asserts its figures.
 */
object Crossing {
    private const val WIDTH = 1280
    private const val HEIGHT = 720
    private val whole = FrameShape(WIDTH.toUInt(), HEIGHT.toUInt(), WIDTH.toUInt(), 0, null)

    /** Rounds of a row: those that warm up, and those whose median is the row's figure. */
    private const val WARM = 5
    private const val ROUNDS = 9

    private inline fun row(name: String, calls: Int, call: () -> Unit) {
        val took = mutableListOf<Duration>()
        for (round in 0 until WARM + ROUNDS) {
            val time = measureTime { for (count in 0 until calls) call() }
            if (round >= WARM) took += time
        }
        val micros = took.sorted()[ROUNDS / 2].inWholeNanoseconds / 1e3 / calls
        println("crossing\t%s\t%.3f".format(Locale.ROOT, name, micros))
    }

    private fun expect(answer: Answer, outcome: Outcome) =
        check(answer.outcome == outcome) { "${answer.outcome}: ${answer.problems}" }

    /** Works a fresh journal below [folder] with a shift that runs. */
    private fun atDesk(folder: Path, work: (Journal, Station) -> Unit) =
        Journal.open(options(folder), MemoryVault(), null).use { journal ->
            Station.open(journal).use { station ->
                station.startShift(null, shift())
                work(journal, station)
            }
            journal.shutDown()
        }

    private fun capture(folder: Path) = atDesk(folder) { journal, station ->
        for (lane in listOf("A", "B", "C")) expect(station.line(lane, "OPEN-${lane}001"), Outcome.TUBE_OPENED)
        row("device", 5_000) { journal.device() }
        row("line", 400) { check(station.line("A", "690123456789").saved == null) }
        row("status", 200) { station.status() }
        var person = 0
        row("scan", 200) {
            if (person % 10 == 0) expect(station.line("D", "TUBE-%05d".format(person)), Outcome.TUBE_OPENED)
            expect(station.line("D", residentNumber(person++)), Outcome.BOUND)
        }
    }

    private fun list(folder: Path) = atDesk(folder) { _, station ->
        repeat(1_000) { expect(station.line("$it", "TUBE-%05d".format(it)), Outcome.TUBE_OPENED) }
        row("list", 10) { check(station.shiftTubes(null).size == 1_000) }
    }

    private fun frames(folder: Path, picture: ByteArray) = atDesk(folder) { _, station ->
        // Behind the head of the PGM lies nothing but the luma plane.
        val plane = ByteBuffer.allocateDirect(WIDTH * HEIGHT)
        plane.put(picture, picture.size - plane.capacity(), plane.capacity()).rewind()
        val region = whole.copy(region = FrameRegion(0u, 0u, 8u, 8u))
        row("region", 1_000) { station.look("A", plane, region) }
        row("frame", 20) { check(station.look("B", plane, whole).read.size == 1) { "the frame shows one code" } }
    }

    private fun facade(folder: Path) = runBlocking {
        atWork(folder).use { journal ->
            expect(journal.line("A", "OPEN-A001"), Outcome.TUBE_OPENED)
            row("facade", 400) { check(journal.line("A", "690123456789").saved == null) }
        }
    }

    @JvmStatic
    fun main(arguments: Array<String>) {
        val disk = Paths.get(System.getenv("FIELDCORE_FOLDER") ?: System.getProperty("java.io.tmpdir"))
        val folder = Files.createTempDirectory(disk, "crossing-")
        try {
            capture(folder.resolve("capture"))
            list(folder.resolve("list"))
            System.getenv("FIELDCORE_FRAME")?.let {
                frames(folder.resolve("frames"), Files.readAllBytes(Paths.get(it)))
            }
            facade(folder.resolve("facade"))
        } finally {
            folder.toFile().deleteRecursively()
        }
    }
}
