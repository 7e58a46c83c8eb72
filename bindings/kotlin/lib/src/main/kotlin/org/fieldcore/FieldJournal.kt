package org.fieldcore

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.withContext
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.BoxLine
import org.fieldcore.ffi.FrameShape
import org.fieldcore.ffi.Glance
import org.fieldcore.ffi.Journal
import org.fieldcore.ffi.JournalOptions
import org.fieldcore.ffi.KeyVault
import org.fieldcore.ffi.Language
import org.fieldcore.ffi.Ledger
import org.fieldcore.ffi.LogSink
import org.fieldcore.ffi.Maintained
import org.fieldcore.ffi.NewProxy
import org.fieldcore.ffi.News
import org.fieldcore.ffi.OpenTube
import org.fieldcore.ffi.ProfileView
import org.fieldcore.ffi.ProxyAnswer
import org.fieldcore.ffi.ProxyCard
import org.fieldcore.ffi.Saved
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ShiftFigures
import org.fieldcore.ffi.ShiftPlan
import org.fieldcore.ffi.ShiftTube
import org.fieldcore.ffi.Station
import org.fieldcore.ffi.Status
import org.fieldcore.ffi.SyncSession
import org.fieldcore.ffi.Target
import org.fieldcore.ffi.Trace
import org.fieldcore.ffi.Verb
import java.nio.ByteBuffer

/**
 * The journal of this device with its station and its conversation with the hub. Every function may be
 * called from the main thread: the work is done on the dispatcher that [open] was given. What fails
 * throws an [org.fieldcore.ffi.FieldException], whose `toString()` says what to do next.
 *
 * An action that is cancelled goes on to its end: what was scanned is saved or refused, never half.
 */
