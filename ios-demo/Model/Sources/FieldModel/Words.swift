import Foundation

/// A language of the screen.
public enum Tongue: String, CaseIterable, Sendable {
    case chinese = "zh-Hans"
    case english = "en"

    /// The phone's own, as far as the app speaks it.
    public static func preferred(_ languages: [String] = Locale.preferredLanguages) -> Tongue {
        languages.first?.lowercased().hasPrefix("zh") == true ? .chinese : .english
    }

    public var other: Tongue { self == .chinese ? .english : .chinese }
}

/// Every text of the app in one language. It is switched on the screen, whatever the phone speaks:
/// a team's phones come from anywhere.
public struct Words: Sendable {
    public let tongue: Tongue

    public init(_ tongue: Tongue) { self.tongue = tongue }

    public subscript(_ word: Word) -> String { Self.text(word.rawValue, "Localizable", tongue) ?? word.rawValue }

    /// The word with `{1}`, `{2}` … filled in.
    public func callAsFunction(_ word: Word, _ values: Any...) -> String {
        values.enumerated().reduce(self[word]) { text, value in
            text.replacingOccurrences(of: "{\(value.offset + 1)}", with: "\(value.element)")
        }
    }

    /// Words for a code of the core; the code itself where this version has none.
    public func code(_ family: Family, _ code: String) -> String { known(family, code) ?? code }

    public func known(_ family: Family, _ code: String) -> String? {
        Self.text("\(family.rawValue).\(code)", "Core", tongue)
    }

    /// A problem's words. A mixing rule's class, which the profile names, stands as it is.
    public func problem(_ code: String) -> String { self.code(.problem, code) }

    public func time(_ wallMs: Int64?) -> String {
        guard let wallMs else { return self[.never] }
        let format = DateFormatter()
        format.locale = Locale(identifier: tongue == .chinese ? "zh_CN" : "en_GB")
        format.dateFormat = "MM-dd HH:mm"
        return format.string(from: Date(timeIntervalSince1970: Double(wallMs) / 1_000))
    }

    private static let bundles: [Tongue: Bundle] = {
        var found: [Tongue: Bundle] = [:]
        for tongue in Tongue.allCases {
            // The package manager writes the folder in small letters, Xcode as it is.
            let path = [tongue.rawValue, tongue.rawValue.lowercased()].lazy
                .compactMap { Bundle.module.path(forResource: $0, ofType: "lproj") }.first
            found[tongue] = path.flatMap { Bundle(path: $0) }
        }
        return found
    }()

    private static func text(_ key: String, _ table: String, _ tongue: Tongue) -> String? {
        let missing = "\u{0}"
        let text = bundles[tongue]?.localizedString(forKey: key, value: missing, table: table)
        return text == missing ? nil : text
    }
}

/// The families of codes in `Core.strings`.
public enum Family: String, CaseIterable, Sendable {
    case door
    case cue, outcome, remark, problem, kind, field, state, news, error, guidance, waiting
    case box, damage, carry
}
