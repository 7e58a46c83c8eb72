import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// A chief whom the hub trusts, a helper without any network, and the records' way home.
extension HubTests {
    @Test(.enabled(if: hub != nil, "no hub was started: see test.sh"))
    func aHelperIsEnrolledWithoutNetworkAndItsRecordsReachTheHub() async throws {
        let hub = try #require(hub)
        try await inFolder { folder in
            let chief = try await self.chief(folder, hub)
            let helper = Phone(folder, "helper")
            await helper.day.open()
            try await enrol(helper, by: chief)
            await helper.day.decide()
            #expect(helper.day.phase == .shift)
            await helper.day.screens?.shift.load()
            #expect(try helper.screens.shift.profile?.sites.contains("Hall") == true, "the kit brought the profile")
            try await helper.day.begin(practice: false)

            try await cards(issuedBy: chief, readBy: helper)
            try await helper.fill("FCT00009202", 6_100..<6_103)
            await helper.day.screens?.tubes.closeShort("evening")

            let (theirs, mine) = (try helper.screens.carry, try chief.screens.carry)
            await theirs.show()
            mine.film()
            for _ in 0..<400 where mine.finder.isLooking {
                try await mine.finder.see(theirs.code, frames: 3)
                await theirs.code.step()
            }
            try await until { mine.result != nil && !mine.isBusy }
            #expect(mine.result?.cue == .ok && mine.carried?.devices == 1, "\(mine.result.debugDescription)")
            try await home(chief)
            await mine.load()
            #expect(mine.carried?.waiting == 0, "the hub has the helper's batches")
            let back = try #require(await mine.write(into: folder))
            let before = try await unsent(helper)
            await theirs.take(files: [back])
            #expect(theirs.result?.cue == .ok, "\(theirs.result.debugDescription)")
            #expect(try await unsent(helper) < before, "the receipts came back")
            #expect(try helper.screens.sync.ledger?.people == 5)
            try tell(hub, helper.screens.sync.ledger)
            for phone in [chief, helper] { await phone.day.close() }
        }
    }

