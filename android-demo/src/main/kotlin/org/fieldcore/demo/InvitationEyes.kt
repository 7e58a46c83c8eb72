package org.fieldcore.demo

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch
import org.fieldcore.ffi.CodeReader
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.InvitationView
import org.fieldcore.lookAt
import org.fieldcore.readInvitation
import java.nio.ByteBuffer

/** What [InvitationEyes] tells, on the main thread. */
interface InvitationWatch {
    fun seen(sight: Sight)

    fun found(text: String, view: InvitationView)

    /** Told once for each code that is no invitation, however many frames show it. */
    fun wrong(failure: FieldException)

    /** The frames cannot be read. */
    fun failed(failure: FieldException)
}

/** Looks for an invitation's QR. What it reads is no scan, and is forgotten with the camera's end: it may hold a secret. */
class InvitationEyes(private val scope: CoroutineScope, private val watch: InvitationWatch) : Eyes {
    private var reader: CodeReader? = null
    private val wrong = mutableSetOf<String>()

    // One after the other: an old camera's worker may not be done when a new one's begins.
    @Synchronized
    override fun onFrame(plane: ByteBuffer, width: Int, height: Int, rowStride: Int, rotation: Int) {
        try {
            val open = reader ?: CodeReader().also { reader = it }
            val glance = open.lookAt(plane, shape(width, height, rowStride, rotation))
            val sight = Sight(glance.read, null, glance.guidance, Sight.upright(width, height, rotation))
            scope.launch { watch.seen(sight) }
            glance.texts.forEach(::judge)
        } catch (failure: FieldException) {
            scope.launch { watch.failed(failure) }
        }
    }

    private fun judge(text: String) {
        if (text in wrong) return
        try {
            val view = readInvitation(text)
            scope.launch { watch.found(text, view) }
        } catch (failure: FieldException) {
            wrong += text
            scope.launch { watch.wrong(failure) }
        }
    }

    @Synchronized
    override fun onEnd() {
        reader?.close()
        reader = null
        wrong.clear()
    }
}
