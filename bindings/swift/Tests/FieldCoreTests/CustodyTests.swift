import FieldCore
import Foundation
import Scenario
import XCTest

/// A campaign whose boxes have labels, for journals that no hub knows.
private let boxes = """
    campaign = "cacacaca-caca-4aca-8aca-cacacacacaca"
    name = "Village"
    version = 1
    order = "tube_then_ids"
    capacity = 10
    [tube]
    pattern = "FCT[0-9]{8}"
    [box]
    pattern = "BOX-[0-9]"
    [[round]]
    id = "a0a0a0a0-a0a0-40a0-80a0-a0a0a0a0a0a0"
    name = "1"
    """
/// Numbers of people who never were.
private let people = ["11010518870612038X", "110108189411230753"]

/// Tubes and boxes from device to device, by the codes that they show each other.
final class CustodyTests: XCTestCase {
    private func pair() async throws -> (FieldJournal, FieldJournal) {
        let (one, other) = (try await FieldJournal.below(temporary()), try await FieldJournal.below(temporary()))
        for journal in [one, other] {
            try await journal.takeProfile(Data(boxes.utf8))
            try await journal.startShift(ShiftPlan(site: "Village", operator: "Lin"))
        }
        return (one, other)
    }

    func testAnOpenTubePassesOnAndIsTakenBack() async throws {
        let (giver, taker) = try await pair()
        _ = try await giver.line("FCT00000101", lane: "A")
        _ = try await giver.line(people[0], lane: "A")
        let passed = try await giver.verb(.pass(tube: nil, to: taker.device), lane: "A")
        let code = try XCTUnwrap(passed.code)
        XCTAssertEqual(shownCode(text: code), .tubePass)
        XCTAssertGreaterThan(try qrPicture(text: code).size, 20)
        let held = try await giver.line(people[1], lane: "A")
        XCTAssertNotEqual(held.outcome, .bound, "from then on nobody is added here")
        let own = try await giver.scan(.symbol(text: code, symbology: nil), lane: "A")
        XCTAssertEqual(own.problems, ["code_own"])

        let taken = try await taker.scan(.symbol(text: code, symbology: nil), lane: "B")
        XCTAssertEqual(taken.outcome, .tubeTakenOver)
        XCTAssertEqual(taken.peopleIn, 1)
        let bound = try await taker.line(people[1], lane: "B")
        XCTAssertEqual(bound.position, 2, "positions go on")
        let answer = try XCTUnwrap(taken.code)
        XCTAssertEqual(shownCode(text: answer), .tubeAnswer)
        let noted = try await giver.line(answer, lane: "A")
        XCTAssertEqual(noted.note, .passAnswered)
        let back = try await giver.verb(.back(tube: "FCT00000101", reason: nil), lane: "A")
        XCTAssertEqual(back.outcome, .tubeTakenBack)
        XCTAssertEqual(back.problems, ["ask_the_other"])
        await refuses { _ = try await giver.verb(.pass(tube: nil, to: "nobody"), lane: "A") }
    }

