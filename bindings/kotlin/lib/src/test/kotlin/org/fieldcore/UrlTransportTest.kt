package org.fieldcore

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.fieldcore.ffi.Header
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import kotlin.time.Duration.Companion.seconds

class UrlTransportTest {
    private val threads = Executors.newCachedThreadPool()
    private val held = CountDownLatch(1)
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0).apply {
        executor = threads
        createContext("/echo") {
            val note = it.requestHeaders.getFirst("X-Given") + it.requestMethod
            it.answer(418, note, it.requestBody.readAllBytes())
        }
        createContext("/away") {
            it.responseHeaders.add("Location", "/echo")
            it.answer(302, "")
        }
        createContext("/long") { it.answer(200, "", ByteArray(8 * 1024 * 1024)) }
        createContext("/held") { held.await() }
        start()
    }
    private val url = "http://localhost:${server.address.port}"

    @AfterEach
    fun end() {
        held.countDown()
        server.stop(0)
        threads.shutdownNow()
    }

    private fun HttpExchange.answer(status: Int, note: String, body: ByteArray = ByteArray(0)) = use {
        responseHeaders.add("X-Note", note)
        sendResponseHeaders(status, if (body.isEmpty()) -1 else body.size.toLong())
        runCatching { responseBody.write(body) }
    }

    private fun request(path: String, method: String = "GET", body: ByteArray = ByteArray(0)) =
        Request(url + path, method, path, listOf(Header("X-Given", "given")), body)

    private fun Reply.note() = headers.single { it.name.equals("X-Note", ignoreCase = true) }.value

    @Test
    fun `what is sent arrives and what is answered comes back, whatever the status`() = runBlocking<Unit> {
        val body = ByteArray(100_000) { it.toByte() }
        val reply = checkNotNull(UrlTransport().send(request("/echo", "POST", body)))
        assertEquals(418, reply.status)
        assertEquals("givenPOST", reply.note())
        assertArrayEquals(body, reply.body)
    }

    @Test
    fun `a redirect is an answer, not an errand`() = runBlocking<Unit> {
        assertEquals(302, UrlTransport().send(request("/away"))?.status)
    }

    @Test
    fun `an answer without end is cut`() = runBlocking<Unit> {
        val size = checkNotNull(UrlTransport().send(request("/long"))).body.size
        assertTrue(size in 1024 * 1024 + 1..2 * 1024 * 1024, "$size")
    }

    @Test
    fun `silence is no answer`() = runBlocking<Unit> {
        failure<IOException> { UrlTransport(readMs = 200).send(request("/held")) }
        server.stop(0)
        failure<IOException> { UrlTransport().send(request("/echo")) }
        assertNull(UrlTransport().send(Request(null, "GET", "/", emptyList(), ByteArray(0))))
    }

    @Test
    fun `who stops waiting need not wait for the time-out`() = runBlocking<Unit> {
        withTimeout(5.seconds) {
            val waiting = launch { UrlTransport().send(request("/held")) }
            delay(300)
            waiting.cancel()
            waiting.join()
        }
    }
}
