package org.fieldcore

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.DocumentKind
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.Journal
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ScanField
import org.fieldcore.ffi.ShiftPlan
import org.fieldcore.ffi.Station
import org.fieldcore.ffi.Verb
import org.fieldcore.ffi.checkTyping
import org.fieldcore.ffi.readInvitation
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path

/** What a shell can do wrong: each time a typed error or a right answer, never a crash or silent success. */
class InputTest {
    @TempDir
    lateinit var folder: Path

    private val texts = listOf(
        "",
        " ",
        "\u0000",
        "\u001d",
        "9".repeat(1_000),
        "x".repeat(100_000),
        "核酸".repeat(4_000_000),
        ":" + "x".repeat(1_000_000),
    )

    /** The answer to something that is nobody and no tube: at most it is kept as a code that was shown. */
    private suspend fun unusable(what: String, call: suspend () -> Answer) {
        try {
            val answer = call()
            assertTrue(answer.saved == null || answer.outcome == Outcome.ALIAS_KEPT, "$what: ${answer.outcome}")
        } catch (failed: FieldException) {
            val told = failed.toString()
            assertTrue(told.length < 1_000, "$what: ${told.take(200)}")
        }
    }

    private inline fun refused(what: String, call: () -> Unit) {
        val thrown = runCatching(call).exceptionOrNull()
        assertTrue(thrown is FieldException, "$what: $thrown")
    }

    @Test
    fun `empty and enormous texts are refused`() = runBlocking<Unit> {
        atWork(folder).use { journal ->
            journal.worksWith("TUBE-0001", 1)
            for (text in texts) {
                val name = "${text.take(8)} of ${text.length}"
                unusable("line $name") { journal.line("A", text) }
                unusable("typed $name") { journal.scan("A", Scan.Typed(text, DocumentKind.CN_RESIDENT)) }
                unusable("fields $name") { journal.scan("A", Scan.Fields(listOf(ScanField(text, text)))) }
                unusable("zone $name") { journal.scan("A", Scan.MachineReadableZone(listOf(text, text))) }
                unusable("tube $name") { journal.verb("A", Verb.Tube(text)) }
                unusable("move $name") { journal.verb("A", Verb.Move(text, 4_000_000_000u, text)) }
                refused("enrol $name") { journal.enrol(text) }
                refused("profile $name") { journal.takeProfile(text.toByteArray()) }
                refused("bundle $name") { journal.take(text.toByteArray()) }
                refused("invitation $name") { readInvitation(text) }
                refused("shift $name") { journal.startShift(ShiftPlan(site = text, operator = text), "B") }
                assertNull(runCatching { journal.trace(text) }.getOrNull(), "trace $name")
                checkTyping(text, null, 20_240_501u).also { assertFalse(it.complete) }
            }
            unusable("lines") { journal.scan("A", Scan.RecognisedText(List(100_000) { "line $it" })) }
            unusable("no lines") { journal.scan("A", Scan.RecognisedText(emptyList())) }
            failure<FieldException.Invalid> { checkTyping("1", null, 0u) }
            assertEquals(1u, journal.status().people)
            assertTrue(journal.isSound())
            journal.verb("A", Verb.Close("done"))
            journal.worksWith("TUBE-0002", 2)
        }
    }

    @Test
    fun `text that is no Unicode is a typed error`() = runBlocking<Unit> {
        atWork(folder).use { journal ->
            failure<FieldException.Invalid> { journal.line("A", "TUBE-\ud800") }
            failure<FieldException.Invalid> { journal.verb("\udc00", Verb.Undo) }
            failure<FieldException.Invalid> { journal.startShift(ShiftPlan(site = "\ud800", operator = "Lin")) }
        }
    }

    @Test
    fun `an error says the core's words and nobody's number`() = runBlocking<Unit> {
        atWork(folder).use { journal ->
            val failed = failure<FieldException> { journal.ledger(residentNumber(7)) }
            assertFalse(residentNumber(7) in failed.toString(), failed.toString())
            assertTrue(failed.toString().length > 10 && "Exception" !in failed.toString(), failed.toString())
        }
    }

    @Test
    fun `one journal has one writer and one station`() = runBlocking<Unit> {
        val vault = MemoryVault()
        atWork(folder, vault).use {
            failure<FieldException.Locked> { FieldJournal.open(options(folder), vault) }
            val reader = FieldJournal.open(options(folder).copy(readOnly = true), vault)
            reader.use { beside -> unusable("read only") { beside.line("A", "TUBE-0001") } }
        }
        val journal = Journal.open(options(folder), vault, null)
        val station = Station.open(journal)
        assertThrows(FieldException.Refused::class.java) { Station.open(journal) }
        station.close()
        Station.open(journal).close()
        journal.shutDown()
        assertThrows(FieldException.Closed::class.java) { journal.isEnrolled() }
        journal.close()
    }

    @Test
    fun `suspended and closed journals say so`() = runBlocking<Unit> {
        val journal = atWork(folder)
        journal.suspendJournal()
        failure<FieldException.Closed> { journal.line("A", "TUBE-0001") }
        failure<FieldException.Closed> { journal.status() }
        journal.resume()
        journal.worksWith("TUBE-0001", 1)
        val last = journal.state.value
        journal.close()
        journal.close()
        failure<FieldException.Closed> { journal.line("A", "TUBE-0002") }
        failure<FieldException.Closed> { journal.notes() }
        failure<FieldException.Closed> { journal.resume() }
        failure<FieldException.Closed> { journal.sync { null } }
        assertEquals(last, journal.state.value)
    }

    @Test
    fun `closing under work lets each scan be answered or told`() = runBlocking<Unit> {
        val vault = MemoryVault()
        val journal = FieldJournal.open(options(folder), vault, null, Dispatchers.IO)
        journal.startShift(shift())
        journal.line("A", "TUBE-0001")
        val scans = List(64) { async(Dispatchers.IO) { runCatching { journal.line("A", residentNumber(it)) } } }
        delay(5)
        journal.close()
        val done = scans.awaitAll()
        done.mapNotNull { it.exceptionOrNull() }.forEach { failed -> failure<FieldException.Closed> { throw failed } }
        val bound = done.count { it.getOrNull()?.outcome == Outcome.BOUND }
        FieldJournal.open(options(folder), vault).use { assertEquals(bound, it.state.value.people.toInt()) }
    }
}