    func testABoxGoesFromHandToHand() async throws {
        let (giver, taker) = try await pair()
        try await pack("BOX-1", ["FCT00000101", "FCT00000102"], giver)
        let listed = try await giver.boxes()
        XCTAssertEqual(listed.map(\.state), ["sealed"])
        XCTAssertEqual(listed[0].packed.map(\.tube), ["FCT00000101", "FCT00000102"])
        let offered = try await giver.verb(.offer(boxes: ["BOX-1"], to: nil), lane: "A")
        let code = try XCTUnwrap(offered.code)
        XCTAssertEqual(shownCode(text: code), .handOver)
        XCTAssertEqual(offered.list.flatMap { shownCode(text: $0) }, .handOverList)

        let early = try await taker.verb(.count(label: "BOX-1", tubes: 2, temperature: nil), lane: "A")
        XCTAssertEqual(early.problems, ["nothing_to_receive"])
        let asked = try await taker.scan(.symbol(text: code, symbology: nil), lane: "A")
        XCTAssertEqual(asked.outcome, .needsConfirmation)
        XCTAssertEqual(asked.text, "BOX-1", "what is still to be found")
        let counted = try await taker.verb(.count(label: "BOX-1", tubes: 1, temperature: 45), lane: "A")
        XCTAssertEqual(counted.problems, ["count_differs"])
        let received = try await taker.verb(.confirm(number: nil, reason: nil), lane: "A")
        XCTAssertEqual(received.outcome, .handOverReceived)
        let receipt = try XCTUnwrap(received.code)
        XCTAssertEqual(shownCode(text: receipt), .handOverReceipt)
        let given = try await giver.scan(.symbol(text: receipt, symbology: nil), lane: "A")
        XCTAssertEqual(given.outcome, .handOverGiven)
        let (mine, theirs) = (try await giver.boxes(), try await taker.boxes())
        XCTAssertEqual(mine.map(\.state), ["given"])
        XCTAssertEqual(theirs.map(\.tubes), [1])
        let again = try await giver.verb(.give(whom: "the driver", boxes: ["BOX-1"]), lane: "A")
        XCTAssertEqual(again.problems, ["box_given"])
    }

    func testATextThatIsNoCodeIsTold() throws {
        for text in ["", "FP1", "FP1234567890", "BOX-1", "HTTPS://EXAMPLE.ORG", "某"] {
            XCTAssertNil(shownCode(text: text), text)
        }
        XCTAssertThrowsError(try qrPicture(text: String(repeating: "x", count: 5_000)))
    }

    private func pack(_ box: String, _ tubes: [String], _ journal: FieldJournal) async throws {
        for (index, tube) in tubes.enumerated() {
            _ = try await journal.line(tube, lane: "A")
            _ = try await journal.line(people[index], lane: "A")
            _ = try await journal.verb(.close(reason: "evening"), lane: "A")
        }
        _ = try await journal.verb(.box(label: box), lane: "A")
        for tube in tubes {
            let packed = try await journal.packIntoBox(.typed(text: tube, document: nil), lane: "A")
            XCTAssertEqual(packed.outcome, .packed, "\(packed.problems)")
        }
        let count = UInt32(tubes.count)
        let sealed = try await journal.verb(.seal(tubes: count, temperature: 40, seal: "S-1"), lane: "A")
        XCTAssertEqual(sealed.outcome, .boxSealed, "\(sealed.problems)")
    }
}

/// What a device does for others by the hub's word: it registers people ahead and enrols helpers.
final class DelegationTests: XCTestCase {
    func testWithoutADelegationThereIsNoCardAndNoHelper() async throws {
        let (one, other) = (try await working(in: temporary()), try await working(in: temporary()))
        let told = try await one.issueProxy(NewProxy(name: "Nobody"), lane: "A")
        XCTAssertNil(told.card)
        XCTAssertEqual(told.answer.problems, ["proxy_no_right"])
        await refuses { _ = try await one.issueProxy(NewProxy(), lane: "A") }
        let (cards, delegations) = (try await one.proxies(ofShiftIn: "A"), try await one.delegations())
        XCTAssertEqual(cards, [])
        XCTAssertEqual(delegations, [])
        let code = try await other.helperCode()
        XCTAssertEqual(shownCode(text: code), .helperKeys)
        await refuses { _ = try await one.acceptHelper(code) }
        await refuses { _ = try await other.acceptWelcome(code) }
        await refuses { _ = try await other.acceptKit(Data("none".utf8)) }
        let helpers = try await one.helpers()
        XCTAssertEqual(helpers, [])
    }

