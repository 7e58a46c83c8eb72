package org.fieldcore

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import quickStart
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path

class QuickStartTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `the quick start does what it says`() {
        val out = ByteArrayOutputStream()
        val console = System.out
        Hub(Files.createDirectory(folder.resolve("hub"))).use { hub ->
            System.setOut(PrintStream(out, true))
            try {
                runBlocking {
                    val scans = listOf("FCT00000001", residentNumber(1), residentNumber(1))
                    quickStart(folder.resolve("journal").toString(), MemoryVault(), hub.invitation, scans)
                }
            } finally {
                System.setOut(console)
            }
            assertEquals(1, hub.ledger().get("people").asInt)
        }
        val lines = out.toString().lines().filter(String::isNotEmpty)
        assertEquals(listOf("OK", "OK", "ATTENTION", "0 records wait (NOTHING_TO_SEND)"), lines)
    }
}
