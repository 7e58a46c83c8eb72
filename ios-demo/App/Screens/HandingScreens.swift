import FieldCore
import FieldModel
import SwiftUI

/// Which sealed boxes leave, and how: by a code to another phone, or to somebody without one.
struct HandOverSheet: View {
    @Environment(\.style) private var style
    @ObservedObject var boxes: Watched<BoxesModel>
    @State private var chosen: Set<String> = []
    @State private var whom = ""
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, boxes.model)
        Page {
            Text(words[.boxChoose]).font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let told = model.told { ToldBand(told: told) }
            if model.ready.isEmpty { Text(words[.boxNoneSealed]).font(.title3) }
            ForEach(model.ready, id: \.self) { label in
                let symbol = chosen.contains(label) ? "checkmark.square.fill" : "square"
                ChoiceButton(title: label, symbol: symbol, isChosen: chosen.contains(label)) {
                    if chosen.remove(label) == nil { chosen.insert(label) }
                }
            }
            BigButton(title: words[.boxOffer], symbol: "qrcode") {
                let labels = model.ready.filter(chosen.contains)
                Task { await model.offer(labels) }
            }
            .disabled(chosen.isEmpty || model.isBusy)
            Divider()
            Field(name: words[.boxWhom], text: $whom)
            BigButton(title: words[.boxGive], symbol: "person.fill", isMain: false) {
                let labels = model.ready.filter(chosen.contains)
                Task {
                    await model.give(labels, to: whom)
                    chosen.formIntersection(model.ready)
                }
            }
            .disabled(chosen.isEmpty || model.isBusy)
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .modifier(Codes(model.code, model.finder, answer: { model.lookForReceipt() }, file: { model.offerFile }))
    }
}

/// Boxes that are being received: each is found, counted where the count differs, and then they are received together.
struct ArrivalView: View {
    @Environment(\.style) private var style
    @ObservedObject var boxes: Watched<BoxesModel>
    @State private var chosen: String?
    @State private var tubes = ""
    @State private var degrees = ""
    @State private var reason = ""

    var body: some View {
        let (words, model) = (style.words, boxes.model)
        if let arrival = model.arrival {
            Text(words(.boxArriving, arrival.tubes, arrival.labels.count)).font(.title2.weight(.bold))
            BigButton(title: words[.boxFind], symbol: "barcode.viewfinder") { model.lookForBoxes() }
            head(.boxMissing, arrival.missing)
            ForEach(arrival.missing, id: \.self) { line($0, $0) }
            head(.boxFound, arrival.found)
            ForEach(arrival.found, id: \.self) { label in
                line(label, arrival.counted[label].map { words(.boxCounted, label, $0) } ?? label)
            }
            if let chosen { counting(chosen) }
            if !arrival.missing.isEmpty { Field(name: words[.reason], text: $reason) }
            BigButton(title: words[.boxReceiveNow], symbol: "checkmark") {
                Task { await model.receive(reason: arrival.missing.isEmpty ? "" : reason) }
            }
            .disabled(arrival.found.isEmpty || model.isBusy)
            BigButton(title: words[.boxCancel], symbol: "xmark", isMain: false) {
                Task { await model.cancelArrival() }
            }
        }
    }

    @ViewBuilder private func head(_ word: Word, _ labels: [String]) -> some View {
        if !labels.isEmpty {
            Text(style.words[word]).font(.title3.weight(.bold)).accessibilityAddTraits(.isHeader)
        }
    }

    private func line(_ label: String, _ title: String) -> some View {
        let isChosen = chosen == label
        return ChoiceButton(
            title: title, symbol: isChosen ? "largecircle.fill.circle" : "circle", isChosen: isChosen
        ) { chosen = isChosen ? nil : label }
    }

    @ViewBuilder private func counting(_ label: String) -> some View {
        let (words, model) = (style.words, boxes.model)
        BigButton(title: words[.boxAsTold], symbol: "equal.circle", hint: label, isMain: false) {
            chosen = nil
            Task { await model.find(.typed(text: label, document: nil)) }
        }
        Field(name: words[.boxCount], text: $tubes).keyboardType(.numberPad)
        Field(name: words[.boxDegrees], text: $degrees).keyboardType(.numbersAndPunctuation)
        BigButton(title: words[.boxCountThis], symbol: "number", hint: label, isMain: false) {
            guard let typed = model.typed(tubes: tubes, degrees: degrees) else { return }
            (chosen, tubes, degrees) = (nil, "", "")
            Task { await model.count(label, tubes: typed.tubes, tenths: typed.tenths) }
        }
        .disabled(tubes.isEmpty)
    }
}
