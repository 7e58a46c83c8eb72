import FieldCore
import Foundation
import Testing

@testable import FieldModel

@Suite struct SignalTests {
    private static let signals = Cue.all.map(Signal.of)

    @Test func everyCueIsToldFourTimesOver() {
        let words = Words(.english)
        #expect(Set(Self.signals.map(\.symbol)).count == Cue.all.count)
        #expect(Set(Self.signals.map(\.notes)).count == Cue.all.count)
        #expect(Set(Self.signals.map(\.pulses)).count == Cue.all.count)
        #expect(Set(Cue.all.map { words.code(.cue, $0.code) }).count == Cue.all.count)
        for light in Palette.Light.allCases {
            #expect(Set(Self.signals.map { $0.colours(light).ground }).count == Cue.all.count)
        }
    }

    /// Two sounds must differ in rhythm or go up, down or stay: nobody has perfect pitch in a tent.
    @Test func soundsDifferInShape() {
        let shapes = Self.signals.map { signal in
            let heard = signal.notes.filter { $0.hertz > 0 }
            let long = heard.contains { $0.ms >= 400 }
            let way = zip(heard, heard.dropFirst()).map { $0.hertz == $1.hertz ? 0 : $0.hertz < $1.hertz ? 1 : -1 }
            return "\(heard.count) \(way) \(long)"
        }
        #expect(Set(shapes).count == Cue.all.count)
    }

    @Test func inkIsReadInSunAndAtNight() {
        #expect(Paint(0x000000).contrast(Paint(0xffffff)) == 21)
        #expect(abs(Paint(0x777777).contrast(Paint(0xffffff)) - 4.48) < 0.01)
        for light in Palette.Light.allCases {
            let palette = Palette.of(light)
            for pair in palette.pairs + Self.signals.map({ $0.colours(light) }) {
                #expect(pair.contrast >= 4.5, "\(light) \(pair) \(pair.contrast)")
            }
            // Parts of a picture: 3 to 1 (WCAG 1.4.11).
            for part in [palette.ringFull, palette.ringOpen] { #expect(part.contrast(palette.page.ground) >= 3) }
        }
    }

    @Test func nightIsDark() {
        let night = Palette.of(.night)
        let grounds =
            [night.page, night.panel, night.practice].map(\.ground) + Self.signals.map { $0.colours(.night).ground }
        for ground in grounds { #expect(ground.luminance < 0.06) }
    }

    @Test func tonesAreWavFiles() throws {
        for signal in Self.signals {
            let wav = Tones.wav(signal.notes)
            let samples = signal.notes.map { $0.ms * Tones.rate / 1_000 }.reduce(0, +)
            #expect(wav.count == 44 + samples * 2 && wav.prefix(4) == Data("RIFF".utf8))
            #expect(wav.dropFirst(44).contains { $0 != 0 })
        }
    }

    @Test func onlyWhatIsMissingIsNone() throws {
        #expect(try SafeAnswer.of(SafeAnswer.success).reading)
        #expect(try SafeAnswer.of(SafeAnswer.itemNotFound).reading == false)
        for status in [SafeAnswer.interactionNotAllowed, SafeAnswer.duplicateItem, -1, -34_018, -25_291, 1] {
            #expect(throws: VaultError.self) { try SafeAnswer.of(status).reading }
        }
    }

    @Test func newestFrameWins() async {
        let pipe = FramePipe<Int>()
        for frame in 1...5 { pipe.offer(frame) }
        pipe.end()
        var seen: [Int] = []
        for await frame in pipe.frames { seen.append(frame) }
        #expect(seen == [5])
    }
}
