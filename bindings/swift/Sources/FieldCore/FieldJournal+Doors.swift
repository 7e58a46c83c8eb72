import Foundation

/// Work from door to door, and the list of residents.
extension FieldJournal {
    /// Every household and person of the round by this device's own records, as they are now. It stays in the core and
    /// crosses in pieces; ask for another one after an action.
    public func doors() throws -> DoorsView { try station.doors() }

    /// Who lives in a household, and what became of them.
    public func residents(of household: String) throws -> [ResidentLine] { try station.residents(household: household) }

    /// What `query` finds in the list and among those added: digits of a number, a name, its initials, a door; best first.
    public func find(_ query: String, limit: UInt32 = 50) throws -> [FoundLine] {
        try station.find(query: query, limit: limit)
    }

    /// What is still to be done, with names and the operator's words; what is due first coming first.
    public func openFollowUps() throws -> [FollowUpLine] { try station.openFollowUps() }

    /// Who is missed, with names and the operator's words: at most `limit` after the first `offset`.
    public func missedPeople(offset: UInt32 = 0, limit: UInt32 = 200) throws -> [MissedPerson] {
        try station.missedPeople(offset: offset, limit: limit)
    }

    /// The lists that this device has or is being sent.
    public func rosterStates() throws -> [RosterState] { try journal.rosterStates() }

    /// Works by the lists in force now, after a sync or an import; whether that changed anything.
    @discardableResult
    public func refreshRoster() throws -> Bool { try station.refreshRoster() }

    /// Destroys the key of the lists and deletes their pages.
    public func forgetRoster() throws {
        try telling {
            try journal.forgetRoster()
            _ = try station.refreshRoster()
        }
    }

    /// Records what was found at a household.
    @discardableResult
    public func visit(_ found: FoundAtDoor, lane: String) throws -> Saved {
        try telling { try station.visit(lane: lane, found: found) }
    }

    /// Records what was found in place of an earlier visit of this device.
    @discardableResult
    public func correctVisit(_ visit: Saved, found: FoundAtDoor, lane: String) throws -> Saved {
        try telling { try station.correctVisit(lane: lane, visit: visit, found: found) }
    }

    /// Records that the team means to do doors of a building.
    @discardableResult
    public func claim(_ plan: ClaimPlan, lane: String) throws -> Saved {
        try telling { try station.claim(lane: lane, plan: plan) }
    }

    /// Gives up a claim of this device.
    @discardableResult
    public func release(_ claim: Saved, reason: String? = nil, lane: String) throws -> Saved {
        try telling { try station.release(lane: lane, claim: claim, reason: reason) }
    }

    /// The code that tells another team this device's claims, to be shown; the other phone takes it by any scan.
    public func tellClaims(building: String? = nil, lane: String) throws -> Answer {
        try telling { try station.tellClaims(lane: lane, building: building) }
    }

    /// Adds a household that is on no list.
    public func addHousehold(_ household: NewHousehold, lane: String) throws -> AddedHousehold {
        try telling { try station.addHousehold(lane: lane, household: household) }
    }

    /// Adds a person who is on no list.
    public func addResident(_ resident: NewResident, lane: String) throws -> AddedResident {
        try telling { try station.addResident(lane: lane, resident: resident) }
    }

    /// Takes a person of the list, or one added, into the lane's open tube; `document` is what the person shows.
    public func sample(resident: String, document: Scan? = nil, lane: String) throws -> Answer {
        try telling { try station.sampleResident(lane: lane, resident: resident, document: document) }
    }

    /// Records why a person will not be sampled.
    @discardableResult
    public func excuse(_ excuse: NewExcuse, lane: String) throws -> Saved {
        try telling { try station.excuse(lane: lane, excuse: excuse) }
    }

    /// Records that something is to be done later.
    @discardableResult
    public func followUp(_ followUp: NewFollowUp, lane: String) throws -> Saved {
        try telling { try station.followUp(lane: lane, followUp: followUp) }
    }

    /// Records that what was to be done is done, or no longer wanted.
    @discardableResult
    public func closeFollowUp(_ followUp: Saved, note: String? = nil, lane: String) throws -> Saved {
        try telling { try station.closeFollowUp(lane: lane, followUp: followUp, note: note) }
    }

    /// Records the operator's words, about a record or about the day.
    @discardableResult
    public func note(_ text: String, about: Saved? = nil, lane: String) throws -> Saved {
        try telling { try station.note(lane: lane, about: about, text: text) }
    }

    /// The operator's words that a record of a view holds; nothing where there are none that can be read here.
    public func words(of record: Saved) throws -> String? { try station.wordsOf(record: record) }

    /// The progress of the round as text to paste, without any person.
    public func progress(in language: Language, byBuilding: Bool = false) throws -> String {
        try station.progress(language: language, byBuilding: byBuilding)
    }

    /// The day sheet of the round, a page of HTML without any person.
    public func daySheet(in language: Language) throws -> String { try station.daySheet(language: language) }
}
