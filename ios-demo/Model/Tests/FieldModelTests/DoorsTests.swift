import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// A team's morning at doors, through the models and the real core.
@MainActor @Suite(.serialized) struct DoorsTests {
    @Test func aMorningFromDoorToDoor() async throws {
        try await inVillage { day, doors, heard in
            let (home, building) = (doors.home, doors.building)
            await doors.load()
            #expect(!doors.hasDoors && doors.next == nil)
            for door in ["201", "101", "102"] { await add("7", door, doors) }
            await add("8", "1", doors)
            await doors.add(household(address: "behind the mill"))
            #expect(doors.figures?.left == 5 && doors.buildings.map(\.title) == ["No address", "7", "8"])

            await building.open("", "7")
            #expect(building.rows.map(\.title) == ["2-101", "2-102", "2-201"], "in walking order")
            building.part.last = "102"
            await building.claim()
            #expect(building.told?.headline == "Claimed" && heard.cues.last == .ok)
            #expect(building.rows.map { $0.lines.first } == ["claimed", "claimed", "not visited"])
            #expect(building.claims.map(\.isMine) == [true])
            #expect(building.claims[0].lines.prefix(2) == ["the first door to 102", "2 households"])

            try await firstDoor(day, doors, heard)
            try await secondDoor(doors)
            #expect(await home.next() && home.place == "7-2-201")
            await home.visit(.nobodyHome, reason: "dog barked")
            await home.followUp(.comeAgain, days: 1, note: "after eight")
            #expect(home.lines.first == "nobody home; dog barked")
            #expect(home.followUps.first?.row.lines.last == "after eight" && doors.followUps.count == 1)

            #expect(await home.next() && home.place == "8-2-1")
            await home.visit(.refused)
            #expect(await home.next() && home.place == "7-2-201", "from the start again")
            await home.visit(.done, lives: 2)
            #expect(home.lines.last == "2 live here, as was said")
            let isOver = await !home.next()
            #expect(isOver && home.told?.headline == "No door is left" && doors.next == nil)
            try await theFiguresAreEqual(doors)

            let open = try #require(doors.followUps.first)
            await doors.close(open.followUp)
            #expect(doors.followUps.isEmpty && doors.told?.cue == .ok)
            await doors.close(open.followUp)
            #expect(doors.told?.cue == .refused && doors.told?.details.first == doors.words[.doorsOver])
            let mine = try #require(building.claims.first)
            await building.giveUp(mine.claim)
            #expect(building.claims.isEmpty && doors.claims.map(\.isReleased) == [true])
        }
    }

