import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// Codes on the screen, and what is looked for before the camera.
@MainActor @Suite struct CodeTests {
    @Test(arguments: [(300.0, 3.0), (97.0, 2.0), (719.0, 1.0), (40.0, 1.0)])
    func modulesAreWholeDotsWithWhiteRoundThem(_ side: Double, _ scale: Double) throws {
        let picture = try CodePicture.of("HTTPS://EXAMPLE.ORG")
        let bars = picture.bars(in: CGRect(x: 10, y: 20, width: side, height: side + 30), scale: scale)
        let module = try #require(bars.map(\.height).min())
        #expect(bars.allSatisfy { $0.height == module })
        for edge in bars.flatMap({ [$0.minX - 10, $0.minY - 20, $0.width, $0.height] }) {
            #expect(abs((edge * scale).rounded() - edge * scale) < 0.001, "\(edge) is not whole dots")
        }
        let quiet = CGFloat(CodePicture.quiet) * module - 0.001
        #expect(bars.allSatisfy { $0.minX - 10 >= quiet && 10 + side - $0.maxX >= quiet })
        #expect(bars.allSatisfy { $0.minY - 20 >= quiet && 50 + side - $0.maxY >= quiet })
        let dark = bars.reduce(0) { $0 + Int(($1.width / module).rounded()) }
        #expect(dark == Qr.other.joined().filter { $0 }.count, "the same modules as those drawn by hand")
        for (row, line) in Qr.other.enumerated() {
            for column in line.indices { #expect(picture.isDark(row, column) == line[column]) }
        }
        #expect(
            picture.bars(in: CGRect(x: 0, y: 0, width: 5, height: 5), scale: 1).isEmpty, "no room: nothing half drawn")
    }

    @Test func aCodeThatIsTooLongIsSaidAndNotHalfDrawn() {
        let code = CodeModel(words: Words(.english))
        code.show(String(repeating: "A", count: 5_000), for: .offer)
        #expect(code.picture == nil && code.trouble == code.words[.codeTooLong] && code.spoken.contains("file"))
        #expect(!code.show(frames: Data(), for: .carry) && code.picture == nil, "nothing is no carry")
        #expect(!code.show(frames: Data(count: 300 << 10), for: .carry))
        code.hide()
        #expect(code.use == nil && code.spoken.isEmpty)
    }

    @Test func animatedCodesGoOnUntilTheyArePutAway() async throws {
        let code = CodeModel(words: Words(.chinese))
        #expect(code.show(frames: Data((0..<3_000).map { UInt8($0 % 251) }), for: .carry) && code.needed == 5)
        let first = code.picture
        await code.step()
        #expect(code.picture != first)
        let running = Task { await code.run() }
        let seen = code.picture
        try await until { code.picture != seen }
        code.hide()
        await running.value
        await code.step()
        #expect(code.picture == nil && code.needed == nil)
    }

    @Test func anotherCodeThanTheOneThatIsDueIsTakenForNothing() throws {
        let (finder, heard) = (FinderModel(words: Words(.english)), Heard())
        finder.onCue = { heard.cues.append($0) }
        var found: [String] = []
        finder.start(.code(.welcome, .helperWelcomeAim) { found.append($0) })
        #expect(finder.aim == finder.words[.helperWelcomeAim] && !finder.goesOn)
        for text in ["FCT00000101", "FH1:ABC", "FP1:ABC", "FH1:ABC"] { finder.judge(text) }
        #expect(found.isEmpty && finder.isLooking && heard.cues == [.wrongKind, .wrongKind, .wrongKind])
        #expect(finder.told?.headline == finder.words(.codeOther, finder.words[.codeCard]))
        finder.judge("FW1:ABC")
        #expect(found == ["FW1:ABC"] && !finder.isLooking)
        finder.judge("FW1:ABC")
        #expect(found.count == 1)
        for tongue in Tongue.allCases {
            #expect(Set(ShownCode.all.map { Words(tongue)[$0.name] }).count == ShownCode.all.count)
            #expect(Set(CodeUse.allCases.map { Words(tongue)[$0.hint] }).count == CodeUse.allCases.count)
        }
    }

    @Test func framesAreCaughtThoughSomeAreMissed() throws {
        let bytes = Data((0..<2_000).map { UInt8($0 % 241) })
        let (maker, other) = (try FrameMaker(bundle: bytes), try FrameMaker(bundle: Data(count: 1_500)))
        let finder = FinderModel(words: Words(.english))
        var caught: Data?
        finder.start(.frames(.carryAim) { caught = $0 })
        finder.judge("FH1:ABC")
        #expect(finder.told?.headline == finder.words[.codeNoFrame])
        finder.judge(maker.text(number: 1))
        #expect(finder.caught?.have == 1 && finder.told == nil)
        finder.judge(other.text(number: 0))
        #expect(finder.told?.headline == finder.words[.codeOtherTransfer] && caught == nil)
        for number in 3..<40 where finder.isLooking { finder.judge(maker.text(number: UInt32(number))) }
        #expect(caught == bytes && !finder.isLooking)
    }

    @Test func aLabelIsTakenOnceWhileItLiesInView() async throws {
        let finder = FinderModel(words: Words(.english))
        let hand = Hand()
        finder.start(
            .labels(.boxAim) { scan in
                if !hand.isBusy { hand.taken.append(scan) }
                return !hand.isBusy
            })
        let label = Qr.frame(try CodePicture.of("FCT00000101"))
        for _ in 0..<3 { await finder.look(at: label) }
        #expect(hand.taken.isEmpty)
        hand.isBusy = false
        for _ in 0..<40 where hand.taken.isEmpty { await finder.look(at: label) }
        for _ in 0..<4 { await finder.look(at: label) }
        #expect(hand.taken.count == 1 && finder.isLooking, "a label that came too early is not lost")
        #expect(hand.taken == [.symbol(text: "FCT00000101", symbology: "]Q1")])
        let nothing = Still(bytes: Array(repeating: 230, count: 640 * 480), width: 640)
        for _ in 0..<16 { await finder.look(at: nothing) }
        for _ in 0..<40 where hand.taken.count == 1 { await finder.look(at: label) }
        #expect(hand.taken.count == 2, "it came into view anew")
    }
}

/// Whoever takes labels.
@MainActor
private final class Hand {
    var taken: [Scan] = []
    var isBusy = true
}
