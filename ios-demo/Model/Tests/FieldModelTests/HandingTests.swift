import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// Two phones hand things to each other, each reading what the other shows.
@MainActor @Suite(.serialized) struct HandingTests {
    @Test func anOpenTubePassesOnAndIsTakenBack() async throws {
        try await inFolder { folder in
            let (giver, taker) = (try await Phone.inShift(folder, "a"), try await Phone.inShift(folder, "b"))
            let (mine, theirs) = (try giver.screens.tubes, try taker.screens.tubes)
            try await giver.fill("FCT00000101", 0..<3)
            await mine.load()
            await mine.pass("FCT00000101")
            #expect(mine.code.use == .pass && mine.told?.cue == .ok && mine.offer("FCT00000101") == .takeBack)
            try await giver.type(residentNumber(3))
            #expect(try giver.screens.scan.told?.cue != .ok, "from then on nobody is added here")

            theirs.lookForTube()
            try await theirs.finder.see(mine.code)
            try await until { theirs.code.use == .passAnswer }
            try await until { theirs.row("FCT00000101")?.isOpen == true && !theirs.isBusy }
            #expect(theirs.told?.whom.contains("FCT00000101") == true)
            await taker.day.screens?.scan.refresh()
            #expect(try taker.screens.scan.ring?.count == 3, "positions go on")

            mine.lookForAnswer()
            #expect(mine.code.use == nil)
            try await mine.finder.see(theirs.code)
            try await until { mine.told?.headline == mine.words.code(.remark, "pass_answered") && !mine.isBusy }
            theirs.lookForTube()
            await mine.pass("FCT00000101")
            #expect(mine.code.use == .pass, "the same code once more")
            try await theirs.finder.see(mine.code)
            try await until { theirs.saysAgain && !theirs.isBusy }
            #expect(theirs.open.count == 1)

            await mine.takeBack("FCT00000101", "they never came")
            #expect(mine.told?.cue == .attention && mine.offer("FCT00000101") == .close)
            #expect(mine.told?.details.contains(mine.words.problem("ask_the_other")) == true)
            await mine.takeBack("FCT00000101", "")
            #expect(mine.told?.cue == .refused, "twice is told")
            for phone in [giver, taker] { await phone.day.close() }
        }
    }

    @Test func aTubeMayComeBackByCode() async throws {
        try await inFolder { folder in
            let (one, other) = (try await Phone.inShift(folder, "a"), try await Phone.inShift(folder, "b"))
            try await one.fill("FCT00000101", 0..<2)
            let (mine, theirs) = (try one.screens.tubes, try other.screens.tubes)
            await mine.pass("FCT00000101")
            // Read by the lane's own camera, it is taken too.
            let scan = try other.screens.scan
            try await other.scan(try Qr.text(of: mine.code.picture))
            #expect(scan.code.use == .passAnswer && scan.ring?.count == 2, "\(scan.told.debugDescription)")
            scan.code.hide()
            try await other.type(residentNumber(7))
            await theirs.load()
            await theirs.pass("FCT00000101")
            mine.lookForTube()
            try await mine.finder.see(theirs.code)
            try await until { mine.code.use == .passAnswer && !mine.isBusy }
            #expect(mine.open.first?.count == 3 && mine.offer("FCT00000101") == .close)
            for phone in [one, other] { await phone.day.close() }
        }
    }

