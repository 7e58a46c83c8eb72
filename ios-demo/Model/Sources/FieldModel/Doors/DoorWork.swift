import FieldCore
import Foundation

/// What a team does at doors, as far as it may be refused: each has words of its own for that.
public enum DoorAct: CaseIterable, Sendable {
    case look, visit, correct, claim, giveUp, addHousehold, addPerson, sample, excuse, followUp, close

    /// What to say where the core finds what was given unusable.
    var whereInvalid: Word {
        switch self {
        case .claim: .doorsClaimWrong
        case .addHousehold: .doorsWhereDue
        case .addPerson: .doorsWhoDue
        case .sample: .doorsUnknownPerson
        case .look: .doorsUnknownHome
        case .visit, .correct, .giveUp, .excuse, .followUp, .close: .doorsWordsDue
        }
    }

    /// What to say where it is not possible.
    var whereRefused: Word {
        switch self {
        case .look, .visit: .doorsUnknownHome
        case .correct: .doorsCannotCorrect
        case .claim: .doorsClaimedAlready
        case .giveUp, .close: .doorsOver
        case .addHousehold: .doorsWhereDue
        case .addPerson: .doorsKnownPerson
        case .sample, .excuse: .doorsUnknownPerson
        case .followUp: .doorsOpenAlready
        }
    }
}

/// What the screens of doors share: an action at the station, what it came to, and that names are forgotten.
public class DoorWork: Model {
    public private(set) var told: Told?
    /// The answer that fills the screen now.
    public private(set) var flash: Told?
    /// What a person must answer before the work goes on.
    public private(set) var question: Question?
    public private(set) var isBusy = false
    public var words: Words { didSet { changed() } }
    public var onCue: (@MainActor (Cue) -> Void)?
    /// Whether anything was written: the other screens look again.
    public var onSaved: (@MainActor () async -> Void)?

    public let lane: String
    let journal: FieldJournal
    /// Grows with every forgetting: what was asked before it is not shown after it.
    private var age = 0

    init(_ journal: FieldJournal, lane: String, words: Words) {
        (self.journal, self.lane, self.words) = (journal, lane, words)
    }

    /// Lets the last answer go.
    public func dismiss() {
        (told, flash, question) = (nil, nil, nil)
        changed()
    }

    public func dismissFlash() {
        flash = nil
        changed()
    }

    /// Forgets everybody who is shown: the app leaves the front.
    public func forget() {
        age += 1
        dropNames()
        dismiss()
    }

    /// Forgets what a screen holds of people.
    func dropNames() {}

    /// Records something and tells it; nothing where it does not stand.
    @discardableResult
    func record<Kept: Sendable>(
        _ act: DoorAct, _ done: Word, _ call: (FieldJournal, String) async throws -> Kept
    ) async -> Kept? {
        await record(act, { _ in Told.plain(.ok, words[done]) }, call)
    }

    @discardableResult
    func record<Kept: Sendable>(
        _ act: DoorAct, _ tell: (Kept) -> Told, _ call: (FieldJournal, String) async throws -> Kept
    ) async -> Kept? {
        await busy {
            do {
                let kept = try await call(journal, lane)
                show(tell(kept), nil)
                await onSaved?()
                return kept
            } catch {
                await fail(act, error)
                return nil
            }
        }
    }

    /// Takes an answer of the station, as a scan's: shown, heard, felt. Nothing where it could not answer.
    @discardableResult
    func answer(_ act: DoorAct, _ call: (FieldJournal, String) async throws -> Answer) async -> Answer? {
        await busy {
            do {
                let answer = try await call(journal, lane)
                let told = Told(answer, words)
                show(told, Question(answer, told, words))
                if answer.saved != nil { await onSaved?() }
                return answer
            } catch {
                await fail(act, error)
                return nil
            }
        }
    }

    /// Asks for what a screen shows, and takes it unless the screen was to forget meanwhile.
    func ask<Asked: Sendable>(_ take: (Asked) -> Void, _ call: (FieldJournal) async throws -> Asked) async {
        let mine = age
        do {
            let asked = try await call(journal)
            guard mine == age else { return }
            take(asked)
            changed()
        } catch {
            guard mine == age else { return }
            await fail(.look, error)
        }
    }

    /// Tells something where nothing was written.
    func say(_ cue: Cue, _ word: Word) { show(Told.plain(cue, words[word]), nil) }

    private func show(_ told: Told, _ question: Question?) {
        (self.told, flash, self.question) = (told, told, question)
        changed()
        onCue?(told.cue)
    }

    private func fail(_ act: DoorAct, _ error: any Error) async {
        show(await refusal(act, error), nil)
    }

    /// Why nothing was recorded, in the screen's words, with the core's own, which are English and name nobody.
    private func refusal(_ act: DoorAct, _ error: any Error) async -> Told {
        let why: (word: String, reason: String)
        switch error as? FieldError {
        case .Refused(let reason):
            let status = try? await journal.status()
            let hasNoShift = status.map { $0.shift == nil } ?? false
            why = (hasNoShift ? words.problem("no_shift") : words[act.whereRefused], reason)
        case .Invalid(let reason): why = (words[act.whereInvalid], reason)
        default: return Told(error, words)
        }
        let details = words.tongue == .english ? [why.word, why.reason] : [why.word]
        return Told.plain(.refused, words.code(.outcome, "refused"), details)
    }

    private func busy<Done>(_ work: @MainActor () async -> Done) async -> Done {
        isBusy = true
        changed()
        let done = await work()
        isBusy = false
        changed()
        return done
    }
}

/// A line of a list of doors or people. It may name somebody: the screen alone shows it, and no description of it does.
public struct DoorRow: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    public let household: String
    public let symbol: String
    public let title: String
    /// State first, then what else there is to know.
    public let lines: [String]

    /// What VoiceOver reads out, in one go.
    public var spoken: String { ([title] + lines).joined(separator: ". ") }

    public var description: String { "a door" }

    public var customMirror: Mirror { Mirror(self, children: []) }

    init(_ household: String, _ symbol: String, _ title: String, _ lines: [String?]) {
        (self.household, self.symbol, self.title) = (household, symbol, title)
        self.lines = lines.compactMap { $0 }.filter { !$0.isEmpty }
    }
}
