import FieldCore
import Foundation

/// tests/bindings/expected.json: the scenario that every language plays.
public struct Scenario: Decodable, Sendable {
    public let shift: Shift
    public let lane: String
    public let first: [Step]
    public let second: [Step]
    public let practice: [Step]
    public let openTubes: [Tube]
    public var ledger: [String: Int]
    public let shiftEnd: [String: Int]
    public let hub: [String: Int]
    public let news: [String]

    public struct Shift: Decodable, Sendable {
        let site: String
        let `operator`: String
        let organisation: String
    }

    public struct Tube: Decodable, Equatable, Sendable {
        let tube: String
        let lane: String
        let count: Int

        public init(tube: String, lane: String, count: Int) {
            (self.tube, self.lane, self.count) = (tube, lane, count)
        }
    }

    public struct Step: Decodable, Sendable {
        let `do`: String
        let text: String?
        let scan: String?
        let verb: String?
        let lane: String?
        let with: [String: Value]?
        let expect: [String: Value]
    }

    public static func load(_ file: String) throws -> Scenario {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Scenario.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    }

    public var plan: ShiftPlan {
        ShiftPlan(site: shift.site, operator: shift.operator, organisation: shift.organisation)
    }

    /// Plays a part; what went otherwise than expected.
    public func play(_ part: KeyPath<Scenario, [Step]>, on journal: FieldJournal) async throws -> [String] {
        var wrong: [String] = []
        for (number, step) in self[keyPath: part].enumerated() {
            let answer = try await play(step, on: journal)
            let what = step.text ?? step.verb ?? step.scan ?? ""
            wrong += step.differences(answer).map { "\(part) \(number + 1) (\(what)): \($0)" }
        }
        return wrong
    }

    private func play(_ step: Step, on journal: FieldJournal) async throws -> Answer {
        let lane = step.lane ?? lane
        switch step.do {
        case "line": return try await journal.line(step.text ?? "", lane: lane)
        case "scan": return try await journal.scan(try step.asScan(), lane: lane)
        case "verb": return try await journal.verb(try step.asVerb(), lane: lane)
        default: throw Unknown(word: step.do)
        }
    }
}

/// A word of expected.json that this program does not know.
public struct Unknown: Error {
    let word: String
}

/// A value of JSON.
public enum Value: Decodable, Equatable, Sendable {
    case none, flag(Bool), number(Int), text(String), texts([String])

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .none
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else {
            self = .texts(try value.decode([String].self))
        }
    }

    init(_ text: String?) { self = text.map(Value.text) ?? .none }
    init(_ number: UInt32?) { self = number.map { .number(Int($0)) } ?? .none }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: UInt32? { if case .number(let number) = self { UInt32(number) } else { nil } }
}

extension Scenario.Step {
    private func text(_ key: String) -> String { with?[key]?.text ?? "" }
    private func number(_ key: String) -> UInt32 { with?[key]?.number ?? 0 }

    func asScan() throws -> Scan {
        switch scan {
        case "symbol": .symbol(text: text("text"), symbology: with?["symbology"]?.text)
        case "typed": .typed(text: text("text"), document: text("document") == "cn_resident" ? .cnResident : nil)
        default: throw Unknown(word: scan ?? "")
        }
    }

    func asVerb() throws -> Verb {
        switch verb {
        case "undo": .undo
        case "close": .close(reason: with?["reason"]?.text)
        case "tube": .tube(label: text("label"))
        case "void": .void(tube: text("tube"), position: number("position"), reason: text("reason"))
        case "move": .move(tube: text("tube"), position: number("position"), to: text("to"))
        case "swap": .swap(tube: text("tube"), first: number("first"), second: number("second"))
        case "spoil": .spoil(tube: text("tube"), reason: text("reason"))
        case "confirm": .confirm(number: with?["number"]?.number, reason: with?["reason"]?.text)
        case "person": .person(reason: text("reason"), description: text("description"))
        case "guardian": .guardian(who: text("who"))
        case "phone": .phone(text: text("text"))
        case "temperature": .temperature(tenths: number("tenths"))
        case "withdraw": .withdraw(number: with?["number"]?.number)
        default: throw Unknown(word: verb ?? "")
        }
    }

    func differences(_ answer: Answer) -> [String] {
        let said: [String: Value] = [
            "outcome": .text(word(answer.outcome)), "cue": .text(word(answer.cue)),
            "saved": .flag(answer.saved != nil), "tube": Value(answer.tube), "position": Value(answer.position),
            "left": Value(answer.left), "problems": .texts(answer.problems), "note": Value(answer.note.map(word)),
            "candidates": .texts(answer.candidates.map(\.kind)),
        ]
        return expect.filter { said[$0.key] != $0.value }.map { key, value in
            "\(key) is \(said[key].map { "\($0)" } ?? "unknown"), not \(value)"
        }
    }
}

/// A variant by its word in expected.json.
func word(_ variant: some Any) -> String {
    "\(variant)".reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
}