    func testAHelperIsEnrolledAndReadsTheChiefsCards() async throws {
        guard let hub = Surroundings.path("FIELDCORE_HUB_DIR").map(URL.init(fileURLWithPath:)) else {
            throw XCTSkip("no hub; run test.sh")
        }
        let (chief, helper) = (try await self.chief(hub), try await FieldJournal.below(temporary()))
        let place = try await chief.acceptHelper(try await helper.helperCode())
        let again = try await chief.acceptHelper(try await helper.helperCode())
        XCTAssertEqual([place.ordinal, place.left, again.ordinal, again.left], [1, 0, 1, 0], "the same place")
        await refuses { _ = try await helper.acceptKit(place.kit) }
        let welcome = try await helper.acceptWelcome(place.welcome)
        XCTAssertEqual(welcome.campaignName, "Bindings")
        XCTAssert(welcome.profileDue)
        let kit = try caught(place.kit)
        let keys = try await helper.acceptKit(kit)
        XCTAssertGreaterThan(keys, 0)
        let (mine, held) = (try await chief.helpers(), try await chief.delegations())
        XCTAssertEqual(mine.map(\.device), [helper.device])
        XCTAssertEqual(held.map(\.used), [1])
        let third = try await FieldJournal.below(temporary()).helperCode()
        await refuses { _ = try await chief.acceptHelper(third) }

        let issued = try await chief.issueProxy(
            NewProxy(document: .typed(text: people[0], document: nil), name: "Nobody"), lane: "A")
        let card = try XCTUnwrap(issued.card, "\(issued.answer.problems)")
        XCTAssertEqual(shownCode(text: card.code), .proxyCard)
        let ofShift = try await chief.proxies(ofShiftIn: "A")
        XCTAssertEqual(ofShift, [card.card])
        let printed = try await chief.proxyAgain(card.card)
        try await chief.proxiesLeave(1, for: .file)

        try await helper.startShift(ShiftPlan(site: "Hall", operator: "Chen"))
        _ = try await helper.line("FCT00000901", lane: "A")
        let read = try await helper.scan(.symbol(text: card.code, symbology: nil), lane: "A")
        XCTAssertEqual(read.outcome, .bound, "\(read.problems)")
        XCTAssertEqual(read.note, .proxyRead)
        _ = try await helper.line("FCT00000902", lane: "B")
        let twice = try await helper.line(try XCTUnwrap(printed?.code), lane: "B")
        XCTAssertEqual(twice.outcome, .duplicatePerson)
    }

    /// A device that may enrol one helper and issue cards.
    private func chief(_ hub: URL) async throws -> FieldJournal {
        let chief = try await FieldJournal.below(temporary())
        try await chief.enrol(String(decoding: Surroundings.file(hub, "invitation.txt"), as: UTF8.self))
        try await chief.takeProfile(try Surroundings.file(hub, "profile.fcb"))
        try await chief.startShift(ShiftPlan(site: "Hall", operator: "Lin"))
        try await home(chief)
        let program = try XCTUnwrap(Surroundings.path("FIELDCORE_HUB"))
        let command = try Process.run(
            URL(fileURLWithPath: program),
            arguments: [
                "--dir", hub.appendingPathComponent("hub").path, "delegate", chief.device, "--rights", "enrol,issue",
                "--helpers", "1",
            ])
        command.waitUntilExit()
        XCTAssertEqual(command.terminationStatus, 0)
        try await home(chief)
        return chief
    }

    private func home(_ journal: FieldJournal) async throws {
        for _ in 0..<2 {
            try await journal.sealNow()
            try await journal.hurrySync()
            _ = try await journal.sync(over: URLSessionTransport())
        }
    }

    /// What another screen caught of the animated codes of `bytes`, the first of which it missed.
    private func caught(_ bytes: Data) throws -> Data {
        let (maker, taker) = (try FrameMaker(bundle: bytes), FrameTaker())
        for number in 1..<1_000 where !(try taker.takeText(text: maker.text(number: UInt32(number))).done) {}
        return try XCTUnwrap(taker.bundle())
    }
}