    /// Somebody without papers, sampled into the lane's tube.
    private func firstDoor(_ day: DayModel, _ doors: DoorsModel, _ heard: Heard) async throws {
        let home = doors.home
        await home.open(try #require(doors.next))
        #expect(home.place == "behind the mill" && home.state == .notVisited)
        await home.visit(.movedAway)
        #expect(await home.next() && home.place == "7-2-101")
        #expect(home.people.isEmpty && home.tube == day.words[.doorsNoTube])
        var met = NewPerson()
        (met.looks, met.phone, met.guardian, met.categories) = ("grey coat", "0000", "aunt", [.child, .bedridden])
        #expect(await home.add(met))
        let row = try #require(home.people.first)
        #expect(row.name == "grey coat" && row.state == "to be sampled" && !row.isSampled)
        #expect(row.lines == ["bedridden; child", "Telephone 0000", "Guardian aunt"])
        #expect(!"\(row)".contains("grey"), "no description names anybody")
        await home.sample(row.id)
        #expect(heard.cues.last == .wrongKind && home.told?.details == [day.words.problem("tube_due")])
        let scan = try #require(day.screens?.scan)
        await scan.scan(.symbol(text: "LIVE-000001", symbology: nil))
        await home.sample(row.id)
        #expect(heard.cues.last == .ok && home.told?.headline == day.words.code(.outcome, "bound"))
        #expect(scan.ring?.count == 1, "the tube's ring is told at once")
        #expect(home.flash == home.told && home.flash?.whom.contains("LIVE-000001") == true)
        home.dismissFlash()
        #expect(home.flash == nil && home.told != nil)
        #expect(home.people.map(\.isSampled) == [true] && home.state == .done)
        #expect(home.tube == "Tube LIVE-000001: 1 of 10")
        await home.sample(row.id)
        #expect(heard.cues.last == .duplicate && scan.ring?.count == 1, "nobody counts twice")
        home.dismiss()
    }

    /// Two with numbers: one sampled at once, one excused.
    private func secondDoor(_ doors: DoorsModel) async throws {
        let home = doors.home
        #expect(await home.next() && home.place == "7-2-102")
        for index in [0, 1] {
            var met = NewPerson()
            (met.number, met.name) = (residentNumber(index), "Nobody \(index)")
            #expect(await home.add(met), "\(home.told.debugDescription)")
        }
        let people = home.people
        #expect(people.allSatisfy { $0.lines.first?.contains("*") == true }, "numbers are masked")
        await home.sample(people[0].id)
        #expect(home.state == .partlyDone && home.people[0].isSampled)
        await home.excuse(people[1].id, .other)
        #expect(home.told?.cue == .refused && home.people[1].excused == nil, "another reason needs words")
        await home.excuse(people[1].id, .away, reason: "back on Sunday")
        #expect(home.people[1].state == "away; back on Sunday" && home.state == .done)
        await home.excuse(people[1].id, .unfit, corrects: home.people[1].excused)
        #expect(home.people[1].state == "unfit, a medic says")
    }

    private func theFiguresAreEqual(_ doors: DoorsModel) async throws {
        let figures = try #require(doors.figures)
        #expect([figures.homes, figures.done, figures.refused, figures.movedAway, figures.left] == [5, 3, 1, 1, 0])
        #expect([figures.people, figures.sampled, figures.excused] == [3, 2, 1])
        #expect(doors.rows == ["3 done, 1 refused, 1 moved away", "3 people: 2 sampled, 1 excused, 0 missed"])
        #expect(doors.buildings.map(\.isDone) == [true, true, true])
        await doors.showMissed()
        #expect(doors.missed.map(\.lines.last) == ["unfit, a medic says"], "not sampled, and why")
        await doors.shareProgress(byBuilding: true)
        guard case .text(let line) = doors.shared else { throw Wrong.nothingShared }
        #expect(line.contains("5 households, 3 done, 1 refused, 1 moved away, 0 left"), "\(line)")
        #expect(line.split(separator: "\n").count == 4 && !line.contains("Nobody") && !line.contains("grey"))
        await doors.shareDaySheet()
        guard case .page(let page) = doors.shared else { throw Wrong.nothingShared }
        #expect(page.contains("<html") && !page.contains("grey coat"))
        doors.dismissShared()
        #expect(doors.shared == nil)
    }

    @Test func nextDoorLeadsThroughAllOfThem() async throws {
        try await inVillage { _, doors, _ in
            for index in (0..<24).reversed() { await add("\(index / 6)", "\(index % 6 + 1)", doors) }
            var walked: [String] = []
            await doors.home.open(try #require(doors.next))
            repeat {
                walked.append(doors.home.place)
                await doors.home.visit(.done)
            } while await doors.home.next()
            let way = (0..<24).map { "\($0 / 6)-2-\($0 % 6 + 1)" }
            #expect(walked == way, "each once, in walking order")
            #expect(doors.figures?.left == 0 && doors.next == nil)
        }
    }

    @Test func aLastWordIsCorrected() async throws {
        try await inVillage { _, doors, _ in
            await add("7", "101", doors)
            let other = try #require(await add("7", "102", doors))
            let home = doors.home
            await home.open(try #require(doors.next))
            #expect(!home.canCorrect)
            await home.correct(.done)
            #expect(home.told?.headline == doors.words[.doorsCannotCorrect])
            await home.visit(.done)
            await home.correct(.nobodyHome, reason: "it was a neighbour")
            #expect(home.lines.first == "nobody home; it was a neighbour" && home.canCorrect)
            #expect(home.neighbours.map(\.household) == [other])
            await home.moveVisit(to: other)
            #expect(home.state == .notVisited && home.told?.cue == .ok)
            await home.open(other)
            #expect(home.lines.first == "nobody home; it was a neighbour")
        }
    }

    @Test func peopleAreFoundMissedAndForgotten() async throws {
        try await inVillage { day, doors, _ in
            for door in 1...3 {
                let household = try #require(await add("7", "10\(door)", doors))
                await doors.home.open(household)
                for index in 0..<20 {
                    var met = NewPerson()
                    (met.number, met.name) = (residentNumber(door * 20 + index), "Nobody \(door)-\(index)")
                    await doors.home.add(met)
                }
            }
            #expect(doors.missedCount == 60)
            await doors.showMissed()
            #expect(doors.missed.count == 50 && doors.missedLeft == 10)
            await doors.showMissed()
            #expect(doors.missed.count == 60 && doors.missedLeft == 0)
            #expect(doors.missed[0].title == "7-2-101" && doors.missed[0].lines.first == "Nobody 1-0")
            for query in ["Nobody 2-7", String(residentNumber(47).suffix(6)), "7-2-102"] {
                await doors.find(query)
                #expect(doors.found?.contains { $0.title == "7-2-102" } == true, "found by one of three ways")
            }
            await doors.find("zz")
            #expect(doors.found?.isEmpty == true)
            await doors.find("Nobody 2-7")

            #expect(doors.home.people.count == 20)
            await day.sleep()
            #expect(doors.query.isEmpty && doors.found == nil && doors.missed.isEmpty && doors.home.people.isEmpty)
            #expect(!shownAnywhere(doors), "names are forgotten behind")
            await day.wake()
            #expect(doors.home.people.count == 20 && doors.missedCount == 60, "what was open is there again")
            day.speak(.chinese)
            #expect(doors.rows.last == "共 60 人：已采 0，已说明 0，未采 60" && doors.home.people[0].state == "待采")
        }
    }

    /// What is asked while the app leaves the front must not be shown after that.
    @Test func whatIsAskedBeforeSleepIsNotShownAfterIt() async throws {
        try await inVillage { _, doors, _ in
            await doors.home.open(try #require(await add("7", "101", doors)))
            var met = NewPerson()
            met.looks = "grey coat"
            await doors.home.add(met)
            let asked = [Task { await doors.home.load() }, Task { await doors.find("grey") }]
            await Task.yield()
            doors.forget()
            for task in asked { await task.value }
            #expect(!shownAnywhere(doors))
        }
    }

    @Test func carelessUseIsAnsweredAndNothingIsRecorded() async throws {
        try await inVillage { day, doors, heard in
            let there = try #require(await add("7", "101", doors))
            await doors.building.open("", "7")
            await doors.building.claim()
            await doors.home.open(there)
            await doors.home.followUp(.medical)
            let before = await records(day)
            await doors.building.claim()
            #expect(doors.building.told?.details.first == doors.words[.doorsClaimedAlready])
            (doors.building.part.first, doors.building.part.last) = ("300", "100")
            await doors.building.claim()
            #expect(doors.building.told?.details.first == doors.words[.doorsClaimWrong])
            await doors.add(household())
            #expect(doors.told?.details.first == doors.words[.doorsWhereDue])
            await doors.home.followUp(.medical)
            #expect(doors.home.told?.details.first == doors.words[.doorsOpenAlready])
            await doors.home.followUp(.other)
            #expect(doors.home.told?.details.first == doors.words[.doorsWordsDue])
            var met = NewPerson()
            let added = await doors.home.add(met)
            #expect(!added && doors.home.told?.details.first == doors.words[.doorsWhoDue])
            met.number = String(residentNumber(3).dropLast()) + "A"
            await doors.home.add(met)
            #expect(doors.home.told?.details.first == doors.words[.doorsWhoDue])
            await doors.home.sample("nobody")
            #expect(doors.home.told?.cue == .refused)
            await doors.home.visit(.done, reason: String(repeating: "long ", count: 2_000))
            #expect(doors.home.told?.cue == .refused && heard.cues.suffix(8).allSatisfy { $0 == .refused })
            #expect(await records(day) == before)

            await day.screens?.shift.end()
            let ended = await records(day)
            await doors.home.visit(.done)
            #expect(doors.home.told?.details.first == doors.words.problem("no_shift"))
            #expect(await records(day) == ended)
            await doors.home.open("00000000000000000000000000000000")
            #expect(doors.home.told?.headline == doors.words[.doorsUnknownHome] && doors.home.people.isEmpty)
        }
    }

    @Test func practiceHasDoorsOfItsOwn() async throws {
        try await inVillage { day, doors, _ in
            await add("7", "101", doors)
            try await day.begin(practice: true, site: "Village")
            let practice = try #require(day.screens?.doors)
            await practice.load()
            #expect(!practice.hasDoors && practice !== doors)
            await add("8", "1", practice)
            #expect(practice.buildings.map(\.title) == ["8"])
            await day.open()
            let live = try #require(day.screens?.doors)
            await live.load()
            #expect(live.buildings.map(\.title) == ["7"])
        }
    }

    @Test func overlapsAreToldInWords() {
        let (mine, other) = (saved("aaaaaaaa-1"), saved("bbbbbbbb-2"))
        var book = ClaimBook()
        book.claims = [claim(mine, first: nil, last: "120"), claim(other, first: "101", last: nil)]
        book.overlaps = [ClaimOverlap(one: mine, other: other, keeps: other)]
        let place = DoorPlace(area: "Linjiang", building: "7", stairwell: "", door: "110")
        book.contested = [
            ContestedDoor(household: "h", place: place, claims: [mine, other], keeps: other, byVisit: false),
            ContestedDoor(household: "i", place: place, claims: [mine, other], keeps: mine, byVisit: true),
        ]
        let words = Words(.english)
        let told = book.conflicts(words, device: mine.device)
        #expect(
            told == [
                "OVERLAP: this phone Lane A and phone bbbbbbbb Lane A. A door that neither visited, or both, is kept by "
                    + "phone bbbbbbbb Lane A",
                "Linjiang 7-110: kept by phone bbbbbbbb Lane A, by the rule",
                "Linjiang 7-110: kept by this phone Lane A, who was there",
            ])
        let rows = book.rows(words, device: mine.device, now: Date(timeIntervalSince1970: 2))
        #expect(rows.map(\.isMine) == [true, false] && rows[1].lines[0] == "101 to the last door")
        #expect(rows[0].lines[3].hasPrefix("its time was over"))
        let chinese = book.conflicts(Words(.chinese), device: mine.device)
        #expect(chinese[0].hasPrefix("认领重叠：本机 通道 A 与 手机 bbbbbbbb"))
    }
}

private enum Wrong: Error { case nothingShared }

private func saved(_ device: String) -> Saved { Saved(device: device, epoch: "1-00000000", seq: 1) }

private func claim(_ at: Saved, first: String?, last: String?) -> ClaimLine {
    ClaimLine(
        claim: at, lane: "A", area: "Linjiang", building: "7", stairwell: nil, first: first, last: last, untilMs: 1_000,
        released: nil, homes: 2)
}

private func household(_ building: String = "", _ door: String = "", address: String = "") -> NewHousehold {
    let stairwell = building.isEmpty ? "" : "2"
    return NewHousehold(building: building, stairwell: stairwell, door: door, address: address)
}

@MainActor @discardableResult
private func add(_ building: String, _ door: String, _ doors: DoorsModel) async -> String? {
    let added = await doors.add(household(building, door))
    #expect(added != nil, "\(doors.told.debugDescription)")
    return added
}

/// Every record of this journal waits: it is not enrolled.
@MainActor
private func records(_ day: DayModel) async -> UInt64? {
    await day.screens?.sync.load()
    return day.screens?.sync.status?.unsent
}

/// Whether any screen of doors holds a person.
@MainActor
private func shownAnywhere(_ doors: DoorsModel) -> Bool {
    !doors.home.people.isEmpty || !(doors.found ?? []).isEmpty || !doors.missed.isEmpty
        || !doors.home.place.isEmpty || !doors.followUps.isEmpty || !doors.building.rows.isEmpty
}

@MainActor
private func inVillage(_ work: (DayModel, DoorsModel, Heard) async throws -> Void) async throws {
    try await inFolder { folder in
        let (day, heard) = (DayModel(ground(folder)), Heard())
        day.onCue = { heard.cues.append($0) }
        try await day.begin(practice: false, site: "Village")
        try await work(day, #require(day.screens?.doors), heard)
        await day.close()
    }
}
