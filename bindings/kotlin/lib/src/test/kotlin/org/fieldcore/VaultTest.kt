package org.fieldcore

import com.sun.jna.Native
import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.Journal
import org.fieldcore.ffi.LogLevel
import org.fieldcore.ffi.LogSink
import org.fieldcore.ffi.VaultException
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import java.nio.file.Path

/** What a bad vault does to the journal: a typed error each time, and nothing lost by it. */
class VaultTest {
    @TempDir
    lateinit var folder: Path

    /** A vault that is well until [fault] is set. */
    private class Faulty(var fault: String? = null) : MemoryVault() {
        override fun create(name: String, secret: ByteArray) {
            fail()
            if (fault != "forgets") super.create(name, secret)
        }

        override fun read(name: String): ByteArray? {
            fail()
            return super.read(name)?.let { if (fault == "short") it.copyOf(31) else it }
        }

        private fun fail() {
            when (fault) {
                "error" -> throw AssertionError("a secret")
                "exception" -> throw IllegalStateException("a secret")
                "stack" -> fail()
                "declared" -> throw VaultException.Failed("the device is locked")
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = ["error", "exception", "stack", "declared", "short", "forgets"])
    fun `a vault that fails at first stops the journal before it begins`(fault: String) = runBlocking<Unit> {
        val vault = Faulty(fault)
        val failed = failure<FieldException.Keys> { FieldJournal.open(options(folder), vault) }
        assertFalse("a secret" in failed.toString(), failed.toString())
        vault.fault = null
        vault.kept.clear()
        atWork(folder, vault).use { it.worksWith("TUBE-0001", 1) }
    }

    @ParameterizedTest
    @ValueSource(strings = ["error", "exception", "declared", "short"])
    fun `a vault that fails later loses nothing`(fault: String) = runBlocking<Unit> {
        val vault = Faulty()
        atWork(folder, vault).use { it.worksWith("TUBE-0001", 1) }
        vault.fault = fault
        failure<FieldException.Keys> { FieldJournal.open(options(folder), vault) }
        vault.fault = null
        FieldJournal.open(options(folder), vault).use {
            assertEquals(1u, it.state.value.people)
            assertEquals(emptyList<String>(), it.notes().map { note -> note.code })
        }
    }

    @Test
    fun `a vault that lost its keys is told, and the work goes on`() = runBlocking<Unit> {
        atWork(folder).use { it.worksWith("TUBE-0001", 1) }
        atWork(folder, MemoryVault()).use {
            assertTrue("keys_lost" in it.notes().map { note -> note.code })
            it.worksWith("TUBE-0002", 2)
        }
    }

    @ParameterizedTest
    @ValueSource(strings = ["error", "exception", "short", "forgets"])
    fun `not even a vault without a wrapper is taken at its word`(fault: String) {
        val handler = Native.getCallbackExceptionHandler()
        // JNA prints what the vault throws.
        Native.setCallbackExceptionHandler { _, _ -> }
        try {
            assertThrows(FieldException::class.java) { Journal.open(options(folder), Faulty(fault), null) }
        } finally {
            Native.setCallbackExceptionHandler(handler)
        }
    }

    @Test
    fun `a log that fails is no reason to fail`() = runBlocking<Unit> {
        val lines = mutableListOf<String>()
        val sink = object : LogSink {
            override fun log(level: LogLevel, text: String) {
                lines += text
                throw AssertionError(text)
            }
        }
        FieldJournal.open(options(folder), MemoryVault(), sink).use {
            failure<FieldException> { it.ledger("no such round") }
            it.startShift(shift())
            it.worksWith("TUBE-0001", 1)
        }
        assertTrue(lines.isNotEmpty())
    }
}
