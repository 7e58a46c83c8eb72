import FieldCore
import Foundation
import Scenario
import XCTest

/// A team at doors: what it records, what is left, and what cannot be.
final class DoorsTests: XCTestCase {
    func testDoorsAreVisitedAndWhatIsLeftIsTold() async throws {
        let journal = try await working(in: temporary())
        let first = try await home("101", journal)
        let second = try await home("102", journal)
        let knock = FoundAtDoor(household: first, state: .nobodyHome)
        let wrong = try await journal.visit(knock, lane: "A")
        let gone = FoundAtDoor(household: first, state: .movedAway, reason: "walled up")
        let visit = try await journal.correctVisit(wrong, found: gone, lane: "A")
        let words = try await journal.words(of: visit)
        XCTAssertEqual(words, "walled up")

        let view = try await journal.doors()
        XCTAssertEqual(view.figures().homes, 2)
        XCTAssertEqual(view.buildings().map(\.building), ["7"])
        XCTAssertEqual(view.buildings().map(\.figures.left), [1])
        let known = try XCTUnwrap(view.home(household: first))
        XCTAssertEqual(known.state, .movedAway)
        XCTAssertEqual(known.told, visit)
        XCTAssertEqual(known.origin, .added)
        XCTAssertEqual(known.visits, 1)
        let doors = view.homes(area: nil, building: "7", leftOnly: false).map(\.place.door)
        XCTAssertEqual(doors, ["101", "102"], "in walking order")
        XCTAssertEqual(view.homes(area: nil, building: "7", leftOnly: true).map(\.household), [second])
        XCTAssertEqual(try view.nextLeft(after: first)?.household, second)

        await refuses({ try await journal.visit(FoundAtDoor(household: "x", state: .done), lane: "A") }, kind: isInvalid)
        await refuses({ try await journal.correctVisit(wrong, found: knock, lane: "A") }, kind: isRefused)
        let line = try await journal.progress(in: .english, byBuilding: true)
        XCTAssertEqual(line.split(separator: "\n").count, 2)
        let page = try await journal.daySheet(in: .chinese)
        XCTAssert(page.contains("<html"))
    }

    func testAPersonIsSampledOrExcusedOrMissed() async throws {
        let journal = try await working(in: temporary())
        let household = try await home("101", journal)
        let met = NewResident(household: household, description: "grey coat", categories: [.child])
        let person = try await journal.addResident(met, lane: "A").resident
        let missed = try await journal.doors().missedCount()
        XCTAssertEqual(missed, 1)
        let away = NewExcuse(resident: person, excuse: .away, reason: "back on Sunday")
        try await journal.excuse(away, lane: "A")
        let excused = try await journal.residents(of: household)
        XCTAssertEqual(excused.map(\.excuse), [.away])
        let record = try XCTUnwrap(excused[0].excused)
        let why = try await journal.words(of: record)
        XCTAssertEqual(why, "back on Sunday")
        await refuses({ try await journal.excuse(NewExcuse(resident: person, excuse: .other), lane: "A") }, kind: isInvalid)

        _ = try await journal.line("FCT00000101", lane: "A")
        let answer = try await journal.sample(resident: person, lane: "A")
        XCTAssertEqual(answer.outcome, .bound)
        let view = try await journal.doors()
        XCTAssertEqual([view.figures().sampled, view.figures().excused, view.missedCount()], [1, 0, 0])
        XCTAssertEqual(try view.home(household: household)?.state, .done, "everybody is sampled")
        XCTAssertNil(try view.nextLeft(after: nil))
        let found = try await journal.find("grey", limit: 5)
        XCTAssertEqual(found.map(\.sampled), [true])
        XCTAssertEqual(found.map(\.person?.description), ["grey coat"])
    }

