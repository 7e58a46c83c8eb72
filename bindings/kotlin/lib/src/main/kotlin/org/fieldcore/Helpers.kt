package org.fieldcore

import org.fieldcore.ffi.HeldDelegation
import org.fieldcore.ffi.HelperLine
import org.fieldcore.ffi.HelperPlace
import org.fieldcore.ffi.Journal
import org.fieldcore.ffi.WelcomeView

/**
 * Helpers enrolled on the spot, by codes that two phones show each other, without a network: [FieldJournal.helpers].
 * The helper shows [code]; the chief's [accept] answers with a welcome to show and a kit; the helper takes both.
 */
public class Helpers internal constructor(
    private val journal: Journal,
    private val desk: Desk,
) {
    /** What the hub lets this device do for others, newest first. */
    public suspend fun delegations(): List<HeldDelegation> = desk.ask { journal.delegations() }

    /** The helpers whom this device enrolled, in order. */
    public suspend fun enrolled(): List<HelperLine> = desk.ask { journal.helpers() }

    /** The text of the QR by which a chief's phone can enrol this one. It holds no secret. */
    public suspend fun code(): String = desk.ask { journal.helperCode() }

    /** As a chief: gives the helper whose code was read a place; the same helper gets the same place again. */
    public suspend fun accept(code: String): HelperPlace = desk.act { journal.acceptHelper(code) }

    /** As a helper: takes part by the chief's welcome. */
    public suspend fun takeWelcome(code: String): WelcomeView = desk.act { journal.acceptWelcome(code) }

    /** As a helper: takes the chief's kit, the profile and card keys; how many card keys are new here. */
    public suspend fun takeKit(kit: ByteArray): UInt = desk.act { journal.acceptKit(kit) }
}
