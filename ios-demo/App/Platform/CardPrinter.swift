import FieldModel
import UIKit

/// Prints proxy cards by the system's own means, on A4. Nothing of it is written to a file of ours.
@MainActor
enum CardPrinter {
    /// A4 in points.
    static let paper = CGSize(width: 595, height: 842)

    static func print(_ pages: [CardPage], title: String) {
        let controller = UIPrintInteractionController.shared
        let info = UIPrintInfo.printInfo()
        (info.outputType, info.jobName) = (.grayscale, title)
        controller.printInfo = info
        controller.printPageRenderer = CardRenderer(pages)
        controller.present(animated: true, completionHandler: nil)
    }
}

/// Draws the pages as they were laid out.
private final class CardRenderer: UIPrintPageRenderer {
    /// Dots of a point that every printer has.
    private static let scale: CGFloat = 4
    private let pages: [CardPage]

    init(_ pages: [CardPage]) {
        self.pages = pages
        super.init()
    }

    override var numberOfPages: Int { pages.count }

    override func drawPage(at index: Int, in _: CGRect) {
        guard pages.indices.contains(index), let context = UIGraphicsGetCurrentContext() else { return }
        // Another size of paper gets the same page, smaller or larger.
        let (paper, wanted) = (paperRect, CardPrinter.paper)
        let fit = min(paper.width / wanted.width, paper.height / wanted.height)
        context.saveGState()
        context.scaleBy(x: fit, y: fit)
        for card in pages[index].cards { draw(card, context) }
        context.restoreGState()
    }

    private func draw(_ card: PlacedCard, _ context: CGContext) {
        context.setStrokeColor(UIColor.gray.cgColor)
        context.setLineWidth(0.5)
        context.stroke(card.frame)
        context.setFillColor(UIColor.black.cgColor)
        context.setShouldAntialias(false)
        context.fill(card.code.bars(in: card.codeFrame, scale: Self.scale))
        context.setShouldAntialias(true)
        var top = card.codeFrame.minY
        let texts =
            [(card.title, UIFont.boldSystemFont(ofSize: 14))] + card.lines.map { ($0, UIFont.systemFont(ofSize: 10)) }
        for (text, font) in texts {
            let place = CGRect(
                x: card.textFrame.minX, y: top, width: card.textFrame.width, height: card.textFrame.maxY - top)
            let attributes: [NSAttributedString.Key: Any] = [.font: font, .foregroundColor: UIColor.black]
            let needed = (text as NSString).boundingRect(
                with: place.size, options: .usesLineFragmentOrigin, attributes: attributes, context: nil)
            (text as NSString).draw(in: place, withAttributes: attributes)
            top += needed.height.rounded(.up) + 6
        }
    }
}
