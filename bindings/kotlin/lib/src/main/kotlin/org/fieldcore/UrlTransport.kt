package org.fieldcore

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.fieldcore.ffi.Header
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream
import java.net.HttpURLConnection
import java.net.URL
import java.util.concurrent.atomic.AtomicBoolean

/**
 * HTTP by [HttpURLConnection], which Android and every JVM have. Redirects are not followed: they are
 * how a captive portal answers, and the journal wants to see that.
 *
 * @property connectMs how long to wait for a connection.
 * @property readMs how long to wait for the next byte.
 * @property dispatcher where the waiting is done.
 */
public class UrlTransport(
    private val connectMs: Int = 10_000,
    private val readMs: Int = 30_000,
    private val dispatcher: CoroutineDispatcher = Dispatchers.IO,
) : Transport {
    override suspend fun send(request: Request): Reply? {
        val url = request.url ?: return null
        return coroutineScope {
            val connection = connection(URL(url), request)
            val answered = AtomicBoolean()
            // A blocking read does not see a cancellation, but the end of its socket.
            val watch =
                launch(Dispatchers.Default) {
                    try {
                        awaitCancellation()
                    } finally {
                        if (!answered.get()) connection.disconnect()
                    }
                }
            try {
                withContext(dispatcher) { exchange(connection, request.body) }.also { answered.set(true) }
            } catch (broken: IOException) {
                ensureActive()
                throw broken
            } finally {
                watch.cancel()
            }
        }
    }

    private fun connection(url: URL, request: Request): HttpURLConnection {
        val opened = url.openConnection()
        val connection = opened as? HttpURLConnection ?: throw IOException("not an address of HTTP")
        connection.requestMethod = request.method
        connection.instanceFollowRedirects = false
        connection.useCaches = false
        connection.connectTimeout = connectMs
        connection.readTimeout = readMs
        request.headers.forEach { connection.setRequestProperty(it.name, it.value) }
        return connection
    }

    private fun exchange(connection: HttpURLConnection, body: ByteArray): Reply? {
        if (body.isNotEmpty()) {
            connection.doOutput = true
            // A fixed length also keeps the platform from sending a POST twice by itself.
            connection.setFixedLengthStreamingMode(body.size)
            connection.outputStream.use { it.write(body) }
        }
        val status = connection.responseCode
        if (status < 0) return null
        val stream = if (status < FIRST_ERROR) connection.inputStream else connection.errorStream
        return Reply(status, headers(connection), stream?.use(::read) ?: ByteArray(0))
    }

    private fun headers(connection: HttpURLConnection): List<Header> = connection.headerFields
        .flatMap { (name, values) -> values.map { name to it } }
        // The status line comes as a header without a name.
        .mapNotNull { (name: String?, value) -> name?.let { Header(it, value) } }

    private fun read(stream: InputStream): ByteArray {
        val whole = ByteArrayOutputStream()
        val part = ByteArray(PART_BYTES)
        while (whole.size() <= ANSWER_BYTES_MAX) {
            val count = stream.read(part)
            if (count < 0) break
            whole.write(part, 0, count)
        }
        return whole.toByteArray()
    }

    private companion object {
        const val FIRST_ERROR = 400
        const val PART_BYTES = 16 * 1024

        /** The journal takes no longer answer; what is read beyond it only shows that it is too long. */
        const val ANSWER_BYTES_MAX = 1024 * 1024
    }
}
