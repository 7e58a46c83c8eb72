import FieldCore
import Foundation
import Testing

@testable import FieldModel

/// What a seen code does before the phone is enrolled.
@MainActor @Suite struct FinderTests {
    static func invitation() throws -> String {
        let vector = try JSONSerialization.jsonObject(with: Data(source("tests/vectors/invitation.json").utf8))
        return try #require((vector as? [String: Any])?["text"] as? String)
    }

    @Test func aCodeThatIsNoInvitationIsSaidOnceAndTheCameraGoesOn() async {
        let (finder, heard, other) = (FinderModel(words: Words(.english)), Heard(), Qr.frame(Qr.other))
        finder.onCue = { heard.cues.append($0) }
        let quest = Quest.invitation { _, _ in Issue.record("it is none") }
        finder.start(quest)
        await finder.look(at: other)
        #expect(finder.told == nil && finder.isLooking, "one frame may be wrong")
        for _ in 0..<4 { await finder.look(at: other) }
        #expect(finder.told?.headline == finder.words[.enrolNotThis] && finder.told?.cue == .wrongKind)
        #expect(heard.cues == [.wrongKind] && finder.isLooking)

        finder.judge("another")
        #expect(heard.cues == [.wrongKind, .wrongKind], "another code is told by itself")
        finder.judge("another")
        #expect(heard.cues.count == 2)

        finder.stop()
        #expect(!finder.isLooking && finder.told == nil)
        await finder.look(at: other)
        finder.judge("a third")
        #expect(heard.cues.count == 2, "a camera that was put away says nothing")
        finder.start(quest)
        for _ in 0..<3 { await finder.look(at: other) }
        #expect(heard.cues.count == 3, "begun anew, it may say it again")
    }

    @Test func framesHelpAndFail() async {
        let (finder, heard) = (FinderModel(words: Words(.english)), Heard())
        finder.onCue = { heard.cues.append($0) }
        finder.start(.invitation { _, _ in })
        let dark = Still(bytes: Array(repeating: 2, count: 640 * 480), width: 640)
        await finder.look(at: dark)
        #expect(finder.hint == finder.words.code(.guidance, "too_dark") && finder.isDark)
        for _ in 0..<3 { await finder.look(at: Still(bytes: [], width: 640)) }
        #expect(finder.told?.cue == .refused && heard.cues == [.refused], "said once, not with every frame")
        #expect(finder.isLooking)
        await finder.look(at: dark)
        #expect(finder.told == nil, "the frames are fine again")
    }

    @Test func anInvitationIsAskedAndNotTaken() async throws {
        try await inFolder { folder in
            let day = DayModel(ground(folder))
            await day.open()
            let enrol = try #require(day.screens?.enrol)
            enrol.look()
            enrol.finder.judge("FC1:none")
            #expect(enrol.invitation == nil && enrol.finder.told != nil)
            enrol.finder.judge(try Self.invitation())
            #expect(enrol.invitation?.campaignName == "春季 spring" && !enrol.isDone, "shown as one from a file")
            #expect(!enrol.finder.isLooking && enrol.finder.told == nil && enrol.trouble == nil)
            enrol.forget()
            #expect(enrol.invitation == nil)
            await enrol.take()
            #expect(!enrol.isDone, "what was let go is not taken")
            await day.close()
        }
    }

    @Test func onceFoundNothingElseIsJudged() throws {
        let finder = FinderModel(words: Words(.chinese))
        var found: [String] = []
        finder.start(.invitation { text, _ in found.append(text) })
        let text = try Self.invitation()
        for seen in [text, text, "another"] { finder.judge(seen) }
        #expect(found == [text] && finder.told == nil)
    }

    @Test func cuesComeThroughTheDay() async throws {
        try await inFolder { folder in
            let (day, heard) = (DayModel(ground(folder)), Heard())
            await day.open()
            day.onCue = { heard.cues.append($0) }
            day.speak(.chinese)
            let enrol = try #require(day.screens?.enrol)
            let finder = enrol.finder
            enrol.look()
            finder.judge("https://example.org")
            #expect(heard.cues == [.wrongKind] && finder.told?.headline == Words(.chinese)[.enrolNotThis])
            await day.close()
        }
    }
}
