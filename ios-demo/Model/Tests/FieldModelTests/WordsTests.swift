import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// Keys and values of a .strings file, read without the platform's help.
private func table(_ tongue: Tongue, _ name: String) throws -> [(key: String, value: String)] {
    let path = "ios-demo/Model/Sources/FieldModel/Resources/\(tongue.rawValue).lproj/\(name).strings"
    return try source(path).split(separator: "\n").filter { $0.hasPrefix("\"") }.map { line in
        let parts = line.dropLast(2).dropFirst().components(separatedBy: "\" = \"")
        return try (#require(parts.first), #require(parts.count == 2 ? parts.last : nil))
    }
}

/// The texts in double quotes between two marks of a source of the core.
private func quoted(_ path: String, from start: String, to end: String) throws -> [String] {
    let text = try source(path)
    let from = try #require(text.range(of: start)).upperBound
    let to = try #require(text.range(of: end, range: from..<text.endIndex)).lowerBound
    return text[from..<to].split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
}

private let answer = "core/src/station/answer.rs"
private let codes = "core/src/record/codes.rs"
private let reading = "core/src/scan/reading.rs"

@Suite struct WordsTests {
    @Test(arguments: ["Localizable", "Core"])
    func bothLanguagesHaveTheSameKeysOnce(_ name: String) throws {
        let (zh, en) = (try table(.chinese, name), try table(.english, name))
        #expect(zh.map(\.key) == en.map(\.key))
        #expect(Set(en.map(\.key)).count == en.count && en.count > 100)
        for (one, other) in zip(zh, en) {
            #expect(!one.value.isEmpty && !other.value.isEmpty, "\(one.key)")
            let marks = { (text: String) in (1...4).filter { text.contains("{\($0)}") } }
            #expect(marks(one.value) == marks(other.value), "\(one.key)")
        }
    }

    @Test func chineseIsChinese() throws {
        // Marks are no words, and the button that changes the language speaks the other one.
        let other = ["countOf", "semicolon", "language"]
        for (zh, en) in zip(try table(.chinese, "Localizable"), try table(.english, "Localizable"))
        where !other.contains(zh.key) {
            #expect(zh.value.unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) }, "\(zh.key)")
            #expect(zh.value != en.value)
        }
    }

    @Test func theTypedTableIsTheFile() throws {
        let keys = try table(.english, "Localizable").map(\.key)
        var listed: [Tongue: [String: String]] = [:]
        for tongue in Tongue.allCases {
            listed[tongue] = Dictionary(
                uniqueKeysWithValues: try table(tongue, "Localizable").map { ($0.key, $0.value) })
        }
        #expect(Set(keys) == Set(Word.allCases.map(\.rawValue)))
        for tongue in Tongue.allCases {
            let words = Words(tongue)
            for word in Word.allCases { #expect(words[word] == listed[tongue]?[word.rawValue], "\(tongue) \(word)") }
        }
        #expect(Words(.english)(.countOf, 3, 10) == "3 of 10")
        #expect(Words(.chinese)[.undo] == "撤销")
    }

    @Test(arguments: Tongue.allCases)
    func everyCodeOfTheCoreHasWords(_ tongue: Tongue) throws {
        let words = Words(tongue)
        var due: [(Family, [String])] = [
            (.outcome, try quoted(answer, from: "Outcome {", to: "\n    }")),
            (.cue, try quoted(answer, from: "Cue {", to: "\n    }")),
            (.remark, try quoted(answer, from: "Remark {", to: "\n    }")),
            (.problem, try quoted(answer, from: "PROBLEMS: &[&str] = &[", to: "];")),
            (.problem, try quoted(reading, from: "    Problem {", to: "\n    }")),
            (.problem, ["retail"]),
            (.guidance, try quoted("core/optics/src/sight.rs", from: "Self::TooDark => ", to: "}")),
            (.problem, try quoted("core/src/profile/label.rs", from: "Self::NoPattern => ", to: "}")),
            (.problem, try quoted("core/src/profile/mixing.rs", from: "Self::Alone => ", to: "}")),
            (.kind, try quoted(reading, from: "ReadingKind {", to: "\n    }") + ["tube", "waiting"]),
            (.field, try quoted("core/src/scan/mrz/merge.rs", from: "const UNPROTECTED: &[&str] =", to: ";")),
            (.field, ["name", "ethnicity", "address", "family_name"]),
            (.door, try quoted(codes, from: "    VisitState {", to: "\n    }")),
            (.door, try quoted(codes, from: "    Excuse {", to: "\n    }")),
            (.door, try quoted(codes, from: "    FollowUpKind {", to: "\n    }")),
            (.door, try quoted("core/src/doors/view.rs", from: "    HomeState {", to: "\n    }")),
            (.door, try quoted("core/src/roster/category.rs", from: "categories! {", to: "\n}")),
            (.state, ["open", "full", "short", "key_loss", "shift_end", "spoiled", "bound", "undone", "voided"]),
        ]
        let news = try source("bindings/src/news.rs")
        let codes = news.components(separatedBy: "Self::new(").dropFirst().compactMap { call -> String? in
            call.prefix(60).split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first.map(String.init)
        }
        due.append((.news, codes))
        #expect(codes.count > 15)
        for (family, codes) in due {
            #expect(!codes.isEmpty, "\(family)")
            for code in codes { #expect(words.known(family, code) != nil, "\(tongue) \(family) \(code)") }
        }
    }

    @Test func theCodesAreTheCores() throws {
        let cues = try quoted(answer, from: "Cue {", to: "\n    }")
        #expect(Set(Cue.all.map(\.code)) == Set(cues))
        let kinds = try quoted(reading, from: "ReadingKind {", to: "\n    }")
        #expect(DocumentKind.typed.allSatisfy { kinds.contains($0.code) })
        let guidance: [Guidance] = [
            .tooDark, .glare, .cutOff, .alongTube, .comeNearer, .blurred, .turnLabel, .turnOver,
        ]
        let waiting: [Waiting] = [.notInvited, .backingOff, .nothingToSend, .underWay]
        let errors: [FieldError] = [
            .Locked(reason: ""), .DiskFull(reason: ""), .Storage(reason: ""), .OutcomeUnknown(reason: ""),
            .Newer(reason: ""), .Keys(reason: ""), .Closed(reason: ""), .Untrusted(reason: ""), .Invalid(reason: ""),
            .Refused(reason: ""), .Defect(reason: ""),
        ]
        for words in Tongue.allCases.map(Words.init) {
            for one in guidance { #expect(words.known(.guidance, one.code) != nil) }
            for one in waiting { #expect(words.known(.waiting, one.code) != nil) }
            for one in errors { #expect(words.known(.error, one.code) != nil) }
            #expect(words.failure(URLError(.badURL)) == words.code(.error, "unknown"))
        }
    }

    @Test func theWordsOfDoorsAreTheCores() throws {
        let states = try quoted("core/src/doors/view.rs", from: "    HomeState {", to: "\n    }")
        #expect(HomeState.all.map(\.code) == states)
        #expect(Set(HomeState.all.map(\.symbol)).count == states.count, "a state is told by its sign too")
        let visits = try quoted(codes, from: "    VisitState {", to: "\n    }")
        #expect(Set(VisitState.all.map(\.home.code)) == Set(visits))
        let excuses = try quoted(codes, from: "    Excuse {", to: "\n    }")
        #expect(Excuse.all.map(\.code) == excuses)
        let later = try quoted(codes, from: "    FollowUpKind {", to: "\n    }")
        #expect(FollowUpKind.all.map(\.code) == later)
        let categories = try quoted("core/src/roster/category.rs", from: "categories! {", to: "\n}")
        #expect(PersonCategory.all.map(\.code) == categories)
    }

    @Test func theCamerasReasonIsInBothLanguages() throws {
        for tongue in Tongue.allCases {
            let text = try source("ios-demo/App/\(tongue.rawValue).lproj/InfoPlist.strings")
            for key in ["NSCameraUsageDescription", "CFBundleDisplayName"] { #expect(text.contains("\"\(key)\" = \"")) }
        }
        let plist = try source("ios-demo/App/Info.plist")
        for name in BackgroundPlan.identifiers { #expect(plist.contains("<string>\(name)</string>")) }
    }
}
