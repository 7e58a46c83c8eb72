package org.fieldcore

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.withContext
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.Station
import org.fieldcore.ffi.Status
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.util.concurrent.locks.ReentrantReadWriteLock
import kotlin.concurrent.read
import kotlin.concurrent.write

/** Where calls are made: on the dispatcher, with typed failures, and with the state refreshed. */
internal class Desk(
    private val station: Station,
    private val dispatcher: CoroutineDispatcher,
) {
    private val shown = MutableStateFlow(station.status())
    private val life = ReentrantReadWriteLock()
    private var ended = false

    val state: StateFlow<Status> = shown.asStateFlow()

    /** A call that changes nothing that the state shows. */
    suspend fun <T> ask(call: () -> T): T = actIf({ false }, call)

    /** A call that may change what the state shows, also where it fails. */
    suspend fun <T> act(call: () -> T): T = actIf({ true }, call)

    /** The state, looked up now. */
    suspend fun status(): Status = ask { station.status().also { shown.value = it } }

    /** A call that changed something if [changed] says so of its answer, or if it failed. */
    suspend fun <T> actIf(changed: (T) -> Boolean, call: () -> T): T = withContext(dispatcher) {
        life.read {
            if (ended) throw FieldException.Closed("the journal is closed; open it again")
            val done = runCatching { typed(call) }
            if (done.fold(changed) { true }) refresh()
            done.getOrThrow()
        }
    }

    /** Runs [close] once no call is under way, and lets none in after it. */
    fun end(close: () -> Unit): Unit = life.write {
        if (!ended) {
            ended = true
            close()
        }
    }

    private fun refresh() {
        try {
            shown.value = station.status()
        } catch (_: FieldException) {
            // The action was answered, and that answer counts; the state stays as it was last seen.
        }
    }
}

/** Text that is no Unicode fails on its way to the core, before the core can say so. */
internal inline fun <T> typed(call: () -> T): T = try {
    call()
} catch (_: CharacterCodingException) {
    throw FieldException.Invalid("a text is not well-formed Unicode; scan or type it again")
}

/**
 * What is left of the buffer, where the core can read it: the generated code takes direct buffers alone,
 * and reads them from position 0 whatever their position is.
 */
internal fun ByteBuffer.asDirect(): ByteBuffer {
    val rest = slice()
    if (rest.isDirect) return rest
    val copy = ByteBuffer.allocateDirect(rest.remaining()).put(rest)
    copy.rewind()
    return copy
}
