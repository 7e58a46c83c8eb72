import FieldCore
import Foundation

/// A camera frame whose luma plane can be lent out for the time of a call, without a copy.
public protocol LumaFrame: Sendable {
    func lend<Answer>(
        _ look: (_ plane: UnsafeRawBufferPointer, _ shape: FrameShape) throws -> Answer
    ) throws -> Answer
}

/// Hands frames to one worker, newest first: what was not begun when a newer one comes is dropped.
public struct FramePipe<Frame: Sendable>: Sendable {
    public let frames: AsyncStream<Frame>
    private let feed: AsyncStream<Frame>.Continuation

    public init() { (frames, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    public func offer(_ frame: Frame) { feed.yield(frame) }

    public func end() { feed.finish() }
}

/// Looks at frames on a queue of its own: a look takes milliseconds and may wait for the disk.
final class Eyes: Sendable {
    typealias Look<Sight> = @Sendable (_ plane: UnsafeRawBufferPointer, _ shape: FrameShape) throws -> Sight
    private let queue = DispatchQueue(label: "org.fieldcore.eyes", qos: .userInitiated)

    func look<Sight: Sendable>(at frame: some LumaFrame, _ look: @escaping Look<Sight>) async throws -> Sight {
        try await withCheckedThrowingContinuation { waiting in
            queue.async { waiting.resume(with: Result { try frame.lend(look) }) }
        }
    }
}
