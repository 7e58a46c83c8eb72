import FieldCore
import FieldModel
import SwiftUI
import UniformTypeIdentifiers

/// The boxes of the round, and what may be done with them; while boxes are being received, those alone.
struct BoxesScreen: View {
    @Environment(\.style) private var style
    @StateObject private var boxes: Watched<BoxesModel>
    @State private var label = ""
    @State private var sheet: Way?
    let done: @MainActor () -> Void

    enum Way: Identifiable {
        case box(String), handOver, file
        var id: String {
            switch self {
            case .box(let label): "box \(label)"
            case .handOver: "hand-over"
            case .file: "file"
            }
        }
    }

    init(boxes: BoxesModel, done: @escaping @MainActor () -> Void) {
        _boxes = StateObject(wrappedValue: Watched(boxes))
        self.done = done
    }

    var body: some View {
        let model = boxes.model
        Page {
            Text(style.words[.boxTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let told = model.told { ToldBand(told: told) }
            if model.arrival != nil { ArrivalView(boxes: boxes) } else { mine }
            BigButton(title: style.words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .task { await model.load() }
        .modifier(Codes(model.code, model.finder, isCovered: sheet != nil))
        .modifier(Announced(told: model.told))
        .sheet(item: $sheet) { way in
            switch way {
            case .box(let label): BoxSheet(boxes: boxes, label: label) { sheet = nil }
            case .handOver: HandOverSheet(boxes: boxes) { sheet = nil }
            case .file:
                FilePicker { data in
                    sheet = nil
                    if let data { Task { await model.takeOffer(file: data) } }
                }
            }
        }
    }

    @ViewBuilder private var mine: some View {
        let (words, model) = (style.words, boxes.model)
        if model.late > 0 { Warning(text: words(.boxesLate, model.late)) }
        if let question = model.question {
            QuestionButtons(question: question) { number in Task { await model.confirm(number) } }
        }
        BigButton(title: words[.boxPack], symbol: "barcode.viewfinder") { model.lookForLabels() }
        BigButton(title: words[.boxOffer], symbol: "arrow.right.square", isMain: false) { sheet = .handOver }
        BigButton(title: words[.boxReceive], symbol: "arrow.left.square", isMain: false) { model.lookForOffer() }
        BigButton(title: words[.boxReceiveFile], symbol: "doc.text", isMain: false) { sheet = .file }
        Field(name: words[.boxLabel], text: $label).textInputAutocapitalization(.characters)
        BigButton(title: words[.boxOpen], symbol: "shippingbox", isMain: false) {
            Task { await model.open(label) }
        }
        .disabled(label.isEmpty || model.isBusy)
        if model.rows.isEmpty { Text(words[.boxNone]).font(.title3) }
        ForEach(Array(model.rows.enumerated()), id: \.offset) { entry in
            // Late ones have a symbol and a word of their own; how they stand is a word of every line.
            let row = entry.element
            DoorButton(
                symbol: row.isLate ? "exclamationmark.triangle.fill" : row.state?.symbol ?? "questionmark.square",
                title: row.label ?? words[.boxUnreadable], lines: [row.line]
            ) { sheet = row.label.map { .box($0) } }
        }
    }
}

/// One box: packed, counted, sealed, damaged, measured.
struct BoxSheet: View {
    @Environment(\.style) private var style
    @ObservedObject var boxes: Watched<BoxesModel>
    @State private var tube = ""
    @State private var tubes = ""
    @State private var degrees = ""
    @State private var seal = ""
    @State private var note = ""
    @State private var damage = DamageKind.leaking
    let label: String
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, boxes.model)
        Page {
            Text("\(words[.box]) \(label)").font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let row = model.row(label) { Text(row.line).font(.title3) }
            if let told = model.told { ToldBand(told: told) }
            if let question = model.question {
                QuestionButtons(question: question) { number in Task { await model.confirm(number) } }
            }
            if model.row(label)?.state == .open { packing }
            if model.row(label)?.state != .given { packed }
            if model.row(label)?.state == .open { sealing }
            Divider()
            Field(name: words[.boxDegrees], text: $degrees).keyboardType(.numbersAndPunctuation)
            act(.boxCold, "thermometer") {
                guard let tenths = model.typed(tubes: "0", degrees: degrees)?.tenths else { return }
                await model.cold(label, tenths: tenths)
            }
            .disabled(degrees.isEmpty)
            Chooser(
                name: words[.boxDamage], of: DamageKind.all.map { (words.code(.damage, $0.code), $0) }, chosen: $damage)
            Field(name: words[.boxNote], text: $note)
            act(.boxDamage, "bandage") { await model.damage(label, damage, note) }
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .disabled(model.isBusy)
    }

    @ViewBuilder private var packing: some View {
        let (words, model) = (style.words, boxes.model)
        if model.active != label { act(.boxOpen, "shippingbox") { await model.open(label) } }
        Field(name: words[.boxTubeLabel], text: $tube).textInputAutocapitalization(.characters)
        act(.boxPackTyped, "tray.and.arrow.down") {
            if model.active != label { await model.open(label) }
            guard model.active == label else { return }
            await model.pack(.typed(text: tube, document: nil))
            tube = ""
        }
        .disabled(tube.isEmpty)
    }

    @ViewBuilder private var packed: some View {
        let words = style.words
        ForEach(Array((boxes.model.row(label)?.packed ?? []).enumerated()), id: \.offset) { entry in
            let packed = entry.element
            let people = packed.people.map { " · \(words[.people]) \($0)" } ?? ""
            Text("\(packed.tube ?? words[.tubeUnreadable])\(people)").font(.title3.monospaced())
            if let tube = packed.tube {
                BigButton(title: words[.boxUnpack], symbol: "tray.and.arrow.up", hint: tube, isMain: false) {
                    Task { await boxes.model.unpack(tube, note) }
                }
            }
        }
    }

    @ViewBuilder private var sealing: some View {
        let (words, model) = (style.words, boxes.model)
        Field(name: words[.boxCount], text: $tubes).keyboardType(.numberPad)
        Field(name: words[.boxDegrees], text: $degrees).keyboardType(.numbersAndPunctuation)
        Field(name: words[.boxSealNumber], text: $seal).textInputAutocapitalization(.characters)
        BigButton(title: words[.boxSeal], symbol: "lock.fill") {
            guard let typed = model.typed(tubes: tubes, degrees: degrees) else { return }
            Task { await model.seal(label, tubes: typed.tubes, tenths: typed.tenths, seal: seal) }
        }
    }

    private func act(_ word: Word, _ symbol: String, _ action: @escaping @MainActor () async -> Void) -> some View {
        BigButton(title: style.words[word], symbol: symbol, isMain: false) { Task { await action() } }
    }
}
