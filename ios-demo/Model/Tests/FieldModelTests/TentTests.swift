import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// A tent's scans through the models, with the real core and a practice journal.
@MainActor @Suite(.serialized) struct TentTests {
    @Test func tentOfScans() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            let heard = Heard()
            day.onCue = { heard.cues.append($0) }
            try await day.begin(practice: true)
            #expect(day.phase == .work && day.isPractice)
            let scan = try #require(day.screens?.scan)
            #expect(scan.ring == nil && scan.lane == "A")

            await scan.scan(.symbol(text: "PRACT-0001", symbology: "]C0"))
            #expect(heard.cues == [.ok])
            #expect(scan.ring?.tube == "PRACT-0001" && scan.ring?.count == 0 && scan.ring?.capacity == 10)

            for person in 0..<9 { await bind(person, scan) }
            #expect(scan.ring?.count == 9)
            #expect(scan.ring?.parts.filter(\.taken).count == 9)
            let shown = try #require(scan.lastPerson)
            #expect(!shown.contains(residentNumber(8)) && shown != residentNumber(8))

            await scan.scan(.typed(text: residentNumber(0), document: nil))
            #expect(heard.cues.last == .duplicate && scan.flash?.cue == .duplicate && scan.ring?.count == 9)
            #expect(scan.told?.details.contains { $0.contains("PRACT-0001") } == true)

            await scan.confirm(reason: "first swab was lost")
            if scan.question != nil { await scan.confirm() }
            #expect(scan.ring?.count == 10, "\(scan.told?.spoken ?? "")")
            await scan.undo()
            #expect(scan.ring?.count == 9)

            await scan.scan(.symbol(text: "4006381333931", symbology: "]E0"))
            #expect(heard.cues.last == .wrongKind)
            await scan.scan(.typed(text: String(residentNumber(20).dropLast()) + "x0", document: .cnResident))
            #expect(scan.ring?.count == 9 && heard.cues.last != .ok)

