package org.fieldcore.demo

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.w3c.dom.Element
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

/** What can be read off the app's own files. */
class SourcesTest {
    private val main = File("src/main")
    private val kotlin = File(main, "kotlin").walk().filter { it.extension == "kt" }.toList()

    private fun strings(folder: String): Map<String, String> =
        File(main, "res/$folder").listFiles { file -> file.extension == "xml" }.orEmpty().flatMap { file ->
            val document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file)
            val found = document.getElementsByTagName("string")
            (0 until found.length).map { found.item(it) as Element }.map { it.getAttribute("name") to it.textContent }
        }.toMap()

    @Test
    fun `both languages say everything, with the same figures in it`() {
        val english = strings("values")
        val chinese = strings("values-zh-rCN")
        assertEquals(english.keys, chinese.keys)
        val figure = Regex("%\\d\\$[sd]")
        for ((name, text) in english) {
            fun figures(of: String) = figure.findAll(of).map { it.value }.toSortedSet()
            assertEquals(name, figures(text), figures(chinese.getValue(name)))
        }
    }

    /**
     * The host's framework jar holds hidden classes that a phone refuses to give. This looks for the ways to
     * them that are known, in the sources; it is no proof that every call is a public one. Android Studio's
     * compiler and lint are.
     */
    @Test
    fun `no known way to a hidden part of the framework`() {
        val ways =
            listOf(
                "ServiceManager", "SystemProperties", "ActivityThread", "android.os.ServiceManager", "com.android.internal",
                "android.internal", "dalvik.", "libcore.", "sun.misc", "getDeclaredMethod", "getDeclaredField", "setAccessible",
                "Class.forName", "java.lang.reflect", "kotlin.reflect", "@hide", "IPackageManager", "IActivityManager", "AppGlobals",
                "VMRuntime", "HiddenApi", "android.util.Slog", "android.os.SystemService", "UserHandle.myUserId", "android.annotation.SystemApi",
            )
        for (file in kotlin) for (way in ways) assertTrue("${file.name} uses $way", way !in file.readText())
    }

    @Test
    fun `nothing younger than the oldest Android, as far as it slipped in once`() {
        for (file in kotlin) {
            for (call in listOf(".requireViewById", " requireViewById(", "readAllBytes", "readNBytes", ".removeFirst()", ".removeLast()")) {
                assertTrue("${file.name} uses $call", call !in file.readText())
            }
        }
    }

    /** The other side of it: whatever the sources import of the framework stands in this list of public classes. */
    @Test
    fun `only packages of the public framework are imported, and no androidx or vendor service`() {
        val packages =
            setOf(
                "android.app", "android.app.job", "android.content", "android.content.pm", "android.content.res", "android.graphics",
                "android.hardware.camera2", "android.media", "android.net", "android.os", "android.security.keystore", "android.util",
                "android.view", "android.widget", "android.annotation", "android",
                "android.database", "android.print", "android.provider", "android.text", "android.text.style", "android.webkit",
                "android.graphics.pdf",
            )
        val allowed = Regex("^(java|javax|kotlin|kotlinx|org\\.fieldcore)\\..*")
        for (file in kotlin) {
            for (name in Regex("^import ([\\w.]+)", RegexOption.MULTILINE).findAll(file.readText()).map { it.groupValues[1] }) {
                val from = name.split('.').takeWhile { it.first().isLowerCase() }.joinToString(".")
                assertTrue("${file.name} imports $name", allowed.matches(name) || from in packages)
            }
        }
    }

    @Test
    fun `nothing is backed up, nothing goes in the clear`() {
        val manifest = File(main, "AndroidManifest.xml").readText()
        for (line in listOf("android:allowBackup=\"false\"", "android:dataExtractionRules=\"@xml/extraction\"", "android:usesCleartextTraffic=\"false\"")) {
            assertTrue(line, line in manifest)
        }
        val rules = File(main, "res/xml/extraction.xml").readText()
        for (domain in listOf("root", "file", "database", "sharedpref", "external")) {
            assertEquals(domain, 2, Regex("<exclude domain=\"$domain\" />").findAll(rules).count())
        }
    }

    /** The shell hands over and shows. Words of the core's trade in it would be a rule that leaked. */
    @Test
    fun `the shell has no rule about records, batches or retries`() {
        for (file in kotlin) {
            for (word in listOf("SyncStep", "retryCount", "checksum", "MOD 11", "seq +", "capacity -")) {
                assertTrue("${file.name}: $word", word !in file.readText())
            }
        }
    }
}
