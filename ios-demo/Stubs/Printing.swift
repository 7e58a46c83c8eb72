// Shapes of what the app takes from Apple's frameworks, written by hand from their public documentation, so that
// its calls of the models type-check where there is no Xcode. They do nothing, and prove nothing about Apple's own.

import FieldCore
import FieldModel
import Foundation

@MainActor class UIPrintInfo {
    enum O { case general, grayscale }
    static func printInfo() -> UIPrintInfo { UIPrintInfo() }
    var outputType = O.general
    var jobName = ""
}
@MainActor class UIPrintPageRenderer: NSObject {
    override init() {}
    var numberOfPages: Int { 0 }
    var paperRect: CGRect { .zero }
    func drawPage(at pageIndex: Int, in printableRect: CGRect) {}
}
@MainActor class UIPrintInteractionController: NSObject {
    typealias CompletionHandler = (UIPrintInteractionController, Bool, (any Error)?) -> Void
    static let shared = UIPrintInteractionController()
    var printInfo: UIPrintInfo?
    var printPageRenderer: UIPrintPageRenderer?
    @discardableResult func present(animated: Bool, completionHandler: CompletionHandler?) -> Bool { true }
}
class CGColor {}
class UIColor: @unchecked Sendable {
    static let black = UIColor(), gray = UIColor()
    var cgColor: CGColor { CGColor() }
}
class UIFont {
    static func boldSystemFont(ofSize: CGFloat) -> UIFont { UIFont() }
    static func systemFont(ofSize: CGFloat) -> UIFont { UIFont() }
}
class CGContext {
    func saveGState() {}
    func restoreGState() {}
    func scaleBy(x: CGFloat, y: CGFloat) {}
    func setStrokeColor(_ c: CGColor) {}
    func setFillColor(_ c: CGColor) {}
    func setLineWidth(_ w: CGFloat) {}
    func setShouldAntialias(_ b: Bool) {}
    func stroke(_ r: CGRect) {}
    func fill(_ r: [CGRect]) {}
}
func UIGraphicsGetCurrentContext() -> CGContext? { nil }
struct NSStringDrawingOptions { static let usesLineFragmentOrigin = Self() }
class NSStringDrawingContext {}
extension NSAttributedString.Key {
    static let font = NSAttributedString.Key(rawValue: "font"), foregroundColor = NSAttributedString.Key(rawValue: "colour")
}
extension NSString {
    func draw(in: CGRect, withAttributes: [NSAttributedString.Key: Any]?) {}
    func boundingRect(
        with: CGSize, options: NSStringDrawingOptions, attributes: [NSAttributedString.Key: Any]?,
        context: NSStringDrawingContext?
    ) -> CGRect { .zero }
}
