package org.fieldcore

import org.fieldcore.ffi.AddedHousehold
import org.fieldcore.ffi.AddedResident
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.ClaimPlan
import org.fieldcore.ffi.DoorsView
import org.fieldcore.ffi.FollowUpLine
import org.fieldcore.ffi.FoundAtDoor
import org.fieldcore.ffi.FoundLine
import org.fieldcore.ffi.Journal
import org.fieldcore.ffi.Language
import org.fieldcore.ffi.MissedPerson
import org.fieldcore.ffi.NewExcuse
import org.fieldcore.ffi.NewFollowUp
import org.fieldcore.ffi.NewHousehold
import org.fieldcore.ffi.NewResident
import org.fieldcore.ffi.ResidentLine
import org.fieldcore.ffi.RosterState
import org.fieldcore.ffi.Saved
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.Station

/** Work from door to door, and the list of residents: [FieldJournal.doors]. */
public class Doors internal constructor(
    private val journal: Journal,
    private val station: Station,
    private val desk: Desk,
) {
    /**
     * Every household and person of the round by this device's own records, as they are now. It stays in the core and
     * crosses in pieces; ask for another one after an action, and `use` or close it.
     */
    public suspend fun view(): DoorsView = desk.ask { station.doors() }

    /** Who lives in a household, and what became of them. */
    public suspend fun residents(household: String): List<ResidentLine> = desk.ask { station.residents(household) }

    /** What [query] finds in the list and among those added: digits of a number, a name, its initials, a door; best first. */
    public suspend fun search(query: String, limit: UInt = 50u): List<FoundLine> =
        desk.ask { station.find(query, limit) }

    /** What is still to be done, with names and the operator's words; what is due first coming first. */
    public suspend fun followUps(): List<FollowUpLine> = desk.ask { station.openFollowUps() }

    /** Who is missed, with names and the operator's words: at most [limit] after the first [offset]. */
    public suspend fun missed(offset: UInt = 0u, limit: UInt = 200u): List<MissedPerson> =
        desk.ask { station.missedPeople(offset, limit) }

    /** The lists that this device has or is being sent. */
    public suspend fun rosters(): List<RosterState> = desk.ask { journal.rosterStates() }

    /** Works by the lists in force now, after a sync or an import; whether that changed anything. */
    public suspend fun refresh(): Boolean = desk.ask { station.refreshRoster() }

    /** Destroys the key of the lists and deletes their pages. */
    public suspend fun forgetRoster(): Unit = desk.act {
        journal.forgetRoster()
        station.refreshRoster()
    }

    /** Records what was found at a household. */
    public suspend fun visit(lane: String, found: FoundAtDoor): Saved = desk.act { station.visit(lane, found) }

    /** Records what was found in place of an earlier [visit] of this device. */
    public suspend fun correctVisit(lane: String, visit: Saved, found: FoundAtDoor): Saved =
        desk.act { station.correctVisit(lane, visit, found) }

    /** Records that the team means to do doors of a building. */
    public suspend fun claim(lane: String, plan: ClaimPlan): Saved = desk.act { station.claim(lane, plan) }

    /** Gives up a claim of this device. */
    public suspend fun release(lane: String, claim: Saved, reason: String? = null): Saved =
        desk.act { station.release(lane, claim, reason) }

    /** The code that tells another team this device's claims, to be shown; the other phone takes it by any scan. */
    public suspend fun tellClaims(lane: String, building: String? = null): Answer =
        desk.act { station.tellClaims(lane, building) }

    /** Adds a household that is on no list. */
    public suspend fun addHousehold(lane: String, household: NewHousehold): AddedHousehold =
        desk.act { station.addHousehold(lane, household) }

    /** Adds a person who is on no list. */
    public suspend fun addResident(lane: String, resident: NewResident): AddedResident =
        desk.act { station.addResident(lane, resident) }

    /** Takes a person of the list, or one added, into the lane's open tube; [document] is what the person shows. */
    public suspend fun sample(lane: String, resident: String, document: Scan? = null): Answer =
        desk.act { station.sampleResident(lane, resident, document) }

    /** Records why a person will not be sampled. */
    public suspend fun excuse(lane: String, excuse: NewExcuse): Saved = desk.act { station.excuse(lane, excuse) }

    /** Records that something is to be done later. */
    public suspend fun followUp(lane: String, followUp: NewFollowUp): Saved =
        desk.act { station.followUp(lane, followUp) }

    /** Records that what was to be done is done, or no longer wanted. */
    public suspend fun closeFollowUp(lane: String, followUp: Saved, note: String? = null): Saved =
        desk.act { station.closeFollowUp(lane, followUp, note) }

    /** Records the operator's words, about a record or about the day. */
    public suspend fun note(lane: String, text: String, about: Saved? = null): Saved =
        desk.act { station.note(lane, about, text) }

    /** The operator's words that a record of a view holds; null where there are none that can be read here. */
    public suspend fun wordsOf(record: Saved): String? = desk.ask { station.wordsOf(record) }

    /** The progress of the round as text to paste, without any person. */
    public suspend fun progress(language: Language, byBuilding: Boolean = false): String =
        desk.ask { station.progress(language, byBuilding) }

    /** The day sheet of the round, a page of HTML without any person. */
    public suspend fun daySheet(language: Language): String = desk.ask { station.daySheet(language) }
}
