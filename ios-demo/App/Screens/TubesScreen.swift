import FieldCore
import FieldModel
import SwiftUI

/// The tubes of the shift, open ones first; each opens what may be done with it.
struct TubesScreen: View {
    @Environment(\.style) private var style
    @StateObject private var tubes: Watched<TubesModel>
    @State private var find = ""
    @State private var chosen: Chosen?
    @State private var isBoxing = false
    let boxes: BoxesModel

    struct Chosen: Identifiable {
        let label: String
        var id: String { label }
    }

    init(tubes: TubesModel, boxes: BoxesModel) {
        self.boxes = boxes
        _tubes = StateObject(wrappedValue: Watched(tubes))
    }

    var body: some View {
        let (words, model) = (style.words, tubes.model)
        let (open, closed) = (model.rows.filter(\.isOpen), model.rows.filter { !$0.isOpen })
        Page {
            Text(words[.tubesTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            BigButton(title: words[.boxTitle], symbol: "shippingbox", isMain: false) { isBoxing = true }
            BigButton(title: words[.passTake], symbol: "qrcode.viewfinder", isMain: false) { model.lookForTube() }
            head(.tubesOpen)
            if open.isEmpty { Text(words[.tubesNone]).font(.title3) }
            list(open)
            if !closed.isEmpty { head(.tubesClosed) }
            list(closed)
            Field(name: words[.tubeFind], text: $find).textInputAutocapitalization(.characters)
            BigButton(title: words[.tubeFind], symbol: "magnifyingglass", isMain: false) {
                chosen = Chosen(label: find)
            }
            .disabled(find.isEmpty)
            if let told = model.told { ToldBand(told: told) }
        }
        .task { await model.load() }
        .sheet(item: $chosen, onDismiss: { model.hide() }) { chosen in
            TubeSheet(tubes: tubes, label: chosen.label) { self.chosen = nil }
        }
        .sheet(isPresented: $isBoxing) { BoxesScreen(boxes: boxes) { isBoxing = false } }
        .modifier(Codes(model.code, model.finder, isCovered: chosen != nil))
        .modifier(Announced(told: model.told))
    }

    private func head(_ word: Word) -> some View {
        Text(style.words[word]).font(.title2.weight(.bold)).accessibilityAddTraits(.isHeader)
    }

    private func list(_ rows: [TubeRow]) -> some View {
        ForEach(Array(rows.enumerated()), id: \.offset) { entry in
            let row = entry.element
            Button {
                chosen = row.label.map { Chosen(label: $0) }
            } label: {
                VStack(alignment: .leading) {
                    Text(row.label ?? style.words[.tubeUnreadable]).font(.title3.weight(.bold).monospaced())
                    Text(row.line).font(.body)
                }
                .padding(12)
                .frame(maxWidth: .infinity, minHeight: Size.target, alignment: .leading)
                .foregroundColor(Color(style.palette.panel.ink))
                .background(Color(style.palette.panel.ground))
                .clipShape(RoundedRectangle(cornerRadius: 12))
            }
            .buttonStyle(.plain)
            .accessibilityElement(children: .combine)
        }
    }
}

/// One tube: work with it or close it while it is open, spoil, void, move. Its people only when they are asked for.
struct TubeSheet: View {
    @Environment(\.style) private var style
    @ObservedObject var tubes: Watched<TubesModel>
    @State private var reason = ""
    @State private var position = 1
    @State private var other = ""
    @State private var isShowing = false
    @State private var isPassing = false
    @State private var isTakingBack = false
    let label: String
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, tubes.model)
        Page {
            Text("\(words[.tube]) \(label)").font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let row = model.row(label) { Text(row.line).font(.title3) }
            if let told = model.told { ToldBand(told: told) }
            if let question = model.question {
                QuestionButtons(question: question) { number in Task { await model.confirm(number, reason: reason) } }
            }
            Field(name: words[.reason], text: $reason)
            switch model.offer(label) {
            case .close: act(.tubeCloseShort, "tray.and.arrow.down") { await model.closeShort(reason) }
            case .use: act(.tubeUse, "arrow.right.circle") { await model.use(label) }
            case .takeBack:
                act(.passAgain, "qrcode") { await model.pass(label) }
                act(.passBack, "arrow.uturn.left") { isTakingBack = true }
            case nil: EmptyView()
            }
            if model.row(label)?.isOpen == true { act(.passOn, "arrow.right.square") { isPassing = true } }
            act(.tubeSpoil, "trash") { await model.spoil(label, reason) }
            Divider()
            Stepper(value: $position, in: 1...200) { Text(words(.position, position)).font(.title3) }
                .frame(minHeight: Size.target)
            act(.tubeVoid, "person.crop.circle.badge.xmark") { await model.void(label, UInt32(position), reason) }
            Field(name: words[.tubeMoveTo], text: $other).textInputAutocapitalization(.characters)
            act(.tubeMove, "arrow.left.arrow.right") { await model.move(label, UInt32(position), to: other) }
            Divider()
            if let trace = model.trace { people(trace) } else { act(.tubeShow, "eye") { isShowing = true } }
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .confirmationDialog(words[.tubeShowSure], isPresented: $isShowing, titleVisibility: .visible) {
            Button(words[.tubeShow]) { Task { await model.show(label) } }
            Button(words[.cancel], role: .cancel) {}
        }
        .confirmationDialog(words[.passOnSure], isPresented: $isPassing, titleVisibility: .visible) {
            Button(words[.passOn]) { Task { await model.pass(label) } }
            Button(words[.cancel], role: .cancel) {}
        }
        .confirmationDialog(words[.passBackSure], isPresented: $isTakingBack, titleVisibility: .visible) {
            Button(words[.passBack]) { Task { await model.takeBack(label, reason) } }
            Button(words[.cancel], role: .cancel) {}
        }
        .modifier(Codes(model.code, model.finder, answer: { model.lookForAnswer() }))
    }

    private func act(_ word: Word, _ symbol: String, _ action: @escaping @MainActor () async -> Void) -> some View {
        BigButton(title: style.words[word], symbol: symbol, isMain: false) { Task { await action() } }
    }

    @ViewBuilder private func people(_ trace: Trace) -> some View {
        let words = style.words
        Row(name: words.code(.state, trace.state), value: words(.countOf, trace.count, trace.capacity))
        ForEach(Array(trace.people.enumerated()), id: \.offset) { entry in
            let person = entry.element
            let texts = [person.number, person.name, person.alias, person.description, person.contact]
            Row(
                name: "\(words(.position, person.position)) · \(words.code(.state, person.state))",
                value: texts.compactMap { $0 }.joined(separator: "  "))
        }
        if trace.unreadable > 0 { Text(words(.tubeUnreadablePeople, trace.unreadable)) }
    }
}
