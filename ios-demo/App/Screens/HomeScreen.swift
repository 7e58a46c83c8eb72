import FieldCore
import FieldModel
import SwiftUI

/// One door: who lives there and what became of them, what was found, and the way to the next door.
struct HomeScreen: View {
    @Environment(\.style) private var style
    @StateObject private var home: Watched<HomeModel>
    @State private var opened: Opened?
    @State private var person: String?
    /// What led here, until something is done here.
    let before: Told?
    let pad: TypeInModel
    let done: @MainActor () -> Void

    private enum Opened: String, Identifiable {
        case person, add, followUp, wrongDoor
        var id: String { rawValue }
    }

    init(home: HomeModel, told: Told? = nil, pad: TypeInModel, done: @escaping @MainActor () -> Void) {
        (before, self.pad, self.done) = (told, pad, done)
        _home = StateObject(wrappedValue: Watched(home))
    }

    var body: some View {
        let (words, model) = (style.words, home.model)
        Page {
            head
            if let told = model.told ?? before { ToldAloud(told: told) }
            nextDoor
            DoorHead(word: .doorsWho)
            Text(model.tube).font(.title3.weight(.semibold))
            if model.people.isEmpty { Text(words[.doorsNobodyKnown]).font(.title3) }
            ForEach(model.people) { who($0) }
            BigButton(title: words[.doorsAddPerson], symbol: "person.badge.plus", isMain: false) { opened = .add }
            VisitForm(home: model) { opened = .wrongDoor }
            DoorHead(word: .doorsToDo)
            ForEach(model.followUps) { open in
                FollowUpLineView(open: open, show: {}) { Task { await model.close(open.followUp) } }
            }
            BigButton(title: words[.doorsFollowUp], symbol: "bell.badge", isMain: false) { opened = .followUp }
            nextDoor
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .sheet(item: $opened) { opened in
            switch opened {
            case .person: PersonScreen(home: home, id: person ?? "", pad: pad) { self.opened = nil }
            case .add: AddPerson(home: home) { self.opened = nil }
            case .followUp: FollowUpForm(home: model, resident: nil) { self.opened = nil }
            case .wrongDoor: WrongDoor(home: model) { self.opened = nil }
            }
        }
        .sheet(isPresented: isAsked) {
            if let question = model.question {
                QuestionSheet(
                    question: question,
                    answer: { number, reason in Task { await model.confirm(number, reason: reason) } },
                    no: { model.dismiss() })
            }
        }
    }

    private var isAsked: Binding<Bool> {
        Binding(
            get: { @MainActor in home.model.question != nil && opened == nil },
            set: { @MainActor isShown in
                if !isShown, home.model.question != nil { home.model.dismiss() }
            })
    }

    @ViewBuilder private var head: some View {
        let model = home.model
        Text(model.place).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
        if let state = model.state, let first = model.lines.first {
            Label(first, systemImage: state.symbol).font(.title2.weight(.semibold))
        }
        ForEach(Array(model.lines.dropFirst().enumerated()), id: \.offset) { Text($0.element).font(.title3) }
    }

    private var nextDoor: some View {
        BigButton(title: style.words[.doorsNext], symbol: "arrow.right.circle.fill") {
            Task { await home.model.next() }
        }
        .disabled(home.model.isBusy)
    }

    @ViewBuilder private func who(_ row: PersonRow) -> some View {
        let model = home.model
        DoorButton(symbol: row.symbol, title: row.name, lines: [row.state] + row.lines) {
            person = row.id
            opened = .person
        }
        if !row.isSampled {
            BigButton(title: style.words[.doorsSample], symbol: "testtube.2", hint: row.spoken) {
                Task { await model.sample(row.id) }
            }
            .disabled(model.isBusy)
        }
    }
}

/// What was found: a button a state, with a reason where somebody gives one.
struct VisitForm: View {
    @Environment(\.style) private var style
    @State private var reason = ""
    @State private var lives = 0
    @State private var isCorrecting = false
    let home: HomeModel
    let wrongDoor: @MainActor () -> Void

    private static let livesMax = 30

