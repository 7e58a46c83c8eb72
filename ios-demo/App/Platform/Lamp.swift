import UIKit

/// Keeps the screen bright and awake while a code is shown, and as it was after it.
@MainActor
enum Lamp {
    private static var before: CGFloat?

    static func on() {
        UIApplication.shared.isIdleTimerDisabled = true
        guard before == nil else { return }
        before = UIScreen.main.brightness
        UIScreen.main.brightness = 1
    }

    static func off() {
        UIApplication.shared.isIdleTimerDisabled = false
        if let before { UIScreen.main.brightness = before }
        before = nil
    }
}