    @Test func aBoxIsPackedSealedAndHandedOver() async throws {
        try await inFolder { folder in
            let (giver, taker) = (try await Phone.inShift(folder, "a"), try await Phone.inShift(folder, "b"))
            let (mine, theirs) = (try giver.screens.boxes, try taker.screens.boxes)
            try await sealed("BOX-1", ["FCT00000101", "FCT00000102"], giver)
            #expect(mine.ready == ["BOX-1"] && mine.row("BOX-1")?.state == .sealed)

            await mine.offer(["BOX-1"])
            #expect(mine.code.use == .offer && mine.row("BOX-1")?.state == .sealed, "nothing is written yet")
            theirs.lookForOffer()
            try await theirs.finder.see(mine.code)
            try await until { theirs.arrival != nil }
            #expect(theirs.arrival?.missing == ["BOX-1"] && theirs.arrival?.tubes == 2 && theirs.question == nil)
            await theirs.receive(reason: "")
            #expect(theirs.arrival != nil && theirs.code.use == nil, "what was not found is not received")
            await theirs.count("BOX-9", tubes: 2, tenths: nil)
            #expect(theirs.told?.cue == .attention && theirs.arrival?.found == [])
            await theirs.count("BOX-1", tubes: 1, tenths: 45)
            #expect(theirs.arrival?.found == ["BOX-1"] && theirs.arrival?.counted == ["BOX-1": 1])
            #expect(theirs.told?.details.contains(theirs.words.problem("count_differs")) == true)
            await theirs.receive(reason: "")
            #expect(theirs.arrival == nil && theirs.code.use == .receipt && theirs.row("BOX-1")?.tubes == 1)

            mine.lookForReceipt()
            try await mine.finder.see(theirs.code)
            try await until { mine.row("BOX-1")?.state == .given && !mine.isBusy }
            #expect(mine.told?.cue == .attention && mine.offer == nil, "the counts differ")
            mine.lookForReceipt()
            try await mine.finder.see(theirs.code)
            try await until { mine.saysAgain && !mine.isBusy }

            // And back again, found by the camera.
            await theirs.offer(["BOX-1"])
            mine.lookForOffer()
            try await mine.finder.see(theirs.code)
            try await until { mine.arrival != nil }
            mine.lookForBoxes()
            let label = Qr.frame(try CodePicture.of("BOX-1"))
            for _ in 0..<40 where mine.arrival?.found != ["BOX-1"] { await mine.finder.look(at: label) }
            try await until { mine.arrival?.found == ["BOX-1"] }
            mine.finder.stop()
            await mine.receive(reason: "")
            #expect(mine.code.use == .receipt && mine.rows.contains { $0.state == .sealed })
            for phone in [giver, taker] { await phone.day.close() }
        }
    }

