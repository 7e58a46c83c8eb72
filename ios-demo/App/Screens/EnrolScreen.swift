import FieldModel
import SwiftUI
import UniformTypeIdentifiers

/// Takes an invitation from a QR or a file, after a look at it.
struct EnrolScreen: View {
    @Environment(\.style) private var style
    @StateObject private var enrol: Watched<EnrolModel>
    @StateObject private var finder: Watched<FinderModel>
    @State private var wants: Wanted?
    @State private var isJoining = false
    let day: DayModel

    private enum Wanted: String, Identifiable {
        case invitation, profile
        var id: String { rawValue }
    }

    init(day: DayModel, enrol: EnrolModel) {
        self.day = day
        _enrol = StateObject(wrappedValue: Watched(enrol))
        _finder = StateObject(wrappedValue: Watched(enrol.finder))
    }

    var body: some View {
        let (words, model) = (style.words, enrol.model)
        Page {
            HStack {
                Text(words[.enrolTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
                Spacer()
                LanguageButton(day: day)
            }
            if let told = model.told { Text(told).font(.title3.weight(.semibold)) }
            if let trouble = model.trouble { Warning(text: trouble) }
            if let invitation = model.invitation {
                Row(name: words[.enrolCampaign], value: invitation.campaignName)
                Row(name: words[.enrolHub], value: invitation.hubUrl ?? words[.enrolNoHub])
                Row(name: words[.syncProfile], value: "\(invitation.profileVersion)")
                Row(name: words[.enrolEnds], value: words.time(invitation.expiresMs))
                BigButton(title: words[.enrolTake], symbol: "checkmark") {
                    Task {
                        await model.take()
                        await day.decide()
                    }
                }
                BigButton(title: words[.cancel], symbol: "xmark", isMain: false) { model.forget() }
            } else {
                Text(words[.enrolHint]).font(.title3)
                BigButton(title: words[.enrolScan], symbol: "qrcode.viewfinder") { model.look() }
                BigButton(title: words[.enrolFile], symbol: "doc", isMain: false) { wants = .invitation }
            }
            BigButton(title: words[.helperEnrol], symbol: "person.2", isMain: false) { isJoining = true }
            BigButton(title: words[.enrolProfileFile], symbol: "doc.text", isMain: false) { wants = .profile }
            BigButton(
                title: words[.enrolLater], symbol: "arrow.right", hint: words[.enrolLaterHint], isMain: false
            ) { Task { await day.enrolLater() } }
            Text(words[.enrolLaterHint]).foregroundColor(Color(style.palette.quiet.ink))
            PracticeButton(day: day)
        }
        .fullScreenCover(isPresented: isLooking) { FinderScreen(finder: finder) }
        .sheet(isPresented: $isJoining) {
            if let helper = day.screens?.helper { JoinScreen(day: day, helper: helper) { isJoining = false } }
        }
        .sheet(item: $wants) { wanted in
            FilePicker { data in
                wants = nil
                guard let data else { return }
                if wanted == .invitation { model.read(file: data) } else { Task { await model.takeProfile(data) } }
            }
        }
    }

    private var isLooking: Binding<Bool> {
        Binding(
            get: { @MainActor in finder.model.isLooking },
            set: { @MainActor isShown in if !isShown { finder.model.stop() } })
    }
}

struct LanguageButton: View {
    @Environment(\.style) private var style
    let day: DayModel

    var body: some View {
        Button(style.words[.language]) { day.speak(style.words.tongue.other) }
            .font(.headline)
            .frame(minWidth: Size.target, minHeight: Size.target)
    }
}

struct PracticeButton: View {
    @Environment(\.style) private var style
    let day: DayModel

    var body: some View {
        BigButton(
            title: style.words[day.isPractice ? .leavePractice : .enterPractice], symbol: "graduationcap", isMain: false
        ) {
            Task { await day.open(practice: !day.isPractice) }
        }
    }
}

/// Something is wrong: a symbol and words, in the colours of "refused".
struct Warning: View {
    @Environment(\.style) private var style
    let text: String

    var body: some View {
        let signal = Signal.of(.refused)
        let pair = signal.colours(style.palette.light)
        Label(text, systemImage: signal.symbol)
            .font(.headline)
            .padding()
            .frame(maxWidth: .infinity, alignment: .leading)
            .foregroundColor(Color(pair.ink))
            .background(Color(pair.ground))
            .clipShape(RoundedRectangle(cornerRadius: 12))
    }
}

/// Picks a file; nothing if none was picked or it is far too long.
struct FilePicker: UIViewControllerRepresentable {
    static let bytesMax = 8 << 20
    let taken: @MainActor (Data?) -> Void

    func makeCoordinator() -> Coordinator { Coordinator(taken) }

    func makeUIViewController(context: Context) -> UIDocumentPickerViewController {
        let picker = UIDocumentPickerViewController(forOpeningContentTypes: [.data, .plainText], asCopy: true)
        picker.delegate = context.coordinator
        return picker
    }

    func updateUIViewController(_: UIDocumentPickerViewController, context _: Context) {}

    final class Coordinator: NSObject, UIDocumentPickerDelegate {
        private let taken: @MainActor (Data?) -> Void

        init(_ taken: @escaping @MainActor (Data?) -> Void) { self.taken = taken }

        func documentPicker(_: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL]) {
            guard let url = urls.first else { return taken(nil) }
            defer { try? FileManager.default.removeItem(at: url) }
            let size = (try? url.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
            taken(size <= FilePicker.bytesMax ? try? Data(contentsOf: url) : nil)
        }

        func documentPickerWasCancelled(_: UIDocumentPickerViewController) { taken(nil) }
    }
}
