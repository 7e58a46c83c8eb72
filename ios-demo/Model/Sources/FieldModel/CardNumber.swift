/// The number of the document in view, for a person to compare with it. It is personal: the screen alone shows it, and
/// no description of it does.
public struct CardNumber: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    private static let residentLength = 18
    private let text: String

    public init(_ text: String) { self.text = text }

    /// As people read it: region, birth and the rest of a resident's number; others as they are.
    public var grouped: String { groups.joined(separator: " ") }

    /// Sign by sign, for VoiceOver, which would make one huge figure of it.
    public var spelled: String { groups.map { $0.map(String.init).joined(separator: " ") }.joined(separator: ", ") }

    public var description: String { "a number" }

    public var customMirror: Mirror { Mirror(self, children: []) }

    private var groups: [String] {
        guard text.count == Self.residentLength else { return [text] }
        return [text.prefix(6), text.dropFirst(6).prefix(8), text.dropFirst(14)].map(String.init)
    }
}