    func testClaimsAndFollowUpsEndOnce() async throws {
        let journal = try await working(in: temporary())
        let household = try await home("101", journal)
        let plan = ClaimPlan(building: "7", untilMs: 4_102_444_800_000)
        let claim = try await journal.claim(plan, lane: "A")
        await refuses({ try await journal.claim(plan, lane: "A") }, kind: isRefused)
        let view = try await journal.doors()
        XCTAssertEqual(view.claims().map(\.homes), [1])
        XCTAssertEqual(try view.home(household: household)?.state, .claimed)
        XCTAssertEqual(view.overlaps(), [])
        try await journal.release(claim, lane: "A")
        await refuses({ try await journal.release(claim, lane: "A") }, kind: isRefused)

        let new = NewFollowUp(household: household, what: .comeAgain, dueMs: 5, note: "after eight")
        let open = try await journal.followUp(new, lane: "A")
        await refuses({ try await journal.followUp(new, lane: "A") }, kind: isRefused)
        let listed = try await journal.openFollowUps()
        XCTAssertEqual(listed.map(\.open.followUp), [open])
        XCTAssertEqual(listed.map(\.words), ["after eight"])
        XCTAssertEqual(listed.map(\.place.door), ["101"])
        try await journal.closeFollowUp(open, lane: "A")
        await refuses({ try await journal.closeFollowUp(open, lane: "A") }, kind: isRefused)
        let after = try await journal.openFollowUps()
        XCTAssertEqual(after, [])
    }

    private func home(_ door: String, _ journal: FieldJournal) async throws -> String {
        try await journal.addHousehold(NewHousehold(building: "7", door: door), lane: "A").household
    }
}

/// A team's work on the way to another phone.
final class CarryTests: XCTestCase {
    func testACarryGoesFromPhoneToPhoneByFileAndByScreen() async throws {
        guard let hub = Surroundings.path("FIELDCORE_HUB_DIR") else { throw XCTSkip("no hub; run test.sh") }
        let folder = try temporary()
        let invitation = try Surroundings.file(URL(fileURLWithPath: hub), "invitation.txt")
        let one = try await working(in: folder.appendingPathComponent("one"))
        let other = try await FieldJournal.below(folder.appendingPathComponent("other"))
        for journal in [one, other] { try await journal.enrol(String(decoding: invitation, as: UTF8.self)) }
        _ = try await one.addHousehold(NewHousehold(address: "behind the mill"), lane: "A")

        let file = folder.appendingPathComponent("out.fcb")
        let exported = try await one.exportCarry(to: file)
        await refuses({ _ = try await one.exportCarry(to: file) })
        let taken = try await other.importCarry(from: [file])
        XCTAssertEqual(taken.taken, exported.items)
        XCTAssert(taken.whole)
        XCTAssert(taken.answers.allSatisfy { $0.device == one.device })
        let carried = try await other.carries()
        XCTAssertEqual(carried.devices, 1)
        let again = try await other.importCarry(from: [file])
        XCTAssertEqual([again.taken, again.known], [0, exported.items])

        let shown = try await one.exportCarry(bytesMax: 65_536, way: .screen).bytes
        let caught = try XCTUnwrap(try caught(shown))
        XCTAssertEqual(caught, shown)
        let told = try await other.importCarry(caught, way: .screen)
        XCTAssertEqual(told.refused, 0)
        let parts = folder.appendingPathComponent("stick")
        let files = try await other.exportCarry(into: parts, partBytes: 1).files
        XCTAssertGreaterThan(files.count, 1)
    }

    func testWhatIsNoCarryIsTold() async throws {
        let folder = try temporary()
        let journal = try await working(in: folder)
        let file = folder.appendingPathComponent("notes.txt")
        try Data("bread, salt, batteries".utf8).write(to: file)
        await refuses({ _ = try await journal.importCarry(from: [file]) }, kind: isRefused)
        if let hub = Surroundings.path("FIELDCORE_HUB_DIR") {
            let invitation = try Surroundings.file(URL(fileURLWithPath: hub), "invitation.txt")
            try await journal.enrol(String(decoding: invitation, as: UTF8.self))
            let told = try await journal.importCarry(from: [file])
            XCTAssertEqual(told.taken, 0)
            XCTAssertFalse(told.whole)
        }
        XCTAssertThrowsError(try FrameMaker(bundle: Data()))
        let taker = FrameTaker()
        let wrong = try taker.takeText(text: "FC1:not a frame").wrong
        XCTAssertEqual(wrong, .noFrame)
        XCTAssertNil(taker.bundle())
    }

    /// What a camera catches that misses the first frame.
    private func caught(_ bundle: Data) throws -> Data? {
        let (maker, taker) = (try FrameMaker(bundle: bundle), FrameTaker())
        for number in UInt32(1)..<10_000 where try taker.takeText(text: maker.text(number: number)).done { break }
        return taker.bundle()
    }
}

@Sendable private func isInvalid(_ error: FieldError) -> Bool { if case .Invalid = error { true } else { false } }

@Sendable private func isRefused(_ error: FieldError) -> Bool { if case .Refused = error { true } else { false } }
