package org.fieldcore.demo

import org.fieldcore.ffi.Saved

/**
 * What a walk from door to door keeps from screen to screen and over a turn of the phone: in memory only, for what is
 * typed may name people.
 */
class Walk {
    /** The household that was looked at last; the next door is the one after it. */
    var last: String? = null

    /** The own visit that is to be corrected, and where it was recorded. */
    var correcting: Pair<Saved, String>? = null

    /** What the screen that comes next says was saved. */
    var told: String? = null

    /** What stands in fields, by screen and field. */
    val typed = mutableMapOf<String, String>()
}
