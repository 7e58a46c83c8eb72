import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// The folder in which `test.sh` started a hub, if it did.
let hub = ProcessInfo.processInfo.environment["FIELD_HUB"].map { project.appendingPathComponent($0) }

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
            #expect(day.screens?.shift.campaign == "Bindings")
            #expect(day.screens?.shift.profile?.sites.contains("Hall") == true)
            try await day.begin(practice: false)
            let scan = try #require(day.screens?.scan)
            await scan.scan(.symbol(text: "FCT00009001", symbology: "]C0"))
            for person in 5_000..<5_007 { await scan.scan(.typed(text: residentNumber(person), document: nil)) }
            #expect(scan.ring?.count == 7)
            await day.screens?.tubes.closeShort("the queue ended")

            let sync = try #require(day.screens?.sync)
            await sync.turn()
            #expect((sync.status?.unsent ?? 0) > 0 && sync.waiting == .nothingToSend && sync.trouble == nil)
            #expect(sync.waitingText == day.words[.syncSoon], "it is not with the hub yet, and not said to be")
            await sync.syncNow()
            #expect(sync.status?.unsent == 0 && sync.trouble == nil && sync.waiting == .nothingToSend)
            #expect(sync.waitingText == day.words.code(.waiting, "nothing_to_send"))
            #expect(sync.rows.first.map { $0 == (day.words[.enrolCampaign], "Bindings") } == true)
            #expect(sync.status?.lastSyncMs != nil && sync.ledger?.people == 7)
            #expect(sync.news.contains { $0.code == "receipt" })

            let plan = await day.syncInBackground(now: Date())
            #expect(plan.map(\.identifier) == [BackgroundPlan.refresh])
            try tell(hub, people: Int(sync.ledger?.people ?? 0), tubes: Int(sync.ledger?.tubes ?? 0))
            await day.close()
        }
    }

    @Test(.enabled(if: hub != nil, "no hub was started: see test.sh"))
    func anInvitationIsReadByTheAppsOwnCamera() async throws {
        let svg = try String(contentsOf: #require(hub).appendingPathComponent("invitation.svg"), encoding: .utf8)
        try await inFolder { folder in
            let (day, heard) = (DayModel(ground(folder)), Heard())
            day.onCue = { heard.cues.append($0) }
            await day.open()
            let enrol = try #require(day.screens?.enrol)
            let (pipe, picture) = (FramePipe<Still>(), Qr.frame(Qr.of(svg: svg)))
            enrol.look()
            async let work: Void = enrol.finder.work(off: pipe)
            for _ in 0..<600 where enrol.finder.isLooking {
                pipe.offer(picture)
                try await Task.sleep(for: .milliseconds(50))
            }
            pipe.end()
            await work
            #expect(enrol.invitation?.campaignName == "Bindings" && heard.cues.isEmpty)
            await enrol.take()
            #expect(enrol.isDone && enrol.trouble == nil)
            await day.close()
        }
    }

    @Test(.enabled(if: hub != nil, "no hub was started: see test.sh"))
    func behindPracticeTheLiveRecordsAreSent() async throws {
        let network = Flaky()
        try await inFolder { folder in
            let day = try await enrolled(folder, over: network)
            #expect(await day.plans(now: Date()).map(\.identifier) == BackgroundPlan.identifiers)
            await day.sleep()
            _ = await day.syncInBackground(now: Date())
            #expect(day.isPractice && day.isAsleep && day.screens?.sync.news.isEmpty == true)
            await day.wake()
            await day.open()
            try await everythingSealedIsWithTheHub(day)
            await day.close()
        }
    }

    @Test(.enabled(if: hub != nil, "no hub was started: see test.sh"))
    func aLateAnswerIsTheLiveJournals() async throws {
        let network = Flaky()
        try await inFolder { folder in
            let day = try await enrolled(folder, over: network)
            network.losesAnswers = true
            await day.sleep()
            _ = await day.syncInBackground(now: Date())
            let late = try #require(network.lost.last, "the hub answered")
            await day.takeLate(late)
            await day.open()
            try await everythingSealedIsWithTheHub(day)
            await day.close()
        }
    }

    /// An enrolled live journal with sealed records behind an open practice.
    private func enrolled(_ folder: URL, over network: Flaky) async throws -> DayModel {
        let day = DayModel(ground(folder, transport: network))
        await day.open()
        await day.wake()
        let enrol = try #require(day.screens?.enrol)
        enrol.read(file: try Data(contentsOf: #require(hub).appendingPathComponent("invitation.txt")))
        await enrol.take()
        try await day.begin(practice: false)
        _ = await day.screens?.carry.write(into: folder)
        await day.screens?.sync.load()
        #expect(day.screens?.sync.figures?.opened == 0)
        await day.open(practice: true)
        return day
    }

    /// What the phones of the tests counted, for `test.sh` to hold against the hub's ledger.
    func tell(_ hub: URL, people: Int, tubes: Int) throws {
        let file = hub.appendingPathComponent("told.json")
        var told = (try? JSONDecoder().decode([String: Int].self, from: Data(contentsOf: file))) ?? [:]
        told["people", default: 0] += people
        told["tubes", default: 0] += tubes
        try JSONEncoder().encode(told).write(to: file)
    }

    private func everythingSealedIsWithTheHub(_ day: DayModel) async throws {
        let sync = try #require(day.screens?.sync)
        await sync.load()
        let figures = try #require(sync.figures)
        #expect(figures.sealed > 0 && figures.opened == figures.sealed, "\(figures.opened) of \(figures.sealed)")
    }
}

/// A network whose answers can get lost after the hub gave them.
private final class Flaky: Transport, @unchecked Sendable {
    private let lock = NSLock()
    private let network = URLSessionTransport()
    private var isLosing = false
    private var bodies: [Data] = []

    var losesAnswers: Bool {
        get { lock.withLock { isLosing } }
        set { lock.withLock { isLosing = newValue } }
    }
    /// What bundles were answered with.
    var lost: [Data] { lock.withLock { bodies } }

    func send(_ request: HubRequest) async throws -> HubAnswer {
        let answer = try await network.send(request)
        guard losesAnswers else { return answer }
        if !request.body.isEmpty { lock.withLock { bodies.append(answer.body) } }
        throw URLError(.networkConnectionLost)
    }
}