    /// A phone in its shift that may enrol two helpers and issue cards.
    private func chief(_ folder: URL, _ hub: URL) async throws -> Phone {
        let chief = Phone(folder, "chief", transport: URLSessionTransport())
        await chief.day.open()
        let enrol = try chief.screens.enrol
        enrol.read(file: try Data(contentsOf: hub.appendingPathComponent("invitation.txt")))
        await enrol.take()
        await enrol.takeProfile(try Data(contentsOf: hub.appendingPathComponent("profile.fcb")))
        try await chief.day.begin(practice: false)
        try await home(chief)
        let device = try #require(chief.screens.sync.status?.device)
        try ask(hub, "delegate", device, "--rights", "enrol,issue", "--helpers", "2", "--expires", "1h")
        try await home(chief)
        let (model, proxy) = (try chief.screens.helper, try chief.screens.proxy)
        await model.load()
        await proxy.load()
        #expect(model.rows.count == 1 && model.obstacle == nil && proxy.obstacle == nil)
        #expect(
            model.rows.first?.line.contains(model.words(.helperLeft, 2, 2)) == true && model.rows.first?.isOver == false
        )
        return chief
    }

    private func enrol(_ helper: Phone, by chief: Phone) async throws {
        let (mine, theirs) = (try chief.screens.helper, try helper.screens.helper)
        mine.lookForHelper()
        await mine.showKeys()
        let own = try #require(mine.code.picture)
        for _ in 0..<40 where mine.finder.isLooking { await mine.finder.look(at: Qr.frame(own)) }
        try await until { mine.told?.cue == .refused }
        #expect(mine.place == nil, "its own code is none of a helper")

        await theirs.showKeys()
        for _ in 0..<2 {
            mine.lookForHelper()
            try await mine.finder.see(theirs.code)
            try await until { mine.code.use == .welcome }
            #expect(mine.place?.ordinal == 1 && mine.place?.left == 1, "read twice, it is the same place")
            if mine.helpers.isEmpty { mine.code.hide() }
        }
        #expect(mine.helperRows.count == 1)

        await theirs.take(kit: try #require(mine.kit))
        #expect(theirs.told?.cue == .refused && !theirs.hasKit, "the welcome comes first")
        theirs.lookForWelcome()
        try await theirs.finder.see(mine.code)
        try await until { theirs.welcome != nil }
        #expect(theirs.welcome?.campaignName == "Bindings" && theirs.welcome?.profileDue == true)
        mine.showKit()
        theirs.filmKit()
        for _ in 0..<400 where theirs.finder.isLooking {
            try await theirs.finder.see(mine.code, frames: 3)
            await mine.code.step()
        }
        try await until { theirs.hasKit }
        await mine.take(kit: try #require(mine.kit))
        #expect(mine.told?.cue == .refused, "a chief is nobody's helper")
        mine.code.hide()
    }

    /// Two people are registered ahead by the chief; the helper samples them by their cards, one of them twice.
    private func cards(issuedBy chief: Phone, readBy helper: Phone) async throws {
        let (proxy, scan) = (try chief.screens.proxy, try helper.screens.scan)
        proxy.take(.typed(text: residentNumber(6_000), document: nil))
        (proxy.name, proxy.contact) = ("Nobody", "00000000000")
        await proxy.register()
        #expect(proxy.code.use == .card && !proxy.isBegun && proxy.cards.count == 1, "\(proxy.told.debugDescription)")
        let first = try #require(proxy.code.picture)
        proxy.name = "Nobody Else"
        await proxy.register()
        let issued = proxy.cards.map(\.card)
        await proxy.load()
        #expect(issued.count == 2 && proxy.cards.map(\.card) == issued, "each is there again")
        let pages = try #require(await proxy.pages(CGSize(width: 595, height: 842)))
        #expect(pages.map(\.cards.count) == [2] && pages[0].cards.map(\.title) == ["Nobody", "Nobody Else"])

        proxy.name = "Nobody Third"
        await chief.day.sleep()
        #expect(proxy.cards.isEmpty && proxy.code.use == nil && proxy.told == nil, "behind, nobody is shown")
        await chief.day.wake()
        #expect(proxy.cards.count == 2 && proxy.name == "Nobody Third", "and what was being filled in stays")
        proxy.clear()

        try await helper.scan("FCT00009201")
        for picture in [first, pages[0].cards[1].code] {
            try await helper.scan(try Qr.text(of: picture))
            #expect(scan.told?.cue == .ok, "\(scan.told.debugDescription)")
        }
        #expect(scan.ring?.count == 2)
        await helper.day.screens?.tubes.closeShort("door done")
        try await helper.scan("FCT00009203")
        try await helper.scan(try Qr.text(of: pages[0].cards[0].code))
        #expect(scan.told?.cue == .duplicate, "printed or shown, it is one card: \(scan.told.debugDescription)")
    }

    /// Sends what waits, and takes what the hub has for this phone.
    private func home(_ phone: Phone) async throws {
        let sync = try phone.screens.sync
        for _ in 0..<2 { await sync.syncNow() }
        #expect(sync.trouble == nil && sync.status?.unsent == 0, "\(sync.trouble ?? "")")
    }

    private func unsent(_ phone: Phone) async throws -> UInt64 {
        let sync = try phone.screens.sync
        await sync.load()
        return try #require(sync.status?.unsent)
    }

    /// One command of the hub that serves.
    private func ask(_ hub: URL, _ words: String...) throws {
        let command = Process()
        command.executableURL = project.appendingPathComponent("target/debug/fieldcore-hub")
        command.arguments = ["--dir", hub.appendingPathComponent("hub").path] + words
        command.standardOutput = FileHandle.nullDevice
        try command.run()
        command.waitUntilExit()
        #expect(command.terminationStatus == 0, "\(words)")
    }
}
