import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// Of a person born when nobody alive was.
private let resident = "11010518870612038X"
private let shape = FrameShape(width: 1_280, height: 720, rowStride: 1_280, rotation: 90, region: nil)

private func glance(_ number: String?, read: [[FramePoint]] = [], unread: [FramePoint]? = nil) -> Glance {
    Glance(answer: nil, read: read, unread: unread, guidance: [], number: number)
}

/// The number of the document in view: shown to be compared, and gone with it.
@MainActor @Suite struct NumberTests {
    @Test func itIsReadInGroups() {
        let number = CardNumber(resident)
        #expect(number.grouped == "110105 18870612 038X")
        #expect(number.spelled == "1 1 0 1 0 5, 1 8 8 7 0 6 1 2, 0 3 8 X")
        #expect(CardNumber("E12345678").grouped == "E12345678" && CardNumber("").grouped == "")
    }

    @Test func noTextOfItHoldsIt() {
        let number = CardNumber(resident)
        var texts = ["\(number)", String(reflecting: number), "\([number])", "\(Optional(number) as Any)"]
        var dumped = ""
        dump(number, to: &dumped)
        texts.append(dumped)
        for text in texts { #expect(!text.contains("110105") && !text.contains("038X"), "\(text.count)") }
    }

    @Test func itIsGoneWithTheDocumentTheFrameAndTheCamera() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            try await day.begin(practice: true)
            let scan = try #require(day.screens?.scan)
            var changes = 0
            let stop = scan.watch { changes += 1 }
            defer { stop() }
            #expect(scan.number == nil)
            scan.show(glance(resident), shape)
            #expect(scan.number == CardNumber(resident) && changes == 1)
            scan.show(glance(resident), shape)
            #expect(changes == 1, "nothing is new")
            scan.show(glance(nil), shape)
            #expect(scan.number == nil && changes == 2, "the next frame has none")

            scan.show(glance(resident), shape)
            await scan.look(at: Still(bytes: [], width: 640))
            #expect(scan.number == nil, "a frame that fails shows none")

            scan.show(glance(resident), shape)
            let pipe = FramePipe<Still>()
            pipe.end()
            await scan.work(off: pipe)
            #expect(scan.number == nil && scan.outlines == .none, "the camera closed")
            await day.close()
        }
    }

    @Test func aScreenThatLeavesInAFrameShowsNothingOfIt() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            try await day.begin(practice: true)
            let (scan, pipe) = (try #require(day.screens?.scan), FramePipe<Still>())
            let work = Task { await scan.work(off: pipe) }
            pipe.offer(Still(bytes: Array(repeating: 128, count: 640 * 480), width: 640))
            scan.show(glance(resident), shape)
            work.cancel()
            await work.value
            #expect(scan.number == nil)
            await day.close()
        }
    }

    @Test func linesLieWhereThePictureShowsThem() async throws {
        let corners = [(0, 0), (720, 0), (720, 1_280), (0, 1_280)].map { FramePoint(x: $0.0, y: $0.1) }
        let outlines = Outlines([corners], nil, shape)
        // The upright frame is 720 x 1280; a low, wide place shows its middle.
        let placed = outlines.place(corners, in: CGSize(width: 360, height: 200))
        #expect(placed.map(\.x) == [0, 360, 360, 0] && placed.map(\.y) == [-220, -220, 420, 420])
        let beside = outlines.place(corners, in: CGSize(width: 100, height: 1_280))
        #expect(beside.map(\.x) == [-310, 410, 410, -310] && beside.map(\.y) == [0, 0, 1_280, 1_280])

        try await inFolder { folder in
            let day = DayModel(ground(folder))
            try await day.begin(practice: true)
            let scan = try #require(day.screens?.scan)
            scan.show(glance(nil, read: [corners], unread: corners), shape)
            #expect(scan.outlines == Outlines([corners], corners, shape))
            await day.close()
        }
    }

    @Test func aCodeInViewIsOutlinedWhileJoining() async {
        let finder = FinderModel(words: Words(.english))
        finder.start(.invitation { _, _ in })
        for _ in 0..<3 { await finder.look(at: Qr.frame(Qr.other)) }
        #expect(finder.outlines.read.count == 1)
        finder.stop()
        #expect(finder.outlines == .none)
    }
}
