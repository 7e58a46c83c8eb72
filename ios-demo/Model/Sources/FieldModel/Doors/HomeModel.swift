import FieldCore
import Foundation

/// A person at a door as the screen shows them. It names somebody: the screen alone shows it, and no description does.
public struct PersonRow: Equatable, Sendable, Identifiable, CustomStringConvertible, CustomReflectable {
    public let id: String
    public let name: String
    /// Number, what a team must know, telephone, guardian.
    public let lines: [String]
    /// Sampled, excused and why, or to be sampled.
    public let state: String
    public let isSampled: Bool
    /// The excuse that counts, to be corrected.
    public let excused: Saved?

    public var symbol: String {
        isSampled ? "checkmark.circle.fill" : excused == nil ? "circle" : "minus.circle.fill"
    }

    /// What VoiceOver reads out, in one go.
    public var spoken: String { ([name, state] + lines).joined(separator: ". ") }

    public var description: String { "a person" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Somebody who is on no list, as the form has them.
public struct NewPerson: Equatable, Sendable {
    public var number = ""
    public var name = ""
    public var looks = ""
    public var guardian = ""
    public var phone = ""
    public var categories: Set<PersonCategory> = []

    public init() {}

    func resident(_ household: String) -> NewResident {
        let filled = { (text: String) in text.isEmpty ? nil : text }
        return NewResident(
            household: household, number: filled(number), name: filled(name), description: filled(looks),
            categories: PersonCategory.all.filter(categories.contains), guardian: filled(guardian),
            contact: filled(phone))
    }
}

/// One door: who lives there, what was found, what became of everybody.
public final class HomeModel: DoorWork {
    /// Days until which something may be due.
    public static let dueDays = [0, 1, 3, 7]

    public private(set) var household: String?
    private var sight: DoorSight?
    private let now: @MainActor () -> Date

    init(_ journal: FieldJournal, lane: String, words: Words, now: @escaping @MainActor () -> Date) {
        self.now = now
        super.init(journal, lane: lane, words: words)
    }

    public func open(_ household: String) async {
        (self.household, sight) = (household, nil)
        dismiss()
        await load()
    }

    public func leave() {
        household = nil
        forget()
    }

    public func load() async {
        guard let household else { return }
        let lane = lane
        await ask({ take($0, of: household) }) { try await $0.sight(of: household, in: $0.doors(), lane: lane) }
    }

    /// Takes what was looked up, unless another door is shown by now.
    func take(_ found: DoorSight?, of household: String) {
        guard household == self.household else { return }
        sight = found
        changed()
        if found == nil { say(.attention, .doorsUnknownHome) }
    }

    /// Goes to the next door that is left; whether there is one.
    @discardableResult
    public func next() async -> Bool {
        var next: String?
        let here = household
        await ask({ next = $0 }) { try await $0.doors().nextLeft(after: here)?.household }
        guard let next else {
            say(.ok, .doorsNoneLeft)
            return false
        }
        await open(next)
        return true
    }

    // MARK: What is shown

    public var place: String {
        guard let home = sight?.home else { return "" }
        return home.address ?? words.place(home.line.place)
    }

    public var state: HomeState? { sight?.home.line.state }

    /// The state with its reason, the slot, how many live there.
    public var lines: [String] {
        guard let sight else { return [] }
        let line = sight.home.line
        return [
            Words.joined([words.door(line.state.code), sight.reason], words[.semicolon]),
            line.slot.map { words(.doorsSlot, $0) }, line.lives.map { words(.doorsLivesHere, $0) },
        ].compactMap { $0 }
    }

    /// What VoiceOver says when the door comes up. Nobody who lives there is in it: others may listen.
    public var spoken: String { ([place] + lines).joined(separator: ". ") }

    /// The lane's tube, into which people are sampled.
    public var tube: String {
        guard let tube = sight?.tube else { return words[.doorsNoTube] }
        return words(.doorsMyTube, tube.tube ?? words[.tubeUnreadable], tube.count, tube.capacity)
    }

    public var people: [PersonRow] { (sight?.people ?? []).map { words.row($0) } }

    public var followUps: [FollowUpRow] { (sight?.followUps ?? []).map { words.followUp($0) } }

    /// Other doors of the building, where the last word may belong.
    public var neighbours: [DoorRow] { (sight?.neighbours ?? []).map { $0.row(words) } }

    /// Whether the visit that counts is this phone's own.
    public var canCorrect: Bool { sight?.home.line.told?.device == journal.device }

    // MARK: What is recorded

    /// Records what was found; whether that stands.
    @discardableResult
    public func visit(_ state: VisitState, reason: String = "", lives: UInt32? = nil) async -> Bool {
        guard let household else { return false }
        let found = FoundAtDoor(household: household, state: state, reason: reason.isEmpty ? nil : reason, lives: lives)
        return await record(.visit, .doorsVisited) { try await $0.visit(found, lane: $1) } != nil
    }

    /// Puts the visit that counts right, if it is this phone's own: another state, or another door.
    @discardableResult
    public func correct(
        _ state: VisitState, reason: String = "", lives: UInt32? = nil, at other: String? = nil
    ) async -> Bool {
        guard let household, let told = sight?.home.line.told, canCorrect else {
            say(.attention, .doorsCannotCorrect)
            return false
        }
        let found = FoundAtDoor(
            household: other ?? household, state: state, reason: reason.isEmpty ? nil : reason, lives: lives)
        return await record(.correct, .doorsCorrected) {
            try await $0.correctVisit(told, found: found, lane: $1)
        } != nil
    }

    /// The last word belongs to another door: it goes there as it is, and stands here no more.
    public func moveVisit(to other: String) async {
        guard let line = sight?.home.line, let state = VisitState.all.first(where: { $0.home == line.state }) else {
            return say(.attention, .doorsCannotCorrect)
        }
        await correct(state, reason: sight?.reason ?? "", lives: line.lives, at: other)
    }

    /// Samples a person into the lane's open tube; `document` is what the person shows.
    public func sample(_ resident: String, document: Scan? = nil) async {
        await answer(.sample) { try await $0.sample(resident: resident, document: document, lane: $1) }
    }

    public func confirm(_ number: UInt32?, reason: String) async {
        await answer(.sample) {
            try await $0.verb(.confirm(number: number, reason: reason.isEmpty ? nil : reason), lane: $1)
        }
    }

    /// Says why a person will not be sampled; `corrects` names the excuse that was wrong.
    @discardableResult
    public func excuse(
        _ resident: String, _ excuse: Excuse, reason: String = "", corrects: Saved? = nil
    ) async -> Bool {
        let new = NewExcuse(
            resident: resident, excuse: excuse, reason: reason.isEmpty ? nil : reason, corrects: corrects)
        return await record(.excuse, .doorsExcused) { try await $0.excuse(new, lane: $1) } != nil
    }

    /// Notes what is to be done later, for one person or the household, within so many days.
    @discardableResult
    public func followUp(
        _ what: FollowUpKind, for resident: String? = nil, days: Int? = nil, note: String = ""
    ) async -> Bool {
        guard let household else { return false }
        let new = NewFollowUp(
            household: household, resident: resident, what: what, dueMs: days.map(endOfDay),
            note: note.isEmpty ? nil : note)
        return await record(.followUp, .doorsFollowUpKept) { try await $0.followUp(new, lane: $1) } != nil
    }

    public func close(_ followUp: Saved) async {
        await record(.close, .doorsClosed) { try await $0.closeFollowUp(followUp, lane: $1) }
    }

    /// Adds somebody who is on no list; whether that stands.
    @discardableResult
    public func add(_ person: NewPerson) async -> Bool {
        guard let household else { return false }
        let new = person.resident(household)
        return await record(.addPerson, .doorsPersonAdded) { try await $0.addResident(new, lane: $1) } != nil
    }

    private func endOfDay(in days: Int) -> Int64 {
        let calendar = Calendar.current
        let day = calendar.date(byAdding: .day, value: days + 1, to: calendar.startOfDay(for: now())) ?? now()
        return Int64(day.timeIntervalSince1970 * 1_000) - 1
    }

    override func dropNames() { sight = nil }
}

/// One door at one moment.
struct DoorSight: Sendable {
    let home: HomeSight
    /// The words of the visit that counts.
    let reason: String?
    let people: [DoorPerson]
    let followUps: [FollowUpLine]
    let neighbours: [HomeSight]
    let tube: OpenTube?
}

/// A person with the words of their excuse.
struct DoorPerson: Sendable {
    let line: ResidentLine
    let why: String?
}

extension FieldJournal {
    /// A door in a view; nothing if it is not known here.
    func sight(of household: String, in view: DoorsView, lane: String) throws -> DoorSight? {
        guard let line = try view.home(household: household) else { return nil }
        let place = line.place
        let near = view.homes(area: place.area, building: place.building, leftOnly: false)
        return DoorSight(
            home: HomeSight(line: line, address: try address(of: line)),
            reason: try line.told.flatMap { try words(of: $0) },
            people: try residents(of: household).map {
                DoorPerson(line: $0, why: try $0.excused.flatMap { try words(of: $0) })
            },
            followUps: try openFollowUps(in: view, of: household),
            neighbours: try near.filter { $0.household != household }.map {
                HomeSight(line: $0, address: try address(of: $0))
            },
            tube: try openTubes().first { $0.active && $0.lane == lane })
    }

    /// What is still to be done, with names, of one household or of all; looked up only where there is any.
    func openFollowUps(in view: DoorsView, of household: String? = nil) throws -> [FollowUpLine] {
        let isAsked = { (open: OpenFollowUp) in household == nil || open.household == household }
        guard view.followUps().contains(where: isAsked) else { return [] }
        return try openFollowUps().filter { isAsked($0.open) }
    }
}

extension Words {
    func row(_ person: DoorPerson) -> PersonRow {
        let line = person.line
        let who = line.person.map { self.person($0) } ?? []
        let excuse = line.excuse.map { Self.joined([door($0.code), person.why], self[.semicolon]) }
        return PersonRow(
            id: line.resident, name: who.first ?? self[.doorsNobodyKnown], lines: Array(who.dropFirst()),
            state: line.sampled ? self[.doorsSampled] : excuse ?? self[.doorsToSample],
            isSampled: line.sampled, excused: line.excused)
    }
}
