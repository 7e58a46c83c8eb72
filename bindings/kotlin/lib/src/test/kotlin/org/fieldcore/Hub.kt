package org.fieldcore

import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/** A hub of its own for a test, on the loopback; it leaves its invitation and profile in [folder]. */
class Hub(private val folder: Path) : AutoCloseable {
    init {
        hub("start")
    }

    val invitation: String get() = Files.readString(folder.resolve("invitation.txt"))

    fun ledger(): JsonObject = JsonParser.parseString(hub("ledger")).asJsonObject

    override fun close() {
        hub("stop")
    }

    private fun hub(command: String): String {
        val out = File.createTempFile("hub", ".out", folder.toFile())
        val words = listOf("python3", "$ROOT/tests/bindings/hub.py", command, folder.toString())
        val process = ProcessBuilder(words).redirectOutput(out).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        check(process.waitFor(2, TimeUnit.MINUTES)) { "hub.py $command takes too long".also { process.destroy() } }
        check(process.exitValue() == 0) { "hub.py $command failed: ${out.readText()}" }
        return out.readText()
    }
}

/** The repository's root. */
val ROOT: String = System.getProperty("fieldcore.root")
