import FieldCore
import Foundation

/// What the app gives its models: the platform's things, and a place for the journals.
public struct Ground: Sendable {
    public let folder: URL
    public let app: String
    public let vault: @Sendable (_ practice: Bool) -> any KeyVault
    public let log: (any LogSink)?
    public let transport: any Transport
    public let memory: any Memory
    /// Makes a folder that is private and out of backups.
    public let prepare: @Sendable (URL) throws -> Void

    public init(
        folder: URL, app: String, vault: @escaping @Sendable (Bool) -> any KeyVault, log: (any LogSink)?,
        transport: any Transport, memory: any Memory, prepare: @escaping @Sendable (URL) throws -> Void
    ) {
        (self.folder, self.app, self.vault, self.log) = (folder, app, vault, log)
        (self.transport, self.memory, self.prepare) = (transport, memory, prepare)
    }
}

/// The models of one open journal.
@MainActor
public struct Screens {
    public let enrol: EnrolModel
    public let shift: ShiftModel
    public let scan: ScanModel
    public let tubes: TubesModel
    public let sync: SyncModel
}

/// The app's day: which journal is open, and which screen is due.
public final class DayModel: Model {
    public enum Phase: Equatable, Sendable {
        case opening
        case failed(String)
        case enrol, shift, work
    }

    public private(set) var phase = Phase.opening
    public private(set) var isPractice = false
    public private(set) var screens: Screens?
    public private(set) var isAsleep = false
    public private(set) var words: Words
    public private(set) var light: Palette.Light
    public var onCue: (@MainActor (Cue) -> Void)? { didSet { connect() } }

    private let ground: Ground
    private var journal: FieldJournal?
    private var enrolsLater = false
    private var isInFront = false
    /// Errands in the background that need the journal awake.
    private var errands = 0

    public init(_ ground: Ground) {
        self.ground = ground
        let tongue = ground.memory.text("tongue").flatMap(Tongue.init) ?? .preferred()
        words = Words(tongue)
        light = ground.memory.text("light").flatMap(Palette.Light.init) ?? .sun
        super.init()
    }

    public var palette: Palette { .of(light) }

    public func speak(_ tongue: Tongue) {
        words = Words(tongue)
        ground.memory.keep("tongue", tongue.rawValue)
        screens?.enrol.words = words
        screens?.shift.words = words
        screens?.scan.words = words
        screens?.tubes.words = words
        screens?.sync.words = words
        changed()
    }

    public func shine(_ light: Palette.Light) {
        self.light = light
        ground.memory.keep("light", light.rawValue)
        changed()
    }

    /// Opens the live journal, or that for practice: a journal, secrets and figures of its own.
    public func open(practice: Bool = false) async {
        phase = .opening
        changed()
        do {
            await close()
            let folder = ground.folder.appendingPathComponent(practice ? "practice" : "live", isDirectory: true)
            try ground.prepare(folder)
            let journal = try await FieldJournal.open(
                folder: folder, app: ground.app, vault: ground.vault(practice), log: ground.log, practice: practice)
            (self.journal, isPractice, isAsleep) = (journal, practice, false)
            await decide()
        } catch {
            phase = .failed(words.failure(error))
        }
        changed()
    }

    /// Goes on without an invitation: what is sampled waits here.
    public func enrolLater() async {
        enrolsLater = true
        await decide()
    }

    /// Looks which screen is due, after an enrolment or a shift's begin or end.
    public func decide() async {
        guard let journal else { return }
        do {
            let isEnrolled = try await journal.isEnrolled()
            let shift = try await journal.status().shift
            if screens == nil || screens?.scan.lane != lane { await build(journal) }
            phase = !isEnrolled && !enrolsLater && !isPractice ? .enrol : shift == nil ? .shift : .work
        } catch {
            phase = .failed(words.failure(error))
        }
        changed()
    }

    /// The app leaves the front: the file is closed and its lock given back, once no errand needs it.
    public func sleep() async {
        isInFront = false
        await doze()
    }

    private func doze() async {
        guard let journal, !isAsleep, !isInFront, errands == 0 else { return }
        isAsleep = true
        try? await journal.suspendJournal()
        changed()
    }

    /// The app is in front again.
    public func wake() async {
        isInFront = true
        await rouse()
    }

    private func rouse() async {
        guard let journal, isAsleep else { return }
        do {
            try await journal.resume()
            isAsleep = false
            await screens?.scan.refresh()
            await screens?.sync.load()
        } catch {
            phase = .failed(words.failure(error))
        }
        changed()
    }

    /// One turn of the sync while the system lends a moment, and when it should lend the next.
    public func syncInBackground(now: Date) async -> [BackgroundPlan] {
        await errand {
            await $0.screens?.sync.turn()
            return await $0.plans(now: now)
        }
    }

    /// A hub's answer that came after the process that asked for it had gone.
    public func takeLate(_ bundle: Data) async {
        await errand { await $0.screens?.sync.take(bundle) }
    }

    /// Work behind: the journal is awake for it, and asleep again after it unless the app came to the front.
    private func errand<Done>(_ work: @MainActor (DayModel) async -> Done) async -> Done {
        errands += 1
        if journal == nil { await open() }
        await rouse()
        let done = await work(self)
        errands -= 1
        await doze()
        return done
    }

    /// When the system should wake the app, as things stand.
    public func plans(now: Date) async -> [BackgroundPlan] {
        guard let sync = screens?.sync else { return [] }
        await sync.load()
        return BackgroundPlan.of(sync.wake, waiting: sync.waiting, unsent: sync.status?.unsent ?? 0, now: now)
    }

    public func close() async {
        try? await journal?.shutDown()
        (journal, screens) = (nil, nil)
    }

    private var lane: String { ground.memory.text("lane") ?? "" }

    private func build(_ journal: FieldJournal) async {
        screens = Screens(
            enrol: EnrolModel(journal, words: words),
            shift: ShiftModel(journal, memory: ground.memory, words: words),
            scan: ScanModel(journal, lane: lane, words: words),
            tubes: TubesModel(journal, lane: lane, words: words),
            sync: SyncModel(journal, transport: ground.transport, words: words))
        connect()
        await screens?.shift.load()
        await screens?.scan.refresh()
    }

    private func connect() {
        guard let screens else { return }
        screens.scan.onCue = onCue
        screens.tubes.onCue = onCue
        screens.tubes.onSaved = { [weak scan = screens.scan] in Task { await scan?.refresh() } }
    }
}
