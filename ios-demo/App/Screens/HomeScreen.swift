import FieldCore
import FieldModel
import SwiftUI

/// One door: who lives there and what became of them, what was found, and the way to the next door.
struct HomeScreen: View {
    @Environment(\.style) private var style
    @StateObject private var home: Watched<HomeModel>
    @State private var opened: Opened?
    /// What led here, until something is done here.
    let before: Told?
    let pad: TypeInModel
    let done: @MainActor () -> Void

    private enum Opened: Hashable, Identifiable {
        case person(String)
        case add, followUp, wrongDoor
        var id: Self { self }
    }

    init(home: HomeModel, told: Told? = nil, pad: TypeInModel, done: @escaping @MainActor () -> Void) {
        (before, self.pad, self.done) = (told, pad, done)
        _home = StateObject(wrappedValue: Watched(home))
    }

    var body: some View {
        let (words, model) = (style.words, home.model)
        Page {
            head
            if let told = model.told ?? before { ToldBand(told: told) }
            nextDoor
            DoorHead(word: .doorsWho)
            Text(model.tube).font(.title3.weight(.semibold))
            if model.people.isEmpty { Text(words[.doorsNobodyKnown]).font(.title3) }
            ForEach(model.people) { who($0) }
            BigButton(title: words[.doorsAddPerson], symbol: "person.badge.plus", isMain: false) { opened = .add }
            VisitForm(home: home) { opened = .wrongDoor }
            DoorHead(word: .doorsToDo)
            ForEach(model.followUps) { open in
                FollowUpLineView(open: open) { Task { await model.close(open.followUp) } }
            }
            BigButton(title: words[.doorsFollowUp], symbol: "bell.badge", isMain: false) { opened = .followUp }
            nextDoor
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        // Another door begins at its top, with nothing filled in.
        .id(model.household)
        .answered(opened == nil ? model : nil)
        .task(id: model.place) {
            if !model.place.isEmpty { UIAccessibility.post(notification: .announcement, argument: model.spoken) }
        }
        .sheet(item: $opened) { opened in
            switch opened {
            case .person(let id): PersonScreen(home: home, id: id, pad: pad) { self.opened = nil }
            case .add: AddPerson(home: home, pad: pad) { self.opened = nil }
            case .followUp: FollowUpForm(home: home, resident: nil) { self.opened = nil }
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

    /// A question waits until its cue was seen.
    private var isAsked: Binding<Bool> {
        Binding(
            get: { @MainActor in home.model.question != nil && home.model.flash == nil && opened == nil },
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
        DoorButton(symbol: row.symbol, title: row.name, lines: [row.state] + row.lines) { opened = .person(row.id) }
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
    @ObservedObject var home: Watched<HomeModel>
    @State private var reason = ""
    @State private var lives = 0
    @State private var isCorrecting = false
    let wrongDoor: @MainActor () -> Void

    private static let livesMax = 30

    var body: some View {
        let (words, model) = (style.words, home.model)
        DoorHead(word: isCorrecting ? .doorsCorrect : .doorsVisit)
        LazyVGrid(columns: [GridItem(.adaptive(minimum: 150), spacing: Size.gap)], spacing: Size.gap) {
            ForEach(VisitState.all, id: \.self) { state in
                BigButton(title: words.door(state.home.code), symbol: state.home.symbol, isMain: !isCorrecting) {
                    Task { await tell(state) }
                }
            }
        }
        .disabled(model.isBusy)
        Field(name: words[.reason], text: $reason)
        Stepper(value: $lives, in: 0...Self.livesMax) {
            Text(lives == 0 ? words[.doorsLivesUnknown] : words(.doorsLivesHere, lives)).font(.title3)
        }
        .frame(minHeight: Size.target)
        if model.canCorrect {
            BigButton(
                title: words[isCorrecting ? .cancel : .doorsCorrect], symbol: isCorrecting ? "xmark" : "pencil",
                isMain: false
            ) { isCorrecting = !isCorrecting }
            BigButton(title: words[.doorsWrongDoor], symbol: "arrow.left.arrow.right", isMain: false, action: wrongDoor)
        }
    }

    /// What was filled in stays until it is recorded.
    private func tell(_ state: VisitState) async {
        let (model, lives) = (home.model, lives == 0 ? nil : UInt32(lives))
        let stands =
            isCorrecting
            ? await model.correct(state, reason: reason, lives: lives)
            : await model.visit(state, reason: reason, lives: lives)
        if stands { (reason, self.lives, isCorrecting) = ("", 0, false) }
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
