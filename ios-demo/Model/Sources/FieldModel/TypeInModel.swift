import FieldCore
import Foundation

/// The type-in pad. Which keys may come next, what is wrong and when it is whole is the core's word alone.
public final class TypeInModel: Model {
    public static let digits = Array("123456789")
    public static let letters = Array("ABCDEFGHJKLMNPQRSTUVWYZIO")

    public private(set) var text = ""
    public private(set) var document: DocumentKind?
    public private(set) var typing: Typing
    private let today: @MainActor () -> UInt32

    public init(today: @escaping @MainActor () -> UInt32 = { TypeInModel.civilDate(Date()) }) {
        self.today = today
        typing = Self.check("", nil, today())
    }

    public func isDue(_ key: Character) -> Bool { typing.next.contains(key) }

    /// Whether any letter may come next; the pad shows its letter rows only then.
    public var wantsLetters: Bool { Self.letters.contains { isDue($0) } }

    public func press(_ key: Character) { set(text + String(key)) }

    public func delete() { set(String(text.dropLast())) }

    public func clear() { set("") }

    public func choose(_ kind: DocumentKind?) {
        document = kind
        set(text)
    }

    /// What was typed, as a scan; the pad is empty then.
    public func take() -> Scan {
        defer { clear() }
        return .typed(text: text, document: document)
    }

    /// What is wrong and where, in words; empty while nothing is.
    public func trouble(_ words: Words) -> String {
        guard let problem = typing.problem else { return "" }
        guard let position = typing.position else { return words.problem(problem) }
        return words(.typeWrongAt, position + 1, words.problem(problem))
    }

    public func spoken(_ words: Words) -> String {
        let letters = text.map(String.init).joined(separator: " ")
        return text.isEmpty ? words[.typeEmpty] : words(.typeSoFar, letters)
    }

    private func set(_ text: String) {
        self.text = text
        typing = Self.check(text, document, today())
        changed()
    }

    private static func check(_ text: String, _ document: DocumentKind?, _ today: UInt32) -> Typing {
        let nothing = Typing(problem: "length", position: nil, next: "", complete: false)
        return (try? checkTyping(text: text, document: document, today: today)) ?? nothing
    }

    public static func civilDate(_ date: Date, _ zone: TimeZone = .current) -> UInt32 {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        let (year, month, day) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
        return UInt32(year * 10_000 + month * 100 + day)
    }
}
