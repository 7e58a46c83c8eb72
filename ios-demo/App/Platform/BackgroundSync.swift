import BackgroundTasks
import FieldModel
import Foundation

/// Lets the system wake the app for a sync. When is the plan's word; whether is the system's.
@MainActor
final class BackgroundSync {
    private let day: DayModel

    init(_ day: DayModel) { self.day = day }

    /// Before the app has finished launching.
    func register() {
        for identifier in BackgroundPlan.identifiers {
            BGTaskScheduler.shared.register(forTaskWithIdentifier: identifier, using: .main) { [weak self] task in
                MainActor.assumeIsolated { self?.run(task) }
            }
        }
    }

    func ask(_ plans: [BackgroundPlan]) {
        for plan in plans {
            let request: BGTaskRequest
            if plan.needsNetwork {
                let upload = BGProcessingTaskRequest(identifier: plan.identifier)
                upload.requiresNetworkConnectivity = true
                request = upload
            } else {
                request = BGAppRefreshTaskRequest(identifier: plan.identifier)
            }
            request.earliestBeginDate = plan.earliest
            try? BGTaskScheduler.shared.submit(request)
        }
    }

    private func run(_ task: BGTask) {
        let work = Task { @MainActor in
            ask(await day.syncInBackground(now: Date()))
            task.setTaskCompleted(success: !Task.isCancelled)
        }
        // What is under way goes on as a background transfer; its answer comes late.
        task.expirationHandler = { work.cancel() }
    }
}
