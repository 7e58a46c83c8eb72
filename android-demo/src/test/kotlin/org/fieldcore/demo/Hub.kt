package org.fieldcore.demo

import java.io.File
import java.nio.file.Files

/** A hub of the tests' own on the loopback, one for the whole run. */
internal object Hub {
    private val root = File(checkNotNull(System.getProperty("root")))
    private val target = File(System.getenv("CARGO_TARGET_DIR") ?: File(root, "target").path)
    private val hub = File(target, "debug/fieldcore-hub")
    private val folder: File by lazy {
        Files.createTempDirectory("hub").toFile().also { made ->
            run("start", made)
            packs(made)
            Runtime.getRuntime().addShutdownHook(
                Thread {
                    run("stop", made)
                    made.deleteRecursively()
                },
            )
        }
    }

    /** Signs the campaign's profile anew, with boxes in it, and invites by that one. */
    private fun packs(made: File) {
        val profile = File(made, "profile.toml")
        val next = profile.readText().replace(Regex("(?m)^version = 2$"), "version = 3").replaceFirst("[[round]]", "[box]\npattern = \"BOX-[0-9]\"\n\n[[round]]")
        check("[box]" in next && "version = 3" in next) { next }
        profile.writeText(next)
        val words = listOf(hub.path, "--dir", File(made, "hub").path)
        start(words + listOf("profile", "edit", profile.path))
        start(words + listOf("profile", "sign"))
        profile.writeText(start(words + listOf("profile", "show")))
        val url = checkNotNull(Regex("\"url\": \"(.+?)\"").find(File(made, "hub.json").readText())).groupValues[1]
        File(made, "invitation.txt").writeText(start(words + listOf("token", "--uses", "1000", "--expires", "1h", "--url", url)).trim() + "\n")
    }

    val invitation: String get() = File(folder, "invitation.txt").readText().trim()
    val invitationFile: File get() = File(folder, "invitation.txt")
    val profile: File get() = File(folder, "profile.toml")

    /** A fresh invitation as the hub draws it for people. */
    fun invitationPicture(): File =
        File.createTempFile("invitation", ".svg", folder).also {
            val url = checkNotNull(Regex("\"url\": \"(.+?)\"").find(File(folder, "hub.json").readText())).groupValues[1]
            start(listOf(hub.path, "--dir", File(folder, "hub").path, "token", "--url", url, "--svg", it.path))
        }

    /** Lets a device enrol helpers and issue proxy cards, and draws the rounds' card keys. */
    fun delegate(device: String) {
        val hub = listOf(hub.path, "--dir", File(folder, "hub").path)
        start(hub + listOf("delegate", device, "--rights", "enrol,issue", "--helpers", "3", "--expires", "3d"))
        start(hub + "card-keys")
    }

    fun ledger(): String = run("ledger", folder)

    /** Takes a list of residents into an area, and gives the area to a device. */
    fun roster(list: String, area: String, device: String) {
        val file = File.createTempFile("list", ".csv", folder).also { it.writeText(list) }
        lists("import", file.path, "--area", area, "--name", area)
        lists("assign", device, area)
    }

    private fun lists(vararg words: String) {
        start(listOf(hub.path, "--dir", File(folder, "hub").path, "roster") + words)
    }

    private fun run(word: String, where: File): String =
        start(listOf("python3", File(root, "tests/bindings/hub.py").path, word, where.path))

    private fun start(command: List<String>): String {
        val out = File.createTempFile("hub", ".out")
        val process = ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out)
        process.environment()["CARGO_TARGET_DIR"] = target.path
        val code = process.start().waitFor()
        val told = out.readText()
        out.delete()
        check(code == 0) { "${command.take(4)}: $told" }
        return told
    }
}
