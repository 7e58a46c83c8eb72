import FieldCore

/// Looks for an invitation's QR before the app's own camera. What it reads is no scan and is kept nowhere: an
/// invitation holds a secret.
public final class FinderModel: Model {
    public private(set) var isLooking = false
    /// What is wrong with the code in view, or with the frames.
    public private(set) var told: Told?
    /// What would help the camera, in words.
    public private(set) var hint: String?
    /// Whether the camera says that it is too dark.
    public private(set) var isDark = false
    /// Lines round what the camera sees.
    public private(set) var outlines = Outlines.none
    public var words: Words { didSet { changed() } }

    public var onCue: (@MainActor (Cue) -> Void)?
    /// Takes an invitation's text and what it says.
    public var onFound: (@MainActor (String, InvitationView) -> Void)?
    private let eyes = Eyes()
    private var reader = CodeReader()
    /// Codes that were said to be none.
    private var others: Set<String> = []

    public init(words: Words) { self.words = words }

    public func start() {
        forget()
        isLooking = true
        changed()
    }

    public func stop() {
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
            help(glance.guidance, Outlines(glance.read, nil, shape))
            for text in glance.texts { judge(text) }
        } catch {
            tell(Told(error, words))
        }
    }

    /// What a text that the camera saw comes to: an invitation ends the looking, anything else is said once.
    func judge(_ text: String) {
        guard isLooking, !others.contains(text) else { return }
        do {
            let invitation = try readInvitation(text: text)
            stop()
            onFound?(text, invitation)
        } catch {
            others.insert(text)
            tell(.plain(.wrongKind, why(error)))
        }
    }

    private func why(_ error: any Error) -> String {
        if case FieldError.Invalid = error { words[.enrolNotThis] } else { words.failure(error) }
    }

    private func help(_ guidance: [Guidance], _ outlines: Outlines) {
        let (hint, isDark) = (guidance.first.map { words.code(.guidance, $0.code) }, guidance.contains(.tooDark))
        let told = told?.cue == .refused ? nil : told
        guard (hint, isDark, told, outlines) != (self.hint, self.isDark, self.told, self.outlines) else { return }
        (self.hint, self.isDark, self.told, self.outlines) = (hint, isDark, told, outlines)
        changed()
    }

    private func tell(_ told: Told) {
        // Frames come many times a second: what is wrong with all of them is said once.
        guard told.cue != .refused || told != self.told else { return }
        self.told = told
        changed()
        onCue?(told.cue)
    }

    private func forget() {
        reader = CodeReader()
        others = []
        (told, hint, isDark, outlines) = (nil, nil, false, .none)
    }
}