public class FieldJournal private constructor(
    private val journal: Journal,
    private val station: Station,
    dispatcher: CoroutineDispatcher,
) : AutoCloseable {
    private val desk = Desk(station, dispatcher)
    private val conversation = Conversation(journal, SyncSession(journal), desk)

    /** Where the station stands, after the last action. */
    public val state: StateFlow<Status> get() = desk.state

    /** Work from door to door, and the list of residents. */
    public val doors: Doors = Doors(journal, station, desk)

    /** Records that leave and come without a network. */
    public val carry: Carry = Carry(journal, station, desk)

    /** The device's id. */
    public val device: String = journal.device()

    /** Helpers enrolled on the spot, and what the hub lets this device do for others. */
    public val helpers: Helpers = Helpers(journal, desk)

    /** Takes an invitation, the text of a QR or file; [org.fieldcore.ffi.readInvitation] shows it first. */
    public suspend fun enrol(invitation: String): Unit = desk.act { journal.enrol(invitation) }

    /** Takes the campaign's profile, as text or bundle. */
    public suspend fun takeProfile(bytes: ByteArray): Unit = desk.act { journal.takeProfile(bytes) }

    /** Whether an invitation was taken. */
    public suspend fun isEnrolled(): Boolean = desk.ask { journal.isEnrolled() }

    /** The campaign's name, once the device is enrolled. */
    public suspend fun campaignName(): String? = desk.ask { journal.campaignName() }

    /** What the profile in force says that a shell shows. */
    public suspend fun profile(): ProfileView = desk.ask { station.profile() }

    /** Begins a shift in [lane], or for every lane without one of its own. */
    public suspend fun startShift(plan: ShiftPlan, lane: String? = null): Unit =
        desk.act { station.startShift(lane, plan) }

    /** Ends the running shift; null if none runs. */
    public suspend fun endShift(lane: String? = null): ShiftFigures? = desk.act { station.endShift(lane) }

    /** Takes one scan in [lane]. */
    public suspend fun scan(lane: String, scan: Scan): Answer = desk.act { station.scan(lane, scan) }

    /** Takes one verb in [lane]. */
    public suspend fun verb(lane: String, verb: Verb): Answer = desk.act { station.verb(lane, verb) }

    /** Takes one line in [lane]: a verb if it starts with `:`, else a scan of a keyboard. */
    public suspend fun line(lane: String, line: String): Answer = desk.act { station.line(lane, line) }

    /**
     * Looks at the rest of [plane], a camera's luma plane, which is not changed. A direct buffer is not
     * copied; do not give it back to the camera before this returns. A document's number stands in the
     * [Glance] as it is, and in its `toString()`: show it, and keep neither.
     */
    public suspend fun look(lane: String, plane: ByteBuffer, shape: FrameShape): Glance =
        desk.actIf({ it.answer != null }) { station.look(lane, plane.asDirect(), shape) }

    /** Forgets what the camera of [lane] saw. */
    public suspend fun lookAway(lane: String): Unit = desk.ask { station.lookAway(lane) }

    /** Where the station stands now. */
    public suspend fun status(): Status = desk.status()

    /** The ledger of a round, by name or id; of the current one without. */
    public suspend fun ledger(round: String? = null): Ledger = desk.ask { station.ledger(round) }

    /** The open tubes, oldest first. */
    public suspend fun openTubes(): List<OpenTube> = desk.ask { station.openTubes() }

    /** The boxes of the round, in the order in which they were opened or received. */
    public suspend fun boxes(): List<BoxLine> = desk.ask { station.boxes() }

    /** Takes a scan of the packing screen: a box becomes the lane's, anything else goes into it. */
    public suspend fun packIntoBox(lane: String, scan: Scan): Answer = desk.act { station.pack(lane, scan) }

    /** Registers a person ahead and gives the card; without one, the answer says what is wrong. */
    public suspend fun issueProxy(lane: String, proxy: NewProxy): ProxyAnswer =
        desk.act { station.issueProxy(lane, proxy) }

    /** The card of a record of this device once more; null if the record is no such one. */
    public suspend fun proxyAgain(record: Saved): ProxyCard? = desk.ask { station.proxyAgain(record) }

    /** The cards that were issued in the running shift of [lane], oldest first. */
    public suspend fun proxiesOfShift(lane: String): List<Saved> = desk.ask { station.proxiesOfShift(lane) }

    /** Records that cards leave the device, on paper or as a file; call it before they do. */
    public suspend fun proxiesLeave(cards: UInt, target: Target): Saved =
        desk.act { station.proxiesLeave(cards, target) }

    /** The tubes of the running shift, closed and spoiled ones among them, latest first; of [lane] alone if given. */
    public suspend fun shiftTubes(lane: String? = null): List<ShiftTube> = desk.ask { station.shiftTubes(lane) }

    /** Everyone who is or was in a tube, in the clear; null for a label never used here. */
    public suspend fun trace(tube: String, target: Target = Target.SCREEN): Trace? =
        desk.act { station.trace(tube, target) }

    /** The closing report as text without any person. */
    public suspend fun closingReport(language: Language, lane: String? = null): String =
        desk.ask { station.closingReport(lane, language) }

    /** What happened since the journal was opened that a person should know, oldest first. */
    public suspend fun notes(): List<News> = desk.ask { journal.notes() }

    /** Tidies up; every half minute while nobody waits. [network] says that one is there. */
    public suspend fun maintain(network: Boolean): Maintained = desk.act { journal.maintain(network) }

    /** Seals everything that waits, so that the next [sync] or [pack] holds it. */
    public suspend fun sealNow(): Maintained = desk.act { journal.sealNow() }

    /** Proves the whole journal: whether everything is as it was written. Seconds for a long one. */
    public suspend fun isSound(): Boolean = desk.ask { journal.isSound() }

    /** Closes the file before the app sleeps; until [resume] everything answers `Closed`. */
    public suspend fun suspendJournal(): Unit = desk.ask { journal.suspend() }

    /** Opens a suspended journal again. */
    public suspend fun resume(): Unit = desk.act { journal.resume() }

    /** Talks with the hub until there is nothing to do now. A second caller meanwhile is told so. */
    public suspend fun sync(transport: Transport): SyncResult =
        conversation.turn(transport).also { desk.act { station.refreshRoster() } }

    /** Forgets the pause before the next [sync]: a person pressed it, or the network changed. */
    public suspend fun hurry(): Unit = desk.ask { conversation.hurry() }

    /** What waits, as a bundle for a file or another phone. */
    public suspend fun pack(bytesMax: ULong): ByteArray = desk.act { conversation.pack(bytesMax) }

    /** Takes a bundle that came another way. */
    public suspend fun take(bundle: ByteArray): List<News> =
        desk.act { conversation.take(bundle).also { station.refreshRoster() } }

    /** Ends the work: waits for a running action, then closes the file. Twice is no failure. */
    override fun close(): Unit = desk.end {
        try {
            journal.shutDown()
        } finally {
            conversation.close()
            station.close()
            journal.close()
        }
    }

    public companion object {
        /**
         * Opens the journal in `options.folder`, or makes it.
         *
         * @param dispatcher where the work is done; one thread is enough, the station takes one call
         * at a time.
         */
        public suspend fun open(
            options: JournalOptions,
            vault: KeyVault,
            log: LogSink? = null,
            dispatcher: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(1),
        ): FieldJournal = withContext(dispatcher + NonCancellable) {
            // Not cancellable: a journal that nobody was given would keep its lock.
            val journal = typed { Journal.open(options, SafeVault(vault), log?.let(::SafeLog)) }
            try {
                FieldJournal(journal, Station.open(journal), dispatcher)
            } catch (failed: Exception) {
                journal.use { runCatching(it::shutDown) }
                throw failed
            }
        }
    }
}
