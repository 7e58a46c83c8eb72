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
            try tell(hub, sync.ledger)
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

    @Test(.enabled(if: hub != nil, "no hub was started: see test.sh"))
    func aListComesWithTheSyncAndIsWorkedOff() async throws {
        let hub = try #require(hub)
        try await inFolder { folder in
            let day = DayModel(ground(folder, transport: URLSessionTransport()))
            await day.open()
            let enrol = try #require(day.screens?.enrol)
            enrol.read(file: try Data(contentsOf: hub.appendingPathComponent("invitation.txt")))
            await enrol.take()
            await enrol.takeProfile(try Data(contentsOf: hub.appendingPathComponent("profile.fcb")))
            try await day.begin(practice: false)
            let (sync, doors) = (try #require(day.screens?.sync), try #require(day.screens?.doors))
            await sync.syncNow()
            try giveList(hub, to: try #require(sync.status?.device), folder)
            await sync.syncNow()
            await doors.load()
            #expect(doors.figures?.homes == 3 && doors.figures?.people == 4, "\(sync.trouble ?? "")")
            #expect(doors.buildings.map(\.title) == ["Linjiang 3"])
            await doors.find("DE")
            #expect(doors.found?.map(\.title) == ["Linjiang 3-2-501"], "by initials")

            await day.screens?.scan.scan(.symbol(text: "FCT00009701", symbology: "]C0"))
            let home = doors.home
            await home.open(try #require(doors.next))
            #expect(home.place == "Linjiang 3-2-501" && home.lines.last == "called at 08:00-08:30")
            #expect(home.people.map(\.name) == ["Nobody One", "Die Er"])
            #expect(home.people[0].lines.contains("over 60") && home.people[0].lines[0].contains("*"))
            await home.sample(home.people[0].id)
            await home.sample(home.people[1].id, document: .typed(text: residentNumber(7_003), document: nil))
            #expect(home.told?.cue == .refused && !home.people[1].isSampled, "the document is somebody else's")
            await home.sample(home.people[1].id, document: .typed(text: residentNumber(7_001), document: nil))
            #expect(home.state == .done, "\(home.told.debugDescription)")
            #expect(await home.next() && home.place == "Linjiang 3-2-502")
            await home.excuse(home.people[0].id, .away)
            #expect(await home.next() && home.place == "Linjiang 3-2-1001", "the order of doors, not of letters")
            await home.visit(.refused)
            let goesOn = await home.next()
            #expect(!goesOn && doors.figures?.left == 0)
            await sync.syncNow()
            #expect(try coverage(hub) == figures(doors))
            try tell(hub, sync.ledger)
            await day.close()
        }
    }

    /// Imports a list of people who never were at the hub, and assigns it to a phone.
    private func giveList(_ hub: URL, to device: String, _ folder: URL) throws {
        let people = [
            ("Nobody One", 7_000, "501", "over 60"), ("Die Er", 7_001, "501", ""), ("Nobody Three", 7_002, "502", ""),
            ("Nobody Four", 7_003, "1001", ""),
        ]
        let head = "name,id number,building,stairwell,door,slot,category\n"
        let rows = people.map { "\($0.0),\(residentNumber($0.1)),3,2,\($0.2),08:00-08:30,\($0.3)\n" }
        let list = folder.appendingPathComponent("list.csv")
        try Data((head + rows.joined()).utf8).write(to: list)
        _ = try ask(hub, "roster", "import", list.path, "--area", "Linjiang")
        _ = try ask(hub, "roster", "assign", device, "Linjiang")
    }

    /// What the hub counts of doors, by everybody's records.
    private func coverage(_ hub: URL) throws -> [String: Int] {
        let told = try JSONSerialization.jsonObject(with: ask(hub, "--json", "coverage")) as? [String: Any]
        let all = try #require(told?["figures"] as? [String: Any], "\(told?.keys.sorted() ?? [])")
        return all.compactMapValues { ($0 as? NSNumber)?.intValue }.filter { Self.counted.contains($0.key) }
    }

    private static let counted = ["homes", "done", "refused", "left", "people", "sampled", "excused"]

    private func figures(_ doors: DoorsModel) -> [String: Int] {
        guard let all = doors.figures else { return [:] }
        let counts = [all.homes, all.done, all.refused, all.left, all.people, all.sampled, all.excused]
        return Dictionary(uniqueKeysWithValues: zip(Self.counted, counts.map(Int.init)))
    }

    /// One command of the hub beside the one that serves.
    private func ask(_ hub: URL, _ words: String...) throws -> Data {
        let (asked, output) = (Process(), Pipe())
        asked.executableURL = project.appendingPathComponent("target/debug/fieldcore-hub")
        asked.arguments = ["--dir", hub.appendingPathComponent("hub").path] + words
        asked.standardOutput = output
        try asked.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        asked.waitUntilExit()
        #expect(asked.terminationStatus == 0, "\(words[0]) \(words.dropFirst().first ?? "")")
        return answer
    }

    /// Adds to what the phones of this run told, for test.sh to hold against the hub's ledger.
    func tell(_ hub: URL, _ ledger: Ledger?) throws {
        let file = hub.appendingPathComponent("told.json")
        let before = (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode([String: Int].self, from: $0) }
        let told = ["people": Int(ledger?.people ?? 0), "tubes": Int(ledger?.tubes ?? 0)]
        try JSONEncoder().encode(told.merging(before ?? [:], uniquingKeysWith: +)).write(to: file)
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
