package org.fieldcore

import org.fieldcore.ffi.JournalOptions
import org.fieldcore.ffi.KeyVault
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.ShiftPlan
import org.fieldcore.ffi.VaultException
import org.junit.jupiter.api.Assertions.assertEquals
import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption
import java.util.concurrent.ConcurrentHashMap

/** Secrets in memory. */
open class MemoryVault : KeyVault {
    val kept = ConcurrentHashMap<String, ByteArray>()

    override fun create(name: String, secret: ByteArray) {
        if (kept.putIfAbsent(name, secret.copyOf()) != null) throw VaultException.Failed("the name is taken")
    }

    override fun read(name: String): ByteArray? = kept[name]?.copyOf()

    override fun destroy(name: String) {
        kept.remove(name)
    }
}

/** Secrets as files of a folder, for journals that outlive their process. A phone has a better place. */
class FileVault(private val folder: Path) : KeyVault {
    init {
        Files.createDirectories(folder)
    }

    private fun file(name: String): Path = folder.resolve(name.toByteArray().joinToString("") { "%02x".format(it) })

    override fun create(name: String, secret: ByteArray) = try {
        Files.write(file(name), secret, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
        FileChannel.open(file(name), StandardOpenOption.WRITE).use { it.force(true) }
    } catch (failed: IOException) {
        throw VaultException.Failed("writing a secret: ${failed.javaClass.name}")
    }

    override fun read(name: String): ByteArray? = try {
        file(name).takeIf(Files::exists)?.let(Files::readAllBytes)
    } catch (failed: IOException) {
        throw VaultException.Failed("reading a secret: ${failed.javaClass.name}")
    }

    override fun destroy(name: String) {
        Files.deleteIfExists(file(name))
    }
}

fun options(folder: Path) = JournalOptions(folder = folder.resolve("journal").toString(), app = "kotlin-test")

fun shift() = ShiftPlan(site = "Hall", operator = "Lin")

/** A journal in [folder] with a shift that runs. */
suspend fun atWork(folder: Path, vault: KeyVault = MemoryVault()): FieldJournal =
    FieldJournal.open(options(folder), vault).also { it.startShift(shift()) }

/** The resident number of a person who never was, born 1880 to 1905, with its MOD 11-2 check character. */
fun residentNumber(index: Int): String {
    val birth = "%04d%02d%02d".format(1880 + index % 26, 1 + index / 26 % 12, 1 + index / 312 % 28)
    val body = "110105$birth%03d".format(1 + index / 8736 % 999)
    val sum = body.fold(0) { sum, digit -> (sum + digit.digitToInt()) * 2 % 11 }
    return body + "0123456789X"[(12 - sum) % 11]
}

/** Opens [tube] and binds one person, to show that the journal works. */
suspend fun FieldJournal.worksWith(tube: String, person: Int) {
    assertEquals(Outcome.TUBE_OPENED, line("A", tube).outcome)
    assertEquals(Outcome.BOUND, line("A", residentNumber(person)).outcome)
}

/** What [work] throws, which must be a [T]. */
inline fun <reified T : Throwable> failure(work: () -> Unit): T {
    val thrown = runCatching(work).exceptionOrNull()
    return thrown as? T ?: throw AssertionError("expected ${T::class.java.name}, not $thrown", thrown)
}
