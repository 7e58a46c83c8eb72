import FieldCore
import FieldModel
import SwiftUI

/// Begins and ends the shift; language, light and practice are changed here too.
struct ShiftScreen: View {
    @Environment(\.style) private var style
    @StateObject private var shift: Watched<ShiftModel>
    @State private var isEnding = false
    @State private var isIssuing = false
    @State private var isHelping = false
    let day: DayModel

    init(day: DayModel, shift: ShiftModel) {
        self.day = day
        _shift = StateObject(wrappedValue: Watched(shift))
    }

    var body: some View {
        let (words, model) = (style.words, shift.model)
        Page {
            Text(words[model.isRunning ? .tabShift : .shiftTitle])
                .font(.largeTitle.weight(.bold)).accessibilityAddTraits(.isHeader)
            if let trouble = model.trouble { Warning(text: trouble) }
            if let campaign = model.campaign { Row(name: words[.enrolCampaign], value: campaign) }
            if model.isRunning { running } else { form }
            BigButton(title: words[.readiness], symbol: "checklist", isMain: false) {
                Task { await model.showReadiness() }
            }
            BigButton(title: words[.closing], symbol: "doc.plaintext", isMain: false) {
                Task { await model.showClosing() }
            }
            if model.isRunning, let screens = day.screens {
                BigButton(title: words[.proxyTitle], symbol: "person.crop.rectangle.stack", isMain: false) {
                    isIssuing = true
                }
                .sheet(isPresented: $isIssuing) { ProxyScreen(proxy: screens.proxy) { isIssuing = false } }
            }
            if let screens = day.screens {
                BigButton(title: words[.helperTitle], symbol: "person.2", isMain: false) { isHelping = true }
                    .sheet(isPresented: $isHelping) { HelperScreen(helper: screens.helper) { isHelping = false } }
            }
            HStack(spacing: Size.gap) {
                BigButton(title: words[.language], symbol: "globe", isMain: false) {
                    day.speak(words.tongue.other)
                }
                BigButton(
                    title: words[day.light == .sun ? .night : .sun],
                    symbol: day.light == .sun ? "moon.fill" : "sun.max.fill", isMain: false
                ) { day.shine(day.light == .sun ? .night : .sun) }
            }
            PracticeButton(day: day)
        }
        .task { await model.load() }
        .confirmationDialog(words[.shiftEndSure], isPresented: $isEnding, titleVisibility: .visible) {
            Button(words[.shiftEnd], role: .destructive) { Task { await model.end() } }
            Button(words[.cancel], role: .cancel) {}
        }
        .sheet(isPresented: isReporting) {
            Report(text: model.report ?? "", done: dismissReport)
        }
    }

    private var isReporting: Binding<Bool> {
        Binding(
            get: { @MainActor in shift.model.report != nil },
            set: { @MainActor isShown in if !isShown { dismissReport() } })
    }

    private func dismissReport() {
        shift.model.dismissReport()
        Task { await day.decide() }
    }

    @ViewBuilder private var running: some View {
        let (words, model) = (style.words, shift.model)
        Row(name: words[.shiftSite], value: model.site)
        Row(name: words[.shiftLane], value: model.lane)
        Row(name: words[.shiftOperator], value: model.operatorName)
        BigButton(title: words[.shiftEnd], symbol: "flag.checkered") { isEnding = true }
    }

    @ViewBuilder private var form: some View {
        let (words, model) = (style.words, shift.model)
        if let sites = model.profile?.sites, !sites.isEmpty {
            Chooser(name: words[.shiftSite], of: sites.map { ($0, $0) }, chosen: bound(\.site))
        } else {
            Field(name: words[.shiftSite], text: bound(\.site))
        }
        Field(name: words[.shiftLane], text: bound(\.lane))
        Field(name: words[.shiftOperator], text: bound(\.operatorName))
        Field(name: words[.shiftOrganisation], text: bound(\.organisation))
        if let rounds = model.profile?.rounds, rounds.count > 1 {
            Chooser(name: words[.shiftRound], of: rounds.map { ($0, Optional($0)) }, chosen: bound(\.round))
        }
        Chooser(
            name: words[.shiftPlace],
            of: [(words[.placeOfProfile], Place?.none), (words[.placeFixed], .fixed), (words[.placeMobile], .mobile)],
            chosen: bound(\.place))
        BigButton(title: words[.shiftStart], symbol: "play.fill") {
            Task {
                await model.start()
                await day.decide()
            }
        }
    }

    private func bound<Value>(_ path: ReferenceWritableKeyPath<ShiftModel, Value>) -> Binding<Value> {
        Binding(
            get: { @MainActor in shift.model[keyPath: path] },
            set: { @MainActor value in
                shift.model[keyPath: path] = value
                shift.objectWillChange.send()
            })
    }
}

/// One of a few: big buttons, the chosen one told by a mark and not by its colour alone.
struct Chooser<Value: Hashable>: View {
    let name: String
    let options: [(title: String, value: Value)]
    @Binding var chosen: Value

    init(name: String, of options: [(String, Value)], chosen: Binding<Value>) {
        self.name = name
        self.options = options.map { (title: $0.0, value: $0.1) }
        _chosen = chosen
    }

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(name).font(.headline)
            ForEach(options, id: \.value) { option in
                let isChosen = option.value == chosen
                let symbol = isChosen ? "largecircle.fill.circle" : "circle"
                ChoiceButton(title: option.title, symbol: symbol, isChosen: isChosen) { chosen = option.value }
            }
        }
    }
}

/// One thing to choose.
struct ChoiceButton: View {
    @Environment(\.style) private var style
    let title: String
    let symbol: String
    let isChosen: Bool
    let action: @MainActor () -> Void

    var body: some View {
        let pair = isChosen ? style.palette.chosen : style.palette.panel
        Button(action: action) {
            Label(title, systemImage: symbol)
                .font(.title3)
                .padding(.horizontal, 12)
                .frame(maxWidth: .infinity, minHeight: Size.target, alignment: .leading)
                .foregroundColor(Color(pair.ink))
                .background(Color(pair.ground))
                .clipShape(RoundedRectangle(cornerRadius: 12))
        }
        .buttonStyle(.plain)
        .accessibilityLabel(title)
        .accessibilityAddTraits(isChosen ? [.isSelected] : [])
    }
}

/// A report as text, which holds no person.
struct Report: View {
    @Environment(\.style) private var style
    let text: String
    let done: @MainActor () -> Void

    var body: some View {
        Page {
            Text(text).font(.body.monospaced()).textSelection(.enabled)
            BigButton(title: style.words[.close], symbol: "xmark", action: done)
        }
    }
}
