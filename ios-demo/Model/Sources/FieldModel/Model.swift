/// What every screen's model is: state on the main actor that tells when it changed. SwiftUI is not needed
/// to build or test it; the app wraps it in an `ObservableObject`.
@MainActor
open class Model {
    public typealias Watcher = @MainActor () -> Void
    private var watchers: [Int: Watcher] = [:]
    private var nextWatcher = 0

    public init() {}

    /// Calls `watcher` after every change, until what it returns is called.
    @discardableResult
    public func watch(_ watcher: @escaping Watcher) -> Watcher {
        let number = nextWatcher
        nextWatcher += 1
        watchers[number] = watcher
        return { [weak self] in self?.watchers[number] = nil }
    }

    func changed() {
        for watcher in watchers.values { watcher() }
    }
}
