import BackgroundTasks
import FieldCore
import FieldModel
import SwiftUI

@main
struct FieldApp: App {
    @UIApplicationDelegateAdaptor private var delegate: AppDelegate
    @Environment(\.scenePhase) private var phase

    var body: some Scene {
        WindowGroup {
            Root(day: delegate.watched)
                .environment(\.camera, delegate.camera)
                .task { delegate.begin() }
        }
        .onChange(of: phase) { now in
            switch now {
            case .active: delegate.wake()
            case .background: delegate.sleep()
            default: break
            }
        }
    }
}

@MainActor
final class AppDelegate: NSObject, UIApplicationDelegate {
    let camera = Camera()
    let day: DayModel
    let watched: Watched<DayModel>
    private let feel = Feel()
    private let uploads: BackgroundUploads
    private let sync: BackgroundSync
    private var lent = UIBackgroundTaskIdentifier.invalid
    private var late: Task<Void, Never>?

    override init() {
        let uploads = BackgroundUploads()
        let version = Bundle.main.infoDictionary?["CFBundleShortVersionString"] as? String ?? "0"
        let ground = Ground(
            folder: Storage.root, app: "ios-demo \(version)", vault: { KeychainVault(practice: $0) },
            log: SystemLog(), transport: uploads, memory: Defaults(), prepare: Storage.prepare)
        let day = DayModel(ground)
        (self.uploads, self.day, watched) = (uploads, day, Watched(day))
        sync = BackgroundSync(day)
        super.init()
        day.onCue = { [feel] in feel.play($0) }
        uploads.onLate = { [weak self] bundle in Task { @MainActor in self?.take(bundle) } }
    }

    func application(
        _: UIApplication, didFinishLaunchingWithOptions _: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool {
        sync.register()
        return true
    }

    func application(
        _: UIApplication, handleEventsForBackgroundURLSession _: String, completionHandler: @escaping () -> Void
    ) {
        nonisolated(unsafe) let done = completionHandler
        // The system may freeze the app right after `done`: no answer may be half taken then.
        uploads.finishes {
            Task { @MainActor [self] in
                await late?.value
                done()
            }
        }
    }

    private func take(_ bundle: Data) {
        late = Task { [late, day] in
            await late?.value
            await day.takeLate(bundle)
        }
    }

    /// Behind, there is nothing to begin: an errand opens what it needs, and closes it.
    func begin() {
        if UIApplication.shared.applicationState != .background { wake() }
    }

    func wake() {
        uploads.moved(inFront: true)
        feel.wake()
        Task {
            await day.begin()
            await day.wake()
        }
    }

    /// The system ends apps that sleep with a lock on a file: the journal is closed first.
    func sleep() {
        camera.stop()
        uploads.moved(inFront: false)
        giveBack()
        lent = UIApplication.shared.beginBackgroundTask { [weak self] in self?.giveBack() }
        Task {
            sync.ask(await day.plans(now: Date()))
            await day.sleep()
            giveBack()
        }
    }

    /// The time that the system lent.
    private func giveBack() {
        if lent != .invalid { UIApplication.shared.endBackgroundTask(lent) }
        lent = .invalid
    }
}

private struct CameraKey: EnvironmentKey {
    static let defaultValue: Camera? = nil
}

extension EnvironmentValues {
    var camera: Camera? {
        get { self[CameraKey.self] }
        set { self[CameraKey.self] = newValue }
    }
}
