import FieldCore
import Foundation
import Scenario
import XCTest

/// What a camera reads before there is a journal.
final class CodeReaderTests: XCTestCase {
    func testACodeIsToldOnceTwoFramesAgree() throws {
        let reader = CodeReader()
        let (first, second) = (try Qr.look(reader), try Qr.look(reader))
        XCTAssertEqual(first.texts, [], "one frame may be wrong")
        XCTAssertEqual(first.read.map(\.count), [4], "but it is drawn at once")
        XCTAssertEqual(second.texts, [Qr.text])
        XCTAssertEqual(second.guidance, [])
        XCTAssertEqual(try Qr.look(CodeReader()).texts, [], "another reader remembers nothing of it")
    }

    func testABlankFrameTellsNothing() throws {
        let reader = CodeReader()
        let blank = [UInt8](repeating: 230, count: Qr.stride * Qr.height)
        for _ in 0..<3 {
            let glance = try blank.withUnsafeBytes { try reader.look($0, shape: Qr.shape) }
            XCTAssertEqual(glance.texts, [])
            XCTAssertEqual(glance.read, [])
        }
    }

    func testFramesThatAreNone() throws {
        let reader = CodeReader()
        let plane = Data(count: 64 * 48)
        for wrong in wrongShapes {
            XCTAssertThrowsError(try reader.look(plane: plane, shape: wrong), "\(wrong)", isInvalid)
            XCTAssertThrowsError(
                try plane.withUnsafeBytes { try reader.look($0, shape: wrong) }, "\(wrong)", isInvalid)
        }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        XCTAssertThrowsError(try reader.look(none, shape: shape()), "no plane", isInvalid)
        XCTAssertThrowsError(try reader.look(plane: plane.dropLast(), shape: shape()), "too short", isInvalid)
        XCTAssertEqual(try reader.look(plane: plane, shape: shape()).texts, [])
        // What was wrong is no frame between two that agree.
        _ = try Qr.look(reader)
        XCTAssertThrowsError(try reader.look(plane: plane, shape: shape(width: 0)), "no width", isInvalid)
        XCTAssertEqual(try Qr.look(reader).texts, [Qr.text])
    }

    private func isInvalid(_ error: any Error) {
        guard case FieldError.Invalid = error else { return XCTFail("\(error)") }
    }
}

/// The list of a shift's tubes.
final class ShiftTubesTests: XCTestCase {
    func testTubesOfTheShiftWithThoseThatAreClosed() async throws {
        let journal = try await working(in: temporary())
        let before = try await journal.shiftTubes()
        XCTAssertEqual(before, [])
        try await fill("FCT00000001", with: 0..<10, journal)
        try await fill("FCT00000002", with: 10..<12, journal)
        _ = try await journal.verb(.close(reason: "the queue ended"), lane: "A")
        try await fill("FCT00000003", with: 12..<13, journal)
        _ = try await journal.verb(.spoil(tube: "FCT00000003", reason: "leaks"), lane: "A")
        _ = try await journal.line("FCT00000004", lane: "B")
        _ = try await journal.line("FCT00000005", lane: "A")

        let all = try await journal.shiftTubes()
        XCTAssertEqual(
            all.map(told),
            [
                "FCT00000005 A open 0/10", "FCT00000004 B open 0/10", "FCT00000003 A spoiled 1/10",
                "FCT00000002 A short 2/10", "FCT00000001 A full 10/10",
            ])
        XCTAssert(all.allSatisfy { $0.openedMs > 1_600_000_000_000 })
        let ofB = try await journal.shiftTubes(lane: "B")
        XCTAssertEqual(ofB.map(told), ["FCT00000004 B open 0/10"])
        let ofNobody = try await journal.shiftTubes(lane: "Z")
        XCTAssertEqual(ofNobody, [])
        let trace = try await journal.trace("FCT00000002", for: .screen)
        XCTAssertEqual(trace?.state, all[3].state, "the same words")
    }

    func testTubesAreToldAfterTheShift() async throws {
        let journal = try await working(in: temporary())
        try await fill("FCT00000001", with: 0..<1, journal)
        try await journal.endShift()
        let ended = try await journal.shiftTubes()
        XCTAssertEqual(ended.map(told), ["FCT00000001 A shift_end 1/10"])
        try await journal.startShift(ShiftPlan(site: "Hall", operator: "Chen"))
        let next = try await journal.shiftTubes()
        XCTAssertEqual(next, [], "a shift begins with none")
    }

    func testWithoutAnInvitationThereIsNoCampaign() async throws {
        let name = try await working(in: temporary()).campaignName()
        XCTAssertNil(name)
    }

    private func fill(_ tube: String, with people: Range<Int>, _ journal: FieldJournal) async throws {
        _ = try await journal.line(tube, lane: "A")
        for person in people {
            let answer = try await journal.line(residentNumber(person), lane: "A")
            XCTAssertEqual(answer.outcome, .bound, "\(answer.problems)")
        }
    }

    private func told(_ tube: ShiftTube) -> String {
        "\(tube.tube ?? "?") \(tube.lane ?? "?") \(tube.state) \(tube.count)/\(tube.capacity)"
    }
}

/// A QR in a camera's frame.
private enum Qr {
    static let (width, height, stride) = (640, 480, 704)
    static let shape = FieldCoreTests.shape(width: UInt32(width), height: UInt32(height), stride: UInt32(stride))
    static let text = "HTTPS://EXAMPLE.ORG"

    /// `text` as version 1-M: a row a word, a module a bit.
    private static let rows = [
        0x1fd57f, 0x104541, 0x175a5d, 0x17485d, 0x17435d, 0x105c41, 0x1fd57f, 0x000400, 0x146725, 0x123075, 0x044f3a,
        0x07b03a, 0x08f95b, 0x00132b, 0x1fdf66, 0x1042da, 0x1741be, 0x174468, 0x17594b, 0x1044a1, 0x1fd343,
    ]

    static func look(_ reader: CodeReader) throws -> CodeGlance {
        try frame.withUnsafeBytes { try reader.look($0, shape: shape) }
    }

    private static let frame: [UInt8] = {
        let module = height / (rows.count + 8)
        let (left, top) = ((width - module * rows.count) / 2, (height - module * rows.count) / 2)
        var plane = [UInt8](repeating: 230, count: stride * height)
        for (row, bits) in rows.enumerated() {
            for column in rows.indices where bits >> (rows.count - 1 - column) & 1 == 1 {
                for line in 0..<module {
                    let start = (top + row * module + line) * stride + left + column * module
                    plane.replaceSubrange(start..<start + module, with: repeatElement(25, count: module))
                }
            }
        }
        return plane
    }()
}

/// The resident number of a person who never was, born 1880 to 1905, with its MOD 11-2 check character.
private func residentNumber(_ index: Int) -> String {
    let birth = String(format: "%04d%02d%02d", 1880 + index % 26, 1 + index / 26 % 12, 1 + index / 312 % 28)
    let body = "110105" + birth + String(format: "%03d", 1 + index / 8_736 % 999)
    let sum = body.reduce(0) { ($0 + ($1.wholeNumberValue ?? 0)) * 2 % 11 }
    return body + String(Array("0123456789X")[(12 - sum) % 11])
}
