import FieldCore
import FieldModel
import SwiftUI

/// One building: its doors in walking order, and what the team means to do of it.
struct BuildingScreen: View {
    @Environment(\.style) private var style
    @StateObject private var building: Watched<BuildingModel>
    @State private var isHome = false
    @State private var isClaiming = false
    let home: HomeModel
    let pad: TypeInModel
    let done: @MainActor () -> Void

    init(building: BuildingModel, home: HomeModel, pad: TypeInModel, done: @escaping @MainActor () -> Void) {
        (self.home, self.pad, self.done) = (home, pad, done)
        _building = StateObject(wrappedValue: Watched(building))
    }

    var body: some View {
        let (words, model) = (style.words, building.model)
        Page {
            Text(model.title).font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            Text(model.summary).font(.title3)
            if let told = model.told { ToldBand(told: told) }
            BigButton(
                title: words[model.onlyLeft ? .doorsAll : .doorsOnlyLeft], symbol: "line.3.horizontal.decrease.circle",
                isMain: false
            ) { model.show(onlyLeft: !model.onlyLeft) }
            if model.rows.isEmpty { Text(words[.doorsNoneLeft]).font(.title3) }
            DoorList(rows: model.rows) { row in
                isHome = true
                Task { await home.open(row.household) }
            }
            DoorHead(word: .doorsClaims)
            ClaimList(claims: model.claims, conflicts: model.conflicts) { claim in
                Task { await model.giveUp(claim) }
            }
            if isClaiming {
                claimForm
            } else {
                BigButton(title: words[.doorsClaim], symbol: "flag.fill", isMain: false) { isClaiming = true }
            }
            BigButton(title: words[.close], symbol: "xmark", isMain: false, action: done)
        }
        .answered(model)
        .sheet(isPresented: $isHome, onDismiss: { home.leave() }) {
            HomeScreen(home: home, pad: pad) { isHome = false }
        }
    }

    @ViewBuilder private var claimForm: some View {
        let (words, model) = (style.words, building.model)
        if model.stairwells.count > 1 {
            Chooser(
                name: words[.doorsStairwell],
                of: [(words[.doorsAllStairwells], nil)] + model.stairwells.map { ($0, Optional($0)) },
                chosen: part(\.stairwell))
        }
        DoorMenu(name: words[.doorsFrom], none: words[.doorsFirst], doors: model.doors, chosen: part(\.first))
        DoorMenu(name: words[.doorsTo], none: words[.doorsLast], doors: model.doors, chosen: part(\.last))
        Chooser(
            name: words[.doorsForHours], of: BuildingModel.hours.map { (words(.doorsHours, $0), $0) },
            chosen: part(\.hours))
        BigButton(title: words[.doorsClaim], symbol: "flag.fill") {
            Task {
                await model.claim()
                isClaiming = false
            }
        }
        .disabled(model.isBusy)
        BigButton(title: words[.cancel], symbol: "xmark", isMain: false) { isClaiming = false }
    }

    private func part<Value>(_ path: WritableKeyPath<BuildingModel.Part, Value> & Sendable) -> Binding<Value> {
        Binding(
            get: { @MainActor in building.model.part[keyPath: path] },
            set: { @MainActor value in building.model.part[keyPath: path] = value })
    }
}

/// One of many doors, or none.
struct DoorMenu: View {
    let name: String
    let none: String
    let doors: [String]
    @Binding var chosen: String?

    var body: some View {
        Menu {
            Button(none) { chosen = nil }
            ForEach(doors, id: \.self) { door in Button(door) { chosen = door } }
        } label: {
            Row(name: name, value: chosen ?? none).frame(minHeight: Size.target)
        }
    }
}
