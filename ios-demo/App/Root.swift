import FieldCore
import FieldModel
import SwiftUI

/// The screen that is due, below the band that says "practice", behind the shield.
struct Root: View {
    @ObservedObject var day: Watched<DayModel>

    var body: some View {
        let model = day.model
        let style = Style(words: model.words, palette: model.palette)
        VStack(spacing: 0) {
            if model.isPractice { PracticeBand() }
            page
                .frame(maxWidth: .infinity, maxHeight: .infinity)
                .overlay { if model.isPractice { PracticeFrame() } }
        }
        .background(Color(model.palette.page.ground).ignoresSafeArea())
        .environment(\.style, style)
        .environment(\.locale, Locale(identifier: model.words.tongue.rawValue))
        .preferredColorScheme(model.light == .night ? .dark : .light)
        .modifier(Shield(message: model.words[.hidden]))
    }

    @ViewBuilder private var page: some View {
        let model = day.model
        switch model.phase {
        case .opening:
            ProgressView(model.words[.working]).frame(maxWidth: .infinity, maxHeight: .infinity)
        case .failed(let why):
            Page {
                Text(why).font(.title2.weight(.bold))
                BigButton(title: model.words[.retry], symbol: "arrow.clockwise") {
                    Task { await model.open(practice: model.isPractice) }
                }
            }
        case .enrol:
            if let screens = model.screens {
                EnrolScreen(day: model, enrol: screens.enrol).id(ObjectIdentifier(screens.enrol))
            }
        case .shift:
            if let screens = model.screens {
                ShiftScreen(day: model, shift: screens.shift).id(ObjectIdentifier(screens.shift))
            }
        case .work:
            if let screens = model.screens {
                Work(day: model, screens: screens).id(ObjectIdentifier(screens.scan))
            }
        }
    }
}

/// The day's tabs.
struct Work: View {
    @Environment(\.style) private var style
    let day: DayModel
    let screens: Screens

    var body: some View {
        TabView {
            ScanScreen(scan: screens.scan)
                .tabItem { Label(style.words[.tabScan], systemImage: "viewfinder") }
            TubesScreen(tubes: screens.tubes, boxes: screens.boxes)
                .tabItem { Label(style.words[.tabTubes], systemImage: "list.bullet.rectangle") }
            DoorsScreen(doors: screens.doors, pad: screens.scan.pad)
                .tabItem { Label(style.words[.doorsTab], systemImage: "house") }
            SyncScreen(sync: screens.sync, carry: screens.carry, day: day)
                .tabItem { Label(style.words[.tabSync], systemImage: "arrow.triangle.2.circlepath") }
            ShiftScreen(day: day, shift: screens.shift)
                .tabItem { Label(style.words[.tabShift], systemImage: "person.crop.circle") }
        }
        .task { await screens.sync.run() }
    }
}

/// Says that nothing here is real: a word, a stripe pattern and a colour of its own.
struct PracticeBand: View {
    @Environment(\.style) private var style

    var body: some View {
        let pair = style.palette.practice
        HStack {
            Image(systemName: "graduationcap.fill")
            Text(style.words[.practiceBanner]).font(.headline).multilineTextAlignment(.center)
            Image(systemName: "graduationcap.fill")
        }
        .frame(maxWidth: .infinity, minHeight: 44)
        .padding(.vertical, 4)
        .foregroundColor(Color(pair.ink))
        .background(Color(pair.ground).ignoresSafeArea(edges: .top))
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(style.words[.practiceBanner])
        .accessibilityAddTraits(.isHeader)
    }
}

struct PracticeFrame: View {
    @Environment(\.style) private var style

    var body: some View {
        Rectangle()
            .strokeBorder(
                Color(style.palette.practice.ground), style: StrokeStyle(lineWidth: 8, dash: [24, 12])
            )
            .allowsHitTesting(false)
            .accessibilityHidden(true)
    }
}
