import FieldCore
import Foundation
import Scenario
import XCTest

/// What the facade itself adds: states, order, a sync that scans go on beside.
final class JournalTests: XCTestCase {
    func testStatesTellOfEveryChangeNewestFirst() async throws {
        let journal = try await working(in: temporary())
        var states = await journal.states.makeAsyncIterator()
        let first = await states.next()
        XCTAssertEqual(first?.openTubes.count, 0)
        _ = try await journal.line("FCT00000123", lane: "A")
        let second = await states.next()
        XCTAssertEqual(second?.openTubes.count, 1)
        for person in ["11010518870612038X", "110108189411230753"] { _ = try await journal.line(person, lane: "A") }
        let third = await states.next()
        XCTAssertEqual(third?.people, 2, "whoever is slow gets the newest")
    }

    func testStatesEndWithTheJournal() async throws {
        var journal: FieldJournal? = try await working(in: temporary())
        let states = try await XCTUnwrap(journal).states
        journal = nil
        var count = 0
        for await _ in states { count += 1 }
        XCTAssertEqual(count, 1)
    }

    func testManyTasksAtOnceAreTakenOneAfterAnother() async throws {
        let journal = try await working(in: temporary())
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for number in 0..<100 {
                group.addTask { try await journal.line("FCT\(10_000_000 + number)", lane: "L\(number)").outcome }
            }
            for try await outcome in group { XCTAssertEqual(outcome, .tubeOpened) }
        }
        let open = try await journal.openTubes().count
        XCTAssertEqual(open, 100)
    }

    func testSyncWithoutAnInvitationSendsNothing() async throws {
        let journal = try await working(in: temporary())
        let run = try await journal.sync(over: Silent())
        XCTAssertEqual(run.why, .notInvited)
    }

    func testNoAnswerIsAFactAndScansGoOn() async throws {
        guard let hub = Surroundings.path("FIELDCORE_HUB_DIR") else { throw XCTSkip("no hub; run test.sh") }
        let journal = try await working(in: temporary())
        try await journal.enrol(String(decoding: Surroundings.file(URL(fileURLWithPath: hub), "invitation.txt"), as: UTF8.self))
        let campaign = try await journal.campaignName()
        XCTAssertEqual(campaign, "Bindings")
        let before = try await journal.status().unsent
        let run = try await journal.sync(over: Silent())
        XCTAssertEqual(run.why, .backingOff)
        XCTAssertEqual(run.news.map(\.code), ["no_answer"])
        let after = try await journal.status().unsent
        XCTAssertEqual(after, before, "nothing is with the hub")
        let answer = try await journal.line("FCT00000123", lane: "A")
        XCTAssertNotNil(answer.saved)
    }
}

/// A network that never answers.
private struct Silent: Transport {
    func send(_ request: HubRequest) async throws -> HubAnswer { throw URLError(.notConnectedToInternet) }
}

extension XCTestCase {
    /// A folder that goes with the test.
    func temporary() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fieldcore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        addTeardownBlock { try? FileManager.default.removeItem(at: folder) }
        return folder
    }

    /// A journal with a shift.
    func working(in folder: URL) async throws -> FieldJournal {
        let journal = try await FieldJournal.below(folder)
        try await journal.startShift(ShiftPlan(site: "Hall", operator: "Lin"))
        return journal
    }

    /// The call must fail with the library's own error, of a kind, in words that hold nobody's number.
    func refuses(
        _ call: @Sendable () async throws -> Void, kind: (FieldError) -> Bool = { _ in true }, line: UInt = #line
    ) async {
        do {
            try await call()
            XCTFail("it succeeded", line: line)
        } catch let error as FieldError {
            XCTAssert(kind(error), "\(error)", line: line)
            XCTAssertLessThan("\(error)".count, 2_000, line: line)
            XCTAssertNil("\(error)".range(of: "[0-9]{17}", options: .regularExpression), line: line)
        } catch {
            XCTFail("another error: \(type(of: error))", line: line)
        }
    }
}
