import FieldCore

/// A tube as the list shows it.
public struct TubeRow: Equatable, Sendable {
    /// Nothing where its record cannot be read here any more.
    public let label: String?
    public let line: String
    public let isOpen: Bool
    /// Whether it was passed on to another phone.
    public var isAway = false
}

/// What is offered for a tube, besides spoiling it and putting its people right.
public enum TubeOffer: Equatable, Sendable {
    case use, close, takeBack
}

/// The tubes of the shift and what may be done with them.
public final class TubesModel: LaneModel {
    private static let openState = "open", awayState = "passed_on"

    /// Oldest first.
    public private(set) var open: [OpenTube] = []
    /// The rest of the shift's tubes, latest first: closed, spoiled, or open in another round.
    public private(set) var others: [ShiftTube] = []
    /// The tube whose people are shown, in the clear.
    public private(set) var trace: Trace?

    public override func load() async {
        do {
            let open = try await journal.openTubes()
            others = try await journal.shiftTubes().filter { tube in
                !open.contains { $0.tube == tube.tube && $0.openedMs == tube.openedMs }
            }
            self.open = open
            changed()
        } catch {
            fail(error)
        }
    }

    /// Goes on with an open tube.
    public func use(_ label: String) async { await verb(.tube(label: label)) }

    /// Closes the lane's active tube short.
    public func closeShort(_ reason: String) async { await verb(.close(reason: reason.isEmpty ? nil : reason)) }

    public func spoil(_ label: String, _ reason: String) async { await verb(.spoil(tube: label, reason: reason)) }

    public func void(_ label: String, _ position: UInt32, _ reason: String) async {
        await verb(.void(tube: label, position: position, reason: reason))
    }

    public func move(_ label: String, _ position: UInt32, to other: String) async {
        await verb(.move(tube: label, position: position, to: other))
    }

    // MARK: An open tube on its way between phones

    /// Passes an open tube on, or shows its code again. From then on nobody is added here.
    public func pass(_ label: String) async { await verb(.pass(tube: label, to: nil)) }

    /// Goes on here with a tube that was passed on and that nobody took.
    public func takeBack(_ label: String, _ reason: String) async {
        await verb(.back(tube: label, reason: reason.isEmpty ? nil : reason))
    }

    /// Looks for the code of a tube that another phone passes on.
    public func lookForTube() {
        finder.start(.code(.tubePass, .passAim) { [weak self] text in Task { await self?.read(text) } })
    }

    /// Looks for the answer of whoever took a tube. It may be read, and need not be.
    public func lookForAnswer() {
        code.hide()
        finder.start(.code(.tubeAnswer, .passAnswerAim) { [weak self] text in Task { await self?.read(text) } })
    }

    /// Shows everyone in a tube in the clear. The core records that first.
    public func show(_ label: String) async {
        do {
            trace = try await journal.trace(label, for: .screen)
            told = trace == nil ? Told.plain(.attention, words[.tubeUnknown]) : nil
            changed()
        } catch {
            fail(error)
        }
    }

    public func hide() {
        (trace, told, question) = (nil, nil, nil)
        changed()
    }

    /// Open tubes first.
    public var rows: [TubeRow] {
        let mine = open.map { TubeRow(label: $0.tube, line: line($0), isOpen: true) }
        let rest = others.map {
            TubeRow(label: $0.tube, line: line($0), isOpen: Self.isOpen($0), isAway: $0.state == Self.awayState)
        }
        return mine + rest.filter(\.isOpen) + rest.filter { !$0.isOpen }
    }

    public func row(_ label: String) -> TubeRow? { rows.first { $0.label == label } }

    /// What may be done with a tube's work: nothing with a closed or spoiled one, or with a label of no tube of the
    /// shift.
    public func offer(_ label: String) -> TubeOffer? {
        if open.contains(where: { $0.tube == label && $0.active && $0.lane == lane }) { return .close }
        guard let row = row(label) else { return nil }
        return row.isAway ? .takeBack : row.isOpen ? .use : nil
    }

    private func line(_ tube: OpenTube) -> String {
        var parts = [words(.countOf, tube.count, tube.capacity), words(.tubeMinutes, tube.ageMin)]
        parts += place(tube.lane)
        if tube.active { parts.append(words[.tubeActive]) }
        if tube.old { parts.append(words[.tubeOld]) }
        return parts.joined(separator: " · ")
    }

    private func line(_ tube: ShiftTube) -> String {
        let people = tube.capacity == 0 ? words[.tubeNeverOpened] : words(.countOf, tube.count, tube.capacity)
        return ([words.code(.state, tube.state), people] + place(tube.lane)).joined(separator: " · ")
    }

    private func place(_ lane: String?) -> [String] { lane.map { ["\(words[.shiftLane]) \($0)"] } ?? [] }

    private static func isOpen(_ tube: ShiftTube) -> Bool { tube.state == openState }
}
