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
            #expect(tubes.tubes.map(\.count) == [3])
            #expect(tubes.line(tubes.tubes[0]).contains("3 of 10"))

            await tubes.void("PRACT-0001", 2, "mistake")
            #expect(tubes.told?.headline == day.words.code(.outcome, "voided") && tubes.tubes.map(\.count) == [2])
            await tubes.closeShort("end of the queue")
            #expect(tubes.tubes.isEmpty)
            await scan.scan(.symbol(text: "PRACT-0002", symbology: nil))
            await tubes.move("PRACT-0001", 1, to: "PRACT-0002")
            #expect(tubes.tubes.map(\.count) == [1])
            await tubes.spoil("PRACT-0002", "broken")
            #expect(
                tubes.tubes.isEmpty && tubes.told?.headline == day.words.code(.outcome, "spoiled"),
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

    /// Binds a synthetic person; practice asks whether a sound number at a real label is a real person.
    private func bind(_ person: Int, _ scan: ScanModel) async {
        await scan.scan(.typed(text: residentNumber(person), document: nil))
        if scan.question != nil { await scan.confirm() }
        #expect(scan.told.map { [.ok, .full].contains($0.cue) } == true, "\(person): \(scan.told.debugDescription)")
    }
}
