import FieldCore
import FieldModel
import SwiftUI

/// A part of a page of doors.
struct DoorHead: View {
    @Environment(\.style) private var style
    let word: Word

    var body: some View {
        Text(style.words[word]).font(.title2.weight(.bold)).accessibilityAddTraits(.isHeader)
    }
}

extension View {
    /// An answer over the whole screen until it was seen, wherever the page stands; none while a sheet over it tells it.
    func answered(_ work: DoorWork?) -> some View {
        overlay {
            if let work, let flash = work.flash { CueOverlay(told: flash) { work.dismissFlash() } }
        }
    }
}

/// A line of a list that opens something.
struct DoorButton: View {
    let symbol: String
    let title: String
    let lines: [String]
    let action: @MainActor () -> Void

    var body: some View {
        Button(action: action) { DoorLabel(symbol: symbol, title: title, lines: lines) }
            .buttonStyle(.plain)
            .accessibilityLabel(([title] + lines).joined(separator: ". "))
    }
}

/// Sign, title, what there is to know.
struct DoorLabel: View {
    @Environment(\.style) private var style
    let symbol: String
    let title: String
    let lines: [String]

    var body: some View {
        HStack(alignment: .top, spacing: Size.gap) {
            Image(systemName: symbol).font(.title2)
            VStack(alignment: .leading, spacing: 2) {
                Text(title).font(.title3.weight(.bold))
                ForEach(Array(lines.enumerated()), id: \.offset) { Text($0.element).font(.body) }
            }
        }
        .padding(12)
        .frame(maxWidth: .infinity, minHeight: Size.target, alignment: .leading)
        .foregroundColor(Color(style.palette.panel.ink))
        .background(Color(style.palette.panel.ground))
        .clipShape(RoundedRectangle(cornerRadius: 12))
    }
}

/// Doors or people, each of which opens its door.
struct DoorList: View {
    let rows: [DoorRow]
    let show: @MainActor (DoorRow) -> Void

    var body: some View {
        LazyVStack(spacing: Size.gap) {
            ForEach(Array(rows.enumerated()), id: \.offset) { entry in
                let row = entry.element
                DoorButton(symbol: row.symbol, title: row.title, lines: row.lines) { show(row) }
            }
        }
    }
}

/// Something that is still to be done, with what ends it.
struct FollowUpLineView: View {
    @Environment(\.style) private var style
    let open: FollowUpRow
    /// Opens its door; nothing where it is open.
    var show: (@MainActor () -> Void)?
    let close: @MainActor () -> Void

    var body: some View {
        VStack(spacing: 4) {
            if let show {
                DoorButton(symbol: open.row.symbol, title: open.row.title, lines: open.row.lines, action: show)
            } else {
                DoorLabel(symbol: open.row.symbol, title: open.row.title, lines: open.row.lines)
                    .accessibilityElement(children: .combine)
            }
            BigButton(title: style.words[.doorsCloseIt], symbol: "checkmark", hint: open.row.spoken, isMain: false) {
                close()
            }
        }
    }
}

/// Claims, and in words who keeps what.
struct ClaimList: View {
    @Environment(\.style) private var style
    let claims: [ClaimRow]
    let conflicts: [String]
    let giveUp: @MainActor (Saved) -> Void

    var body: some View {
        let words = style.words
        ForEach(Array(conflicts.enumerated()), id: \.offset) { Warning(text: $0.element) }
        if claims.isEmpty { Text(words[.doorsNoClaims]).font(.title3) }
        ForEach(claims) { row in
            VStack(alignment: .leading, spacing: 4) {
                Label(row.title, systemImage: row.symbol).font(.title3.weight(.bold))
                ForEach(Array(row.lines.enumerated()), id: \.offset) { Text($0.element).font(.body) }
            }
            .frame(maxWidth: .infinity, alignment: .leading)
            .accessibilityElement(children: .ignore)
            .accessibilityLabel(row.spoken)
            if row.canGiveUp {
                BigButton(title: words[.doorsGiveUp], symbol: "flag.slash", hint: row.spoken, isMain: false) {
                    giveUp(row.claim)
                }
            }
        }
    }
}

/// Several of a few: big buttons, each chosen or not by a mark and not by its colour alone.
struct Picks<Value: Hashable>: View {
    let name: String
    let options: [(title: String, value: Value)]
    @Binding var chosen: Set<Value>

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(name).font(.headline)
            ForEach(options, id: \.value) { option in
                let isChosen = chosen.contains(option.value)
                let symbol = isChosen ? "checkmark.square.fill" : "square"
                ChoiceButton(title: option.title, symbol: symbol, isChosen: isChosen) {
                    if isChosen { chosen.remove(option.value) } else { chosen.insert(option.value) }
                }
            }
        }
    }
}
