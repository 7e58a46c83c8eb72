import FieldCore

/// Looks for a code before the app's own camera. What it reads is no scan and is kept nowhere: an invitation holds a
/// secret.
public final class FinderModel: Model {
    /// Frames after which a label that was not seen any more counts as put away.
    private static let framesAway = 15

    public private(set) var isLooking = false
    /// What is wrong with the code in view, or with the frames; of a label, what it came to.
    public private(set) var told: Told?
    /// What would help the camera, in words.
    public private(set) var hint: String?
    /// Whether the camera says that it is too dark.
    public private(set) var isDark = false
    /// Lines round what the camera sees.
    public private(set) var outlines = Outlines.none
    /// How far animated codes were caught.
    public private(set) var caught: Caught?
    public var words: Words { didSet { changed() } }

    public var onCue: (@MainActor (Cue) -> Void)?
    private let eyes = Eyes()
    private var reader = CodeReader()
    private var quest: Quest?
    /// Codes that were said to be none.
    private var others: Set<String> = []
    /// Labels that were taken, with the frame in which each was seen last.
    private var taken: [String: Int] = [:]
    private var frame = 0

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
    }

    public func look(at frame: some LumaFrame) async {
        guard isLooking else { return }
        let reader = reader
        do {
            let (glance, shape) = try await eyes.look(at: frame) { (try reader.look($0, shape: $1), $1) }
            // Stopped, or begun anew, while the eyes were on the frame.
            guard isLooking, reader === self.reader else { return }
            self.frame += 1
            help(glance.guidance, Outlines(glance.read, nil, shape))
            for text in glance.texts where reader === self.reader { judge(text) }
        } catch {
            tell(Told(error, words))
        }
    }

    /// What a text that the camera saw comes to: what was looked for ends the looking, anything else is said once.
    func judge(_ text: String) {
        guard isLooking, let quest, !others.contains(text), !isTaken(text) else { return }
        switch quest.judge(text, words) {
        case .found: stop()
        case .taken:
            if quest.goesOn { taken[text] = frame }
            catchUp(quest.caught())
        case .later: break
        case .other(let why):
            others.insert(text)
            tell(.plain(.wrongKind, why))
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

    private func isTaken(_ text: String) -> Bool {
        guard let last = taken[text], frame - last < Self.framesAway else { return false }
        taken[text] = frame
        return true
    }

    private func catchUp(_ caught: Caught?) {
        guard caught != self.caught else { return }
        (self.caught, told) = (caught, nil)
        changed()
    }

    private func help(_ guidance: [Guidance], _ outlines: Outlines) {
        let (hint, isDark) = (guidance.first.map { words.code(.guidance, $0.code) }, guidance.contains(.tooDark))
        let told = told?.cue == .refused && !goesOn ? nil : told
        guard (hint, isDark, told, outlines) != (self.hint, self.isDark, self.told, self.outlines) else { return }
        (self.hint, self.isDark, self.told, self.outlines) = (hint, isDark, told, outlines)
        changed()
    }

    private func forget() {
        reader = quest?.wantsEveryKind == true ? CodeReader.everyKind() : CodeReader()
        (others, taken, frame) = ([], [:], 0)
        (told, hint, isDark, outlines, caught) = (nil, nil, false, .none, nil)
    }
}
