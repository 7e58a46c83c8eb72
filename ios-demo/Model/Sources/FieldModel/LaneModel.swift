import FieldCore

/// A model whose actions the station answers in one lane. It shows what the core answers and knows nothing else.
public class LaneModel: CodesModel {
    /// The last answer.
    public internal(set) var told: Told?
    /// What a person must answer before the work goes on.
    public internal(set) var question: Question?
    /// Something was written: the ledger may look again.
    public var onSaved: (@MainActor () -> Void)?
    /// Every answer of the lane, for whoever has work there that goes over several.
    var onAnswer: (@MainActor (Answer) -> Void)?

    public let lane: String

    init(_ journal: FieldJournal, lane: String, words: Words) {
        self.lane = lane
        super.init(journal, words: words)
    }

    public func load() async {}

    /// Says that what the last answer asked is so.
    public func confirm(_ number: UInt32? = nil, reason: String = "") async {
        await verb(.confirm(number: number, reason: reason.isEmpty ? nil : reason))
    }

    /// Lets the question go: nothing was written for it.
    public func dismissQuestion() {
        question = nil
        changed()
    }

    @discardableResult
    func verb(_ verb: Verb) async -> Answer? {
        await act { try await $0.verb(verb, lane: $1) }
    }

    /// Takes another phone's code.
    @discardableResult
    func read(_ code: String) async -> Answer? {
        await act { try await $0.scan(.symbol(text: code, symbology: nil), lane: $1) }
    }

    /// Asks the station; nothing where it could not answer, or is just being asked. A second tap asks nothing twice.
    @discardableResult
    func act(_ call: (FieldJournal, String) async throws -> Answer) async -> Answer? {
        var answer: Answer?
        await once {
            do {
                let said = try await call(journal, lane)
                answer = said
                onAnswer?(said)
                await show(said)
            } catch {
                fail(error)
            }
        }
        return answer
    }

    func show(_ answer: Answer) async {
        let told = Told(answer, words)
        (self.told, question) = (told, Question(answer, told, words))
        finder.show(told)
        code.show(answer, told)
        changed()
        onCue?(answer.cue)
        guard answer.saved != nil else { return }
        await saved()
        onSaved?()
    }

    /// Something was written: what is shown is looked up again.
    func saved() async { await load() }

    /// The app's own word about something that the core was not asked.
    func say(_ cue: Cue, _ text: String) {
        (told, question) = (.plain(cue, text), nil)
        changed()
        onCue?(cue)
    }

    func fail(_ error: any Error) {
        (told, question) = (Told(error, words), nil)
        changed()
        onCue?(.refused)
    }
}
