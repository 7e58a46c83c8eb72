import FieldCore
import Foundation
import Testing

@testable import FieldModel

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

    @Test func framesAreNotLookedAtOnTheMainQueue() async {
        let (finder, seen) = (FinderModel(words: Words(.english)), Queues())
        finder.start(.invitation { _, _ in })
        await finder.look(at: Watched(still: Qr.frame(Qr.other), queues: seen))
        #expect(seen.wasMain == [false])
    }

    /// Codes are the core's to read, on every phone alike.
    @Test func noPlatformReadsCodes() throws {
        let app = project.appendingPathComponent("ios-demo/App")
        let files = try #require(FileManager.default.enumerator(atPath: app.path)).compactMap { $0 as? String }
        let swift = files.filter { $0.hasSuffix(".swift") }
        #expect(swift.count > 10)
        for file in swift {
            let text = try source("ios-demo/App/\(file)")
            for name in ["AVCaptureMetadata", "VNDetectBarcodes", "DataScannerViewController"] {
                #expect(!text.contains(name), "\(file)")
            }
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

/// On which queues a frame was looked at. On Linux the main queue is not always the main thread's.
private final class Queues: @unchecked Sendable {
    private let lock = NSLock()
    private let mark = DispatchSpecificKey<Bool>()
    private var seen: [Bool] = []

    init() { DispatchQueue.main.setSpecific(key: mark, value: true) }

    var wasMain: [Bool] { lock.withLock { seen } }

    func note() { lock.withLock { seen.append(DispatchQueue.getSpecific(key: mark) == true) } }
}

private struct Watched: LumaFrame {
    let still: Still
    let queues: Queues

    func lend<Answer>(_ look: (UnsafeRawBufferPointer, FrameShape) throws -> Answer) throws -> Answer {
        queues.note()
        return try still.lend(look)
    }
}
