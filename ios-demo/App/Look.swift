import FieldModel
import SwiftUI

extension Color {
    init(_ paint: Paint) {
        self.init(.sRGB, red: Double(paint.red) / 255, green: Double(paint.green) / 255, blue: Double(paint.blue) / 255)
    }
}

/// A model as SwiftUI watches it.
@MainActor
final class Watched<M: Model>: ObservableObject {
    let model: M
    private var stop: Model.Watcher?

    init(_ model: M) {
        self.model = model
        stop = model.watch { [weak self] in self?.objectWillChange.send() }
    }
}

/// Words and colours of the moment.
struct Style {
    var words = Words(.preferred())
    var palette = Palette.of(.sun)
}

private struct StyleKey: EnvironmentKey {
    static let defaultValue = Style()
}

extension EnvironmentValues {
    var style: Style {
        get { self[StyleKey.self] }
        set { self[StyleKey.self] = newValue }
    }
}

enum Size {
    /// The smallest target for a gloved finger.
    static let target: CGFloat = 56
    static let gap: CGFloat = 12
}

/// A button for gloves: a word, a symbol, a ground of its own.
struct BigButton: View {
    @Environment(\.style) private var style
    @Environment(\.isEnabled) private var isEnabled
    let title: String
    var symbol: String?
    var hint = ""
    var isMain = true
    let action: @MainActor () -> Void

    var body: some View {
        let pair = isMain ? style.palette.button : style.palette.panel
        Button(action: action) {
            HStack(spacing: 8) {
                if let symbol { Image(systemName: symbol) }
                Text(title).multilineTextAlignment(.center)
            }
            .font(.title3.weight(.semibold))
            .frame(maxWidth: .infinity, minHeight: Size.target)
            .padding(.horizontal, 8)
            .foregroundColor(Color(isEnabled ? pair.ink : style.palette.quiet.ink))
            .background(Color(isEnabled ? pair.ground : style.palette.quiet.ground))
            .overlay(RoundedRectangle(cornerRadius: 12).stroke(Color(style.palette.quiet.ink), lineWidth: 2))
            .clipShape(RoundedRectangle(cornerRadius: 12))
        }
        .buttonStyle(.plain)
        .accessibilityLabel(title)
        .accessibilityHint(hint)
    }
}

/// A name and its value on one line, or on two where the letters are large.
struct Row: View {
    @Environment(\.style) private var style
    let name: String
    let value: String

    var body: some View {
        ViewThatFits(in: .horizontal) {
            HStack {
                label
                Spacer(minLength: Size.gap)
                content
            }
            VStack(alignment: .leading) {
                label
                content
            }
        }
        .frame(maxWidth: .infinity, minHeight: 44, alignment: .leading)
        .accessibilityElement(children: .ignore)
        .accessibilityLabel("\(name): \(value)")
    }

    private var label: some View { Text(name).foregroundColor(Color(style.palette.quiet.ink)) }
    private var content: some View { Text(value).font(.body.weight(.semibold)) }
}

/// One line to fill in.
struct Field: View {
    @Environment(\.style) private var style
    let name: String
    @Binding var text: String

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(name).font(.headline)
            TextField(name, text: $text)
                .font(.title3)
                .autocorrectionDisabled()
                .padding(.horizontal, 12)
                .frame(minHeight: Size.target)
                .foregroundColor(Color(style.palette.panel.ink))
                .background(Color(style.palette.panel.ground))
                .clipShape(RoundedRectangle(cornerRadius: 12))
                .accessibilityLabel(name)
        }
    }
}

/// What an action came to, as a band: symbol, word and colour together.
struct ToldBand: View {
    @Environment(\.style) private var style
    let told: Told

    var body: some View {
        let signal = Signal.of(told.cue)
        let pair = signal.colours(style.palette.light)
        HStack(alignment: .top, spacing: Size.gap) {
            Image(systemName: signal.symbol).font(.title)
            VStack(alignment: .leading, spacing: 4) {
                Text(told.headline).font(.title3.weight(.bold))
                if !told.whom.isEmpty { Text(told.whom).font(.body) }
                ForEach(Array(told.details.enumerated()), id: \.offset) { Text($0.element).font(.body) }
            }
            Spacer(minLength: 0)
        }
        .padding()
        .foregroundColor(Color(pair.ink))
        .background(Color(pair.ground))
        .clipShape(RoundedRectangle(cornerRadius: 12))
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(told.spoken)
    }
}

/// A page in the palette's colours that scrolls when the letters are large.
struct Page<Content: View>: View {
    @Environment(\.style) private var style
    @ViewBuilder let content: Content

    var body: some View {
        ScrollView {
            VStack(alignment: .leading, spacing: Size.gap) { content }
                .padding()
                .frame(maxWidth: .infinity, alignment: .leading)
        }
        .foregroundColor(Color(style.palette.page.ink))
        .background(Color(style.palette.page.ground).ignoresSafeArea())
        // A sheet lies above the root's shield.
        .modifier(Shield(message: style.words[.hidden]))
    }
}
