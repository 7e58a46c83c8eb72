import FieldCore

/// The tubes of the shift and what may be done with them.
public final class TubesModel: Model {
    public private(set) var tubes: [OpenTube] = []
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
            tubes = try await journal.openTubes()
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

    public func line(_ tube: OpenTube) -> String {
        var parts = [words(.countOf, tube.count, tube.capacity), words(.tubeMinutes, tube.ageMin)]
        if let lane = tube.lane { parts.append("\(words[.shiftLane]) \(lane)") }
        if tube.active { parts.append(words[.tubeActive]) }
        if tube.old { parts.append(words[.tubeOld]) }
        return parts.joined(separator: " · ")
    }

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
