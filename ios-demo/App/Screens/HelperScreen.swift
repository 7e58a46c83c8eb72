import FieldCore
import FieldModel
import SwiftUI
import UniformTypeIdentifiers

/// The chief's side of an enrolment on the spot: what the hub allows, the helper's code, the welcome, the kit.
struct HelperScreen: View {
    @Environment(\.style) private var style
    @StateObject private var helper: Watched<HelperModel>
    @State private var packed: Packed?
    let done: @MainActor () -> Void

    init(helper: HelperModel, done: @escaping @MainActor () -> Void) {
        _helper = StateObject(wrappedValue: Watched(helper))
        self.done = done
    }

    var body: some View {
        let (words, model) = (style.words, helper.model)
        Page {
            Text(words[.helperTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let obstacle = model.obstacle { Warning(text: obstacle) }
            if let told = model.told { ToldBand(told: told) }
            BigButton(title: words[.helperRead], symbol: "qrcode.viewfinder") { model.lookForHelper() }
                .disabled(model.isBusy)
            if model.place != nil {
                BigButton(title: words[.helperKitShow], symbol: "qrcode") { model.showKit() }
                BigButton(title: words[.helperKitShare], symbol: "square.and.arrow.up", isMain: false) {
                    packed = model.kit.flatMap { Packed($0, name: "kit.fck") }
                }
                BigButton(title: words[.helperWelcome], symbol: "hand.wave", isMain: false) { model.showWelcome() }
            }
            if model.delegations.isEmpty { KitButtons(model: model) }
            DoorHead(word: .helperDelegations)
            ForEach(Array(model.rows.enumerated()), id: \.offset) { entry in
                let row = entry.element
                Label(row.title, systemImage: row.isOver ? "xmark.seal" : "checkmark.seal").font(.headline)
                Text(row.line)
            }
            DoorHead(word: .helperList)
            if model.helperRows.isEmpty { Text(words[.nothing]) }
            ForEach(Array(model.helperRows.enumerated()), id: \.offset) {
                Row(name: $0.element.name, value: $0.element.value)
            }
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .task { await model.load() }
        .modifier(Codes(model.code, model.finder))
        .modifier(Announced(told: model.told))
        .sheet(item: $packed, onDismiss: { Packed.forget() }) { ShareSheet(file: $0.file) }
    }
}

/// The helper's side: show the code, read the welcome, take the kit, begin the shift.
struct JoinScreen: View {
    @Environment(\.style) private var style
    @StateObject private var helper: Watched<HelperModel>
    let day: DayModel
    let done: @MainActor () -> Void

    init(day: DayModel, helper: HelperModel, done: @escaping @MainActor () -> Void) {
        (self.day, self.done) = (day, done)
        _helper = StateObject(wrappedValue: Watched(helper))
    }

    var body: some View {
        let (words, model) = (style.words, helper.model)
        Page {
            Text(words[.helperEnrol]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let told = model.told { ToldBand(told: told) }
            if let welcome = model.welcome {
                Row(name: words[.enrolCampaign], value: welcome.campaignName)
                Row(name: words[.enrolEnds], value: words.time(welcome.expiresMs))
                if welcome.profileDue, !model.hasKit { Warning(text: words[.helperKitDue]) }
                KitButtons(model: model)
                BigButton(title: words[.helperBegin], symbol: "play.fill", isMain: model.hasKit) {
                    done()
                    Task { await day.decide() }
                }
            } else {
                BigButton(title: words[.helperKeys], symbol: "qrcode") { Task { await model.showKeys() } }
                BigButton(title: words[.helperWelcomeRead], symbol: "qrcode.viewfinder") { model.lookForWelcome() }
            }
            BigButton(title: words[.close], symbol: "xmark", isMain: false) {
                done()
                Task { await day.decide() }
            }
        }
        .disabled(model.isBusy)
        .modifier(Codes(model.code, model.finder, answer: { model.lookForWelcome() }))
        .modifier(Announced(told: model.told))
    }
}

/// Takes the chief's kit: filmed, or as a file.
struct KitButtons: View {
    @Environment(\.style) private var style
    @State private var isPicking = false
    let model: HelperModel

    var body: some View {
        let words = style.words
        BigButton(title: words[.helperKitFilm], symbol: "qrcode.viewfinder", isMain: !model.hasKit) { model.filmKit() }
        BigButton(title: words[.helperKitFile], symbol: "doc", isMain: false) { isPicking = true }
            .sheet(isPresented: $isPicking) {
                FilePicker { data in
                    isPicking = false
                    if let data { Task { await model.take(kit: data) } }
                }
            }
    }
}
