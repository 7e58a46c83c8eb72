package org.fieldcore

import org.fieldcore.ffi.KeyVault
import org.fieldcore.ffi.LogLevel
import org.fieldcore.ffi.LogSink
import org.fieldcore.ffi.SinkException
import org.fieldcore.ffi.VaultException

/**
 * A [KeyVault] whose every failure arrives as a failure. The generated code reports a Kotlin [Exception]
 * but not a Kotlin [Error]: that one would reach the journal as success. [FieldJournal.open] puts this
 * round the vault it is given.
 */
public class SafeVault(private val vault: KeyVault) : KeyVault {
    override fun create(name: String, secret: ByteArray): Unit = safely { vault.create(name, secret) }

    override fun read(name: String): ByteArray? = safely { vault.read(name) }

    override fun destroy(name: String): Unit = safely { vault.destroy(name) }

    private inline fun <T> safely(work: () -> T): T = try {
        work()
    } catch (declared: VaultException) {
        throw declared
    } catch (other: Throwable) {
        // The class alone: a message may hold anything, and this text goes into logs.
        throw VaultException.Failed("the app's vault threw ${other.javaClass.name}")
    }
}

/** A [LogSink] whose every failure stays here: a lost line is no reason for the journal to fail. */
public class SafeLog(private val sink: LogSink) : LogSink {
    override fun log(level: LogLevel, text: String): Unit = try {
        sink.log(level, text)
    } catch (other: Throwable) {
        throw SinkException.Lost("the app's log threw ${other.javaClass.name}")
    }
}
