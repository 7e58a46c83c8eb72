import FieldCore
import Foundation

/// Something that is still to be done, as a list shows it.
public struct FollowUpRow: Equatable, Sendable, Identifiable {
    public let followUp: Saved
    public let row: DoorRow

    public var id: String { "\(followUp.device) \(followUp.epoch) \(followUp.seq)" }
}

/// A building as the list shows it.
public struct BuildingRow: Equatable, Sendable {
    public let area: String
    public let building: String
    public let title: String
    public let line: String
    public let isDone: Bool

    public var symbol: String { isDone ? "checkmark.circle.fill" : "building.2" }
}

/// Work from door to door: what is left, where to go next, who is looked for, who is missed, what teams mean to do.
/// What became of a door is the core's word alone.
public final class DoorsModel: DoorWork {
    public static let foundMax: UInt32 = 30
    public static let missedPage: UInt32 = 50

    public let building: BuildingModel
    public let home: HomeModel
    /// This phone's claims, for another team.
    public let code: CodeModel
    /// Looks for another team's.
    public let finder: FinderModel
    public private(set) var figures: DoorFigures?
    /// Whom or what to look for: it may be a name, and goes with the others.
    public var query = "" { didSet { changed() } }
    /// What was shared last; it holds no person.
    public private(set) var shared: DoorShare?
    public override var words: Words {
        didSet {
            (building.words, home.words) = (words, words)
            (code.words, finder.words) = (words, words)
        }
    }
    public override var onCue: (@MainActor (Cue) -> Void)? {
        didSet { (building.onCue, home.onCue, finder.onCue) = (onCue, onCue, onCue) }
    }

    private var sight: DoorsSight?
    private var hits: [FoundLine]?
    private var missing: [MissedPerson]?
    private let now: @MainActor () -> Date

    public init(
        _ journal: FieldJournal, lane: String, words: Words, now: @escaping @MainActor () -> Date = { Date() }
    ) {
        self.now = now
        building = BuildingModel(journal, lane: lane, words: words, now: now)
        home = HomeModel(journal, lane: lane, words: words, now: now)
        (code, finder) = (CodeModel(words: words), FinderModel(words: words))
        super.init(journal, lane: lane, words: words)
        building.onSaved = { [weak self] in await self?.saved() }
        home.onSaved = { [weak self] in await self?.saved() }
    }

    /// After a record of any of the three screens: all look again.
    private func saved() async {
        await reload()
        await onSaved?()
    }

    /// Looks again at whatever is shown, as after a sync, a scan, or sleep.
    public func reload() async {
        let (name, household, lane) = (building.shown, home.household, lane)
        let take = { (all: AllSights) in
            self.take(all.doors)
            if let building = all.building { self.building.take(building) }
            if let household { self.home.take(all.home, of: household) }
        }
        await ask(take) { try await $0.sights(name, household, lane: lane) }
        if missing != nil { await showMissed(again: true) }
    }

    /// After sleep: what was shown before it is looked up again.
    func lookAgain() async {
        if sight != nil || home.household != nil { await reload() }
    }

    public func load() async {
        await ask(take) { try await $0.sight(in: $0.doors()) }
    }

    private func take(_ sight: DoorsSight) { (self.sight, figures) = (sight, sight.figures) }

    // MARK: What is left

    public var hasDoors: Bool { (figures?.homes ?? 0) > 0 }

    public var leftOf: String { figures.map { words(.doorsLeftOf, $0.left, $0.homes) } ?? "" }

    public var rows: [String] {
        guard let figures else { return [] }
        let missed = figures.people - min(figures.people, figures.sampled + figures.excused)
        return [
            words(.doorsHomes, figures.done, figures.refused, figures.movedAway),
            words(.doorsPeople, figures.people, figures.sampled, figures.excused, missed),
        ]
    }

    public var buildings: [BuildingRow] {
        (sight?.buildings ?? []).map { of in
            BuildingRow(
                area: of.area, building: of.building, title: words.building(of.area, of.building),
                line: words(.doorsLeftOf, of.figures.left, of.figures.homes), isDone: of.figures.left == 0)
        }
    }

    /// Where to go now: the first door that is left.
    public var next: String? { sight?.next }

    // MARK: Who is looked for

    /// Looks for a name, a number, initials or a door.
    public func find(_ query: String) async {
        self.query = query
        await ask({ hits = $0 }) { try await $0.find(query, limit: Self.foundMax) }
    }

    public func forgetFound() { (query, hits) = ("", nil) }

    /// Nothing before anything was looked for.
    public var found: [DoorRow]? {
        hits?.map { line in
            let state = line.sampled == true ? words[.doorsSampled] : line.state.map { words.door($0.code) }
            let who = line.person.map { words.person($0) } ?? []
            return DoorRow(
                line.household, line.resident == nil ? line.state?.symbol ?? "house" : "person.fill",
                words.place(line.place), who + [state, line.slot.map { words(.doorsSlot, $0) }])
        }
    }

    // MARK: What is to be done, who is missed

    public var followUps: [FollowUpRow] { (sight?.followUps ?? []).map { words.followUp($0) } }

    public func close(_ followUp: Saved) async {
        await record(.close, .doorsClosed) { try await $0.closeFollowUp(followUp, lane: $1) }
        await reload()
    }

    public var missedCount: UInt32 { sight?.missed ?? 0 }

    /// Who is missed, as far as it was asked for.
    public var missed: [DoorRow] {
        (missing ?? []).map { line in
            let who = line.person.map { words.person($0) } ?? [words[.doorsNobodyKnown]]
            let why = words.door(line.missed.excuse?.code ?? line.missed.state.code)
            return DoorRow(
                line.missed.household, line.missed.state.symbol, words.place(line.missed.place),
                who + [why, line.words])
        }
    }

