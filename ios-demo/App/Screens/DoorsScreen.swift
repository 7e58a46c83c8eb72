import FieldCore
import FieldModel
import SwiftUI

/// Work from door to door: how many are left, where to go now, and everything that a team looks up on its way.
struct DoorsScreen: View {
    @Environment(\.style) private var style
    @StateObject private var doors: Watched<DoorsModel>
    @ScaledMetric(relativeTo: .largeTitle) private var digits: CGFloat = 72
    @State private var opened: Opened?
    let pad: TypeInModel

    /// What lies over this screen.
    private enum Opened: String, Identifiable {
        case building, home, missed, claims, add
        var id: String { rawValue }
    }

    init(doors: DoorsModel, pad: TypeInModel) {
        self.pad = pad
        _doors = StateObject(wrappedValue: Watched(doors))
    }

    var body: some View {
        let (words, model) = (style.words, doors.model)
        Page {
            Text(words[.doorsTitle]).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let told = model.told { ToldBand(told: told) }
            if model.hasDoors { figures } else { Text(words[.doorsNothing]).font(.title3) }
            BigButton(
                title: words[model.next == nil ? .doorsNoneLeft : .doorsNext], symbol: "arrow.right.circle.fill"
            ) { if let next = model.next { show(next) } }
            .disabled(model.next == nil)
            search
            buildings
            toDo
            BigButton(
                title: "\(words[.doorsMissed])  \(model.missedCount)", symbol: "person.fill.xmark", isMain: false
            ) {
                opened = .missed
                Task { await model.showMissed() }
            }
            BigButton(title: words[.doorsClaims], symbol: "flag", isMain: false) { opened = .claims }
            BigButton(title: words[.doorsAddHousehold], symbol: "plus", isMain: false) { opened = .add }
            ShareButtons(doors: model)
        }
        .answered(opened == nil ? model : nil)
        .task { await model.load() }
        .sheet(item: $opened, onDismiss: { model.leaveSheets() }) { opened in
            switch opened {
            case .building: BuildingScreen(building: model.building, home: model.home, pad: pad) { self.opened = nil }
            case .home: HomeScreen(home: model.home, pad: pad) { self.opened = nil }
            case .missed: MissedScreen(doors: doors, pad: pad) { self.opened = nil }
            case .claims: ClaimsScreen(doors: doors) { self.opened = nil }
            case .add: AddHousehold(doors: doors, pad: pad) { self.opened = nil }
            }
        }
        .sheet(isPresented: isSharing, onDismiss: { DaySheetFile.forget() }) {
            if let shared = model.shared { ShareSheet(item: DaySheetFile.item(shared)) }
        }
    }

    private var isSharing: Binding<Bool> {
        Binding(
            get: { @MainActor in doors.model.shared != nil },
            set: { @MainActor isShown in if !isShown { doors.model.dismissShared() } })
    }

    private func show(_ household: String) {
        opened = .home
        Task { await doors.model.home.open(household) }
    }

    @ViewBuilder private var figures: some View {
        let model = doors.model
        VStack(spacing: 0) {
            Text("\(model.figures?.left ?? 0)").font(.system(size: min(digits, 120), weight: .heavy, design: .rounded))
            Text(style.words[.doorsLeft]).font(.headline).multilineTextAlignment(.center)
        }
        .frame(maxWidth: .infinity)
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(model.leftOf)
        .accessibilityAddTraits(.updatesFrequently)
        ForEach(Array(model.rows.enumerated()), id: \.offset) { Text($0.element).font(.title3) }
    }

    @ViewBuilder private var search: some View {
        let (words, model) = (style.words, doors.model)
        Field(
            name: words[.doorsQuery],
            text: Binding(get: { @MainActor in model.query }, set: { @MainActor in model.query = $0 }))
        BigButton(title: words[.doorsFind], symbol: "magnifyingglass", isMain: false) {
            Task { await model.find(model.query) }
        }
        .disabled(model.query.isEmpty)
        if let found = model.found {
            if found.isEmpty { Text(words[.doorsNotFound]).font(.title3) }
            DoorList(rows: found) { show($0.household) }
            BigButton(title: words[.typeClear], symbol: "xmark", isMain: false) { model.forgetFound() }
        }
    }

    @ViewBuilder private var buildings: some View {
        let model = doors.model
        if !model.buildings.isEmpty { DoorHead(word: .doorsBuildings) }
        LazyVStack(spacing: Size.gap) {
            ForEach(Array(model.buildings.enumerated()), id: \.offset) { entry in
                let row = entry.element
                DoorButton(symbol: row.symbol, title: row.title, lines: [row.line]) {
                    opened = .building
                    Task { await model.building.open(row.area, row.building) }
                }
            }
        }
    }

    @ViewBuilder private var toDo: some View {
        let model = doors.model
        DoorHead(word: .doorsToDo)
        if model.followUps.isEmpty { Text(style.words[.doorsNothingToDo]).font(.title3) }
        ForEach(model.followUps) { open in
            FollowUpLineView(open: open, show: { show(open.row.household) }) {
                Task { await model.close(open.followUp) }
            }
        }
    }
}

