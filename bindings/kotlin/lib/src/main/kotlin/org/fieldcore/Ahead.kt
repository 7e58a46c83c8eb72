package org.fieldcore

import org.fieldcore.ffi.CodeGlance
import org.fieldcore.ffi.CodeReader
import org.fieldcore.ffi.DocumentKind
import org.fieldcore.ffi.FrameShape
import org.fieldcore.ffi.InvitationView
import org.fieldcore.ffi.ScanGlance
import org.fieldcore.ffi.ScanReader
import org.fieldcore.ffi.ShownCode
import org.fieldcore.ffi.Typing
import java.nio.ByteBuffer

/** Reads an invitation, from a QR or a file, without taking it; [FieldJournal.enrol] takes it. */
public fun readInvitation(text: String): InvitationView = typed { org.fieldcore.ffi.readInvitation(text) }

/** What [text] is so far, for a type-in pad: on every key. [today] is the civil date, YYYYMMDD. */
public fun checkTyping(text: String, document: DocumentKind? = null, today: UInt): Typing =
    typed { org.fieldcore.ffi.checkTyping(text, document, today) }

/**
 * Looks at the rest of [plane], a camera's luma plane, for codes that are no scans, and does not change it. A
 * direct buffer is not copied. It works on the caller's thread: not on the main one.
 */
public fun CodeReader.lookAt(plane: ByteBuffer, shape: FrameShape): CodeGlance = look(plane.asDirect(), shape)

/**
 * Looks at the rest of [plane], a camera's luma plane, for scans that no lane takes by itself, and does not change it.
 * [today] is the civil date, YYYYMMDD. A direct buffer is not copied. It works on the caller's thread: not on the main one.
 */
public fun ScanReader.lookAt(plane: ByteBuffer, shape: FrameShape, today: UInt): ScanGlance =
    look(plane.asDirect(), shape, today)

/** What the text of a code of another phone claims to be; null for whatever else it is. */
public fun shownCode(text: String): ShownCode? = typed { org.fieldcore.ffi.shownCode(text) }
