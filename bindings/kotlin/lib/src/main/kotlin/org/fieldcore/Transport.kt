package org.fieldcore

import org.fieldcore.ffi.Header
import org.fieldcore.ffi.News
import org.fieldcore.ffi.Waiting

/** The app's own HTTP. A reply is whatever answered; null, or an [java.io.IOException], is that nothing did. */
public fun interface Transport {
    /** Sends one request, follows no redirect, and gives back what came. */
    public suspend fun send(request: Request): Reply?
}

/**
 * A request for the hub.
 *
 * @property url where to, if the invitation named an address; an app that reaches its hub another way
 * puts its own base before [path].
 * @property method `GET` or `POST`.
 * @property path path and query, from `/`.
 * @property headers to be set as they are.
 * @property body empty for `GET`.
 */
public class Request(
    public val url: String?,
    public val method: String,
    public val path: String,
    public val headers: List<Header>,
    public val body: ByteArray,
)

/**
 * What answered, whoever it was.
 *
 * @property status HTTP's status.
 * @property headers may hold a name more than once.
 * @property body the whole body.
 */
public class Reply(
    public val status: Int,
    public val headers: List<Header>,
    public val body: ByteArray,
)

/**
 * What a conversation with the hub came to.
 *
 * @property waiting why it ended.
 * @property afterMs when to begin the next one, milliseconds from now, or earlier if a network returns.
 * @property news what a person should know, oldest first.
 */
public class SyncResult(
    public val waiting: Waiting,
    public val afterMs: ULong,
    public val news: List<News>,
)