    var body: some View {
        let words = style.words
        DoorHead(word: isCorrecting ? .doorsCorrect : .doorsVisit)
        LazyVGrid(columns: [GridItem(.adaptive(minimum: 150), spacing: Size.gap)], spacing: Size.gap) {
            ForEach(VisitState.all, id: \.self) { state in
                BigButton(title: words.door(state.home.code), symbol: state.home.symbol, isMain: !isCorrecting) {
                    Task { await tell(state) }
                }
            }
        }
        .disabled(home.isBusy)
        Field(name: words[.reason], text: $reason)
        Stepper(value: $lives, in: 0...Self.livesMax) {
            Text(lives == 0 ? words[.doorsLivesUnknown] : words(.doorsLivesHere, lives)).font(.title3)
        }
        .frame(minHeight: Size.target)
        if home.canCorrect {
            BigButton(
                title: words[isCorrecting ? .cancel : .doorsCorrect], symbol: isCorrecting ? "xmark" : "pencil",
                isMain: false
            ) { isCorrecting = !isCorrecting }
            BigButton(title: words[.doorsWrongDoor], symbol: "arrow.left.arrow.right", isMain: false, action: wrongDoor)
        }
    }

    private func tell(_ state: VisitState) async {
        let lives = lives == 0 ? nil : UInt32(lives)
        if isCorrecting {
            await home.correct(state, reason: reason, lives: lives)
        } else {
            await home.visit(state, reason: reason, lives: lives)
        }
        (reason, self.lives, isCorrecting) = ("", 0, false)
    }
}

/// The door to which the last word belongs.
struct WrongDoor: View {
    @Environment(\.style) private var style
    let home: HomeModel
    let done: @MainActor () -> Void

    var body: some View {
        let words = style.words
        Page {
            Text(words[.doorsWrongDoor]).font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            Text(words[.doorsOtherDoor]).font(.title3)
            DoorList(rows: home.neighbours) { row in
                done()
                Task { await home.moveVisit(to: row.household) }
            }
            BigButton(title: words[.cancel], symbol: "xmark", isMain: false, action: done)
        }
    }
}

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
                if let told = model.told { ToldAloud(told: told) }
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
        .sheet(item: $opened) { opened in
            switch opened {
            case .document:
                TypeInScreen(pad: pad) { scan in
                    self.opened = nil
                    if let scan { sample(scan) }
                }
            case .followUp: FollowUpForm(home: model, resident: id) { self.opened = nil }
            }
        }
    }

    /// The door below shows the answer, and what it may ask.
    private func sample(_ document: Scan?) {
        done()
        Task { await home.model.sample(id, document: document) }
    }

    @ViewBuilder private func excuses(_ row: PersonRow) -> some View {
        let words = style.words
        DoorHead(word: row.excused == nil ? .doorsExcuse : .doorsExcuseAgain)
        Field(name: words[.reason], text: $reason)
        ForEach(Excuse.all, id: \.self) { excuse in
            BigButton(title: words.door(excuse.code), symbol: "minus.circle", isMain: false) {
                Task { await home.model.excuse(id, excuse, reason: reason, corrects: row.excused) }
            }
        }
    }
}

/// Something to be done later, for a person or the household.
struct FollowUpForm: View {
    @Environment(\.style) private var style
    @State private var days: Int?
    @State private var note = ""
    let home: HomeModel
    let resident: String?
    let done: @MainActor () -> Void

    var body: some View {
        let words = style.words
        Page {
            Text(words[.doorsFollowUp]).font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            Text(home.people.first { $0.id == resident }?.name ?? words[.doorsForAll]).font(.title3)
            Chooser(
                name: words[.doorsDue],
                of: [(words[.doorsAnyDay], nil)] + HomeModel.dueDays.map { (words.due(inDays: $0), Optional($0)) },
                chosen: $days)
            Field(name: words[.doorsNote], text: $note)
            ForEach(FollowUpKind.all, id: \.self) { what in
                BigButton(title: words.door(what.code), symbol: "bell.badge") {
                    done()
                    Task { await home.followUp(what, for: resident, days: days, note: note) }
                }
            }
            BigButton(title: words[.cancel], symbol: "xmark", isMain: false, action: done)
        }
    }
}

/// Somebody who is on no list: with a number, or described.
struct AddPerson: View {
    @Environment(\.style) private var style
    @ObservedObject var home: Watched<HomeModel>
    @State private var person = NewPerson()
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, home.model)
        Page {
            Text(words[.doorsAddPerson]).font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let told = model.told { ToldAloud(told: told) }
            Field(name: words[.doorsNumber], text: $person.number).textInputAutocapitalization(.characters)
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
    }
}
