import SwiftUI
import UIKit

/// Covers the app where somebody else may see it: in the app switcher, and while the screen is recorded,
/// mirrored or cast.
struct Shield: ViewModifier {
    let message: String
    @Environment(\.scenePhase) private var phase
    @State private var isCaptured = UIScreen.main.isCaptured

    private var isCovered: Bool { phase != .active || isCaptured }

    func body(content: Content) -> some View {
        content
            .accessibilityHidden(isCovered)
            .overlay {
                if isCovered {
                    ZStack {
                        Color.black.ignoresSafeArea()
                        VStack(spacing: 16) {
                            Image(systemName: "eye.slash.fill").font(.system(size: 64))
                            if isCaptured { Text(message).font(.title2).multilineTextAlignment(.center) }
                        }
                        .foregroundColor(.white)
                        .padding()
                    }
                }
            }
            .onReceive(NotificationCenter.default.publisher(for: UIScreen.capturedDidChangeNotification)) { _ in
                isCaptured = UIScreen.main.isCaptured
            }
    }
}
