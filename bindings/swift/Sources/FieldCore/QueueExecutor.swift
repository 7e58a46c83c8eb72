import Foundation

/// Runs an actor on a serial queue of its own. The calls below it block while the disk works, and Swift's own
/// threads are too few to be blocked.
final class QueueExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "org.fieldcore.journal", qos: .userInitiated)

    func enqueue(_ job: UnownedJob) {
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    @available(iOS 17, macOS 14, *)
    func enqueue(_ job: consuming ExecutorJob) {
        enqueue(UnownedJob(job))
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Runs work on the queue, before there is an actor.
    func run<Done: Sendable>(_ work: @escaping @Sendable () throws -> Done) async throws -> Done {
        try await withCheckedThrowingContinuation { waiting in
            queue.async { waiting.resume(with: Result(catching: work)) }
        }
    }
}
