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
    public let doors: DoorsModel
    public let scan: ScanModel
    public let tubes: TubesModel
    public let sync: SyncModel
    public let boxes: BoxesModel
    public let carry: CarryModel
    public let proxy: ProxyModel
    public let helper: HelperModel

    /// Forgets everybody whom a screen shows in the clear.
    func forget() {
        tubes.hide()
        doors.forget()
        proxy.forget()
    }
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
    /// Errands that need the live journal awake.
    private var errands = 0
    /// The live journal while practice is on the screen, as long as an errand needs it.
    private var aside: (journal: FieldJournal, sync: SyncModel)?
    private var lastTurn: Task<Void, Never>?

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
        screens?.doors.words = words
        screens?.scan.words = words
        screens?.tubes.words = words
        screens?.sync.words = words
        screens?.boxes.words = words
        screens?.carry.words = words
        screens?.proxy.words = words
        screens?.helper.words = words
        changed()
    }

    public func shine(_ light: Palette.Light) {
        self.light = light
        ground.memory.keep("light", light.rawValue)
        changed()
    }

    /// Opens the live journal, or that for practice: a journal, secrets and figures of its own.
    public func open(practice: Bool = false) async {
        await inTurn { await self.openNow(practice: practice) }
    }

    /// Opens the live journal when the app comes to the front, unless one is open.
    public func begin() async {
        await inTurn { if self.journal == nil { await self.openNow(practice: false) } }
    }

    private func openNow(practice: Bool) async {
        (phase, isPractice) = (.opening, practice)
        changed()
        do {
            await closeNow()
            if !practice { await putAside() }
            (journal, isAsleep) = (try await journal(practice: practice), false)
            await decide()
        } catch {
            phase = .failed(words.failure(error))
        }
        changed()
    }

    private func journal(practice: Bool) async throws -> FieldJournal {
        let folder = ground.folder.appendingPathComponent(practice ? "practice" : "live", isDirectory: true)
        try ground.prepare(folder)
        return try await FieldJournal.open(
            folder: folder, app: ground.app, vault: ground.vault(practice), log: ground.log, practice: practice)
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
        screens?.forget()
        await inTurn { await self.doze() }
    }

    private func doze() async {
        guard errands == 0 else { return }
        await putAside()
        guard let journal, !isAsleep, !isInFront else { return }
        isAsleep = true
        try? await journal.suspendJournal()
        changed()
    }

    /// The app is in front again.
    public func wake() async {
        isInFront = true
        await inTurn {
            await self.rouse()
            guard !self.isAsleep else { return }
            await self.screens?.doors.lookAgain()
            await self.screens?.proxy.lookAgain()
        }
    }

    private func rouse() async {
        guard let journal, isAsleep else { return }
        do {
            try await journal.resume()
            isAsleep = false
            await screens?.scan.refresh()
            await screens?.sync.load()
            await screens?.boxes.load()
            await screens?.carry.load()
        } catch {
            phase = .failed(words.failure(error))
        }
        changed()
    }

    /// One turn of the sync while the system lends a moment, and when it should lend the next.
    public func syncInBackground(now: Date) async -> [BackgroundPlan] {
        await errand { sync in
            await sync.turn()
            return await Self.plans(sync, now)
        } ?? []
    }

    /// A hub's answer that came after the process that asked for it had gone.
    public func takeLate(_ bundle: Data) async {
        await errand { await $0.take(bundle) }
    }

    /// When the system should wake the app, as things stand.
    public func plans(now: Date) async -> [BackgroundPlan] {
        guard screens != nil else { return [] }
        return await errand { await Self.plans($0, now) } ?? []
    }

    private static func plans(_ sync: SyncModel, _ now: Date) async -> [BackgroundPlan] {
        await sync.load()
        return BackgroundPlan.of(sync.wake, waiting: sync.waiting, unsent: sync.status?.unsent ?? 0, now: now)
    }

    /// Work for the live journal, whichever is on the screen: practice has nothing that a hub would take. It is
    /// awake for the work, and asleep again after it unless it is in front.
    @discardableResult
    private func errand<Done>(_ work: @MainActor (SyncModel) async -> Done) async -> Done? {
        errands += 1
        let sync = await inTurn { await self.liveSync() }
        var done: Done?
        if let sync { done = await work(sync) }
        errands -= 1
        await inTurn { await self.doze() }
        return done
    }

    private func liveSync() async -> SyncModel? {
        if journal == nil { await openNow(practice: false) }
        guard isPractice else {
            await rouse()
            return screens?.sync
        }
        if aside == nil, let journal = try? await journal(practice: false) {
            aside = (journal, SyncModel(journal, transport: ground.transport, words: words))
        }
        return aside?.sync
    }

    public func close() async {
        await inTurn {
            await self.closeNow()
            await self.putAside()
        }
    }

    private func closeNow() async {
        try? await journal?.shutDown()
        (journal, screens) = (nil, nil)
    }

    private func putAside() async {
        let journal = aside?.journal
        aside = nil
        try? await journal?.shutDown()
    }

    /// Journals are opened, closed, woken and put to sleep one after the other: a folder has one writer, and the
    /// app must not sleep over a journal that is just waking.
    private func inTurn<Done: Sendable>(_ work: @escaping @MainActor @Sendable () async -> Done) async -> Done {
        let before = lastTurn
        let mine = Task {
            await before?.value
            return await work()
        }
        lastTurn = Task { _ = await mine.value }
        return await mine.value
    }

    private var lane: String { ground.memory.text("lane") ?? "" }

    private func build(_ journal: FieldJournal) async {
        screens = Screens(
            enrol: EnrolModel(journal, words: words),
            shift: ShiftModel(journal, memory: ground.memory, words: words),
            doors: DoorsModel(journal, lane: lane, words: words),
            scan: ScanModel(journal, lane: lane, words: words),
            tubes: TubesModel(journal, lane: lane, words: words),
            sync: SyncModel(journal, transport: ground.transport, words: words),
            boxes: BoxesModel(journal, lane: lane, words: words),
            carry: CarryModel(journal, words: words),
            proxy: ProxyModel(journal, lane: lane, words: words),
            helper: HelperModel(journal, words: words))
        connect()
        await screens?.shift.load()
        await screens?.scan.refresh()
    }

    private func connect() {
        guard let screens else { return }
        screens.enrol.finder.onCue = onCue
        screens.doors.onCue = onCue
        screens.doors.onSaved = { [weak scan = screens.scan] in await scan?.refresh() }
        screens.scan.onCue = onCue
        screens.tubes.onCue = onCue
        screens.tubes.onSaved = { [weak scan = screens.scan] in Task { await scan?.refresh() } }
        screens.boxes.onCue = onCue
        screens.carry.onCue = onCue
        screens.proxy.onCue = onCue
        screens.helper.onCue = onCue
        let hear: @MainActor (Answer) -> Void = { [weak boxes = screens.boxes] in boxes?.hear($0) }
        (screens.scan.onAnswer, screens.tubes.onAnswer) = (hear, hear)
        screens.carry.onTaken = { [weak sync = screens.sync] in Task { await sync?.load() } }
    }
}
