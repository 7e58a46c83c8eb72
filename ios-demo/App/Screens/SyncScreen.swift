import FieldCore
import FieldModel
import SwiftUI
import UniformTypeIdentifiers

/// What is unsent, when the hub last answered, what it refused and why, and the day's figures.
struct SyncScreen: View {
    @Environment(\.style) private var style
    @StateObject private var sync: Watched<SyncModel>
    @State private var isTaking = false
    @State private var packed: Packed?
    let day: DayModel

    init(sync: SyncModel, day: DayModel) {
        self.day = day
        _sync = StateObject(wrappedValue: Watched(sync))
    }

    var body: some View {
        let (words, model) = (style.words, sync.model)
        Page {
            Text(words[.syncTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            if model.status?.captureStopped == true { Warning(text: words[.captureStopped]) }
            if let trouble = model.trouble { Warning(text: trouble) }
            if let told = model.told { Text(told).font(.title3.weight(.bold)) }
            if let waiting = model.waitingText { Text(waiting).font(.title3) }
            if !model.hasHub { Text(words[.syncNoHub]).font(.title3) }
            BigButton(title: words[.syncNow], symbol: "arrow.triangle.2.circlepath") {
                Task { await model.syncNow() }
            }
            .disabled(model.isSyncing)
            ForEach(Array(model.rows.enumerated()), id: \.offset) {
                Row(name: $0.element.name, value: $0.element.value)
            }
            ledger
            if !model.news.isEmpty { Text(words[.syncNews]).font(.title2.weight(.bold)) }
            ForEach(Array(model.news.enumerated()), id: \.offset) { entry in
                VStack(alignment: .leading) {
                    Label(words.news(entry.element), systemImage: symbol(entry.element.level))
                    // The reason, as the core tells it; nobody's data stands in it.
                    if entry.element.level != .info {
                        Text(entry.element.text).font(.body).foregroundColor(Color(style.palette.quiet.ink))
                    }
                }
                .accessibilityElement(children: .combine)
            }
            BigButton(title: words[.syncPack], symbol: "square.and.arrow.up", isMain: false) {
                Task { packed = await model.pack().flatMap(Packed.init) }
            }
            BigButton(title: words[.syncTake], symbol: "square.and.arrow.down", isMain: false) { isTaking = true }
            BigButton(title: words[.soundCheck], symbol: "checkmark.seal", isMain: false) {
                Task { await model.checkSound() }
            }
        }
        .task { await model.load() }
        .sheet(isPresented: $isTaking) {
            FilePicker { data in
                isTaking = false
                if let data { Task { await model.take(data) } }
            }
        }
        .sheet(item: $packed, onDismiss: { Packed.forget() }) { ShareSheet(file: $0.file) }
    }

    @ViewBuilder private var ledger: some View {
        let words = style.words
        if let ledger = sync.model.ledger {
            Text("\(words[.ledger]) · \(words[.shiftRound]) \(ledger.round ?? "-")").font(.title2.weight(.bold))
            ForEach(Array(ledger.rows.enumerated()), id: \.offset) { entry in
                let row = entry.element
                let place = [row.site, row.lane, row.operator].compactMap { $0 }.joined(separator: " · ")
                figures(place, row.people, row.tubes, row.short, row.spoiled, row.voided)
            }
            figures(words[.ledgerTotal], ledger.people, ledger.tubes, ledger.short, ledger.spoiled, ledger.voided)
        }
    }

    private func figures(
        _ name: String, _ people: UInt32, _ tubes: UInt32, _ short: UInt32, _ spoiled: UInt32, _ voided: UInt32
    ) -> some View {
        let words = style.words
        let parts = [
            "\(words[.people]) \(people)", "\(words[.tubes]) \(tubes)", "\(words[.ledgerShort]) \(short)",
            "\(words[.ledgerSpoiled]) \(spoiled)", "\(words[.ledgerVoided]) \(voided)",
        ]
        return Row(name: name, value: parts.joined(separator: " · "))
    }

    private func symbol(_ level: LogLevel) -> String {
        switch level {
        case .info: "info.circle"
        case .warning: "exclamationmark.triangle.fill"
        case .error: "xmark.octagon.fill"
        }
    }
}

/// A bundle to hand over: sealed by the core, thrown away when it was.
struct Packed: Identifiable {
    let file: URL
    var id: URL { file }

    private static var folder: URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("carry", isDirectory: true)
    }

    init?(_ bundle: Data) {
        file = Self.folder.appendingPathComponent("fieldcore-\(Int(Date().timeIntervalSince1970)).fcb")
        do {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try bundle.write(to: file, options: [.atomic, .completeFileProtection])
        } catch {
            return nil
        }
    }

    static func forget() { try? FileManager.default.removeItem(at: folder) }
}

/// The system's own sheet: to copy, to send, to print.
struct ShareSheet: UIViewControllerRepresentable {
    let item: Any

    init(item: Any) { self.item = item }

    init(file: URL) { item = file }

    func makeUIViewController(context _: Context) -> UIActivityViewController {
        UIActivityViewController(activityItems: [item], applicationActivities: nil)
    }

    func updateUIViewController(_: UIActivityViewController, context _: Context) {}
}