            await scan.undo()
            #expect(scan.ring?.count == 8 && scan.lastPerson == nil)
            await bind(8, scan)
            await bind(9, scan)
            #expect(scan.ring?.isFull == true && heard.cues.last == .full, "the tube is full and closed")
            await scan.scan(.typed(text: residentNumber(11), document: nil))
            #expect(heard.cues.last == .full)
            scan.dismissFlash()
            #expect(scan.flash == nil && scan.told != nil)
            await day.close()
        }
    }

    @Test func correctionsOfTheShift() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            try await day.begin(practice: true)
            let (scan, tubes) = (try #require(day.screens?.scan), try #require(day.screens?.tubes))
            await scan.scan(.symbol(text: "PRACT-0001", symbology: nil))
            for person in 0..<3 { await bind(person, scan) }
            await tubes.load()
            #expect(tubes.open.map(\.count) == [3])
            #expect(tubes.row("PRACT-0001")?.line.contains("3 of 10") == true)

            await tubes.void("PRACT-0001", 2, "mistake")
            #expect(tubes.told?.headline == day.words.code(.outcome, "voided") && tubes.open.map(\.count) == [2])
            await tubes.closeShort("end of the queue")
            #expect(tubes.open.isEmpty)
            await scan.scan(.symbol(text: "PRACT-0002", symbology: nil))
            await tubes.move("PRACT-0001", 1, to: "PRACT-0002")
            #expect(tubes.open.map(\.count) == [1])
            await tubes.spoil("PRACT-0002", "broken")
            #expect(
                tubes.open.isEmpty && tubes.told?.headline == day.words.code(.outcome, "spoiled"),
                "\(tubes.told.debugDescription)")

            await tubes.show("PRACT-0001")
            #expect(tubes.trace?.people.map(\.state) == ["voided", "bound"], "\(tubes.trace?.people.count ?? 0)")
            tubes.hide()
            #expect(tubes.trace == nil)
            await tubes.show("PRACT-9999")
            #expect(tubes.trace == nil && tubes.told?.headline == day.words[.tubeUnknown])
            await day.close()
        }
    }

    @Test func allTubesOfTheShiftAreListed() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            try await day.begin(practice: true)
            let (scan, tubes) = (try #require(day.screens?.scan), try #require(day.screens?.tubes))
            await tubes.load()
            #expect(tubes.rows.isEmpty)
            await fill("PRACT-0001", 0..<10, scan)
            await fill("PRACT-0002", 10..<12, scan)
            await tubes.closeShort("the queue ended")
            await fill("PRACT-0003", 12..<13, scan)
            await tubes.spoil("PRACT-0003", "leaks")
            await fill("PRACT-0004", 13..<14, scan)
            await tubes.use("PRACT-0005")
            if tubes.question != nil { await tubes.confirm(nil, reason: "") }

            let labels = ["PRACT-0004", "PRACT-0005", "PRACT-0003", "PRACT-0002", "PRACT-0001"]
            #expect(tubes.rows.map(\.label) == labels, "open ones first, then the latest")
            #expect(tubes.rows.map(\.isOpen) == [true, true, false, false, false])
            #expect(
                tubes.rows.map(\.line) == [
                    "1 of 10 · open 0 min · Lane A", "0 of 10 · open 0 min · Lane A · active",
                    "spoiled · 1 of 10 · Lane A", "closed short · 2 of 10 · Lane A", "full · 10 of 10 · Lane A",
                ])
            day.speak(.chinese)
            #expect(tubes.row("PRACT-0002")?.line == "未满封管 · 2 / 10 · 通道 A")
            day.speak(.english)

            #expect(labels.map(tubes.offer) == [.use, .close, nil, nil, nil])
            #expect(tubes.offer("PRACT-9999") == nil, "it is none of the shift")
            await tubes.closeShort("")
            #expect(tubes.offer("PRACT-0005") == nil && tubes.row("PRACT-0005")?.isOpen == false, "at once")
            await tubes.use("PRACT-0004")
            #expect(tubes.offer("PRACT-0004") == .close)
            // A closed tube can still be put right.
            await tubes.void("PRACT-0001", 3, "mistake")
            #expect(tubes.row("PRACT-0001")?.line.contains("9 of 10") == true, "\(tubes.told.debugDescription)")
            await tubes.spoil("PRACT-0077", "fell down")
            #expect(tubes.told?.cue != nil)
            await day.close()
        }
    }

    @Test func dayGoesOnAfterSleepAndDeath() async throws {
        try await inFolder { folder in
            let (vaults, memory) = (Vaults(), MemoryOfTests())
            let first = DayModel(ground(folder, vaults, memory: memory))
            try await first.begin(practice: false)
            let scan = try #require(first.screens?.scan)
            await scan.scan(.symbol(text: "LIVE-000001", symbology: nil))
            await bind(0, scan)
            await first.sleep()
            await scan.scan(.typed(text: residentNumber(1), document: nil))
            #expect(scan.flash?.cue == .refused, "asleep: refused, not lost in silence")
            await first.wake()
            await bind(1, scan)
            await first.close()

            let second = DayModel(ground(folder, vaults, memory: memory))
            await second.open()
            #expect(second.phase == .enrol, "not enrolled yet")
            await second.enrolLater()
            #expect(second.phase == .work && second.screens?.scan.ring?.count == 2)
            #expect(second.screens?.shift.operatorName == "Lin")

            await second.open(practice: true)
            #expect(second.isPractice && second.phase == .shift && second.screens?.scan.ring == nil)
            await second.open()
            await second.enrolLater()
            await second.screens?.shift.end()
            #expect(second.screens?.shift.report?.contains("2 people") == true)
            await second.decide()
            #expect(second.phase == .shift)
            await second.close()
        }
    }

    @Test func nothingIsSentWithoutAnInvitation() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            try await day.begin(practice: false)
            let sync = try #require(day.screens?.sync)
            await day.screens?.scan.scan(.symbol(text: "LIVE-000001", symbology: nil))
            await sync.syncNow()
            #expect(sync.waiting == .notInvited && sync.trouble == nil && (sync.status?.unsent ?? 0) > 0)
            #expect(sync.rows.contains { $0.name == day.words[.syncLast] && $0.value == day.words[.never] })
            #expect(await day.syncInBackground(now: Date()).isEmpty && day.isAsleep, "behind, it sleeps again")
            await day.wake()
            #expect(await day.syncInBackground(now: Date()).isEmpty && !day.isAsleep, "in front, it stays awake")
            await sync.checkSound()
            #expect(sync.told == day.words[.soundYes])
            let enrol = try #require(day.screens?.enrol)
            enrol.read("FC1:not an invitation")
            #expect(enrol.invitation == nil && enrol.trouble != nil)
            await day.close()
        }
    }

    @Test func behindPracticeTheLiveJournalIsMinded() async throws {
        try await inFolder { folder in
            let vaults = Vaults()
            let day = DayModel(ground(folder, vaults))
            try await day.begin(practice: false)
            await day.screens?.scan.scan(.symbol(text: "LIVE-000001", symbology: nil))
            try await day.begin(practice: true)
            await day.wake()
            let practice = try #require(day.screens?.scan)
            #expect(await day.plans(now: Date()).isEmpty, "the live journal is not enrolled")
            await day.sleep()
            #expect(await day.syncInBackground(now: Date()).isEmpty)
            #expect(day.isPractice && day.isAsleep && day.screens?.scan === practice, "the screen is as it was")
            // The live folder was given back: whoever sleeps over its lock is ended by the system.
            let live = try await FieldJournal.open(
                folder: folder.appendingPathComponent("live"), app: "test", vault: vaults.live)
            try await live.shutDown()
            await day.open()
            #expect(day.screens?.scan.ring?.tube == "LIVE-000001" && !day.isPractice, "\(day.phase)")
            await day.close()
        }
    }

    /// Two that open one folder at once would lock each other out.
    @Test func errandsAndOpeningTakeTurns() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            async let begun: Void = day.begin()
            async let first = day.syncInBackground(now: Date())
            async let second: Void = day.takeLate(Data("no bundle".utf8))
            _ = await (begun, first, second)
            #expect(day.phase == .enrol && day.isAsleep, "\(day.phase)")
            await day.wake()
            await day.open(practice: true)
            for practice in [false, true, false] {
                async let errand = day.syncInBackground(now: Date())
                async let opened: Void = day.open(practice: practice)
                async let late: Void = day.takeLate(Data("no bundle".utf8))
                _ = await (errand, opened, late)
                #expect(day.isPractice == practice && day.screens != nil, "\(day.phase)")
            }
            async let woken: Void = day.wake()
            async let slept: Void = day.sleep()
            _ = await (woken, slept)
            await day.sleep()
            #expect(day.isAsleep)
            await day.close()
        }
    }

    @Test func padFollowsTheCore() {
        let pad = TypeInModel(today: { 20_220_401 })
        let number = residentNumber(7)
        for key in number.dropLast() {
            #expect(pad.isDue(key), "\(key) after \(pad.text)")
            pad.press(key)
        }
        #expect(!pad.typing.complete && pad.isDue(number.last!), "\(pad.typing.next)")
        pad.press(number.last == "X" ? "0" : "X")
        #expect(pad.typing.problem != nil && !pad.trouble(Words(.english)).isEmpty && !pad.typing.complete)
        pad.delete()
        pad.press(number.last!)
        #expect(pad.typing.complete && pad.trouble(Words(.chinese)).isEmpty)
        #expect(pad.take() == .typed(text: number, document: nil) && pad.text.isEmpty)
        #expect(
            TypeInModel.civilDate(Date(timeIntervalSince1970: 0), TimeZone(secondsFromGMT: 8 * 3_600)!) == 19_700_101)
    }

    @Test func whenTheSystemWakesTheApp() {
        let now = Date(timeIntervalSince1970: 1_000)
        let none = BackgroundPlan.of(.seconds(60), waiting: .notInvited, unsent: 5, now: now)
        #expect(none.isEmpty)
        let idle = BackgroundPlan.of(.seconds(600), waiting: .nothingToSend, unsent: 0, now: now)
        #expect(idle.map(\.identifier) == [BackgroundPlan.refresh] && idle[0].earliest == now + 600)
        let busy = BackgroundPlan.of(.seconds(60), waiting: .backingOff, unsent: 5, now: now)
        #expect(busy.map(\.identifier) == BackgroundPlan.identifiers && busy.allSatisfy { $0.earliest == now + 60 })
    }

    private func fill(_ tube: String, _ people: Range<Int>, _ scan: ScanModel) async {
        await scan.scan(.symbol(text: tube, symbology: nil))
        for person in people { await bind(person, scan) }
    }

    /// Binds a synthetic person; practice asks whether a sound number at a real label is a real person.
    private func bind(_ person: Int, _ scan: ScanModel) async {
        await scan.scan(.typed(text: residentNumber(person), document: nil))
        if scan.question != nil { await scan.confirm() }
        #expect(scan.told.map { [.ok, .full].contains($0.cue) } == true, "\(person): \(scan.told.debugDescription)")
    }
}