    @Test func packingByCameraAndByTyping() async throws {
        try await inFolder { folder in
            let phone = try await Phone.inShift(folder, "a")
            let boxes = try phone.screens.boxes
            await boxes.pack(.typed(text: "FCT00000101", document: nil))
            #expect(boxes.told?.cue == .wrongKind && boxes.boxes.isEmpty, "no box is open")
            for tube in 101...103 { try await phone.fill("FCT00000\(tube)", 10 * tube..<10 * tube + 10) }
            boxes.lookForLabels()
            for text in ["BOX-1", "FCT00000101", "FCT00000102"] {
                let label = Qr.frame(try CodePicture.of(text))
                for _ in 0..<40 where boxes.told?.whom.contains(text) != true { await boxes.finder.look(at: label) }
                try await until { boxes.told?.whom.contains(text) == true && !boxes.isBusy }
                #expect(boxes.finder.told == boxes.told && boxes.told?.cue == .ok, "\(boxes.told.debugDescription)")
            }
            boxes.finder.stop()
            #expect(
                boxes.active == "BOX-1" && boxes.row("BOX-1")?.packed.map(\.tube) == ["FCT00000101", "FCT00000102"])
            await boxes.pack(.typed(text: residentNumber(1), document: nil))
            #expect(boxes.told?.cue == .wrongKind && boxes.row("BOX-1")?.tubes == 2, "a person is no tube")

            await boxes.open("BOX-2")
            await boxes.pack(.typed(text: "FCT00000101", document: nil))
            #expect(boxes.question != nil && boxes.row("BOX-2")?.tubes == 0, "it lies in another box")
            boxes.dismissQuestion()
            await boxes.pack(.typed(text: "FCT00000101", document: nil))
            await boxes.confirm()
            #expect(boxes.row("BOX-1")?.tubes == 1 && boxes.row("BOX-2")?.tubes == 1)
            await boxes.unpack("FCT00000101", "")
            #expect(boxes.told?.cue == .ok && boxes.row("BOX-2")?.tubes == 0)

            await boxes.seal("BOX-2", tubes: 0, tenths: nil, seal: "")
            #expect(boxes.told?.cue == .refused, "a box without tubes is not sealed")
            await boxes.seal("BOX-1", tubes: 3, tenths: 42, seal: "S-4711")
            #expect(boxes.question != nil && boxes.row("BOX-1")?.state == .open, "the count differs")
            await boxes.confirm()
            #expect(boxes.row("BOX-1")?.state == .sealed && boxes.row("BOX-1")?.tubes == 1)
            await boxes.cold("BOX-1", tenths: -21)
            #expect(boxes.told?.headline == boxes.words.code(.remark, "temperature_kept"))
            await boxes.damage("BOX-1", .sealBroken, "torn")
            #expect(boxes.told?.headline == boxes.words.code(.remark, "damage_kept"))
            await boxes.unpack("FCT00000102", "")
            #expect(boxes.told?.cue == .attention && boxes.row("BOX-1")?.state == .open, "seal it anew")
            await phone.day.close()
        }
    }

    @Test func carelessHandsLoseNoBox() async throws {
        try await inFolder { folder in
            let (giver, taker) = (try await Phone.inShift(folder, "a"), try await Phone.inShift(folder, "b"))
            let (mine, theirs) = (try giver.screens.boxes, try taker.screens.boxes)
            await mine.offer([])
            #expect(mine.told?.cue == .refused && mine.code.use == nil)
            await mine.offer(["BOX-7"])
            #expect(mine.told?.details.contains(mine.words.problem("box_unknown")) == true)
            try await sealed("BOX-1", ["FCT00000101"], giver)
            await mine.open("BOX-2")
            await mine.give(["BOX-2"], to: "the driver")
            #expect(mine.told?.details.contains(mine.words.problem("box_not_sealed")) == true)
            await mine.give(["BOX-1"], to: "  ")
            #expect(mine.told?.headline == mine.words[.boxWhomDue] && mine.ready == ["BOX-1"])
            await theirs.receive(reason: "")
            await theirs.count("BOX-1", tubes: 1, tenths: nil)
            await theirs.find(.typed(text: "BOX-1", document: nil))
            #expect(theirs.told?.cue == .attention && theirs.boxes.isEmpty, "no offer was read")

            await mine.offer(["BOX-1"])
            let file = try #require(mine.offerFile)
            mine.lookForOffer()
            try await mine.finder.see(mine.code)
            try await until { mine.told?.details.contains(mine.words.problem("code_own")) == true }
            await theirs.takeOffer(file: Data("a letter".utf8))
            #expect(theirs.told?.headline == theirs.words[.boxNoOffer] && theirs.arrival == nil)
            await theirs.takeOffer(file: file)
            #expect(theirs.arrival?.missing == ["BOX-1"])
            await theirs.cancelArrival()
            #expect(theirs.arrival == nil && theirs.told?.cue == .attention)
            await theirs.cancelArrival()
            #expect(theirs.arrival == nil && theirs.told?.headline == theirs.words.problem("nothing_to_receive"))
            await theirs.takeOffer(file: file)
            #expect(theirs.arrival?.missing == ["BOX-1"], "cancelled, it may be read again")
            // In between somebody scans a tube in that lane, and wants to pack.
            try await taker.scan("FCT00000201")
            #expect(try taker.screens.scan.told?.cue == .refused && taker.screens.scan.ring == nil)
            await theirs.open("BOX-5")
            #expect(theirs.arrival?.missing == ["BOX-1"] && theirs.boxes.isEmpty, "the boxes come first")
            await theirs.find(.typed(text: "BOX-1", document: nil))
            #expect(theirs.arrival?.found == ["BOX-1"])
            // Undone where the lane scans, it is over here too.
            await taker.day.screens?.scan.undo()
            #expect(theirs.arrival == nil)
            await theirs.find(.typed(text: "BOX-1", document: nil))
            #expect(theirs.boxes.isEmpty, "and no box is opened by mistake")
            await theirs.takeOffer(file: file)
            await theirs.find(.typed(text: "BOX-1", document: nil))
            await theirs.receive(reason: "")
            await theirs.takeOffer(file: file)
            #expect(theirs.told?.details.contains(theirs.words.problem("code_used")) == true && theirs.boxes.count == 1)
            await mine.give(["BOX-1"], to: "the driver")
            #expect(mine.row("BOX-1")?.line.contains("the driver") == true)
            for phone in [giver, taker] { await phone.day.close() }
        }
    }

    @Test func aSecondTapAsksNothingTwice() async throws {
        try await inFolder { folder in
            let phone = try await Phone.inShift(folder, "a")
            let boxes = try phone.screens.boxes
            async let first: Void = boxes.open("BOX-1")
            async let second: Void = boxes.open("BOX-2")
            _ = await (first, second)
            #expect(boxes.boxes.count == 1 && phone.heard.cues == [.ok])
            await phone.day.sleep()
            await boxes.open("BOX-3")
            #expect(boxes.told?.cue == .refused && !boxes.isBusy, "asleep: told, and not stuck")
            await phone.day.wake()
            await boxes.open("BOX-3")
            #expect(boxes.boxes.count == 2)
            await phone.day.close()
        }
    }

    @Test func aLateBoxIsToldByAWordAsLongAsItIsHere() async throws {
        try await inFolder { folder in
            let phone = try await Phone.inShift(folder, "a")
            let boxes = try phone.screens.boxes
            let line = { (label: String?, state: String, isLate: Bool) in
                BoxLine(
                    container: label, state: state, sealedMs: nil, givenTo: state == "given" ? "the driver" : nil,
                    tubes: 4, packed: [], openedMs: 0, ageS: 9 * 3_600, late: isLate)
            }
            let (late, given) = (boxes.row(line("BOX-1", "sealed", true)), boxes.row(line("BOX-1", "given", true)))
            #expect(late.isLate && late.line.contains(boxes.words[.boxLate]) && late.line.contains("9.0 h"))
            #expect(!given.isLate && !given.line.contains(boxes.words[.boxLate]) && given.line.contains("the driver"))
            #expect(!boxes.row(line("BOX-1", "open", false)).isLate)
            let odd = boxes.row(line(nil, "buried", false))
            #expect(odd.label == nil && odd.state == nil && odd.line.contains("buried"), "told as it is")
            await phone.day.close()
        }
    }

    @Test func howABoxStandsHasASymbolAndAWord() {
        #expect(Set(BoxState.allCases.map(\.symbol)).count == BoxState.allCases.count)
        #expect(BoxesModel.hours(3_600 * 25 + 3_599) == "25.9" && BoxesModel.hours(0) == "0.0")
        for tongue in Tongue.allCases {
            let words = Words(tongue)
            for state in BoxState.allCases { #expect(words.known(.box, state.rawValue) != nil) }
            for damage in DamageKind.all { #expect(words.known(.damage, damage.code) != nil) }
        }
    }

    @Test func numbersAreTypedAsPeopleWriteThem() async throws {
        try await inFolder { folder in
            let phone = try await Phone.inShift(folder, "a")
            let boxes = try phone.screens.boxes
            let good: [(String, String, UInt32, Int64?)] = [
                ("40", "", 40, nil), (" 7 ", "4.5", 7, 45), ("0", "-2,1", 0, -21), ("1", "8", 1, 80),
                ("1", "-0.5", 1, -5),
            ]
            for (tubes, degrees, count, tenths) in good {
                let read = try #require(boxes.typed(tubes: tubes, degrees: degrees), "\(tubes) \(degrees)")
                #expect(read.tubes == count && read.tenths == tenths, "\(tubes) \(degrees)")
            }
            for (tubes, degrees) in [
                ("", ""), ("-1", ""), ("x", ""), ("1", "4.55"), ("1", "warm"), ("1", "1e9"), ("1", "99999"),
            ] {
                #expect(
                    boxes.typed(tubes: tubes, degrees: degrees) == nil && boxes.told?.cue == .refused,
                    "\(tubes) \(degrees)")
            }
            await phone.day.close()
        }
    }

    /// Packs tubes and seals the box.
    private func sealed(_ label: String, _ tubes: [String], _ phone: Phone) async throws {
        let boxes = try phone.screens.boxes
        for (index, tube) in tubes.enumerated() {
            try await phone.fill(tube, 20 * index..<20 * index + 2)
            await phone.day.screens?.tubes.closeShort("evening")
        }
        await boxes.open(label)
        for tube in tubes { await boxes.pack(.typed(text: tube, document: nil)) }
        await boxes.seal(label, tubes: UInt32(tubes.count), tenths: 40, seal: "S-1")
        #expect(boxes.row(label)?.state == .sealed, "\(boxes.told.debugDescription)")
    }
}

extension LaneModel {
    /// Whether the last answer is that a code was read before: within two seconds as the same again, else as used.
    fileprivate var saysAgain: Bool {
        told?.headline == words.code(.outcome, "repeated") || told?.details.contains(words.problem("code_used")) == true
    }
}
