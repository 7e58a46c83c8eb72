import FieldCore
import FieldModel
import SwiftUI
import UniformTypeIdentifiers

/// Records that leave and come by hand: what waits, by file, to another screen, from another screen.
struct CarryScreen: View {
    @Environment(\.style) private var style
    @StateObject private var carry: Watched<CarryModel>
    @State private var isTaking = false
    @State private var packed: Packed?
    let done: @MainActor () -> Void

    init(carry: CarryModel, done: @escaping @MainActor () -> Void) {
        _carry = StateObject(wrappedValue: Watched(carry))
        self.done = done
    }

    var body: some View {
        let (words, model) = (style.words, carry.model)
        Page {
            Text(words[.carryTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let obstacle = model.obstacle { Warning(text: obstacle) }
            if let trouble = model.trouble { Warning(text: trouble) }
            if let result = model.result { CarryResultView(result: result) }
            if let told = model.told { Text(told).font(.title3.weight(.bold)) }
            actions
            ForEach(Array(model.rows.enumerated()), id: \.offset) {
                Row(name: $0.element.name, value: $0.element.value)
            }
            Text(words[.carryHint]).foregroundColor(Color(style.palette.quiet.ink))
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .task { await model.load() }
        .task(id: model.result) {
            if let result = model.result {
                UIAccessibility.post(notification: .announcement, argument: result.spoken)
            }
        }
        .modifier(Codes(model.code, model.finder))
        .sheet(isPresented: $isTaking) {
            FilesPicker { files in
                isTaking = false
                Task {
                    await model.take(files: files)
                    FilesPicker.forget(files)
                }
            }
        }
        .sheet(item: $packed, onDismiss: { Packed.forget() }) { ShareSheet(file: $0.file) }
    }

    private var actions: some View {
        let (words, model) = (style.words, carry.model)
        return VStack(spacing: Size.gap) {
            BigButton(title: words[.carryShow], symbol: "qrcode") { Task { await model.show() } }
                .disabled(model.obstacle != nil)
            BigButton(title: words[.carryFilm], symbol: "qrcode.viewfinder") { model.film() }
            BigButton(title: words[.carryWrite], symbol: "square.and.arrow.up", isMain: false) {
                Task {
                    guard let folder = Packed.makeFolder() else { return }
                    packed = await model.write(into: folder).map { Packed(file: $0) }
                }
            }
            .disabled(model.obstacle != nil)
            BigButton(title: words[.carryTake], symbol: "square.and.arrow.down", isMain: false) { isTaking = true }
        }
        .disabled(model.isBusy)
    }
}

/// What came of a carry: symbol, words and colour together, and why anything was refused.
struct CarryResultView: View {
    @Environment(\.style) private var style
    let result: CarryResult

    var body: some View {
        let signal = Signal.of(result.cue)
        let pair = signal.colours(style.palette.light)
        VStack(alignment: .leading, spacing: 4) {
            Label(result.headline, systemImage: signal.symbol).font(.title3.weight(.bold))
            ForEach(result.reasons, id: \.self) { Text($0).font(.body) }
        }
        .padding()
        .frame(maxWidth: .infinity, alignment: .leading)
        .foregroundColor(Color(pair.ink))
        .background(Color(pair.ground))
        .clipShape(RoundedRectangle(cornerRadius: 12))
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(result.spoken)
    }
}

/// Picks files; none if none were picked. They are copies, which go when they were taken.
struct FilesPicker: UIViewControllerRepresentable {
    let taken: @MainActor ([URL]) -> Void

    func makeCoordinator() -> Coordinator { Coordinator(taken) }

    func makeUIViewController(context: Context) -> UIDocumentPickerViewController {
        let picker = UIDocumentPickerViewController(forOpeningContentTypes: [.data], asCopy: true)
        picker.allowsMultipleSelection = true
        picker.delegate = context.coordinator
        return picker
    }

    func updateUIViewController(_: UIDocumentPickerViewController, context _: Context) {}

    static func forget(_ files: [URL]) {
        for file in files { try? FileManager.default.removeItem(at: file) }
    }

    final class Coordinator: NSObject, UIDocumentPickerDelegate {
        private let taken: @MainActor ([URL]) -> Void

        init(_ taken: @escaping @MainActor ([URL]) -> Void) { self.taken = taken }

        func documentPicker(_: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL]) { taken(urls) }

        func documentPickerWasCancelled(_: UIDocumentPickerViewController) { taken([]) }
    }
}
