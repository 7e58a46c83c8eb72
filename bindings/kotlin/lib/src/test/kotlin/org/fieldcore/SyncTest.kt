package org.fieldcore

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.Header
import org.fieldcore.ffi.Waiting
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path

/** The conversation with a transport that fails in every way, then with the hub. */
class SyncTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `a conversation survives its transport`() = runBlocking<Unit> {
        Hub(Files.createDirectory(folder.resolve("hub"))).use { hub ->
            FieldJournal.open(options(folder), MemoryVault()).use { journal ->
                assertEquals(Waiting.NOT_INVITED, journal.sync { null }.waiting)
                journal.enrol(hub.invitation)
                assertEquals(Waiting.BACKING_OFF, journal.sync { null }.waiting)
                journal.hurry()
                assertEquals(Waiting.BACKING_OFF, journal.sync { throw IOException("no network") }.waiting)
                journal.hurry()
                failure<IllegalStateException> { journal.sync { error("a defect of the app") } }
                journal.hurry()
                val portal = journal.sync { Reply(302, emptyList(), "<html>".toByteArray()) }
                assertEquals(listOf("not_the_hub"), portal.news.map { it.code })
                journal.hurry()
                for (reply in UNUSABLE) {
                    assertEquals(Waiting.BACKING_OFF, journal.sync { reply }.waiting)
                    journal.hurry()
                }
                interrupted(journal)
                journal.hurry()
                journal.sync(UrlTransport())
                journal.startShift(shift())
                journal.worksWith("FCT00000001", 1)
                journal.sealNow()
                assertNotEquals(0uL, journal.state.value.unsent)
                assertEquals(Waiting.NOTHING_TO_SEND, journal.sync(UrlTransport()).waiting)
                assertEquals(0uL, journal.state.value.unsent)
                assertEquals(1, hub.ledger().get("people").asInt)
            }
        }
    }

    /** A conversation that is cancelled while its request is under way; a second one is told so meanwhile. */
    private suspend fun interrupted(journal: FieldJournal) = runBlocking {
        val sent = CompletableDeferred<Unit>()
        val first = launch {
            journal.sync {
                sent.complete(Unit)
                awaitCancellation()
            }
        }
        sent.await()
        assertEquals(Waiting.UNDER_WAY, journal.sync { null }.waiting)
        first.cancelAndJoin()
        assertTrue(journal.sync { null }.waiting != Waiting.UNDER_WAY)
    }

    private companion object {
        /** A status that is none, though its low bits say 200, and a header that is no Unicode. */
        val UNUSABLE = listOf(
            Reply(65_736, emptyList(), ByteArray(0)),
            Reply(200, listOf(Header("X-Note", "\ud800")), ByteArray(0)),
        )
    }
}