/// Who is missed, a page at a time.
struct MissedScreen: View {
    @Environment(\.style) private var style
    @ObservedObject var doors: Watched<DoorsModel>
    @State private var isHome = false
    let pad: TypeInModel
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, doors.model)
        Page {
            Text("\(words[.doorsMissed])  \(model.missedCount)").font(.title.weight(.bold))
                .accessibilityAddTraits(.isHeader)
            if model.missedCount == 0 { Text(words[.doorsNobodyMissed]).font(.title3) }
            DoorList(rows: model.missed) { row in
                isHome = true
                Task { await model.home.open(row.household) }
            }
            if model.missedLeft > 0 {
                BigButton(title: words(.doorsMore, model.missedLeft), symbol: "chevron.down", isMain: false) {
                    Task { await model.showMissed() }
                }
            }
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .sheet(isPresented: $isHome, onDismiss: { model.home.leave() }) {
            HomeScreen(home: model.home, pad: pad) { isHome = false }
        }
    }
}

/// Who means to do what, and who keeps what where claims overlap.
struct ClaimsScreen: View {
    @Environment(\.style) private var style
    @ObservedObject var doors: Watched<DoorsModel>
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, doors.model)
        Page {
            Text(words[.doorsClaims]).font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let told = model.told { ToldBand(told: told) }
            ClaimList(claims: model.claims, conflicts: model.conflicts) { claim in
                Task { await model.giveUp(claim) }
            }
            BigButton(title: words[.doorsTell], symbol: "qrcode", isMain: false) { Task { await model.tellClaims() } }
            BigButton(title: words[.doorsHear], symbol: "qrcode.viewfinder", isMain: false) { model.lookForClaims() }
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .answered(model)
        .modifier(Codes(model.code, model.finder, answer: { model.lookForClaims() }))
    }
}

/// Adds a household that is on no list, and goes to its door.
struct AddHousehold: View {
    @Environment(\.style) private var style
    @ObservedObject var doors: Watched<DoorsModel>
    @State private var area = ""
    @State private var building = ""
    @State private var stairwell = ""
    @State private var door = ""
    @State private var address = ""
    @State private var note = ""
    @State private var isAdded = false
    let pad: TypeInModel
    let done: @MainActor () -> Void

    var body: some View {
        let (words, model) = (style.words, doors.model)
        Page {
            Text(words[.doorsAddHousehold]).font(.title.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let told = model.told { ToldBand(told: told) }
            Field(name: words[.doorsArea], text: $area)
            Field(name: words[.doorsBuilding], text: $building)
            Field(name: words[.doorsStairwell], text: $stairwell)
            Field(name: words[.doorsDoor], text: $door)
            Field(name: words[.doorsAddress], text: $address)
            Field(name: words[.doorsNote], text: $note)
            BigButton(title: words[.doorsAddHousehold], symbol: "plus") { Task { await add() } }.disabled(model.isBusy)
            BigButton(title: words[.cancel], symbol: "xmark", isMain: false, action: done)
        }
        .answered(model)
        .sheet(isPresented: isShown, onDismiss: done) {
            HomeScreen(home: model.home, told: model.told, pad: pad) { isAdded = false }
        }
    }

    /// The door waits until the answer was seen: another family may be known there.
    private var isShown: Binding<Bool> {
        Binding(
            get: { @MainActor in isAdded && doors.model.flash == nil },
            set: { @MainActor isShown in if !isShown { isAdded = false } })
    }

    private func add() async {
        let household = NewHousehold(
            area: area, building: building, stairwell: stairwell, door: door, address: address, note: note)
        guard let added = await doors.model.add(household) else { return }
        await doors.model.home.open(added)
        isAdded = true
    }
}

/// Progress and day sheet, which hold no person.
struct ShareButtons: View {
    @Environment(\.style) private var style
    let doors: DoorsModel

    var body: some View {
        let words = style.words
        BigButton(title: words[.doorsShare], symbol: "square.and.arrow.up", isMain: false) {
            Task { await doors.shareProgress(byBuilding: false) }
        }
        BigButton(
            title: "\(words[.doorsShare]), \(words[.doorsByBuilding])", symbol: "square.and.arrow.up", isMain: false
        ) { Task { await doors.shareProgress(byBuilding: true) } }
        BigButton(title: words[.doorsDaySheet], symbol: "doc.richtext", isMain: false) {
            Task { await doors.shareDaySheet() }
        }
    }
}

/// The day sheet as a file, thrown away when it was shared. It holds no person.
enum DaySheetFile {
    private static var file: URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("day-sheet.html")
    }

    /// A page goes as a file, so that it can be opened and printed; as text where it cannot be written.
    static func item(_ shared: DoorShare) -> Any {
        switch shared {
        case .text(let text): return text
        case .page(let html):
            let data = Data(html.utf8)
            return (try? data.write(to: file, options: [.atomic, .completeFileProtection])) == nil ? html : file
        }
    }

    static func forget() { try? FileManager.default.removeItem(at: file) }
}
