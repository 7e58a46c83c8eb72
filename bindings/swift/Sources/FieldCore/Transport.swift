import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A request to the hub. An app sends it as it is.
public struct HubRequest: Sendable {
    public let url: URL
    public let method: String
    public let headers: [Header]
    public let body: Data

    init(hub: String, path: String, method: String, headers: [Header], body: Data) throws {
        guard !hub.isEmpty, let url = URL(string: hub + path) else {
            throw FieldError.Refused(reason: "the invitation names no hub; hand over by file, or take another one")
        }
        (self.url, self.method, self.headers, self.body) = (url, method, headers, body)
    }
}

/// What came back, whoever gave it.
public struct HubAnswer: Sendable {
    public let status: Int
    public let headers: [Header]
    public let body: Data

    public init(status: Int, headers: [Header], body: Data) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }
}

/// The way to the hub. Whatever it throws says that no answer came.
public protocol Transport: Sendable {
    func send(_ request: HubRequest) async throws -> HubAnswer
}

/// The way to the hub over the system's own HTTP, with its certificates and proxies.
public final class URLSessionTransport: Transport {
    private let session: URLSession

    /// - Parameter configuration: Without one, an ephemeral session: nothing of it is kept on the disk.
    public init(configuration: URLSessionConfiguration? = nil, timeout: TimeInterval = 30) {
        let chosen = configuration ?? .ephemeral
        chosen.timeoutIntervalForRequest = timeout
        session = URLSession(configuration: chosen, delegate: NoRedirects(), delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    public func send(_ request: HubRequest) async throws -> HubAnswer {
        var wanted = URLRequest(url: request.url)
        wanted.httpMethod = request.method
        for header in request.headers { wanted.setValue(header.value, forHTTPHeaderField: header.name) }
        if !request.body.isEmpty { wanted.httpBody = request.body }
        let (body, response) = try await session.data(for: wanted)
        guard let http = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        let headers = http.allHeaderFields.map { Header(name: "\($0.key)", value: "\($0.value)") }
        return HubAnswer(status: http.statusCode, headers: headers, body: body)
    }
}

/// A hub does not redirect, a portal of a foreign network does: what it answered is told as it is.
private final class NoRedirects: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}
