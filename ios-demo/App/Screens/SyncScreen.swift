import FieldCore
import FieldModel
import SwiftUI
import UniformTypeIdentifiers

/// What is unsent, when the hub last answered, what it refused and why, and the day's figures.
struct SyncScreen: View {
    @Environment(\.style) private var style
    @StateObject private var sync: Watched<SyncModel>
    @State private var isCarrying = false
    let carry: CarryModel
    let day: DayModel

    init(sync: SyncModel, carry: CarryModel, day: DayModel) {
        (self.carry, self.day) = (carry, day)
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
            BigButton(title: words[.carryTitle], symbol: "figure.walk", isMain: false) { isCarrying = true }
            BigButton(title: words[.soundCheck], symbol: "checkmark.seal", isMain: false) {
                Task { await model.checkSound() }
            }
        }
        .task { await model.load() }
        .sheet(isPresented: $isCarrying) { CarryScreen(carry: carry) { isCarrying = false } }
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

/// A file to hand over, thrown away when it was. What is in it is sealed or signed by the core.
struct Packed: Identifiable {
    let file: URL
    var id: URL { file }

    private static var folder: URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("carry", isDirectory: true)
    }

    /// Where files to hand over are written: read by this app alone, while the phone is unlocked.
    static func makeFolder() -> URL? {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.protectionKey: FileProtectionType.complete]
            )
            return folder
        } catch {
            return nil
        }
    }

    init(file: URL) { self.file = file }

    init?(_ bytes: Data, name: String) {
        guard let folder = Self.makeFolder() else { return nil }
        file = folder.appendingPathComponent("fieldcore-\(Int(Date().timeIntervalSince1970))-\(name)")
        do { try bytes.write(to: file, options: [.atomic, .completeFileProtection]) } catch { return nil }
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
