import FieldCore

/// An answer as the screen tells it.
public struct Told: Equatable, Sendable {
    public let cue: Cue
    public let headline: String
    /// For whom and where; the person masked by the core.
    public let whom: String
    public let details: [String]
    /// What VoiceOver reads out, in one go.
    public let spoken: String

    public init(_ answer: Answer, _ words: Words) {
        cue = answer.cue
        headline = Self.headline(answer, words)
        whom = Self.whom(answer, words)
        details = Self.details(answer, words)
        spoken = ([words.code(.cue, cue.code), headline, whom] + details).filter { !$0.isEmpty }.joined(separator: ". ")
    }

    /// A call that failed: nothing may be taken as saved.
    public init(_ error: any Error, _ words: Words) {
        cue = .refused
        headline = words.code(.outcome, "error")
        whom = ""
        details = [words.failure(error)]
        spoken = ([words.code(.cue, cue.code), headline] + details).joined(separator: ". ")
    }

    private init(_ cue: Cue, _ text: String, _ details: [String]) {
        (self.cue, headline, whom, self.details) = (cue, text, "", details)
        spoken = ([text] + details).joined(separator: ". ")
    }

    /// The app's own word with a cue.
    static func plain(_ cue: Cue, _ text: String, _ details: [String] = []) -> Told { Told(cue, text, details) }

    private static func headline(_ answer: Answer, _ words: Words) -> String {
        if answer.outcome == .note, let note = answer.note { return words.code(.remark, note.code) }
        return words.code(.outcome, answer.outcome.code)
    }

    private static func whom(_ answer: Answer, _ words: Words) -> String {
        var parts = [answer.subject].compactMap { $0 }
        if let box = answer.container { parts.append("\(words[.box]) \(box)") }
        if let tube = answer.tube { parts.append("\(words[.tube]) \(tube)") }
        if let position = answer.position { parts.append(words(.position, position)) }
        if let people = answer.peopleIn {
            parts.append("\(words[.people]) \(people)")
        } else if let left = answer.left {
            parts.append(words(.left, left))
        }
        return parts.joined(separator: " · ")
    }

    private static func details(_ answer: Answer, _ words: Words) -> [String] {
        var lines: [String] = []
        if let note = answer.note, answer.outcome != .note { lines.append(words.code(.remark, note.code)) }
        if !answer.problems.isEmpty {
            lines.append(answer.problems.map(words.problem).joined(separator: words[.semicolon]))
        }
        if let earlier = answer.earlier {
            lines.append(
                words(
                    .earlier, earlier.tube ?? "-", earlier.position.map { "\($0)" } ?? "-",
                    words.time(earlier.wallMs), earlier.lane ?? "-"))
        }
        if answer.people.count > 1 {
            lines += answer.people.map { "\(words(.position, $0.position))  \($0.subject)" }
        }
        if let text = answer.text { lines.append(text) }
        return lines
    }
}

/// One thing that a doubtful scan may mean, as a button.
public struct Choice: Equatable, Sendable, Identifiable {
    public let number: UInt32
    public let title: String
    /// The fields to compare with the document; empty where there are none.
    public let look: String

    public var id: UInt32 { number }

    init(_ candidate: Candidate, _ words: Words) {
        number = candidate.number
        title = [words.code(.kind, candidate.kind), candidate.subject ?? ""].filter { !$0.isEmpty }.joined(
            separator: " ")
        let fields = candidate.confirm.map { words.code(.field, $0) }
        look = fields.isEmpty ? "" : words(.confirmLook, fields.joined(separator: ", "))
    }
}

/// What the core asks, with the answers that a person may give.
public struct Question: Equatable, Sendable {
    public let told: Told
    public let choices: [Choice]

    /// The last answer, for a person who overrides it with a reason.
    public init(_ told: Told) { (self.told, choices) = (told, []) }

    init?(_ answer: Answer, _ told: Told, _ words: Words) {
        guard answer.outcome == .needsConfirmation || !answer.candidates.isEmpty else { return nil }
        self.told = told
        choices = answer.candidates.map { Choice($0, words) }
    }
}
