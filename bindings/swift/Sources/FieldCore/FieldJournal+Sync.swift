import Foundation

/// What a conversation with the hub came to.
public struct SyncRun: Sendable {
    /// What the hub told, oldest first.
    public let news: [News]
    /// Why there is nothing more to do now.
    public let why: Waiting
    /// When to try again, if nothing happens before.
    public let wakeAfter: Duration
}

extension FieldJournal {
    /// Talks with the hub as long as there is something to say. The app calls it when a network is there and
    /// again after `wakeAfter`; scans are taken meanwhile. All memory of it is in the journal: it may be
    /// cancelled, or the process may die, at any moment.
    public func sync(over transport: some Transport) async throws -> SyncRun {
        var news: [News] = []
        defer { tell() }
        while true {
            switch try session.nextStep() {
            case .wake(let afterMs, let why):
                _ = try station.refreshRoster()
                return SyncRun(news: news, why: why, wakeAfter: .milliseconds(Int64(clamping: afterMs)))
            case .send(let id, let method, let path, let headers, let body):
                let request: HubRequest
                do {
                    let hub = try journal.hubUrl() ?? ""
                    request = try HubRequest(hub: hub, path: path, method: method, headers: headers, body: body)
                } catch {
                    news += try session.notAnswered(id: id)
                    throw error
                }
                if let answer = try? await transport.send(request) {
                    let status = UInt16(clamping: answer.status)
                    news += try session.answered(id: id, status: status, headers: answer.headers, body: answer.body)
                } else {
                    news += try session.notAnswered(id: id)
                }
                tell()
                try Task.checkCancellation()
            }
        }
    }

    /// Forgets the pause after a failure: a person pressed "sync", or the network changed.
    public func hurrySync() throws { try session.hurry() }

    /// What waits, as a bundle of about so many bytes for a file or another phone. It goes on waiting: only the
    /// hub's receipt ends that.
    public func pack(bytesMax: UInt64) throws -> Data { try session.pack(bytesMax: bytesMax) }

    /// Takes a bundle that came another way.
    public func take(_ bundle: Data) throws -> [News] {
        try telling {
            let news = try session.take(bundle: bundle)
            _ = try station.refreshRoster()
            return news
        }
    }
}
