import FieldCore
import FieldModel
import SwiftUI

/// The sampler's screen: she scans, it answers.
struct ScanScreen: View {
    @Environment(\.style) private var style
    @Environment(\.camera) private var camera
    @StateObject private var scan: Watched<ScanModel>
    @StateObject private var code: Watched<CodeModel>
    /// Large letters over it need a larger picture.
    @ScaledMetric(relativeTo: .title) private var pictureHeight: CGFloat = 220
    @State private var isTorchOn = false
    @State private var sheet: Extra?

    enum Extra: String, Identifiable {
        case pad, confirm, more
        var id: String { rawValue }
    }

    init(scan: ScanModel) {
        _scan = StateObject(wrappedValue: Watched(scan))
        _code = StateObject(wrappedValue: Watched(scan.code))
    }

    var body: some View {
        let (words, model) = (style.words, scan.model)
        ScrollView {
            VStack(spacing: Size.gap) {
                Viewfinder(
                    hint: model.hint, isDark: model.isDark, outlines: model.outlines, number: model.number
                ) { await model.work(off: $0) }
                .frame(height: pictureHeight)
                RingView(ring: model.ring).frame(maxWidth: 300)
                if let person = model.lastPerson { Row(name: words[.lastPerson], value: person) }
                if model.waiting > 0 { Text(words(.waitingCount, model.waiting)).font(.title3.weight(.semibold)) }
                if let told = model.told { ToldBand(told: told) }
                buttons
            }
            .padding()
        }
        .foregroundColor(Color(style.palette.page.ink))
        .background(Color(style.palette.page.ground).ignoresSafeArea())
        .overlay {
            if let flash = model.flash { CueOverlay(told: flash) { model.dismissFlash() } }
        }
        .sheet(isPresented: isAsked) {
            if let question = model.question {
                QuestionSheet(
                    question: question,
                    answer: { number, reason in Task { await model.confirm(number, reason: reason) } },
                    no: { model.dismissQuestion() })
            }
        }
        .sheet(item: $sheet) { extra in
            switch extra {
            case .pad:
                TypeInScreen(pad: model.pad) { scan in
                    sheet = nil
                    if let scan { Task { await model.scan(scan) } }
                }
            case .confirm:
                if let told = model.told {
                    QuestionSheet(
                        question: Question(told),
                        answer: { number, reason in
                            sheet = nil
                            Task { await model.confirm(number, reason: reason) }
                        },
                        no: { sheet = nil })
                }
            case .more:
                MoreVerbs { verb in
                    sheet = nil
                    if let verb { Task { await model.verb(verb) } }
                }
            }
        }
        .task { await model.refresh() }
        .fullScreenCover(isPresented: isShowing) { CodeScreen(code: code, answer: nil, file: nil) }
        .onDisappear { isTorchOn = false }
    }

    /// The code for the other phone waits until its cue was seen.
    private var isShowing: Binding<Bool> {
        Binding(
            get: { @MainActor in code.model.use != nil && scan.model.flash == nil },
            set: { @MainActor isShown in if !isShown, code.model.use != nil { code.model.hide() } })
    }

    /// A question waits until its cue was seen.
    private var isAsked: Binding<Bool> {
        Binding(
            get: { @MainActor in scan.model.question != nil && scan.model.flash == nil },
            set: { @MainActor isShown in
                if !isShown, scan.model.question != nil { scan.model.dismissQuestion() }
            })
    }

    private var buttons: some View {
        let (words, model) = (style.words, scan.model)
        return LazyVGrid(columns: [GridItem(.adaptive(minimum: 150), spacing: Size.gap)], spacing: Size.gap) {
            BigButton(title: words[.typeIn], symbol: "keyboard") { sheet = .pad }
            BigButton(title: words[.undo], symbol: "arrow.uturn.backward", hint: words[.undoHint]) {
                Task { await model.undo() }
            }
            TorchButton(isOn: $isTorchOn)
            BigButton(title: words[.readText], symbol: "text.viewfinder", isMain: false) {
                guard let frame = camera?.lastFrame else { return }
                Task { await model.read(await TextReader.lines(frame)) }
            }
            BigButton(title: words[.confirm], symbol: "checkmark.circle", hint: words[.reasonHint], isMain: false) {
                sheet = .confirm
            }
            .disabled(model.told == nil)
            BigButton(title: words[.more], symbol: "ellipsis", isMain: false) { sheet = .more }
        }
        .disabled(model.isBusy)
    }
}

/// What a person must look at and say.
struct QuestionSheet: View {
    @Environment(\.style) private var style
    @State private var reason = ""
    let question: Question
    let answer: @MainActor (UInt32?, String) -> Void
    let no: @MainActor () -> Void

    var body: some View {
        let words = style.words
        Page {
            ToldBand(told: question.told)
            if question.choices.isEmpty {
                Field(name: words[.reason], text: $reason)
                Text(words[.reasonHint]).foregroundColor(Color(style.palette.quiet.ink))
                BigButton(title: words[.confirm], symbol: "checkmark") { answer(nil, reason) }
            } else {
                Text(words[.confirmWhich]).font(.title2.weight(.bold))
                ForEach(question.choices) { choice in
                    BigButton(title: "\(choice.number)  \(choice.title)", hint: choice.look) {
                        answer(choice.number, reason)
                    }
                    if !choice.look.isEmpty { Text(choice.look).font(.headline) }
                }
            }
            BigButton(title: words[.notThis], symbol: "xmark", isMain: false, action: no)
        }
    }
}