    public var missedLeft: UInt32 { missedCount - min(missedCount, UInt32(missing?.count ?? 0)) }

    /// The first page of those who are missed, or the next one.
    public func showMissed(again: Bool = false) async {
        let shown = again ? [] : missing ?? []
        let limit = again ? max(UInt32(missing?.count ?? 0), Self.missedPage) : Self.missedPage
        await ask({ missing = shown + $0 }) {
            try await $0.missedPeople(offset: UInt32(shown.count), limit: limit)
        }
    }

    // MARK: Claims

    public var claims: [ClaimRow] { sight?.book.rows(words, device: journal.device, now: now()) ?? [] }

    public var conflicts: [String] { sight?.book.conflicts(words, device: journal.device) ?? [] }

    public func giveUp(_ claim: Saved) async {
        await record(.giveUp, .doorsGivenUp) { try await $0.release(claim, lane: $1) }
        await reload()
    }

    /// Shows another team which doors this phone claims, and where it has been.
    public func tellClaims() async {
        guard let text = await answer(.look, { try await $0.tellClaims(lane: $1) })?.code else { return }
        dismiss()
        code.show(text, for: .claims)
    }

    /// Looks for the code of another team's claims.
    public func lookForClaims() {
        code.hide()
        finder.start(.code(.claims, .doorsHear) { [weak self] text in Task { await self?.hearClaims(text) } })
    }

    /// Takes another team's claims: who keeps which doors is in the list from then on.
    func hearClaims(_ text: String) async {
        await answer(.look) { try await $0.scan(.symbol(text: text, symbology: nil), lane: $1) }
        await reload()
    }

    // MARK: Households, progress

    /// Adds a household that is on no list; its id.
    @discardableResult
    public func add(_ household: NewHousehold) async -> String? {
        let tell = { [words] (added: AddedHousehold) in
            let same = added.sameDoor.count
            return same == 0
                ? Told.plain(.ok, words[.doorsAdded]) : Told.plain(.attention, words(.doorsSameDoor, same))
        }
        let added = await record(.addHousehold, tell) { try await $0.addHousehold(household, lane: $1) }
        await reload()
        return added?.household
    }

    /// The progress as text to copy or share, without any person.
    public func shareProgress(byBuilding: Bool) async {
        let language = words.language
        await ask({ shared = .text($0) }) { try await $0.progress(in: language, byBuilding: byBuilding) }
    }

    /// The day sheet as a page to share or print, without any person.
    public func shareDaySheet() async {
        let language = words.language
        await ask({ shared = .page($0) }) { try await $0.daySheet(in: language) }
    }

    /// Back on the first screen: what was opened over it is let go.
    public func leaveSheets() {
        missing = nil
        building.leave()
        home.leave()
        dismiss()
    }

    public func dismissShared() {
        shared = nil
        changed()
    }

    override func dropNames() {
        (query, hits, missing) = ("", nil, nil)
        sight?.followUps = []
        home.forget()
        building.forget()
    }
}

/// What leaves the screen by the system's share sheet.
public enum DoorShare: Equatable, Sendable {
    case text(String), page(String)
}

/// All doors at one moment, as the first screen shows them.
struct DoorsSight: Sendable {
    let figures: DoorFigures
    let buildings: [BuildingFigures]
    let next: String?
    var followUps: [FollowUpLine]
    let missed: UInt32
    let book: ClaimBook
}

/// What the three screens show, of one moment.
private struct AllSights: Sendable {
    let doors: DoorsSight
    let building: BuildingSight?
    let home: DoorSight?
}

extension FieldJournal {
    /// All doors in a view.
    fileprivate func sight(in view: DoorsView) throws -> DoorsSight {
        DoorsSight(
            figures: view.figures(), buildings: view.buildings(), next: try view.nextLeft(after: nil)?.household,
            followUps: try openFollowUps(in: view), missed: view.missedCount(), book: ClaimBook(view))
    }

    /// All of it by one view: making one takes its time where a list is long.
    fileprivate func sights(_ building: BuildingName?, _ household: String?, lane: String) throws -> AllSights {
        let view = try doors()
        return AllSights(
            doors: try sight(in: view), building: try building.map { try sight(of: $0, in: view) },
            home: try household.flatMap { try sight(of: $0, in: view, lane: lane) })
    }
}

extension Words {
    /// The language in which the core is to speak.
    var language: Language { tongue == .chinese ? .chinese : .english }

    /// Until when something is due.
    public func due(inDays days: Int) -> String {
        switch days {
        case 0: self[.doorsToday]
        case 1: self[.doorsTomorrow]
        default: self(.doorsInDays, days)
        }
    }

    /// A person in a few lines: name or description, number, what a team must know, telephone, guardian.
    func person(_ person: NamedPerson) -> [String] {
        let name = Self.joined([person.name, person.description], ", ")
        let categories = person.categories.map { door($0.code) }.joined(separator: self[.semicolon])
        let contact = person.contact.map { "\(self[.phone]) \($0)" }
        let guardian = person.guardian.map { "\(self[.guardian]) \($0)" }
        return [name, person.masked, categories, contact, guardian].compactMap { $0 }.filter { !$0.isEmpty }
    }

    func followUp(_ line: FollowUpLine) -> FollowUpRow {
        let due = line.open.dueMs.map { self(.doorsUntil, time($0)) }
        let who = line.person.map { person($0) } ?? []
        let row = DoorRow(
            line.open.household, "bell", place(line.place), [door(line.open.what.code), due] + who + [line.words])
        return FollowUpRow(followUp: line.open.followUp, row: row)
    }
}
