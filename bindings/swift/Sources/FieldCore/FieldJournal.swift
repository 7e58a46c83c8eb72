import Foundation

// An app imports FieldCore alone: answers, scans and errors are the binding's own types.
@_exported import FieldCoreBindings

/// The journal of this device and the station on it, for an app.
///
/// Every answer is on the disk before it is given. Calls are made in order on a queue of the journal's own, so
/// they never hold up the main thread or Swift's thread pool while the disk works. One object works one folder;
/// a second one is told who holds it.
public actor FieldJournal {
    /// The device's id, made from its public key.
    public nonisolated let device: String
    /// Whether this is the practice journal.
    public nonisolated let isPractice: Bool

    nonisolated let journal: Journal
    nonisolated let station: Station
    let session: SyncSession
    private nonisolated let executor: QueueExecutor
    private var listeners: [UUID: AsyncStream<Status>.Continuation] = [:]

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the journal in `folder`, or makes it. The folder belongs in the app's private storage and **out of
    /// backups**; `notes()` tells what a person should know about the opening.
    /// - Parameters:
    ///   - app: The app and its version, for the records.
    ///   - practice: A journal of its own beside the live one, which the hub refuses.
    ///   - readOnly: Beside a writer; every question is answered, every scan refused.
    public static func open(
        folder: URL, app: String, vault: any KeyVault, log: (any LogSink)? = nil, practice: Bool = false,
        readOnly: Bool = false
    ) async throws -> FieldJournal {
        let options = JournalOptions(folder: folder.path, practice: practice, readOnly: readOnly, app: app)
        let executor = QueueExecutor()
        return try await executor.run {
            let journal = try Journal.open(options: options, vault: vault, log: log)
            return FieldJournal(journal: journal, station: try Station.open(journal: journal), executor: executor)
        }
    }

    private init(journal: Journal, station: Station, executor: QueueExecutor) {
        self.journal = journal
        self.station = station
        self.executor = executor
        session = SyncSession(journal: journal)
        device = journal.device()
        isPractice = journal.isPractice()
    }

    deinit {
        for listener in listeners.values { listener.finish() }
    }

    // MARK: Capture

    /// Takes one scan in a lane. Whatever was scanned is answered; an error is the machine's alone, and then
    /// nothing may be taken as saved.
    public func scan(_ scan: Scan, lane: String) throws -> Answer {
        try telling { try station.scan(lane: lane, scan: scan) }
    }

    /// Takes one verb in a lane.
    public func verb(_ verb: Verb, lane: String) throws -> Answer {
        try telling { try station.verb(lane: lane, verb: verb) }
    }

    /// Takes one line in a lane: a verb if it starts with `:`, else a scan of a keyboard.
    public func line(_ line: String, lane: String) throws -> Answer {
        try telling { try station.line(lane: lane, line: line) }
    }

    /// Looks at the next frame of a lane's camera. Work off the newest frame and drop the others. A document's number
    /// stands in the glance as it is, and in its description: show it, and keep neither.
    public func look(_ plane: Data, shape: FrameShape, lane: String) throws -> Glance {
        let glance = try station.look(lane: lane, plane: plane, shape: shape)
        if glance.answer != nil { tell() }
        return glance
    }

    /// Looks at the next frame of a lane's camera where it lies, **on the caller's thread**: a locked pixel
    /// buffer does not outlive the camera's callback, and copying each one would cost more than the call.
    /// Never call it on the main thread.
    public nonisolated func look(_ plane: UnsafeRawBufferPointer, shape: FrameShape, lane: String) throws -> Glance {
        let glance = try station.look(lane: lane, plane: lent(plane), shape: shape)
        if glance.answer != nil { Task { await self.tell() } }
        return glance
    }

    /// Forgets what a lane's camera saw: it was put away, or shows another place now.
    public func lookAway(lane: String) { station.lookAway(lane: lane) }

    /// Begins a shift in a lane, or for all lanes that have none of their own. The same plan again goes on with
    /// the running shift.
    public func startShift(_ plan: ShiftPlan, lane: String? = nil) throws {
        try telling { try station.startShift(lane: lane, plan: plan) }
    }

    /// Ends the running shift of a lane, or that of the whole device; nothing if none runs.
    @discardableResult
    public func endShift(lane: String? = nil) throws -> ShiftFigures? {
        try telling { try station.endShift(lane: lane) }
    }

    // MARK: Questions

    /// Where the station stands, known offline.
    public func status() throws -> Status { try station.status() }

    /// The ledger of a round (name or id); of the current one without.
    public func ledger(round: String? = nil) throws -> Ledger { try station.ledger(round: round) }

    /// The open tubes of the current round, oldest first.
    public func openTubes() throws -> [OpenTube] { try station.openTubes() }

    /// The tubes of the running shift of a lane, or of the device, closed and spoiled ones among them, latest
    /// first. Between two shifts, those of the last one.
    public func shiftTubes(lane: String? = nil) throws -> [ShiftTube] { try station.shiftTubes(lane: lane) }

    /// Everyone who is or was in a tube, in the clear; nothing for a label that was never used here. That this
    /// left the device is recorded first.
    public func trace(_ tube: String, for target: Target) throws -> Trace? {
        try station.trace(tube: tube, target: target)
    }

    /// The profile in force for tubes opened from now on.
    public func profile() throws -> ProfileView { try station.profile() }

    /// The closing report of a lane, or of the whole device, as text without any person.
    public func closingReport(lane: String? = nil, in language: Language) throws -> String {
        try station.closingReport(lane: lane, language: language)
    }

    /// The readiness report before a site opens, as text.
    public func readinessReport(lane: String? = nil, in language: Language) throws -> String {
        try station.readinessReport(lane: lane, language: language)
    }

    // MARK: States

    /// The status after every change, the present one first. Whoever is slow gets the newest alone.
    public var states: AsyncStream<Status> {
        let (stream, listener) = AsyncStream.makeStream(of: Status.self, bufferingPolicy: .bufferingNewest(1))
        let id = UUID()
        listener.onTermination = { [weak self] _ in
            Task { [weak self] in await self?.forget(id) }
        }
        listeners[id] = listener
        if let status = try? station.status() { listener.yield(status) }
        return stream
    }

    private func forget(_ id: UUID) { listeners[id] = nil }

    func telling<Done>(_ work: () throws -> Done) rethrows -> Done {
        defer { tell() }
        return try work()
    }

    /// Tells the listeners where the station stands. What it cannot tell now, the next change tells.
    func tell() {
        guard !listeners.isEmpty, let status = try? station.status() else { return }
        for listener in listeners.values { listener.yield(status) }
    }
}

extension CodeReader {
    /// Looks at the next frame where it lies, on the caller's thread: never on the main one.
    public func look(_ plane: UnsafeRawBufferPointer, shape: FrameShape) throws -> CodeGlance {
        try look(plane: lent(plane), shape: shape)
    }
}

extension ScanReader {
    /// Looks at the next frame where it lies, on the caller's thread: never on the main one. `today` is the civil date,
    /// YYYYMMDD.
    public func look(_ plane: UnsafeRawBufferPointer, shape: FrameShape, today: UInt32) throws -> ScanGlance {
        try look(plane: lent(plane), shape: shape, today: today)
    }
}

/// The bytes as the binding takes them, not copied: valid as long as `plane` is.
private func lent(_ plane: UnsafeRawBufferPointer) -> Data {
    guard let base = plane.baseAddress, !plane.isEmpty else { return Data() }
    return Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: plane.count, deallocator: .none)
}
