package org.fieldcore.demo

import java.io.File
import java.nio.file.Files

/** A hub of the tests' own on the loopback, one for the whole run. */
internal object Hub {
    private val root = File(checkNotNull(System.getProperty("root")))
    private val folder: File by lazy {
        Files.createTempDirectory("hub").toFile().also { made ->
            run("start", made)
            Runtime.getRuntime().addShutdownHook(
                Thread {
                    run("stop", made)
                    made.deleteRecursively()
                },
            )
        }
    }

    val invitation: String get() = File(folder, "invitation.txt").readText().trim()
    val invitationFile: File get() = File(folder, "invitation.txt")
    val profile: File get() = File(folder, "profile.toml")

    fun ledger(): String = run("ledger", folder)

    private fun run(word: String, where: File): String {
        val command = listOf("python3", File(root, "tests/bindings/hub.py").path, word, where.path)
        val out = File.createTempFile("hub", ".out")
        val process = ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out)
        process.environment().putIfAbsent("CARGO_TARGET_DIR", File(root, "target").path)
        val code = process.start().waitFor()
        val told = out.readText()
        out.delete()
        check(code == 0) { "hub.py $word: $told" }
        return told
    }
}
