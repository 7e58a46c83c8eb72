import FieldCore

/// A tube as the list shows it.
public struct TubeRow: Equatable, Sendable {
    /// Nothing where its record cannot be read here any more.
    public let label: String?
    public let line: String
    public let isOpen: Bool
}

/// What is offered for a tube, besides spoiling it and putting its people right.
public enum TubeOffer: Equatable, Sendable {
    case use, close
}

/// The tubes of the shift and what may be done with them.
public final class TubesModel: Model {
    private static let openState = "open"

    /// Oldest first.
    public private(set) var open: [OpenTube] = []
    /// The rest of the shift's tubes, latest first: closed, spoiled, or open in another round.
    public private(set) var others: [ShiftTube] = []
    /// The tube whose people are shown, in the clear.
    public private(set) var trace: Trace?
    public private(set) var told: Told?
    public private(set) var question: Question?
    public var words: Words { didSet { changed() } }
    public var onCue: (@MainActor (Cue) -> Void)?
    public var onSaved: (@MainActor () -> Void)?

    public let lane: String
    private let journal: FieldJournal

    public init(_ journal: FieldJournal, lane: String, words: Words) {
        (self.journal, self.lane, self.words) = (journal, lane, words)
    }

    public func load() async {
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

    public func confirm(_ number: UInt32?, reason: String) async {
        await verb(.confirm(number: number, reason: reason.isEmpty ? nil : reason))
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
        let rest = others.map { TubeRow(label: $0.tube, line: line($0), isOpen: Self.isOpen($0)) }
        return mine + rest.filter(\.isOpen) + rest.filter { !$0.isOpen }
    }

    public func row(_ label: String) -> TubeRow? { rows.first { $0.label == label } }

    /// What may be done with a tube's work: nothing with a closed or spoiled one, or with a label of no tube of the
    /// shift.
    public func offer(_ label: String) -> TubeOffer? {
        if open.contains(where: { $0.tube == label && $0.active && $0.lane == lane }) { return .close }
        return row(label)?.isOpen == true ? .use : nil
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

    private func verb(_ verb: Verb) async {
        do {
            let answer = try await journal.verb(verb, lane: lane)
            let told = Told(answer, words)
            (self.told, question) = (told, Question(answer, told, words))
            changed()
            onCue?(answer.cue)
            if answer.saved != nil {
                await load()
                onSaved?()
            }
        } catch {
            fail(error)
        }
    }

    private func fail(_ error: any Error) {
        (told, question) = (Told(error, words), nil)
        changed()
        onCue?(.refused)
    }
}
