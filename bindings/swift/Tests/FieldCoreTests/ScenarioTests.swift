import FieldCore
import Foundation
import Scenario
import XCTest

/// The scenario against a hub that listens; test.sh starts it and says where it is.
final class ScenarioTests: XCTestCase {
    func testTheScenarioEndsAsExpectedOnDeviceAndHub() async throws {
        guard let hubFolder = Surroundings.path("FIELDCORE_HUB_DIR").map(URL.init(fileURLWithPath:)),
            let expected = Surroundings.path("FIELDCORE_EXPECTED"), let bin = Surroundings.path("FIELDCORE_BIN")
        else { throw XCTSkip("no hub; run test.sh") }
        let folder = try temporary()
        var scenario = try Scenario.load(expected)
        let control = Surroundings.path("FIELDCORE_CONTROL") != nil
        if control { scenario.ledger["people", default: 0] += 1 }
        var wrong = try firstHalf(bin + "/scenario-first-half", [expected, hubFolder.path, folder.path])

        let journal = try await FieldJournal.below(folder)
        try await journal.startShift(scenario.plan)
        wrong += try await scenario.play(\.second, on: journal)
        let tubes = try await journal.openTubes().map {
            Scenario.Tube(tube: $0.tube ?? "", lane: $0.lane ?? "", count: Int($0.count))
        }
        XCTAssertEqual(tubes, scenario.openTubes)
        wrong += try await practice(scenario, folder)
        let end = try await journal.endShift()
        let ended = try XCTUnwrap(end)
        XCTAssertEqual(
            ["people": ended.people, "tubes": ended.tubes, "short": ended.short, "spoiled": ended.spoiled].mapValues(Int.init),
            scenario.shiftEnd)
        let codes = try await syncAll(journal).map(\.code)
        XCTAssert(scenario.news.allSatisfy(codes.contains), "\(codes)")

        let ledger = try await journal.ledger()
        let hub = try hubLedger(hubFolder)
        wrong += differences("device", ledger.figures, scenario.ledger)
        wrong += differences("hub", hub, scenario.ledger.merging(scenario.hub) { $1 })
        XCTAssertEqual(ledger.figures, hub.filter { ledger.figures.keys.contains($0.key) })
        let unsent = try await journal.status().unsent
        XCTAssertEqual(unsent, 0, "every record has its receipt")
        let isSound = try await journal.isSound()
        XCTAssert(isSound)
        try await journal.shutDown()
        if control {
            XCTAssertEqual(wrong.filter { $0.contains("people") }.count, 2, "the changed number was not seen")
        } else {
            XCTAssertEqual(wrong, [])
            let receipts = codes.filter { $0 == "receipt" }.count
            print("swift scenario: 1 kill, \(receipts) receipts, \(ledger.people) people, \(ledger.tubes) tubes on device and hub")
        }
    }

    private func practice(_ scenario: Scenario, _ folder: URL) async throws -> [String] {
        let journal = try await FieldJournal.below(folder, practice: true)
        XCTAssert(journal.isPractice)
        try await journal.startShift(scenario.plan)
        let wrong = try await scenario.play(\.practice, on: journal)
        try await journal.shutDown()
        return wrong
    }

    /// The first half in a process of its own, killed as a phone kills one; what went otherwise.
    private func firstHalf(_ program: String, _ arguments: [String]) throws -> [String] {
        let (child, output) = (Process(), Pipe())
        child.executableURL = URL(fileURLWithPath: program)
        child.arguments = arguments
        child.standardOutput = output
        try child.run()
        var said = ""
        while !said.hasSuffix("first half done\n") {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            said += String(decoding: more, as: UTF8.self)
        }
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        XCTAssertEqual(child.terminationReason, .uncaughtSignal)
        XCTAssertEqual(child.terminationStatus, SIGKILL, said)
        return said.split(separator: "\n").map(String.init).filter { $0 != "first half done" }
    }

    private func syncAll(_ journal: FieldJournal) async throws -> [News] {
        let transport = URLSessionTransport()
        var news: [News] = []
        for _ in 0..<60 {
            let run = try await journal.sync(over: transport)
            news += run.news
            if run.why == .nothingToSend { return news }
            try await Task.sleep(for: min(run.wakeAfter, .seconds(1)))
        }
        XCTFail("not everything came to the hub: \(news.map(\.text))")
        return news
    }

    private func hubLedger(_ folder: URL) throws -> [String: Int] {
        let (asked, output) = (Process(), Pipe())
        asked.executableURL = URL(fileURLWithPath: try XCTUnwrap(Surroundings.path("FIELDCORE_HUB")))
        asked.arguments = ["--dir", folder.appendingPathComponent("hub").path, "ledger", "--json"]
        asked.standardOutput = output
        try asked.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        asked.waitUntilExit()
        let all = try XCTUnwrap(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
        return all.compactMapValues { ($0 as? NSNumber)?.intValue }
    }

    private func differences(_ name: String, _ figures: [String: Int], _ expected: [String: Int]) -> [String] {
        expected.filter { figures[snake($0.key)] != $0.value }.map { key, value in
            "\(name): \(key) is \(figures[snake(key)] ?? -1), not \(value)"
        }
    }

    /// JSON's keys come as Swift's names; the hub's are as they stand.
    private func snake(_ key: String) -> String {
        key.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}

extension Ledger {
    var figures: [String: Int] {
        ["people": people, "tubes": tubes, "short": short, "spoiled": spoiled, "voided": voided].mapValues(Int.init)
    }
}
