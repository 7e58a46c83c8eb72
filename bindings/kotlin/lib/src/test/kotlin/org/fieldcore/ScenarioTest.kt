package org.fieldcore

import com.google.gson.JsonArray
import com.google.gson.JsonObject
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.fieldcore.ffi.JournalOptions
import org.fieldcore.ffi.Waiting
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

private const val DONE = "first half done"
private const val KILLED = 128 + 9

private suspend fun begin(folder: Path, practice: Boolean = false): FieldJournal {
    val vault = FileVault(folder.resolve(if (practice) "practice-vault" else "vault"))
    val options = JournalOptions(folder.resolve("journal").toString(), practice, app = "kotlin-test")
    return FieldJournal.open(options, vault)
}

/** The first half, in a process that waits for its end. */
object FirstHalf {
    @JvmStatic
    fun main(arguments: Array<String>): Unit = runBlocking {
        val folder = Path.of(arguments[0])
        val journal = begin(folder)
        journal.enrol(Files.readString(folder.resolve("invitation.txt")))
        journal.takeProfile(Files.readAllBytes(folder.resolve("profile.toml")))
        journal.startShift(scenarioShift())
        journal.playAll("first").forEach(::println)
        println(DONE)
        delay(10.minutes)
    }
}

/** The scenario of all languages, with a kill in its middle, against a hub that listens. */
class ScenarioTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `the scenario holds over a kill, and the hub counts the same`() = runBlocking<Unit> {
        Hub(folder).use { hub ->
            assertEquals(listOf(DONE), firstHalfKilled())
            begin(folder).use { journal ->
                journal.startShift(scenarioShift())
                assertEquals(emptyList<String>(), journal.playAll("second"))
                assertEquals(openTubes("open_tubes"), journal.openTubes().map { Triple(it.tube, it.lane, it.count) })
                practice()
                val end = checkNotNull(journal.endShift())
                val expected = figures(EXPECTED.getAsJsonObject("shift_end"), "people", "tubes", "short", "spoiled")
                assertEquals(expected, listOf(end.people, end.tubes, end.short, end.spoiled))
                assertTrue(journal.state.value.unsent > 0u)
                val codes = syncAll(journal)
                EXPECTED.getAsJsonArray("news").forEach { assertTrue(it.asString in codes, "$codes") }
                assertEquals(0uL, journal.state.value.unsent)
                compare(journal, hub)
                assertTrue(journal.isSound())
            }
        }
    }

    @Test
    fun `an answer that is otherwise is seen`() = runBlocking<Unit> {
        atWork(folder).use { journal ->
            val step = EXPECTED.getAsJsonArray("first").first().asJsonObject
            assertEquals(emptyList<String>(), journal.playAll("right", JsonArray().apply { add(step) }))
            for (key in listOf("outcome", "saved", "problems")) {
                val wrong = step.deepCopy()
                // In a lane of its own, where the line is no repetition.
                wrong.addProperty("lane", key)
                wrong.getAsJsonObject("expect").addProperty(key, "otherwise")
                assertEquals(1, journal.playAll("wrong", JsonArray().apply { add(wrong) }).size)
            }
        }
    }

    /** What the first half printed before it was killed. */
    private fun firstHalfKilled(): List<String> {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val settings = listOf("jna.library.path", "fieldcore.root").map { "-D$it=${System.getProperty(it)}" }
        val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val words = listOf(java) + settings + listOf("-cp", classes, FirstHalf::class.java.name, folder.toString())
        val child = ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val lines = mutableListOf<String>()
        child.inputStream.bufferedReader().use { out ->
            do {
                val line = out.readLine() ?: break
                lines += line
            } while (line != DONE)
        }
        child.destroyForcibly()
        assertEquals(KILLED, child.waitFor())
        return lines
    }

    private suspend fun practice() = begin(folder, practice = true).use { journal ->
        journal.startShift(scenarioShift())
        assertEquals(emptyList<String>(), journal.playAll("practice"))
        assertTrue(journal.state.value.practice)
    }

    /** The codes of everything that the hub told, until it has all. */
    private suspend fun syncAll(journal: FieldJournal): List<String> = withTimeout(1.minutes) {
        val codes = mutableListOf<String>()
        while (true) {
            val result = journal.sync(UrlTransport())
            codes += result.news.map { it.code }
            if (result.waiting == Waiting.NOTHING_TO_SEND) break
            delay(minOf(result.afterMs, 1_000uL).toLong().milliseconds)
        }
        codes
    }

    private suspend fun compare(journal: FieldJournal, hub: Hub) {
        val keys = arrayOf("people", "tubes", "short", "spoiled", "voided")
        val expected = EXPECTED.getAsJsonObject("ledger")
        val mine = journal.ledger()
        assertEquals(figures(expected, *keys), listOf(mine.people, mine.tubes, mine.short, mine.spoiled, mine.voided))
        val theirs = hub.ledger()
        assertEquals(figures(expected, *keys), figures(theirs, *keys))
        for ((key, value) in EXPECTED.getAsJsonObject("hub").entrySet()) assertEquals(value, theirs.get(key), key)
        val rows = mine.rows.map {
            listOf(it.site, it.lane, it.operator) + listOf(it.people, it.tubes, it.short, it.spoiled, it.voided)
        }
        val hubRows = theirs.getAsJsonArray("rows").map { it.asJsonObject }.map { row ->
            listOf("site", "lane", "operator").map { row.text(it) } + figures(row, *keys)
        }
        assertEquals(rows.toSet(), hubRows.toSet())
        assertEquals(rows.size, hubRows.size)
    }

    private fun figures(json: JsonObject, vararg keys: String): List<UInt> = keys.map(json::number)

    private fun openTubes(key: String) = EXPECTED.getAsJsonArray(key).map { it.asJsonObject }.map {
        Triple(it.text("tube"), it.text("lane"), it.number("count"))
    }
}
