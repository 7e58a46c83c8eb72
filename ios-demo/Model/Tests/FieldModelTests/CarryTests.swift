import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// Records that go from phone to phone without a network.
@MainActor @Suite(.serialized) struct CarryTests {
    @Test func aCarryGoesByFile() async throws {
        try await inFolder { folder in
            let (one, other) = (try await Phone.enrolled(folder, "a"), try await Phone.enrolled(folder, "b"))
            try await one.fill("FCT00000101", 0..<3)
            let (mine, theirs) = (try one.screens.carry, try other.screens.carry)
            await mine.load()
            let waiting = try #require(mine.status?.unsent)
            let file = try #require(await mine.write(into: folder))
            #expect(waiting > 0 && mine.told != nil && mine.trouble == nil)
            #expect(try #require(mine.status?.unsent) >= waiting, "what left goes on waiting")
            await theirs.take(files: [])
            #expect(theirs.result == nil && other.heard.cues.isEmpty, "nothing was picked")
            await theirs.take(files: [file])
            #expect(theirs.result?.cue == .ok, "\(theirs.result.debugDescription)")
            #expect(theirs.carried?.devices == 1 && theirs.rows.count == 6)
            let first = theirs.result
            await theirs.take(files: [file])
            #expect(theirs.result?.cue == .ok && theirs.result != first, "twice is known")
            #expect(theirs.carried?.devices == 1)

            var bytes = try Data(contentsOf: file)
            bytes[bytes.count - 1] ^= 1
            await theirs.take(bytes, .share)
            #expect(theirs.result?.cue != .ok && theirs.result?.reasons.isEmpty == false)
            await theirs.take(bytes.prefix(bytes.count - 40), .share)
            #expect(theirs.result?.reasons.contains { $0.contains(theirs.words[.carryCutOff]) } == true)
            await theirs.take(Data("a letter".utf8), .share)
            #expect(theirs.result?.cue == .refused || theirs.trouble != nil)
            await theirs.take(files: [folder.appendingPathComponent("gone.fcb")])
            #expect(theirs.result?.reasons.contains { $0.hasPrefix("gone.fcb") } == true && theirs.trouble == nil)
            theirs.dismissResult()
            #expect(theirs.result == nil)
            await theirs.take(files: [try #require(await mine.write(into: folder, now: Date() + 1))])
            #expect(theirs.result?.cue == .ok)
            let same = Date()
            #expect(await mine.write(into: folder, now: same) != nil)
            #expect(await mine.write(into: folder, now: same) == nil && mine.trouble != nil, "a file stays as it is")
            for phone in [one, other] { await phone.day.close() }
        }
    }

    @Test func aCarryGoesFromScreenToCameraThoughFramesAreMissed() async throws {
        try await inFolder { folder in
            let (one, other) = (try await Phone.enrolled(folder, "a"), try await Phone.enrolled(folder, "b"))
            try await one.fill("FCT00000101", 0..<8)
            let (mine, theirs) = (try one.screens.carry, try other.screens.carry)
            await mine.show()
            #expect(mine.code.use == .carry && (mine.code.needed ?? 0) > 1)
            theirs.film()
            try await theirs.finder.see(mine.code)
            theirs.finder.stop()
            #expect(theirs.result == nil && theirs.carried?.devices ?? 0 == 0, "cancelled: nothing was taken")
            theirs.film()
            for number in 0..<400 where theirs.finder.isLooking {
                // Every third one is missed.
                if number % 3 != 0 { try await theirs.finder.see(mine.code, frames: 3) }
                await mine.code.step()
            }
            try await until { theirs.result != nil && !theirs.isBusy }
            #expect(theirs.result?.cue == .ok && theirs.carried?.devices == 1, "\(theirs.result.debugDescription)")
            mine.code.hide()
            for phone in [one, other] { await phone.day.close() }
        }
    }

    @Test func wherePhonesCannotCarryTheySaySo() async throws {
        try await inFolder { folder in
            let phone = Phone(folder, "a")
            try await phone.day.begin(practice: true)
            let practice = try phone.screens.carry
            await practice.load()
            #expect(practice.obstacle == practice.words[.carryPractice])
            await practice.show()
            #expect(practice.code.use == nil && practice.trouble != nil)
            try await phone.day.begin(practice: false)
            let carry = try phone.screens.carry
            await carry.load()
            #expect(carry.obstacle == carry.words[.carryNotEnrolled])
            #expect(await carry.write(into: folder) == nil && carry.trouble != nil)
            await phone.day.close()
        }
    }

    @Test func asleepNothingIsTakenAndThatIsSaid() async throws {
        try await inFolder { folder in
            let phone = try await Phone.enrolled(folder, "a")
            let carry = try phone.screens.carry
            await phone.day.sleep()
            await carry.show()
            #expect(carry.trouble == carry.words.code(.error, "closed") && carry.code.use == nil && !carry.isBusy)
            await phone.day.wake()
            await carry.show()
            #expect(carry.trouble == nil && carry.code.use == .carry)
            phone.day.speak(.chinese)
            #expect(carry.code.spoken.contains(Words(.chinese)[.codeCarry]))
            await phone.day.close()
        }
    }
}
