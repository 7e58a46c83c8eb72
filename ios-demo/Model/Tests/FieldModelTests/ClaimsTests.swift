import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// Two teams that claimed the same doors meet, and each reads what the other shows.
@MainActor @Suite(.serialized) struct ClaimsTests {
    @Test func bothTeamsKnowWhoKeepsWhatOnceTheyMeet() async throws {
        try await inFolder { folder in
            let (one, other) = (try await Phone.inShift(folder, "a"), try await Phone.inShift(folder, "b"))
            let (mine, theirs) = (try one.screens.doors, try other.screens.doors)
            await mine.tellClaims()
            #expect(mine.code.use == nil && mine.told?.cue == .refused, "nothing is claimed yet")
            for doors in [mine, theirs] {
                await doors.add(household("7", "101"))
                await doors.building.open("", "7")
                await doors.building.claim()
                #expect(doors.conflicts.isEmpty)
            }
            try await hear(theirs, mine) { theirs.claims.count == 2 }
            try await hear(mine, theirs) { mine.claims.count == 2 }
            #expect(mine.claims.count == 2 && theirs.claims.count == 2)
            #expect(
                mine.conflicts.count == 2 && theirs.conflicts.count == 2, "the overlap, and the door that each knows")
            #expect(
                mine.told?.headline == mine.words.code(.remark, "claims_overlap") && one.heard.cues.last == .attention)

            let own = try #require(mine.claims.first { $0.isMine })
            await mine.giveUp(own.claim)
            try await hear(theirs, mine) { theirs.conflicts.isEmpty }
            #expect(theirs.conflicts.isEmpty && other.heard.cues.last == .ok)
            theirs.lookForClaims()
            theirs.code.hide()
            await theirs.finder.look(at: Qr.frame(try CodePicture.of("FCT00000101")))
            #expect(theirs.finder.isLooking, "a tube's label is nobody's claim")
            theirs.finder.stop()
            for phone in [one, other] { await phone.day.close() }
        }
    }

    /// `listener` reads what `teller` shows, until its screen has looked again.
    private func hear(_ listener: DoorsModel, _ teller: DoorsModel, knows isSo: @MainActor () -> Bool) async throws {
        await teller.tellClaims()
        #expect(teller.code.use == .claims && teller.code.use?.isAnswered == true)
        listener.dismiss()
        listener.lookForClaims()
        try await listener.finder.see(teller.code)
        try await until { listener.told != nil && !listener.isBusy && isSo() }
        teller.code.hide()
    }

    private func household(_ building: String, _ door: String) -> NewHousehold {
        NewHousehold(building: building, door: door)
    }
}
