package org.fieldcore

import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import org.fieldcore.ffi.Journal
import org.fieldcore.ffi.News
import org.fieldcore.ffi.SyncSession
import org.fieldcore.ffi.SyncStep
import java.io.IOException
import java.nio.charset.CharacterCodingException

/** Turns the core's session over the app's transport. What to send and when is the core's to say. */
internal class Conversation(
    private val journal: Journal,
    private val session: SyncSession,
    private val desk: Desk,
) : AutoCloseable {
    suspend fun turn(transport: Transport): SyncResult {
        val hub = desk.ask { journal.hubUrl() }?.trimEnd('/')
        val news = mutableListOf<News>()
        while (true) {
            when (val step = desk.act { session.nextStep() }) {
                is SyncStep.Wake -> return SyncResult(step.why, step.afterMs, news)
                is SyncStep.Send -> news += exchange(step, hub, transport)
            }
        }
    }

    private suspend fun exchange(step: SyncStep.Send, hub: String?, transport: Transport): List<News> {
        val request = Request(hub?.plus(step.path), step.method, step.path, step.headers, step.body)
        val sent = runCatching { transport.send(request) }
        // Told whatever happens: the session must not wait for an answer that nobody will bring.
        val news = withContext(NonCancellable) { desk.act { tell(step.id, sent.getOrNull()) } }
        sent.onFailure { if (it !is IOException) throw it }
        return news
    }

    private fun tell(id: ULong, reply: Reply?): List<News> {
        val status = reply?.status?.takeIf { it in 0..UShort.MAX_VALUE.toInt() } ?: return session.notAnswered(id)
        return try {
            session.answered(id, status.toUShort(), reply.headers, reply.body)
        } catch (_: CharacterCodingException) {
            session.notAnswered(id)
        }
    }

    fun hurry(): Unit = session.hurry()

    fun pack(bytesMax: ULong): ByteArray = session.pack(bytesMax)

    fun take(bundle: ByteArray): List<News> = session.take(bundle)

    override fun close(): Unit = session.close()
}
