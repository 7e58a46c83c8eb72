import FieldCore
import Foundation
import Scenario
import XCTest

/// What an app can do wrong: always a typed error, never a crash, never success that is none.
final class BadInputTests: XCTestCase {
    func testTextsEmptyAndEnormous() async throws {
        let journal = try await working(in: temporary())
        let before = try await journal.status().unsent
        let huge = String(repeating: "9", count: 16_000_000)
        for text in ["", " ", "\n", huge, ":" + huge, ":void " + huge] {
            let answer = try await journal.line(text, lane: "A")
            XCTAssertNil(answer.saved)
        }
        for text in ["", huge] {
            let inLane = try await journal.line(person, lane: text)
            XCTAssertEqual(inLane.problems, ["lane_name"])
            for scan in [Scan.symbol(text: text, symbology: text), .recognisedText(lines: [text])] {
                let answer = try await journal.scan(scan, lane: "A")
                XCTAssertNil(answer.saved)
            }
            await refuses { try await journal.startShift(ShiftPlan(site: text, operator: "Lin")) }
            await refuses { try await journal.enrol(text) }
            await refuses { try await journal.takeProfile(Data(text.utf8)) }
            await refuses { _ = try await journal.take(Data(text.utf8)) }
        }
        let after = try await journal.status().unsent
        XCTAssertEqual(after, before, "something was written")
    }

    func testFramesThatAreNone() async throws {
        let journal = try await working(in: temporary())
        let plane = Data(count: 64 * 48)
        let fine = try await journal.look(plane, shape: shape(), lane: "A")
        XCTAssertNil(fine.answer)
        for wrong in wrongShapes {
            await refuses { _ = try await journal.look(plane, shape: wrong, lane: "A") }
        }
        await refuses { _ = try await journal.look(Data(), shape: shape(), lane: "A") }
        await refuses { _ = try await journal.look(plane.dropLast(), shape: shape(), lane: "A") }
        // The same by pointer, on this thread.
        let lent = try plane.withUnsafeBytes { try journal.look($0, shape: shape(), lane: "A") }
        XCTAssertNil(lent.answer)
        await refuses { _ = try journal.look(UnsafeRawBufferPointer(start: nil, count: 0), shape: shape(), lane: "A") }
    }

    func testASliceOfAFrameIsThatSlice() async throws {
        let journal = try await working(in: temporary())
        var padded = Data(repeating: 255, count: 100)
        padded.append(Data(count: 64 * 48))
        let sliced = try await journal.look(padded.dropFirst(100), shape: shape(), lane: "A")
        let whole = try await journal.look(Data(count: 64 * 48), shape: shape(), lane: "A")
        XCTAssertEqual(sliced, whole)
    }

    func testCallsAfterSuspendAndShutDown() async throws {
        let journal = try await working(in: temporary())
        _ = try await journal.line("FCT00000123", lane: "A")
        try await journal.suspendJournal()
        await everythingIsClosed(journal)
        try await journal.resume()
        let answer = try await journal.line(person, lane: "A")
        XCTAssertEqual(answer.outcome, .bound)
        try await journal.shutDown()
        await everythingIsClosed(journal)
    }

    private func everythingIsClosed(_ journal: FieldJournal) async {
        let calls: [@Sendable () async throws -> Void] = [
            { _ = try await journal.status() }, { _ = try await journal.ledger() },
            { _ = try await journal.openTubes() }, { _ = try await journal.line(person, lane: "A") },
            { _ = try await journal.verb(.undo, lane: "A") }, { try await journal.endShift() },
            { try await journal.startShift(ShiftPlan(site: "Hall", operator: "Lin")) },
            { try await journal.maintain(network: true) }, { _ = try await journal.figures() },
            { _ = try await journal.sync(over: URLSessionTransport()) },
        ]
        for call in calls {
            await refuses(call, kind: { if case .Closed = $0 { true } else { false } })
        }
    }

    func testTwoWriters() async throws {
        let folder = try temporary()
        let journal = try await working(in: folder)
        await refuses({ _ = try await FieldJournal.below(folder) }, kind: { if case .Locked = $0 { true } else { false } })
        let reader = try await FieldJournal.below(folder, readOnly: true)
        XCTAssertEqual(reader.device, journal.device)
        await refuses { _ = try await reader.line(person, lane: "A") }
        let answer = try await journal.line("FCT00000123", lane: "A")
        XCTAssertNotNil(answer.saved)
    }

    func testVaultsThatFail() async throws {
        let folder = try temporary()
        let ways: [@Sendable () throws -> Data?] = [
            { throw VaultError.Failed(reason: "locked") }, { throw CocoaError(.fileReadNoPermission) },
            { Data(count: 31) }, { Data(count: 33) }, { Data() },
        ]
        let isKeys: (FieldError) -> Bool = { if case .Keys = $0 { true } else { false } }
        let kept = try await FieldJournal.below(folder)
        let device = kept.device
        try await kept.shutDown()
        for (number, way) in ways.enumerated() {
            for journal in ["journal", "new-\(number)"] {
                let where_ = folder.appendingPathComponent(journal)
                await refuses({
                    _ = try await FieldJournal.open(folder: where_, app: "test", vault: WrongVault(way: way))
                }, kind: isKeys)
            }
        }
        // A vault that keeps nothing must not be worked with.
        await refuses({
            let nowhere = folder.appendingPathComponent("forgets")
            _ = try await FieldJournal.open(folder: nowhere, app: "test", vault: WrongVault { nil })
        }, kind: isKeys)
        let again = try await FieldJournal.below(folder)
        XCTAssertEqual(again.device, device, "the journal did not go on as it was")
        let notes = await again.notes()
        XCTAssertEqual(notes, [])
    }

    func testAVaultThatLostItsKeysIsTold() async throws {
        let folder = try temporary()
        let journal = try await working(in: folder)
        _ = try await journal.line("FCT00000123", lane: "A")
        try await journal.shutDown()
        try FileManager.default.removeItem(at: folder.appendingPathComponent("vault"))
        let again = try await FieldJournal.below(folder)
        let codes = await again.notes().map(\.code)
        XCTAssertFalse(codes.isEmpty)
        XCTAssertNotEqual(again.device, journal.device)
    }
}

/// A vault that answers every reading in one way.
private final class WrongVault: KeyVault {
    let way: @Sendable () throws -> Data?
    init(way: @escaping @Sendable () throws -> Data?) { self.way = way }
    func create(name: String, secret: Data) throws {}
    func read(name: String) throws -> Data? { try way() }
    func destroy(name: String) throws {}
}

private let person = "11010518870612038X"

/// Shapes that 64 by 48 bytes do not have.
let wrongShapes = [
    shape(width: 0), shape(height: 0), shape(stride: 63), shape(height: .max), shape(stride: .max),
    shape(width: .max, height: .max, stride: .max), shape(rotation: 45), shape(rotation: .min),
    shape(region: FrameRegion(left: 0, top: 0, width: 65, height: 1)),
    shape(region: FrameRegion(left: .max, top: .max, width: .max, height: .max)),
]

func shape(
    width: UInt32 = 64, height: UInt32 = 48, stride: UInt32 = 64, rotation: Int32 = 0, region: FrameRegion? = nil
) -> FrameShape {
    FrameShape(width: width, height: height, rowStride: stride, rotation: rotation, region: region)
}
