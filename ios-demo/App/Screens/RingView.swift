import FieldModel
import SwiftUI

/// The tube: one part a place, and the number in it as large as it gets.
struct RingView: View {
    @Environment(\.style) private var style
    @ScaledMetric(relativeTo: .largeTitle) private var digits: CGFloat = 72
    let ring: Ring?

    var body: some View {
        let (words, palette) = (style.words, style.palette)
        ZStack {
            if let ring {
                ForEach(Array(ring.parts.enumerated()), id: \.offset) { part in
                    Circle()
                        .trim(from: part.element.from, to: part.element.to)
                        // A taken place is thick, an open one thin: told without its colour too.
                        .stroke(
                            Color(part.element.taken ? palette.ringFull : palette.ringOpen),
                            style: StrokeStyle(lineWidth: part.element.taken ? 22 : 6)
                        )
                        .rotationEffect(.degrees(-90))
                        .padding(11)
                }
                VStack(spacing: 0) {
                    Text("\(ring.count)").font(.system(size: min(digits, 120), weight: .heavy, design: .rounded))
                    Text(words(.countOf, ring.count, ring.capacity)).font(.headline)
                    Text(ring.tube).font(.headline.monospaced()).lineLimit(1).minimumScaleFactor(0.5)
                    if ring.isFull { Text(words.code(.cue, "full")).font(.headline) }
                    if ring.isOld { Label(words[.tubeOld], systemImage: "clock.fill").font(.headline) }
                }
                .padding(36)
            } else {
                Circle().stroke(Color(palette.ringOpen), style: StrokeStyle(lineWidth: 6, dash: [12, 12])).padding(11)
                Text(words[.ringEmpty]).font(.title2.weight(.bold)).multilineTextAlignment(.center).padding(36)
            }
        }
        .foregroundColor(Color(palette.page.ink))
        .aspectRatio(1, contentMode: .fit)
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(ring?.spoken(words) ?? words[.ringEmpty])
        .accessibilityAddTraits(.updatesFrequently)
    }
}

/// The cue over the whole screen: colour, symbol, word. It goes by itself only where all is well.
struct CueOverlay: View {
    @Environment(\.style) private var style
    @Environment(\.accessibilityReduceMotion) private var isStill
    let told: Told
    let dismiss: @MainActor () -> Void

    private static let okSeconds = 0.9

    var body: some View {
        let signal = Signal.of(told.cue)
        let pair = signal.colours(style.palette.light)
        Button(action: dismiss) {
            ScrollView {
                VStack(spacing: 20) {
                    Image(systemName: signal.symbol).font(.system(size: 120))
                    Text(style.words.code(.cue, told.cue.code)).font(.largeTitle.weight(.heavy))
                    Text(told.headline).font(.title.weight(.bold))
                    if !told.whom.isEmpty { Text(told.whom).font(.title2) }
                    ForEach(Array(told.details.enumerated()), id: \.offset) { Text($0.element).font(.title3) }
                    if told.cue != .ok { Text(style.words[.dismissCue]).font(.body).padding(.top) }
                }
                .multilineTextAlignment(.center)
                .padding(24)
                .frame(maxWidth: .infinity)
            }
            .frame(maxWidth: .infinity, maxHeight: .infinity)
            .foregroundColor(Color(pair.ink))
            .background(Color(pair.ground).ignoresSafeArea())
        }
        .buttonStyle(.plain)
        .transition(isStill ? .identity : .opacity)
        .accessibilityLabel(told.spoken)
        .accessibilityHint(style.words[.dismissCue])
        .task(id: told) {
            UIAccessibility.post(notification: .announcement, argument: told.spoken)
            guard told.cue == .ok else { return }
            try? await Task.sleep(for: .seconds(Self.okSeconds))
            if !Task.isCancelled { dismiss() }
        }
    }
}
