import FieldCore
import Foundation

/// Lines round what a frame showed, to be drawn over the camera's picture.
public struct Outlines: Equatable, Sendable {
    /// Nothing was seen.
    public static let none = Outlines()

    /// Round each code or line that was read.
    public let read: [[FramePoint]]
    /// Round one that could not be read.
    public let unread: [FramePoint]?
    /// The size of the frame as it stands upright.
    private let upright: CGSize

    public init(_ read: [[FramePoint]], _ unread: [FramePoint]?, _ shape: FrameShape) {
        (self.read, self.unread) = (read, unread)
        let (width, height) = (CGFloat(shape.width), CGFloat(shape.height))
        upright =
            shape.rotation.isMultiple(of: 180)
            ? CGSize(width: width, height: height) : CGSize(width: height, height: width)
    }

    private init() { (read, unread, upright) = ([], nil, CGSize(width: 1, height: 1)) }

    /// Where corners lie in a picture of `size`, which fills its place and is cut at the longer side.
    public func place(_ corners: [FramePoint], in size: CGSize) -> [CGPoint] {
        let scale = max(size.width / upright.width, size.height / upright.height)
        let (left, top) = ((size.width - upright.width * scale) / 2, (size.height - upright.height * scale) / 2)
        return corners.map { CGPoint(x: left + CGFloat($0.x) * scale, y: top + CGFloat($0.y) * scale) }
    }
}
