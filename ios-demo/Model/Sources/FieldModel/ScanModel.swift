import FieldCore
import Foundation

/// The scan screen of one lane. It shows what the core answers and knows nothing else.
public final class ScanModel: Model {
    /// The lane's tube.
    public private(set) var ring: Ring?
    /// The last answer.
    public private(set) var told: Told?
    /// Who was bound last, masked by the core.
    public private(set) var lastPerson: String?
    /// The answer that fills the screen now.
    public private(set) var flash: Told?
    /// What a person must answer before the work goes on.
    public private(set) var question: Question?
    /// What would help the camera, in words.
    public private(set) var hint: String?
    /// Whether the camera says that it is too dark.
    public private(set) var isDark = false
    /// Lines round what the camera sees.
    public private(set) var outlines = Outlines.none
    /// The number of the document in view; gone with it, and with the camera.
    public private(set) var number: CardNumber?
    public private(set) var waiting: UInt32 = 0
    public private(set) var isBusy = false
    public var words: Words {
        didSet {
            code.words = words
            changed()
        }
    }

    public let lane: String
    public let pad = TypeInModel()
    /// The code that an answer brought, as of a tube that was taken over.
    public let code: CodeModel
    /// Sound and vibration.
    public var onCue: (@MainActor (Cue) -> Void)?
    /// Whether anything was written: the ledger may look again.
    public var onSaved: (@MainActor () -> Void)?
    /// Every answer of the lane, for whoever has work there that goes over several.
    var onAnswer: (@MainActor (Answer) -> Void)?
    private let journal: FieldJournal
    private let eyes = Eyes()

    public init(_ journal: FieldJournal, lane: String, words: Words) {
        (self.journal, self.lane, self.words) = (journal, lane, words)
        code = CodeModel(words: words)
    }

    public func scan(_ scan: Scan) async {
        await work { try await $0.scan(scan, lane: $1) }
    }

    public func verb(_ verb: Verb) async {
        await work { try await $0.verb(verb, lane: $1) }
    }

    public func undo() async { await verb(.undo) }

    public func confirm(_ number: UInt32? = nil, reason: String = "") async {
        await verb(.confirm(number: number, reason: reason.isEmpty ? nil : reason))
    }

    /// Lets the question go: nothing was written for it, and the next scan is taken as it comes.
    public func dismissQuestion() {
        question = nil
        flash = nil
        changed()
    }

    public func dismissFlash() {
        flash = nil
        changed()
    }

    /// Hands over the lines of the platform's text recogniser.
    public func read(_ lines: [String]) async {
        guard !lines.isEmpty else {
            hint = words[.readTextNothing]
            return changed()
        }
        await scan(.recognisedText(lines: lines))
    }

    /// Works frames off until the pipe ends.
    public func work(off pipe: FramePipe<some LumaFrame>) async {
        for await frame in pipe.frames {
            await look(at: frame)
        }
        show(.none, nil)
        await journal.lookAway(lane: lane)
    }

    public func look(at frame: some LumaFrame) async {
        do {
            let (journal, lane) = (journal, lane)
            let (glance, shape) = try await eyes.look(at: frame) { (try journal.look($0, shape: $1, lane: lane), $1) }
            show(glance, shape)
            if let answer = glance.answer { await take(answer) }
        } catch {
            show(.none, nil)
            fail(error)
        }
    }

    /// Shows what a frame brought.
    func show(_ glance: Glance, _ shape: FrameShape) {
        help(glance.guidance)
        show(Outlines(glance.read, glance.unread, shape), glance.number.map(CardNumber.init))
    }

    private func help(_ guidance: [Guidance]) {
        let (hint, isDark) = (guidance.first.map { words.code(.guidance, $0.code) }, guidance.contains(.tooDark))
        guard hint != self.hint || isDark != self.isDark else { return }
        (self.hint, self.isDark) = (hint, isDark)
        changed()
    }

    private func show(_ outlines: Outlines, _ number: CardNumber?) {
        guard outlines != self.outlines || number != self.number else { return }
        (self.outlines, self.number) = (outlines, number)
        changed()
    }

    /// Looks up the lane's tube.
    public func refresh() async {
        do {
            let status = try await journal.status()
            ring = Ring(status.openTubes, lane: lane)
            waiting = status.waiting
            changed()
        } catch {
            fail(error)
        }
    }

    private func work(_ call: (FieldJournal, String) async throws -> Answer) async {
        isBusy = true
        changed()
        do {
            await take(try await call(journal, lane))
        } catch {
            fail(error)
        }
        isBusy = false
        changed()
    }

    private func take(_ answer: Answer) async {
        let told = Told(answer, words)
        (self.told, flash) = (told, told)
        question = Question(answer, told, words)
        if answer.outcome == .bound { lastPerson = answer.people.last?.subject ?? answer.subject }
        if answer.outcome == .undone { lastPerson = nil }
        code.show(answer, told)
        onAnswer?(answer)
        changed()
        onCue?(answer.cue)
        if answer.saved != nil {
            let before = ring
            await refresh()
            if ring == nil, answer.cue == .full, answer.tube == before?.tube { ring = before?.filled }
            changed()
            onSaved?()
        }
    }

    private func fail(_ error: any Error) {
        let told = Told(error, words)
        guard told != flash else { return }
        (self.told, flash, question) = (told, told, nil)
        changed()
        onCue?(.refused)
    }
}
