import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// A phone of a team, in a folder of its own.
@MainActor
struct Phone {
    /// A campaign whose boxes have labels, for phones that no hub knows.
    static let boxes = """
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

    let day: DayModel
    let heard = Heard()

    init(_ folder: URL, _ name: String, transport: any Transport = Nowhere()) {
        day = DayModel(ground(folder.appendingPathComponent(name), transport: transport))
        day.onCue = { [heard] in heard.cues.append($0) }
    }

    /// A phone in its shift, by the profile with boxes.
    static func inShift(_ folder: URL, _ name: String) async throws -> Phone {
        let phone = Phone(folder, name)
        await phone.day.open()
        await phone.day.screens?.enrol.takeProfile(Data(boxes.utf8))
        try await phone.day.begin(practice: false)
        return phone
    }

    /// A phone in its shift, by an invitation that no hub answers.
    static func enrolled(_ folder: URL, _ name: String) async throws -> Phone {
        let phone = Phone(folder, name)
        await phone.day.open()
        let enrol = try phone.screens.enrol
        enrol.read(try FinderTests.invitation())
        await enrol.take()
        #expect(enrol.isDone, "\(enrol.trouble ?? "")")
        try await phone.day.begin(practice: false)
        return phone
    }

    var screens: Screens {
        get throws { try #require(day.screens) }
    }

    func scan(_ text: String) async throws { try await screens.scan.scan(.symbol(text: text, symbology: nil)) }

    func type(_ text: String) async throws { try await screens.scan.scan(.typed(text: text, document: nil)) }

    /// Fills a tube with synthetic people.
    func fill(_ tube: String, _ people: Range<Int>) async throws {
        try await scan(tube)
        for person in people {
            try await type(residentNumber(person))
            let told = try screens.scan.told
            #expect(told?.cue == .ok || told?.cue == .full, "\(person): \(told.debugDescription)")
        }
    }
}

extension FinderModel {
    /// Has before the camera what another phone shows, until it is read. A busy machine has no time for some frames.
    func see(_ code: CodeModel, frames: Int = 40) async throws {
        let picture = try #require(code.picture, "nothing is shown")
        for _ in 0..<frames where isLooking { await look(at: Qr.frame(picture)) }
    }
}

/// Waits for what follows from a code that was read.
@MainActor
func until(_ isSo: @MainActor () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    for _ in 0..<500 where !isSo() { try await Task.sleep(for: .milliseconds(10)) }
    #expect(isSo(), sourceLocation: sourceLocation)
}
