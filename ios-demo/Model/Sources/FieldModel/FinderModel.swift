import FieldCore
import Foundation

/// Looks for a code before the app's own camera. What it reads is no scan and is kept nowhere: an invitation holds a
/// secret.
public final class FinderModel: Model {
    public private(set) var isLooking = false
    /// What is wrong with the code in view, or with the frames; of a label, what it came to.
    public private(set) var told: Told?
    /// What would help the camera, in words.
    public private(set) var hint: String?
    /// Whether the camera says that it is too dark.
    public private(set) var isDark = false
    /// Lines round what the camera sees.
    public private(set) var outlines = Outlines.none
    /// The number of the document in view; gone with it, and with the camera.
    public private(set) var number: CardNumber?
    /// How far animated codes were caught.
    public private(set) var caught: Caught?
    public var words: Words { didSet { changed() } }

    public var onCue: (@MainActor (Cue) -> Void)?
    private let eyes = Eyes()
    private var reader = Reader.codes(CodeReader())
    /// Grows with every beginning: what a frame of an earlier one showed is dropped.
    private var begun = 0
    private var quest: Quest?
    /// Codes that were said to be none.
    private var others: Set<String> = []
    /// Scans that could not be taken when they were read, oldest first.
    private var kept: [Scan] = []

    public init(words: Words) { self.words = words }

    /// What to hold in view, in words.
    public var aim: String { quest.map { words[$0.aim] } ?? "" }

    /// Whether it goes on after what was taken, until somebody says that it is enough.
    public var goesOn: Bool { quest?.goesOn == true }

    public func start(_ quest: Quest) {
        self.quest = quest
        forget()
        isLooking = true
        changed()
    }

    public func stop() {
        quest = nil
        forget()
        isLooking = false
        changed()
    }

    /// Works frames off until the pipe ends.
    public func work(off pipe: FramePipe<some LumaFrame>) async {
        for await frame in pipe.frames { await look(at: frame) }
        seeNothing()
    }

    public func look(at frame: some LumaFrame) async {
        guard isLooking else { return }
        let (reader, begun, today) = (reader, begun, TypeInModel.civilDate(Date()))
        do {
            let (sight, shape) = try await eyes.look(at: frame) { (try reader.look($0, $1, today), $1) }
            // Stopped, or begun anew, while the eyes were on the frame.
            guard isLooking, begun == self.begun else { return }
            help(sight, Outlines(sight.read, sight.unread, shape))
            for text in sight.texts where begun == self.begun { judge(text) }
            if let scan = sight.scan { kept.append(scan) }
            takeNext()
        } catch {
            guard isLooking, begun == self.begun else { return }
            seeNothing()
            tell(Told(error, words))
        }
    }

    private func seeNothing() {
        (outlines, number) = (.none, nil)
        changed()
    }

    /// What a text that the camera saw comes to: what was looked for ends the looking, anything else is said once.
    func judge(_ text: String) {
        guard isLooking, let quest, !others.contains(text) else { return }
        switch quest.judge(text, words) {
        case .found: stop()
        case .taken: catchUp(quest.caught())
        case .later: break
        case .other(let why):
            others.insert(text)
            tell(.plain(.wrongKind, why))
        }
    }

    /// What the next scan comes to: one a frame, and one that comes while another is worked off waits for its turn.
    private func takeNext() {
        guard let take = quest?.take, let scan = kept.first else { return }
        kept.removeFirst()
        switch take(scan, words) {
        case .found: stop()
        case .taken: break
        case .later: kept.insert(scan, at: 0)
        case .other(let why): tell(.plain(.wrongKind, why))
        }
    }

    /// Shows over the picture what became of a label.
    func show(_ told: Told) {
        guard isLooking else { return }
        self.told = told
        changed()
    }

    private func tell(_ told: Told) {
        // Frames come many times a second: what is wrong with all of them is said once.
        guard told.cue != .refused || told != self.told else { return }
        self.told = told
        changed()
        onCue?(told.cue)
    }

    private func catchUp(_ caught: Caught?) {
        guard caught != self.caught else { return }
        (self.caught, told) = (caught, nil)
        changed()
    }

    private func help(_ sight: Sight, _ outlines: Outlines) {
        let (hint, isDark) = (sight.hint(words), sight.guidance.contains(.tooDark))
        let told = told?.cue == .refused && !goesOn ? nil : told
        let number = sight.number.map(CardNumber.init)
        let isNew = (hint, isDark, told, outlines) != (self.hint, self.isDark, self.told, self.outlines)
        guard isNew || number != self.number else { return }
        (self.hint, self.isDark, self.told, self.outlines) = (hint, isDark, told, outlines)
        self.number = number
        changed()
    }

    private func forget() {
        reader = quest?.take == nil ? .codes(CodeReader()) : .scans(ScanReader())
        begun += 1
        (others, kept) = ([], [])
        (told, hint, isDark, outlines, caught, number) = (nil, nil, false, .none, nil, nil)
    }
}

/// What a frame showed to either reader.
private struct Sight: Sendable {
    var texts: [String] = []
    var scan: Scan?
    var isSeveral = false
    var read: [[FramePoint]]
    var unread: [FramePoint]?
    var guidance: [Guidance]
    var number: String?

    func hint(_ words: Words) -> String? {
        isSeveral ? words.problem("two_codes") : guidance.first.map { words.code(.guidance, $0.code) }
    }
}

/// The core's eyes for codes, or for scans.
private enum Reader: Sendable {
    case codes(CodeReader)
    case scans(ScanReader)

    func look(_ plane: UnsafeRawBufferPointer, _ shape: FrameShape, _ today: UInt32) throws -> Sight {
        switch self {
        case .codes(let reader):
            let glance = try reader.look(plane, shape: shape)
            return Sight(texts: glance.texts, read: glance.read, guidance: glance.guidance)
        case .scans(let reader):
            let glance = try reader.look(plane, shape: shape, today: today)
            return Sight(
                scan: glance.scan, isSeveral: glance.several, read: glance.read, unread: glance.unread,
                guidance: glance.guidance, number: glance.number)
        }
    }
}
