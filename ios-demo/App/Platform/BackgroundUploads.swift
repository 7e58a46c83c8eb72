import FieldCore
import Foundation

/// The way to the hub. In front a request goes at once or fails at once. Behind, what has a body goes as a file
/// over a background session, so that it goes on while the app sleeps, or after the system has ended it.
final class BackgroundUploads: NSObject, Transport, URLSessionDataDelegate, @unchecked Sendable {
    /// Takes an answer whose asker is gone.
    var onLate: (@Sendable (Data) -> Void)?

    private struct Wait {
        var body = Data()
        var asker: CheckedContinuation<HubAnswer, any Error>?
    }

    private static let identifier = "org.fieldcore.demo.uploads"
    private static let bytesMax = 4 << 20
    private let direct = URLSessionTransport()
    private let lock = NSLock()
    private var waits: [Int: Wait] = [:]
    private var finished: (@Sendable () -> Void)?
    private var isInFront = false
    private var session: URLSession!

    override init() {
        super.init()
        let configuration = URLSessionConfiguration.background(withIdentifier: Self.identifier)
        configuration.sessionSendsLaunchEvents = true
        configuration.isDiscretionary = false
        configuration.timeoutIntervalForResource = 3_600
        configuration.urlCache = nil
        session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    }

    func send(_ request: HubRequest) async throws -> HubAnswer {
        let isAtOnce = lock.withLock { isInFront } || request.body.isEmpty
        if isAtOnce { return try await direct.send(request) }
        let file = try copy(request.body)
        var wanted = URLRequest(url: request.url)
        wanted.httpMethod = request.method
        for header in request.headers { wanted.setValue(header.value, forHTTPHeaderField: header.name) }
        let task = session.uploadTask(with: wanted, fromFile: file)
        task.taskDescription = file.path
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { asker in
                lock.withLock { waits[task.taskIdentifier] = Wait(asker: asker) }
                task.resume()
            }
        } onCancel: {
            // The upload goes on without its asker.
            let asker = lock.withLock { () -> CheckedContinuation<HubAnswer, any Error>? in
                defer { waits[task.taskIdentifier]?.asker = nil }
                return waits[task.taskIdentifier]?.asker
            }
            asker?.resume(throwing: CancellationError())
        }
    }

    func moved(inFront: Bool) { lock.withLock { isInFront = inFront } }

    /// The system woke the app for what ended meanwhile.
    func finishes(_ done: @escaping @Sendable () -> Void) { lock.withLock { finished = done } }

    func urlSession(_: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooMuch = lock.withLock {
            waits[dataTask.taskIdentifier, default: Wait()].body.append(data)
            return waits[dataTask.taskIdentifier]!.body.count > Self.bytesMax
        }
        if isTooMuch { dataTask.cancel() }
    }

    func urlSession(_: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let file = task.taskDescription { try? FileManager.default.removeItem(atPath: file) }
        let wait = lock.withLock { waits.removeValue(forKey: task.taskIdentifier) } ?? Wait()
        guard let http = task.response as? HTTPURLResponse, error == nil else {
            wait.asker?.resume(throwing: error ?? URLError(.badServerResponse))
            return
        }
        guard let asker = wait.asker else {
            onLate?(wait.body)
            return
        }
        let headers = http.allHeaderFields.map { Header(name: "\($0.key)", value: "\($0.value)") }
        asker.resume(returning: HubAnswer(status: http.statusCode, headers: headers, body: wait.body))
    }

    /// What answers with a redirect is not the hub; it is told as it came.
    func urlSession(
        _: URLSession, task _: URLSessionTask, willPerformHTTPRedirection _: HTTPURLResponse, newRequest _: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSessionDidFinishEvents(forBackgroundURLSession _: URLSession) {
        let done = lock.withLock { () -> (@Sendable () -> Void)? in
            defer { finished = nil }
            return finished
        }
        done?()
    }

    /// A throw-away copy: sealed and signed by the core, so it holds nothing that the network may not see.
    private func copy(_ body: Data) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("uploads", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent(UUID().uuidString)
        try body.write(to: file, options: [.atomic, .completeFileProtectionUntilFirstUserAuthentication])
        return file
    }
}
