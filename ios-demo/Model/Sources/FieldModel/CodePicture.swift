import FieldCore
import Foundation

/// A QR as a screen or a page draws it: every module is whole dots, so that nothing is smoothed.
public struct CodePicture: Equatable, Sendable {
    /// Modules of white round the code (ISO/IEC 18004).
    public static let quiet = 4

    /// Modules of a side.
    public let size: Int
    private let dark: [UInt8]

    public init(_ picture: QrPicture) { (size, dark) = (Int(picture.size), Array(picture.dark)) }

    /// The picture of a code's text; text that is too long for one QR is `FieldError.Invalid`.
    public static func of(_ text: String) throws -> CodePicture { CodePicture(try qrPicture(text: text)) }

    public func isDark(_ row: Int, _ column: Int) -> Bool { dark[row * size + column] != 0 }

    /// The dark modules in a rectangle whose points have `scale` dots each: in every row, those side by side as one
    /// bar. White is left round them.
    public func bars(in rect: CGRect, scale: CGFloat) -> [CGRect] {
        let modules = CGFloat(size + 2 * Self.quiet)
        let dots = (min(rect.width, rect.height) * scale / modules).rounded(.down)
        guard dots > 0 else { return [] }
        let module = dots / scale
        let margin = { (room: CGFloat) in ((room - module * CGFloat(size)) / 2 * scale).rounded(.down) / scale }
        let (left, top) = (rect.minX + margin(rect.width), rect.minY + margin(rect.height))
        return (0..<size).flatMap { row in
            runs(row).map { run in
                CGRect(
                    x: left + CGFloat(run.lowerBound) * module, y: top + CGFloat(row) * module,
                    width: CGFloat(run.count) * module, height: module)
            }
        }
    }

    private func runs(_ row: Int) -> [Range<Int>] {
        var (runs, start): ([Range<Int>], Int?) = ([], nil)
        for column in 0...size {
            let isDark = column < size && isDark(row, column)
            if isDark, start == nil { start = column }
            if !isDark, let first = start {
                runs.append(first..<column)
                start = nil
            }
        }
        return runs
    }
}
