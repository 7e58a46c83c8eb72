import FieldCore

/// What was typed last. No person is among it.
public protocol Memory: Sendable {
    func text(_ name: String) -> String?
    func keep(_ name: String, _ text: String?)
}

/// Begins and ends the shift.
public final class ShiftModel: Model {
    public var site: String
    public var lane: String
    public var operatorName: String
    public var organisation: String
    public var round: String?
    public var place: Place?
    public private(set) var profile: ProfileView?
    /// The campaign's name, once the phone is enrolled.
    public private(set) var campaign: String?
    public private(set) var isRunning = false
    /// A report, or the figures with which the shift ended.
    public private(set) var report: String?
    public private(set) var trouble: String?
    public var words: Words { didSet { changed() } }

    private let journal: FieldJournal
    private let memory: any Memory

    public init(_ journal: FieldJournal, memory: any Memory, words: Words) {
        (self.journal, self.memory, self.words) = (journal, memory, words)
        site = memory.text("site") ?? ""
        lane = memory.text("lane") ?? ""
        operatorName = memory.text("operator") ?? ""
        organisation = memory.text("organisation") ?? ""
    }

    public func load() async {
        await attempt {
            self.profile = try await self.journal.profile()
            self.campaign = try await self.journal.campaignName().flatMap { $0.isEmpty ? nil : $0 }
            self.isRunning = try await self.journal.status().shift != nil
        }
    }

    /// Begins the shift, or goes on with the same one.
    public func start() async {
        await attempt {
            let plan = ShiftPlan(
                site: self.site, operator: self.operatorName, round: self.round, place: self.place,
                organisation: self.organisation.isEmpty ? nil : self.organisation)
            try await self.journal.startShift(plan, lane: self.lane)
            self.isRunning = true
            self.memory.keep("site", self.site)
            self.memory.keep("lane", self.lane)
            self.memory.keep("operator", self.operatorName)
            self.memory.keep("organisation", self.organisation)
        }
    }

    public func end() async {
        await attempt {
            let figures = try await self.journal.endShift(lane: self.lane)
            self.isRunning = false
            self.report =
                figures.map {
                    self.words(.shiftEnded, $0.people, $0.tubes, $0.short, $0.spoiled)
                } ?? self.words[.shiftNone]
        }
    }

    public func showReadiness() async {
        await attempt { self.report = try await self.journal.readinessReport(in: self.words.language) }
    }

    public func showClosing() async {
        await attempt { self.report = try await self.journal.closingReport(in: self.words.language) }
    }

    public func dismissReport() {
        report = nil
        changed()
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
