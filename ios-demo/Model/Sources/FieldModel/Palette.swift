import Foundation

/// A colour of the screen, sRGB.
public struct Paint: Hashable, Sendable {
    public let red, green, blue: UInt8

    public init(_ hex: UInt32) {
        (red, green, blue) = (UInt8(hex >> 16 & 0xff), UInt8(hex >> 8 & 0xff), UInt8(hex & 0xff))
    }

    /// Relative luminance (WCAG 2.2).
    public var luminance: Double {
        func linear(_ byte: UInt8) -> Double {
            let value = Double(byte) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// Contrast with another colour, 1 to 21.
    public func contrast(_ other: Paint) -> Double {
        let (high, low) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (high + 0.05) / (low + 0.05)
    }
}

/// Ink on ground.
public struct Pair: Hashable, Sendable {
    public let ink, ground: Paint

    init(_ ink: UInt32, _ ground: UInt32) { (self.ink, self.ground) = (Paint(ink), Paint(ground)) }

    public var contrast: Double { ink.contrast(ground) }
}

/// The colours of one light. Sun: white ground and saturated cues that hold against glare. Night: nothing
/// bright that would blind a sampler, and the cues dark with light ink.
public struct Palette: Sendable {
    public enum Light: String, CaseIterable, Sendable { case sun, night }

    public let light: Light
    public let page, quiet, panel, button, chosen, practice: Pair
    /// The drawn and the open part of the ring, on the page's ground.
    public let ringFull, ringOpen: Paint

    public static func of(_ light: Light) -> Palette { light == .sun ? sun : night }

    public var pairs: [Pair] { [page, quiet, panel, button, chosen, practice] }

    private static let sun = Palette(
        light: .sun,
        page: Pair(0x000000, 0xffffff), quiet: Pair(0x3d3d3d, 0xffffff), panel: Pair(0x000000, 0xececec),
        button: Pair(0xffffff, 0x003a70), chosen: Pair(0xffffff, 0x1b1b1b), practice: Pair(0x000000, 0xffb000),
        ringFull: Paint(0x003a70), ringOpen: Paint(0x767676)
    )
    private static let night = Palette(
        light: .night,
        page: Pair(0xd9d0c4, 0x0a0a0a), quiet: Pair(0xa59c90, 0x0a0a0a), panel: Pair(0xd9d0c4, 0x1c1a18),
        button: Pair(0xf0e4d4, 0x3a2c1c), chosen: Pair(0x0a0a0a, 0xc9a36b), practice: Pair(0xffcf70, 0x4a3000),
        ringFull: Paint(0xc9a36b), ringOpen: Paint(0x6e675e)
    )
}
