import FieldCore

/// A note of a signal; 0 Hz is a rest.
public struct Note: Hashable, Sendable {
    public let hertz, ms: Int
}

/// A pulse of the phone's motor, with sharpness and strength from 0 to 1.
public struct Pulse: Hashable, Sendable {
    public let afterMs, ms: Int
    public let strength, sharpness: Float
}

/// How a cue looks, sounds, feels and reads. Each of the four tells the cues apart alone: fogged glasses,
/// a loud hall, thick gloves and colour blindness each take one away.
public struct Signal: Sendable {
    public let cue: Cue
    /// An SF Symbol of iOS 13, each of another outline.
    public let symbol: String
    public let notes: [Note]
    public let pulses: [Pulse]
    private let inSun, atNight: Pair

    public func colours(_ light: Palette.Light) -> Pair { light == .sun ? inSun : atNight }

    public static func of(_ cue: Cue) -> Signal {
        switch cue {
        case .ok:
            Signal(
                cue: cue, symbol: "checkmark.circle.fill", notes: [tone(1_320, 90)],
                pulses: [tap(0)], inSun: Pair(0xffffff, 0x00612e), atNight: Pair(0xbfe8cc, 0x06331a))
        case .attention:
            Signal(
                cue: cue, symbol: "eye.fill", notes: [tone(660, 120), rest(80), tone(660, 120)],
                pulses: [tap(0), tap(200)], inSun: Pair(0x000000, 0xffc400), atNight: Pair(0xffdf8a, 0x3d2f00))
        case .duplicate:
            Signal(
                cue: cue, symbol: "person.2.fill",
                notes: [tone(880, 100), rest(60), tone(880, 100), rest(60), tone(880, 100)],
                pulses: [tap(0), tap(160), tap(320)], inSun: Pair(0xffffff, 0x00429d), atNight: Pair(0xb9d2ff, 0x08204a)
            )
        case .wrongKind:
            Signal(
                cue: cue, symbol: "questionmark.diamond.fill", notes: [tone(880, 120), tone(523, 180)],
                pulses: [buzz(0, 180), tap(300)], inSun: Pair(0xffffff, 0x6a1b9a), atNight: Pair(0xe0c3f5, 0x2c0c40))
        case .full:
            Signal(
                cue: cue, symbol: "tray.full.fill", notes: [tone(523, 120), tone(659, 120), tone(784, 240)],
                pulses: [tap(0), buzz(150, 350)], inSun: Pair(0xffffff, 0x4e342e), atNight: Pair(0xecd0c4, 0x33201a))
        case .refused:
            Signal(
                cue: cue, symbol: "xmark.octagon.fill", notes: [tone(196, 500)],
                pulses: [buzz(0, 600)], inSun: Pair(0xffffff, 0xa30000), atNight: Pair(0xffc4bd, 0x4a0705))
        }
    }

    private static func tone(_ hertz: Int, _ ms: Int) -> Note { Note(hertz: hertz, ms: ms) }
    private static func rest(_ ms: Int) -> Note { Note(hertz: 0, ms: ms) }
    private static func tap(_ after: Int) -> Pulse { Pulse(afterMs: after, ms: 0, strength: 1, sharpness: 0.9) }
    private static func buzz(_ after: Int, _ ms: Int) -> Pulse {
        Pulse(afterMs: after, ms: ms, strength: 1, sharpness: 0.3)
    }
}
