import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// A grey frame in memory.
private struct Still: LumaFrame {
    let bytes: [UInt8]
    let width: Int

    func lend<Answer>(_ look: (UnsafeRawBufferPointer, FrameShape) throws -> Answer) throws -> Answer {
        let shape = FrameShape(
            width: UInt32(width), height: UInt32(bytes.count / width), rowStride: UInt32(width), rotation: 90,
            region: nil)
        return try bytes.withUnsafeBytes { try look($0, shape) }
    }
}

@MainActor @Suite struct FrameTests {
    @Test func framesGoThroughThePipe() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            try await day.begin(practice: true)
            let scan = try #require(day.screens?.scan)
            await scan.look(at: Still(bytes: Array(repeating: 2, count: 640 * 480), width: 640))
            #expect(scan.hint == day.words.code(.guidance, "too_dark") && scan.isDark && scan.flash == nil)

            let pipe = FramePipe<Still>()
            pipe.offer(Still(bytes: Array(repeating: 128, count: 640 * 480), width: 640))
            pipe.end()
            await scan.work(off: pipe)
            #expect(scan.flash == nil && !scan.isDark)

            await scan.look(at: Still(bytes: [], width: 640))
            #expect(scan.flash?.cue == .refused, "a frame that is none is told, not ignored")
            await scan.read([])
            #expect(scan.hint == day.words[.readTextNothing])
            await day.close()
        }
    }

    @Test func linesOfTheRecogniserAreTheCores() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            try await day.begin(practice: true)
            let scan = try #require(day.screens?.scan)
            await scan.scan(.symbol(text: "PRACT-0001", symbology: nil))
            await scan.read(["公民身份号码", residentNumber(3)])
            let answered = try #require(scan.told)
            #expect([Cue.ok, .attention].contains(answered.cue))
            await day.close()
        }
    }
}
