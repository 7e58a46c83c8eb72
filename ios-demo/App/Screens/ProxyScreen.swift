import FieldCore
import FieldModel
import SwiftUI

/// Registers people ahead, shows their cards, and prints those of the shift.
struct ProxyScreen: View {
    @Environment(\.style) private var style
    @StateObject private var proxy: Watched<ProxyModel>
    @State private var isTyping = false
    let done: @MainActor () -> Void

    init(proxy: ProxyModel, done: @escaping @MainActor () -> Void) {
        _proxy = StateObject(wrappedValue: Watched(proxy))
        self.done = done
    }

    var body: some View {
        let (words, model) = (style.words, proxy.model)
        Page {
            Text(words[.proxyTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            Text(words[.proxyHint]).foregroundColor(Color(style.palette.quiet.ink))
            if let obstacle = model.obstacle { Warning(text: obstacle) }
            if let told = model.told { ToldBand(told: told) }
            person
            Divider()
            cards
            BigButton(title: words[.close], symbol: "xmark", isMain: false) {
                model.clear()
                done()
            }
        }
        .disabled(model.isBusy)
        .task { await model.load() }
        .modifier(Codes(model.code, model.finder, lines: { model.read($0) }))
        .modifier(Announced(told: model.told))
        .sheet(isPresented: $isTyping) {
            TypeInScreen(pad: model.pad) { scan in
                isTyping = false
                if let scan { model.take(scan) }
            }
        }
    }

    @ViewBuilder private var person: some View {
        let (words, model) = (style.words, proxy.model)
        BigButton(title: words[.proxyScan], symbol: "viewfinder", isMain: false) { model.lookForDocument() }
        BigButton(title: words[.proxyType], symbol: "keyboard", isMain: false) { isTyping = true }
        if model.document != nil {
            Label(words[.proxyHasDocument], systemImage: "checkmark.circle.fill").font(.headline)
        }
        Field(name: words[.proxyName], text: bound(\.name))
        Field(name: words[.looks], text: bound(\.looks))
        Field(name: words[.guardian], text: bound(\.guardian))
        Field(name: words[.phone], text: bound(\.contact)).keyboardType(.phonePad)
        BigButton(title: words[.proxyRegister], symbol: "person.crop.rectangle") { Task { await model.register() } }
        if model.isBegun {
            BigButton(title: words[.proxyClear], symbol: "arrow.counterclockwise", isMain: false) { model.clear() }
        }
    }

    @ViewBuilder private var cards: some View {
        let (words, model) = (style.words, proxy.model)
        Text(words(.proxyCards, model.cards.count)).font(.title2.weight(.bold)).accessibilityAddTraits(.isHeader)
        BigButton(title: words[.proxyPrint], symbol: "printer", isMain: false) {
            Task {
                guard let pages = await model.pages(CardPrinter.paper) else { return }
                CardPrinter.print(pages, title: words[.proxyTitle])
            }
        }
        .disabled(model.cards.isEmpty)
        ForEach(Array(model.cards.enumerated()), id: \.offset) { entry in
            let card = entry.element
            BigButton(
                title: [card.name, card.number].compactMap { $0 }.joined(separator: " · "), symbol: "qrcode",
                hint: words[.proxyShow], isMain: false
            ) { model.show(card) }
        }
    }

    private func bound(_ path: ReferenceWritableKeyPath<ProxyModel, String>) -> Binding<String> {
        Binding(
            get: { @MainActor in proxy.model[keyPath: path] },
            set: { @MainActor text in
                proxy.model[keyPath: path] = text
                proxy.objectWillChange.send()
            })
    }
}
