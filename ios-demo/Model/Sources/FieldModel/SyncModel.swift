import FieldCore
import Foundation

/// Sync and ledger: what is unsent, what the hub said, what the day comes to. When to talk to the hub and
/// when to try again is the core's word alone.
public final class SyncModel: Model {
    public static let newsMax = 50

    public private(set) var status: Status?
    public private(set) var figures: Figures?
    public private(set) var ledger: Ledger?
    public private(set) var hasHub = false
    /// The campaign's name, once the phone is enrolled.
    public private(set) var campaign: String?
    /// Newest first.
    public private(set) var news: [News] = []
    public private(set) var waiting: Waiting?
    /// How long after the last turn the core wants to be asked again.
    public private(set) var wake: Duration?
    public private(set) var isSyncing = false
    public private(set) var told: String?
    public private(set) var trouble: String?
    public var words: Words { didSet { changed() } }

    private let journal: FieldJournal
    private let transport: any Transport

    public init(_ journal: FieldJournal, transport: any Transport, words: Words) {
        (self.journal, self.transport, self.words) = (journal, transport, words)
    }

    public func load() async {
        await attempt {
            self.status = try await self.journal.status()
            self.figures = try await self.journal.figures()
            self.ledger = try await self.journal.ledger()
            self.note(isEnrolled: try await self.journal.isEnrolled())
            self.hasHub = try await self.journal.hubURL() != nil
            self.campaign = try await self.journal.campaignName().flatMap { $0.isEmpty ? nil : $0 }
            let notes = await self.journal.notes()
            self.add(notes.filter { !self.news.contains($0) })
        }
    }

    /// A person pressed "sync": what was saved a moment ago goes too, and no pause holds it up.
    public func syncNow() async {
        await turn {
            try await $0.hurrySync()
            try await $0.sealNow()
        }
    }

    /// Talks to the hub until there is nothing to do now.
    public func turn() async {
        await turn { try await $0.maintain(network: true) }
    }

    private func turn(_ prepare: (FieldJournal) async throws -> Void) async {
        guard !isSyncing else { return }
        isSyncing = true
        wake = nil
        changed()
        await attempt {
            try await prepare(self.journal)
            let done = try await self.journal.sync(over: self.transport)
            (self.waiting, self.wake) = (done.why, done.wakeAfter)
            self.add(done.news)
        }
        isSyncing = false
        let failed = trouble
        await load()
        trouble = trouble ?? failed
        changed()
    }

    /// Turns while the app is in front: whenever the core asked to be woken.
    public func run() async {
        while !Task.isCancelled {
            await turn()
            do { try await Task.sleep(for: wake ?? Self.afterFailure) } catch { return }
        }
    }

    /// Takes a bundle that came another way.
    public func take(_ bundle: Data) async {
        await attempt { self.add(try await self.journal.take(bundle)) }
        await load()
    }

    public func checkSound() async {
        await attempt { self.told = self.words[try await self.journal.isSound() ? .soundYes : .soundNo] }
    }

    /// Why nothing is sent now, in words. The core has nothing to send, too, while what was saved is not sealed.
    public var waitingText: String? {
        guard let waiting else { return nil }
        let isSoon = waiting == .nothingToSend && (status?.unsent ?? 0) > 0
        return isSoon ? words[.syncSoon] : words.code(.waiting, waiting.code)
    }

    public var rows: [(name: String, value: String)] {
        guard let status, let figures else { return [] }
        let ours = campaign.map { [(words[.enrolCampaign], $0)] } ?? []
        return ours + [
            (words[.syncUnsent], "\(status.unsent)"),
            (words[.syncLast], words.time(status.lastSyncMs)),
            (words[.syncQuarantined], "\(figures.setAside)"),
            (words[.syncRefused], "\(figures.refused)"),
            (words[.syncUnreadable], "\(figures.unreadable)"),
            (words[.syncHeld], "\(status.held)"),
            (words[.syncSealed], "\(status.sealed)"),
            (words[.notices], "\(status.notices)"),
            (words[.shiftRound], status.round ?? words[.nothing]),
            (words[.syncProfile], "\(status.profile)"),
            (words[.device], status.device),
        ]
    }

    /// The machine failed, so the core could not say when.
    private static let afterFailure = Duration.seconds(30)

    /// Known without a turn: whether anything can be sent.
    private func note(isEnrolled: Bool) {
        if !isEnrolled { waiting = .notInvited } else if waiting == .notInvited { waiting = nil }
    }

    private func add(_ more: [News]) {
        news = Array((more.reversed() + news).prefix(Self.newsMax))
    }

    private func attempt(_ call: () async throws -> Void) async {
        do {
            trouble = nil
            try await call()
        } catch {
            trouble = words.failure(error)
        }
        changed()
    }
}
