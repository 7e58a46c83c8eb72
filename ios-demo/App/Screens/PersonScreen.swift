import FieldCore
import FieldModel
import SwiftUI

/// One person: sample, with a document or without, or say why not.
struct PersonScreen: View {
    @Environment(\.style) private var style
    @ObservedObject var home: Watched<HomeModel>
    @State private var reason = ""
    @State private var opened: Opened?
    let id: String
    let pad: TypeInModel
    let done: @MainActor () -> Void

    private enum Opened: String, Identifiable {
        case document, followUp
        var id: String { rawValue }
    }

    var body: some View {
        let (words, model) = (style.words, home.model)
        Page {
            if let row = model.people.first(where: { $0.id == id }) {
                Text(row.name).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
                Label(row.state, systemImage: row.symbol).font(.title2.weight(.semibold))
                ForEach(Array(row.lines.enumerated()), id: \.offset) { Text($0.element).font(.title3) }
                if let told = model.told { ToldBand(told: told) }
                Text(model.tube).font(.title3.weight(.semibold))
                BigButton(title: words[.doorsSample], symbol: "testtube.2") { sample(nil) }.disabled(model.isBusy)
                BigButton(title: words[.doorsWithDocument], symbol: "person.text.rectangle", isMain: false) {
                    opened = .document
                }
                if !row.isSampled { excuses(row) }
                BigButton(title: words[.doorsFollowUp], symbol: "bell.badge", isMain: false) { opened = .followUp }
            }
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .answered(opened == nil ? model : nil)
        .sheet(item: $opened) { opened in
            switch opened {
            case .document:
                TypeInScreen(pad: pad) { scan in
                    self.opened = nil
                    if let scan { sample(scan) }
                }
            case .followUp: FollowUpForm(home: home, resident: id) { self.opened = nil }
            }
        }
    }

    /// The door below shows the answer, and what it may ask.
    private func sample(_ document: Scan?) {
        done()
        Task { await home.model.sample(id, document: document) }
    }

    @ViewBuilder private func excuses(_ row: PersonRow) -> some View {
        let (words, model) = (style.words, home.model)
        DoorHead(word: row.excused == nil ? .doorsExcuse : .doorsExcuseAgain)
        Field(name: words[.reason], text: $reason)
        ForEach(Excuse.all, id: \.self) { excuse in
            BigButton(title: words.door(excuse.code), symbol: "minus.circle", isMain: false) {
                Task { if await model.excuse(id, excuse, reason: reason, corrects: row.excused) { reason = "" } }
            }
            .disabled(model.isBusy)
        }
    }
}

/// Something to be done later, for a person or the household.
struct FollowUpForm: View {
    @Environment(\.style) private var style
    @ObservedObject var home: Watched<HomeModel>
    @State private var days: Int?
    @State private var note = ""
    let resident: String?
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, home.model)
        Page {
            Text(words[.doorsFollowUp]).font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            Text(model.people.first { $0.id == resident }?.name ?? words[.doorsForAll]).font(.title3)
            Chooser(
                name: words[.doorsDue],
                of: [(words[.doorsAnyDay], nil)] + HomeModel.dueDays.map { (words.due(inDays: $0), Optional($0)) },
                chosen: $days)
            Field(name: words[.doorsNote], text: $note)
            ForEach(FollowUpKind.all, id: \.self) { what in
                BigButton(title: words.door(what.code), symbol: "bell.badge") {
                    Task { if await model.followUp(what, for: resident, days: days, note: note) { done() } }
                }
                .disabled(model.isBusy)
            }
            BigButton(title: words[.cancel], symbol: "xmark", isMain: false, action: done)
        }
        .answered(model)
    }
}

/// Somebody who is on no list: with a number, or described.
struct AddPerson: View {
    @Environment(\.style) private var style
    @ObservedObject var home: Watched<HomeModel>
    @State private var person = NewPerson()
    @State private var isTyping = false
    let pad: TypeInModel
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, home.model)
        Page {
            Text(words[.doorsAddPerson]).font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let told = model.told { ToldBand(told: told) }
            Field(name: words[.doorsNumber], text: $person.number).textInputAutocapitalization(.characters)
            BigButton(title: words[.typeIn], symbol: "keyboard", isMain: false) { isTyping = true }
            Field(name: words[.doorsName], text: $person.name)
            Field(name: words[.looks], text: $person.looks)
            Field(name: words[.phone], text: $person.phone).keyboardType(.phonePad)
            Field(name: words[.doorsChild], text: $person.guardian)
            Picks(
                name: words[.doorsCategories], options: PersonCategory.all.map { (words.door($0.code), $0) },
                chosen: $person.categories)
            BigButton(title: words[.doorsAddPerson], symbol: "person.badge.plus") {
                Task { if await model.add(person) { done() } }
            }
            .disabled(model.isBusy)
            BigButton(title: words[.cancel], symbol: "xmark", isMain: false, action: done)
        }
        .answered(model)
        .sheet(isPresented: $isTyping) {
            TypeInScreen(pad: pad) { scan in
                isTyping = false
                if case .typed(let text, _)? = scan { person.number = text }
            }
        }
    }
}
