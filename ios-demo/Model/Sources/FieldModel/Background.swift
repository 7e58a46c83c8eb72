import FieldCore
import Foundation

/// When the system should wake the app for a sync. The moment is the core's; the system takes it as a wish.
public struct BackgroundPlan: Equatable, Sendable {
    public static let refresh = "org.fieldcore.demo.refresh"
    public static let upload = "org.fieldcore.demo.upload"
    public static let identifiers = [refresh, upload]

    public let identifier: String
    public let earliest: Date
    public let needsNetwork: Bool

    /// What to ask the system for when the app goes to sleep: nothing while nothing can be sent.
    public static func of(_ wake: Duration?, waiting: Waiting?, unsent: UInt64, now: Date) -> [BackgroundPlan] {
        if waiting == .notInvited { return [] }
        let seconds = Double((wake ?? .zero).components.seconds)
        let at = now.addingTimeInterval(seconds)
        let refresh = BackgroundPlan(identifier: refresh, earliest: at, needsNetwork: false)
        guard unsent > 0 else { return [refresh] }
        return [refresh, BackgroundPlan(identifier: upload, earliest: at, needsNetwork: true)]
    }
}
