package org.fieldcore.demo

import kotlinx.coroutines.flow.MutableStateFlow
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.CarryImported
import org.fieldcore.ffi.Cue
import org.fieldcore.ffi.HelperPlace
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ShownCode
import org.fieldcore.ffi.WelcomeView

/** What goes from screen to screen. It lives in memory alone and stands in no intent and no saved state. */
class Hand {
    /** The code that is shown, or was shown last. */
    var showing: Showing? = null

    /** What the reading screen reads. */
    var reading: Reading? = null

    /** What a reading came to, to be told by the screen that asked for it. */
    var told: Answer? = null

    /** The screen, or the reading, whose question waits for an answer. */
    var asker: Any? = null

    /** The hand-over that is being received. */
    var receiving: Receiving? = null

    /** The document that was read for a proxy card. */
    var document: ReadDocument? = null

    /** A carry that is under way, and what the last one came to. */
    val carrying = Carrying()

    /** As a chief: the helper who was given a place last. */
    var place: HelperPlace? = null

    /** As a helper: the welcome that was taken. */
    var welcome: WelcomeView? = null

    /** As a helper: how many card keys the kit brought. */
    var kit: UInt? = null
}

/** Where a carry stands. It goes on while the screen is turned. */
class Carrying {
    val busy = MutableStateFlow(false)
    val told = MutableStateFlow<String?>(null)

    /** What the last one that came in brought. */
    val brought = MutableStateFlow<CarryImported?>(null)
}

/** A document as the camera read it, with its number for the eye where print had one. No data class: it names a person. */
class ReadDocument(val scan: Scan, val number: String?)

/** Boxes that are offered by another phone, and what was found of them. */
class Receiving(
    /** Tubes in all of them as the giver says. */
    val tubes: UInt,
    /** The boxes that were not counted yet. */
    val due: List<String>,
    /** What was found in the others. */
    val found: Map<String, UInt> = emptyMap(),
) {
    /** What stands after an answer of the station. */
    fun after(answer: Answer, counted: UInt): Receiving {
        val box = answer.container?.takeIf { it in due || it in found } ?: return this
        return Receiving(tubes, due - box, found + (box to counted))
    }

    companion object {
        /** The offer that an answer tells of, with what was found of it [before]; null if it is none. */
        fun of(answer: Answer, before: Receiving? = null): Receiving? {
            val tubes = answer.tubesIn?.takeIf { answer.outcome == Outcome.NEEDS_CONFIRMATION && answer.cue != Cue.REFUSED } ?: return null
            val due = answer.text.orEmpty().split(' ').filter(String::isNotEmpty)
            val found = before?.found.orEmpty() - due.toSet()
            // Read twice, an offer goes on: then its boxes are those that were counted and those that are due.
            val same = before != null && before.tubes == tubes && (before.due + before.found.keys).toSet() == (due + found.keys).toSet()
            return Receiving(tubes, due, if (same) found else emptyMap())
        }
    }
}

/** A code as it is drawn. */
sealed interface Drawn {
    /** One code. */
    class Still(val text: String) : Drawn

    /** A bundle as animated codes. */
    class Moving(val bundle: ByteArray) : Drawn
}

/** A code with its words. */
class Showing(
    val title: String,
    val lines: List<String>,
    val drawn: Drawn,
    /** What is read from the other phone after it, if anything. */
    val next: Reading? = null,
    /** What is shown after it, if anything. */
    val then: Showing? = null,
) {
    companion object {
        /** The code of an answer, for the other phone. */
        fun of(answer: Answer, code: String, words: Words): Showing {
            val next =
                when (answer.outcome) {
                    Outcome.TUBE_PASSED_ON -> StationCodes(R.string.read_pass_answer, R.string.read_answer_how, ShownCode.TUBE_ANSWER)
                    Outcome.HAND_OVER_OFFERED -> StationCodes(R.string.read_receipt, R.string.read_answer_how, ShownCode.HAND_OVER_RECEIPT)
                    else -> null
                }
            val lines = words.lines(answer)
            return Showing(lines.first().replaceFirstChar(Char::uppercase), lines.drop(1) + words.details(answer), Drawn.Still(code), next)
        }
    }
}
