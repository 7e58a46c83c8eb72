import Foundation

/// Notes as a WAV file in memory: 16 bit, one channel.
public enum Tones {
    static let rate = 22_050

    public static func wav(_ notes: [Note]) -> Data {
        let samples = notes.flatMap(samples)
        var file = Data("RIFF".utf8)
        func add<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { file.append(contentsOf: $0) }
        }
        add(UInt32(36 + samples.count * 2))
        file.append(Data("WAVEfmt ".utf8))
        add(UInt32(16))
        add(UInt16(1))
        add(UInt16(1))
        add(UInt32(rate))
        add(UInt32(rate * 2))
        add(UInt16(2))
        add(UInt16(16))
        file.append(Data("data".utf8))
        add(UInt32(samples.count * 2))
        for sample in samples { add(sample) }
        return file
    }

    /// Half a square, half a sine: heard through a hood and a generator. The ends fade, so that nothing clicks.
    private static func samples(_ note: Note) -> [Int16] {
        let count = note.ms * rate / 1_000
        guard note.hertz > 0 else { return Array(repeating: 0, count: count) }
        let fade = rate / 200
        return (0..<count).map { index in
            let sine = sin(2 * Double.pi * Double(note.hertz) * Double(index) / Double(rate))
            let edge = min(1, Double(min(index, count - 1 - index)) / Double(fade))
            return Int16((0.5 * sine + (sine < 0 ? -0.4 : 0.4)) * edge * 32_000)
        }
    }
}
