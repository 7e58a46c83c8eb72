import FieldCore
import FieldModel
import SwiftUI

/// A code, black on white in every light, as large as its place allows, with white round it and nothing smoothed.
struct CodeView: View {
    @Environment(\.displayScale) private var scale
    let picture: CodePicture
    let label: String

    var body: some View {
        Bars(picture: picture, scale: scale)
            .fill(Color.black, style: FillStyle(antialiased: false))
            .background(Color.white)
            .aspectRatio(1, contentMode: .fit)
            .accessibilityElement(children: .ignore)
            .accessibilityLabel(label)
    }
}

private struct Bars: Shape {
    let picture: CodePicture
    let scale: CGFloat

    nonisolated func path(in rect: CGRect) -> Path {
        var path = Path()
        path.addRects(picture.bars(in: rect, scale: scale))
        return path
    }
}

/// A code for another phone, alone on the screen, bright, for as long as it is needed.
struct CodeScreen: View {
    @Environment(\.style) private var style
    @Environment(\.scenePhase) private var phase
    @ObservedObject var code: Watched<CodeModel>
    @State private var packed: Packed?
    /// Looks for the other side's answer.
    let answer: (@MainActor () -> Void)?
    /// The same for a file, where it can be one.
    let file: (@MainActor () -> Data?)?

    var body: some View {
        let (words, model) = (style.words, code.model)
        Page {
            if let use = model.use {
                Text(words[use.title]).font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
                if let picture = model.picture {
                    CodeView(picture: picture, label: words[use.title]).frame(maxWidth: .infinity)
                }
                if let trouble = model.trouble { Warning(text: trouble) }
                Text(words[use.hint]).font(.title3.weight(.semibold))
                if let needed = model.needed { Text(words(.codeFrames, needed)).font(.title3) }
                if let told = model.told { Text(told).font(.title3) }
                if use.isAnswered, let answer {
                    BigButton(title: words[.codeRead], symbol: "qrcode.viewfinder", action: answer)
                }
            }
            if let bytes = file?() {
                BigButton(title: words[.codeFile], symbol: "square.and.arrow.up", isMain: false) {
                    packed = Packed(bytes, name: "code.txt")
                }
            }
            BigButton(title: words[.close], symbol: "xmark", isMain: false) { model.hide() }
        }
        .sheet(item: $packed, onDismiss: { Packed.forget() }) { ShareSheet(file: $0.file) }
        .task(id: Moment(phase: phase, use: model.use, needed: model.needed)) {
            guard phase == .active else { return Lamp.off() }
            Lamp.on()
            UIAccessibility.post(notification: .announcement, argument: model.spoken)
            await model.run()
        }
        .onDisappear { Lamp.off() }
    }
}

/// What is shown, and whether the app is in front.
private struct Moment: Equatable {
    let phase: ScenePhase
    let use: CodeUse?
    let needed: UInt32?
}

/// Looks for a code before the camera, over the pipe that the scan screen has: an invitation, another phone's code, its
/// animated codes, or labels one after the other.
struct FinderScreen: View {
    @Environment(\.style) private var style
    @Environment(\.camera) private var camera
    @ObservedObject var finder: Watched<FinderModel>
    @State private var isTorchOn = false
    /// Takes the lines of the platform's text recogniser, where they are of use.
    var lines: (@MainActor ([String]) -> Void)?

    var body: some View {
        let (words, model) = (style.words, finder.model)
        VStack(spacing: Size.gap) {
            Text(model.aim).font(.title3.weight(.semibold)).multilineTextAlignment(.center)
            Viewfinder(
                hint: model.hint, isDark: model.isDark, outlines: model.outlines, number: model.number
            ) { await model.work(off: $0) }
            .frame(maxHeight: .infinity)
            if let caught = model.caught {
                Text(caught.text(words)).font(.title.weight(.bold)).accessibilityAddTraits(.updatesFrequently)
            }
            if let told = model.told { ToldBand(told: told) }
            if let lines {
                BigButton(title: words[.readText], symbol: "text.viewfinder", isMain: false) {
                    guard let frame = camera?.lastFrame else { return }
                    Task { lines(await TextReader.lines(frame)) }
                }
            }
            TorchButton(isOn: $isTorchOn)
            BigButton(title: words[model.goesOn ? .codeEnough : .cancel], symbol: "xmark", isMain: false) {
                model.stop()
            }
        }
        .padding()
        .foregroundColor(Color(style.palette.page.ink))
        .background(Color(style.palette.page.ground).ignoresSafeArea())
        .modifier(Shield(message: words[.hidden]))
        // What became of a label is told by the screen below.
        .modifier(Announced(told: model.goesOn ? nil : model.told))
    }
}

/// Has VoiceOver read out what an action came to.
struct Announced: ViewModifier {
    let told: Told?

    func body(content: Content) -> some View {
        content.task(id: told) {
            if let told { UIAccessibility.post(notification: .announcement, argument: told.spoken) }
        }
    }
}

/// Puts a model's code, or the camera that looks for one, over a screen: one cover for both, so that one may follow the
/// other.
struct Codes: ViewModifier {
    @StateObject private var code: Watched<CodeModel>
    @StateObject private var finder: Watched<FinderModel>
    /// Whether a sheet of the same model lies above this screen, and shows them itself.
    private let isCovered: Bool
    private let answer: (@MainActor () -> Void)?
    private let file: (@MainActor () -> Data?)?
    private let lines: (@MainActor ([String]) -> Void)?

    init(
        _ code: CodeModel, _ finder: FinderModel, isCovered: Bool = false, answer: (@MainActor () -> Void)? = nil,
        file: (@MainActor () -> Data?)? = nil, lines: (@MainActor ([String]) -> Void)? = nil
    ) {
        _code = StateObject(wrappedValue: Watched(code))
        _finder = StateObject(wrappedValue: Watched(finder))
        (self.isCovered, self.answer, self.file, self.lines) = (isCovered, answer, file, lines)
    }

    func body(content: Content) -> some View {
        content.fullScreenCover(isPresented: isShown) {
            if finder.model.isLooking {
                FinderScreen(finder: finder, lines: lines)
            } else {
                CodeScreen(code: code, answer: answer, file: file)
            }
        }
    }

    private var isShown: Binding<Bool> {
        Binding(
            get: { @MainActor in !isCovered && (code.model.use != nil || finder.model.isLooking) },
            set: { @MainActor isShown in
                guard !isShown, !isCovered else { return }
                code.model.hide()
                finder.model.stop()
            })
    }
}

/// What the core asks, with its answers as buttons.
struct QuestionButtons: View {
    @Environment(\.style) private var style
    let question: Question
    let answer: @MainActor (UInt32?) -> Void

    var body: some View {
        ForEach(question.choices) { choice in
            BigButton(title: "\(choice.number)  \(choice.title)", hint: choice.look) { answer(choice.number) }
        }
        if question.choices.isEmpty {
            BigButton(title: style.words[.confirm], symbol: "checkmark") { answer(nil) }
        }
    }
}
