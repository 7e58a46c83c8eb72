import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// Proxy cards and helpers as far as no hub is needed.
@MainActor @Suite(.serialized) struct CardTests {
    private static let paper = CGSize(width: 595, height: 842)

    private func card(_ number: Int, name: String? = "Nobody") -> ProxyCard {
        ProxyCard(
            card: Saved(device: "d", epoch: "0-00000001", seq: UInt64(number)), code: "FP1:CARD \(number)", name: name,
            number: "110105********001X", expiresMs: 4_102_444_800_000)
    }

    @Test func sixCardsToAPage() throws {
        let words = Words(.english)
        let pages = try CardPage.pages(
            (0..<7).map { card($0, name: $0 == 2 ? nil : "Nobody \($0)") }, Self.paper, words)
        #expect(pages.map(\.cards.count) == [6, 1])
        let first = pages[0].cards
        for (index, one) in first.enumerated() {
            #expect(CGRect(origin: .zero, size: Self.paper).contains(one.frame))
            #expect(one.frame.contains(one.codeFrame) && one.frame.contains(one.textFrame))
            #expect(!one.codeFrame.intersects(one.textFrame) && one.textFrame.width > 70, "the name stands beside")
            let shared = first[..<index].map { $0.frame.intersection(one.frame) }
            #expect(shared.allSatisfy { $0.width < 0.001 || $0.height < 0.001 })
            // A version 15 code: 77 modules and the white round it, each half a millimetre and more.
            #expect(one.codeFrame.width / 85 * 25.4 / 72 > 0.5, "\(one.codeFrame)")
            let code = try CodePicture.of("FP1:CARD \(index)")
            #expect(one.code == code)
        }
        #expect(first[0].title == "Nobody 0" && first[0].lines.first == "110105********001X")
        #expect(first[2].title == "110105********001X" && !first[2].lines.contains("110105********001X"))
        #expect(pages[1].cards[0].frame == first[0].frame)
        #expect(try CardPage.pages([], Self.paper, words).isEmpty)
    }

    @Test func withoutADelegationNoCardIsIssuedAndThatIsSaid() async throws {
        try await inFolder { folder in
            let phone = try await Phone.inShift(folder, "a")
            let proxy = try phone.screens.proxy
            await proxy.load()
            #expect(proxy.obstacle == proxy.words.problem("proxy_no_right") && proxy.cards.isEmpty)
            await proxy.register()
            #expect(proxy.told?.headline == proxy.words[.proxyWhoDue] && phone.heard.cues.last == .refused)
            proxy.name = "Nobody"
            await proxy.register()
            #expect(proxy.told?.details.contains(proxy.words.problem("proxy_no_right")) == true)
            #expect(proxy.cards.isEmpty && proxy.code.use == nil && proxy.name == "Nobody", "what was typed stays")
            proxy.take(.typed(text: residentNumber(1).dropLast() + "?", document: nil))
            await proxy.register()
            #expect(proxy.told?.cue == .refused && proxy.document != nil && proxy.cards.isEmpty)
            proxy.clear()
            #expect(!proxy.isBegun)
            #expect(await proxy.pages(Self.paper) == nil && proxy.told?.headline == proxy.words[.proxyNoCards])
            proxy.read([])
            #expect(proxy.told?.headline == proxy.words[.readTextNothing] && proxy.document == nil)
            await phone.day.close()
        }
    }

    @Test func aDocumentBeforeTheCameraIsTakenAndIsNoScan() async throws {
        try await inFolder { folder in
            let phone = try await Phone.inShift(folder, "a")
            let proxy = try phone.screens.proxy
            proxy.lookForDocument()
            let frame = Qr.frame(try CodePicture.of(residentNumber(4)))
            for _ in 0..<40 where proxy.finder.isLooking { await proxy.finder.look(at: frame) }
            #expect(proxy.document != nil && !proxy.finder.isLooking)
            #expect(try phone.screens.scan.told == nil, "nobody was sampled")
            proxy.lookForDocument()
            proxy.read(["公民身份号码", residentNumber(3)])
            #expect(proxy.document == .recognisedText(lines: ["公民身份号码", residentNumber(3)]))
            #expect(!proxy.finder.isLooking)
            await phone.day.close()
        }
    }

    @Test func withoutADelegationNobodyIsEnrolled() async throws {
        try await inFolder { folder in
            let (chief, helper) = (try await Phone.inShift(folder, "a"), Phone(folder, "b"))
            await helper.day.open()
            let (mine, theirs) = (try chief.screens.helper, try helper.screens.helper)
            await mine.load()
            #expect(mine.obstacle == mine.words[.helperNone] && mine.rows.isEmpty && mine.helperRows.isEmpty)
            await theirs.showKeys()
            #expect(theirs.code.use == .helperKeys && theirs.code.picture != nil)
            mine.lookForHelper()
            try await mine.finder.see(theirs.code)
            try await until { mine.told != nil }
            #expect(mine.told?.cue == .refused && mine.place == nil && mine.code.use == nil && mine.kit == nil)
            mine.showWelcome()
            mine.showKit()
            #expect(mine.code.use == nil)

            await theirs.join("FW1:NONE")
            #expect(theirs.told?.cue == .refused && theirs.welcome == nil)
            await theirs.take(kit: Data("none".utf8))
            #expect(theirs.told?.headline.hasPrefix(theirs.words[.helperUnreadable]) == true && !theirs.hasKit)
            await helper.day.decide()
            #expect(helper.day.phase == .enrol)
            for phone in [chief, helper] { await phone.day.close() }
        }
    }
}
