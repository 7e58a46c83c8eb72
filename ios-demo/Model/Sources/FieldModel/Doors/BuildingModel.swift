import FieldCore
import Foundation

/// A building as the core names it.
public struct BuildingName: Equatable, Sendable {
    public let area: String
    public let building: String
}

/// The doors of one building in walking order, and what the team means to do of it.
public final class BuildingModel: DoorWork {
    /// Hours for which a team may claim.
    public nonisolated static let hours = [2, 4, 8, 24]

    /// What of a building is claimed; all of it where nothing is said.
    public struct Part: Equatable, Sendable {
        public var stairwell: String?
        public var first: String?
        public var last: String?
        public var hours = BuildingModel.hours[1]

        public init() {}
    }

    /// The building that is shown.
    public private(set) var shown: BuildingName?
    public private(set) var figures: DoorFigures?
    public private(set) var onlyLeft = true
    /// What the next claim is of.
    public var part = Part() { didSet { changed() } }

    private var sights: [HomeSight] = []
    private var left: Set<String> = []
    private var book = ClaimBook()
    private let now: @MainActor () -> Date

    init(_ journal: FieldJournal, lane: String, words: Words, now: @escaping @MainActor () -> Date) {
        self.now = now
        super.init(journal, lane: lane, words: words)
    }

    public func open(_ area: String, _ building: String) async {
        (shown, part, figures, sights) = (BuildingName(area: area, building: building), Part(), nil, [])
        dismiss()
        await load()
    }

    public func leave() {
        shown = nil
        dropNames()
        dismiss()
    }

    public func load() async {
        guard let shown else { return }
        await ask(take) { try await $0.sight(of: shown, in: $0.doors()) }
    }

    /// Takes what was looked up, unless another building is shown by now.
    func take(_ sight: BuildingSight) {
        guard let shown, shown == sight.of else { return }
        (figures, sights, left, book) = (sight.figures, sight.sights, sight.left, sight.book)
        changed()
    }

    public func show(onlyLeft: Bool) {
        self.onlyLeft = onlyLeft
        changed()
    }

    public var title: String { shown.map { words.building($0.area, $0.building) } ?? "" }

    public var summary: String {
        figures.map { words(.doorsLeftOf, $0.left, $0.homes) } ?? ""
    }

    /// In walking order.
    public var rows: [DoorRow] {
        sights.filter { !onlyLeft || left.contains($0.line.household) }.map { $0.row(words) }
    }

    /// The building's stairwells, in the order of doors.
    public var stairwells: [String] { Self.once(sights.map(\.line.place.stairwell)) }

    /// The doors that a claim may begin and end with: of the chosen stairwell, or of all.
    public var doors: [String] {
        let there = sights.map(\.line.place).filter { part.stairwell == nil || $0.stairwell == part.stairwell }
        return Self.once(there.map(\.door))
    }

    /// Claims of this building.
    public var claims: [ClaimRow] { book.rows(words, device: journal.device, now: now()) }

    public var conflicts: [String] { book.conflicts(words, device: journal.device) }

    /// Claims the chosen part for the chosen time.
    public func claim() async {
        guard let shown else { return }
        let until = now().addingTimeInterval(Double(part.hours) * 3_600)
        let plan = ClaimPlan(
            area: shown.area.isEmpty ? nil : shown.area, building: shown.building, stairwell: part.stairwell,
            first: part.first, last: part.last, untilMs: Int64(until.timeIntervalSince1970 * 1_000))
        await record(.claim, .doorsClaimed) { try await $0.claim(plan, lane: $1) }
    }

    public func giveUp(_ claim: Saved) async {
        await record(.giveUp, .doorsGivenUp) { try await $0.release(claim, lane: $1) }
    }

    override func dropNames() { (sights, left) = ([], []) }

    private static func once(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}

/// A household as a list shows it, with its address in words where it has no door.
struct HomeSight: Equatable, Sendable {
    let line: HomeLine
    let address: String?

    func title(_ words: Words) -> String {
        let door = Words.joined([line.place.stairwell, line.place.door], "-")
        return door.isEmpty ? address ?? words[.doorsNoAddress] : door
    }

    func row(_ words: Words) -> DoorRow {
        let people = line.people > 0 ? words(.countOf, line.sampled + line.excused, line.people) : nil
        return DoorRow(
            line.household, line.state.symbol, title(words),
            [words.door(line.state.code), people, line.slot.map { words(.doorsSlot, $0) }])
    }
}

/// What a building comes to, of one moment.
struct BuildingSight: Sendable {
    let of: BuildingName
    let figures: DoorFigures?
    let sights: [HomeSight]
    let left: Set<String>
    let book: ClaimBook
}

extension FieldJournal {
    /// The doors of a building in a view.
    func sight(of name: BuildingName, in view: DoorsView) throws -> BuildingSight {
        let homes = view.homes(area: name.area, building: name.building, leftOnly: false)
        let left = view.homes(area: name.area, building: name.building, leftOnly: true)
        let book = ClaimBook(view).about(homes)
        return BuildingSight(
            of: name,
            figures: view.buildings().first { $0.area == name.area && $0.building == name.building }?.figures,
            sights: try homes.map { HomeSight(line: $0, address: try address(of: $0)) },
            left: Set(left.map(\.household)), book: book)
    }

    /// Where a household is in words, if it has neither building nor door.
    func address(of home: HomeLine) throws -> String? {
        guard home.place.building.isEmpty, home.place.door.isEmpty, let added = home.added else { return nil }
        return try words(of: added)
    }
}
