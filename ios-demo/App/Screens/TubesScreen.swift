import FieldCore
import FieldModel
import SwiftUI

/// The tubes of the shift; each opens what may be done with it.
struct TubesScreen: View {
    @Environment(\.style) private var style
    @StateObject private var tubes: Watched<TubesModel>
    @State private var find = ""
    @State private var chosen: Chosen?

    struct Chosen: Identifiable {
        let label: String
        let isActive: Bool
        var id: String { label }
    }

    init(tubes: TubesModel) { _tubes = StateObject(wrappedValue: Watched(tubes)) }

    var body: some View {
        let (words, model) = (style.words, tubes.model)
        Page {
            Text(words[.tubesTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            if model.tubes.isEmpty { Text(words[.tubesNone]).font(.title3) }
            ForEach(Array(model.tubes.enumerated()), id: \.offset) { entry in
                let tube = entry.element
                Button {
                    if let label = tube.tube { chosen = Chosen(label: label, isActive: isMine(tube)) }
                } label: {
                    VStack(alignment: .leading) {
                        Text(tube.tube ?? words[.tubeUnreadable]).font(.title3.weight(.bold).monospaced())
                        Text(model.line(tube)).font(.body)
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
            Field(name: words[.tubeFind], text: $find).textInputAutocapitalization(.characters)
            BigButton(title: words[.tubeFind], symbol: "magnifyingglass", isMain: false) {
                chosen = Chosen(label: find, isActive: false)
            }
            .disabled(find.isEmpty)
            if let told = model.told { ToldBand(told: told) }
        }
        .task { await model.load() }
        .sheet(item: $chosen, onDismiss: { model.hide() }) { chosen in
            TubeSheet(tubes: tubes, label: chosen.label, isActive: chosen.isActive) { self.chosen = nil }
        }
    }

    private func isMine(_ tube: OpenTube) -> Bool { tube.active && tube.lane == tubes.model.lane }
}

/// One tube: close short, spoil, void, move. Its people only when they are asked for.
struct TubeSheet: View {
    @Environment(\.style) private var style
    @ObservedObject var tubes: Watched<TubesModel>
    @State private var reason = ""
    @State private var position = 1
    @State private var other = ""
    @State private var isShowing = false
    let label: String
    let isActive: Bool
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, tubes.model)
        Page {
            Text("\(words[.tube]) \(label)").font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let told = model.told { ToldBand(told: told) }
            if let question = model.question {
                ForEach(question.choices) { choice in
                    BigButton(title: "\(choice.number)  \(choice.title)", hint: choice.look) {
                        Task { await model.confirm(choice.number, reason: reason) }
                    }
                }
                if question.choices.isEmpty {
                    BigButton(title: words[.confirm], symbol: "checkmark") {
                        Task { await model.confirm(nil, reason: reason) }
                    }
                }
            }
            Field(name: words[.reason], text: $reason)
            if isActive {
                act(.tubeCloseShort, "tray.and.arrow.down") { await model.closeShort(reason) }
            } else {
                act(.tubeUse, "arrow.right.circle") { await model.use(label) }
            }
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
