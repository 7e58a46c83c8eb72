import FieldCore
import Foundation

/// A page of proxy cards as plain values: six to a page, each with its code and who it is for beside it.
public struct CardPage: Sendable {
    static let across = 2
    static let down = 3
    /// The page's margin, points. Printers leave about this much white themselves.
    static let margin: CGFloat = 36

    public let cards: [PlacedCard]

    /// The pages of cards, on paper of a size in points.
    public static func pages(_ cards: [ProxyCard], _ paper: CGSize, _ words: Words) throws -> [CardPage] {
        let places = places(on: paper)
        return try stride(from: 0, to: cards.count, by: places.count).map { first in
            let some = cards[first..<min(first + places.count, cards.count)]
            return CardPage(cards: try zip(some, places).map { try PlacedCard($0, in: $1, words) })
        }
    }

    /// Where cards stand on a page, row by row.
    static func places(on paper: CGSize) -> [CGRect] {
        let width = ((paper.width - 2 * margin) / CGFloat(across)).rounded(.down)
        let height = ((paper.height - 2 * margin) / CGFloat(down)).rounded(.down)
        return (0..<across * down).map { place in
            CGRect(
                x: margin + CGFloat(place % across) * width, y: margin + CGFloat(place / across) * height, width: width,
                height: height)
        }
    }
}

/// One card on its page.
public struct PlacedCard: Sendable {
    /// What is cut out.
    public let frame: CGRect
    /// Where the code stands, its white among it.
    public let codeFrame: CGRect
    /// Where the lines stand.
    public let textFrame: CGRect
    public let code: CodePicture
    /// The name, or else the number; the first line, large.
    public let title: String
    public let lines: [String]

    init(_ card: ProxyCard, in frame: CGRect, _ words: Words) throws {
        let inner = frame.insetBy(dx: 6, dy: 6)
        let side = min(inner.width * 0.66, inner.height).rounded(.down)
        self.frame = frame
        codeFrame = CGRect(x: inner.minX, y: (inner.midY - side / 2).rounded(.down), width: side, height: side)
        textFrame = CGRect(
            x: codeFrame.maxX + 4, y: inner.minY, width: inner.maxX - codeFrame.maxX - 4, height: inner.height)
        code = try CodePicture.of(card.code)
        title = card.name ?? card.number ?? ""
        lines =
            [card.name == nil ? nil : card.number, words(.proxyUntil, words.time(card.expiresMs)), words[.proxyBring]]
            .compactMap { $0 }
    }
}
