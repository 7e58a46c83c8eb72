import FieldCore
import FieldModel
import SwiftUI

/// The pad for gloves: digits, X, and letters only where the core says that one may come next.
struct TypeInScreen: View {
    @Environment(\.style) private var style
    @StateObject private var pad: Watched<TypeInModel>
    @State private var label = ""
    let taken: @MainActor (Scan?) -> Void

    init(pad: TypeInModel, taken: @escaping @MainActor (Scan?) -> Void) {
        _pad = StateObject(wrappedValue: Watched(pad))
        self.taken = taken
    }

    var body: some View {
        let (words, model) = (style.words, pad.model)
        Page {
            Text(words[.typeTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            Text(model.text.isEmpty ? words[.typeEmpty] : model.text)
                .font(.system(.largeTitle, design: .monospaced).weight(.bold))
                .minimumScaleFactor(0.5)
                .frame(maxWidth: .infinity, minHeight: Size.target, alignment: .leading)
                .accessibilityLabel(model.spoken(words))
            let trouble = model.trouble(words)
            if !trouble.isEmpty { Warning(text: trouble) }
            LazyVGrid(columns: Array(repeating: GridItem(.flexible(), spacing: 8), count: 3), spacing: 8) {
                ForEach(TypeInModel.digits, id: \.self) { key($0) }
                key("X")
                key("0")
                BigButton(title: words[.typeDelete], symbol: "delete.left", isMain: false) { model.delete() }
            }
            if model.wantsLetters {
                LazyVGrid(columns: [GridItem(.adaptive(minimum: Size.target), spacing: 8)], spacing: 8) {
                    ForEach(TypeInModel.letters.filter { model.isDue($0) }, id: \.self) { key($0) }
                }
            }
            BigButton(title: words[.typeTake], symbol: "checkmark") { taken(model.take()) }
                .disabled(!model.typing.complete)
            BigButton(title: words[.typeClear], symbol: "trash", isMain: false) { model.clear() }
            Menu {
                Button(words[.typeAny]) { model.choose(nil) }
                ForEach(DocumentKind.typed, id: \.self) { kind in
                    Button(words.code(.kind, kind.code)) { model.choose(kind) }
                }
            } label: {
                Row(
                    name: words[.typeDocument],
                    value: model.document.map { words.code(.kind, $0.code) } ?? words[.typeAny]
                )
                .frame(minHeight: Size.target)
            }
            Divider()
            Field(name: words[.typeLabel], text: $label)
                .textInputAutocapitalization(.characters)
            BigButton(title: words[.typeTake], symbol: "checkmark", isMain: false) {
                taken(.typed(text: label, document: nil))
            }
            .disabled(label.isEmpty)
            BigButton(title: words[.cancel], symbol: "xmark", isMain: false) { taken(nil) }
        }
    }

    private func key(_ key: Character) -> some View {
        BigButton(title: String(key)) { pad.model.press(key) }
            .disabled(!pad.model.isDue(key))
    }
}

/// What a sampler says besides scanning, less often.
struct MoreVerbs: View {
    @Environment(\.style) private var style
    @State private var reason = ""
    @State private var looks = ""
    @State private var guardian = ""
    @State private var phone = ""
    @State private var colour = ""
    @State private var tenths = 365
    let taken: @MainActor (Verb?) -> Void

    var body: some View {
        let words = style.words
        Page {
            Text(words[.noPapers]).font(.title2.weight(.bold))
            Field(name: words[.reason], text: $reason)
            Field(name: words[.looks], text: $looks)
            BigButton(title: words[.noPapers], symbol: "person.fill.questionmark") {
                taken(.person(reason: reason, description: looks))
            }
            Field(name: words[.guardian], text: $guardian)
            BigButton(title: words[.guardian], symbol: "person.2") { taken(.guardian(who: guardian)) }
            Field(name: words[.phone], text: $phone).keyboardType(.phonePad)
            BigButton(title: words[.phone], symbol: "phone") { taken(.phone(text: phone)) }
            Stepper(value: $tenths, in: 300...450) {
                Row(name: words[.temperature], value: "\(tenths / 10).\(tenths % 10) °C")
            }
            BigButton(title: words[.temperature], symbol: "thermometer") {
                taken(.temperature(tenths: UInt32(tenths)))
            }
            Field(name: words[.colourWord], text: $colour)
            BigButton(title: words[.colourWord], symbol: "paintpalette") { taken(.colour(word: colour)) }
            BigButton(title: words[.cancel], symbol: "xmark", isMain: false) { taken(nil) }
        }
    }
}
