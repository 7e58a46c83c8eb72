import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// The folder in which `test.sh` started a hub, if it did.
private let hub = ProcessInfo.processInfo.environment["FIELD_HUB"].map { project.appendingPathComponent($0) }

@MainActor @Suite(.serialized) struct HubTests {
    @Test(.enabled(if: hub != nil, "no hub was started: see test.sh"))
    func enrolScanAndSyncAgainstTheHub() async throws {
        let hub = try #require(hub)
        let invitation = try Data(contentsOf: hub.appendingPathComponent("invitation.txt"))
        let profile = try Data(contentsOf: hub.appendingPathComponent("profile.fcb"))
        try await inFolder { folder in
            let day = DayModel(ground(folder, transport: URLSessionTransport()))
            await day.open()
            #expect(day.phase == .enrol)
            let enrol = try #require(day.screens?.enrol)
            enrol.read(file: invitation)
            #expect(enrol.invitation?.campaignName == "Bindings" && enrol.invitation?.hubUrl != nil)
            await enrol.take()
            #expect(enrol.isDone && enrol.trouble == nil)
            await enrol.takeProfile(profile)
            #expect(enrol.told == day.words[.profileTaken], "\(enrol.trouble ?? "")")

            await day.decide()
            #expect(day.phase == .shift)
            await day.screens?.shift.load()
            #expect(day.screens?.shift.profile?.sites.contains("Hall") == true)
            try await day.begin(practice: false)
            let scan = try #require(day.screens?.scan)
            await scan.scan(.symbol(text: "FCT00009001", symbology: "]C0"))
            for person in 5_000..<5_007 { await scan.scan(.typed(text: residentNumber(person), document: nil)) }
            #expect(scan.ring?.count == 7)
            await day.screens?.tubes.closeShort("the queue ended")

            let sync = try #require(day.screens?.sync)
            _ = await sync.pack()
            for _ in 0..<20 where sync.status?.unsent != 0 { await sync.syncNow() }
            #expect(sync.status?.unsent == 0 && sync.trouble == nil && sync.waiting == .nothingToSend)
            #expect(sync.status?.lastSyncMs != nil && sync.ledger?.people == 7)
            #expect(sync.news.contains { $0.code == "receipt" })

            let plan = await day.syncInBackground(now: Date())
            #expect(plan.map(\.identifier) == [BackgroundPlan.refresh])
            let told = ["people": Int(sync.ledger?.people ?? 0), "tubes": Int(sync.ledger?.tubes ?? 0)]
            try JSONEncoder().encode(told).write(to: hub.appendingPathComponent("told.json"))
            await day.close()
        }
    }
}
