import AVFoundation
import CoreHaptics
import FieldCore
import FieldModel
import UIKit

/// Plays a cue: its sound, also where the phone is set to silent, and its vibration.
@MainActor
final class Feel {
    private var players: [Cue: AVAudioPlayer] = [:]
    private var engine: CHHapticEngine?

    func wake() {
        try? AVAudioSession.sharedInstance().setCategory(.playback, options: [.mixWithOthers])
        try? AVAudioSession.sharedInstance().setActive(true)
        for cue in Cue.all where players[cue] == nil {
            players[cue] = try? AVAudioPlayer(data: Tones.wav(Signal.of(cue).notes))
            players[cue]?.prepareToPlay()
        }
        if engine == nil, CHHapticEngine.capabilitiesForHardware().supportsHaptics {
            engine = try? CHHapticEngine()
            engine?.isAutoShutdownEnabled = true
        }
        try? engine?.start()
    }

    func play(_ cue: Cue) {
        for player in players.values { player.stop() }
        players[cue]?.currentTime = 0
        players[cue]?.play()
        vibrate(Signal.of(cue).pulses)
    }

    private func vibrate(_ pulses: [Pulse]) {
        guard let engine else {
            UINotificationFeedbackGenerator().notificationOccurred(pulses.count > 1 ? .warning : .success)
            return
        }
        let events = pulses.map { pulse in
            CHHapticEvent(
                eventType: pulse.ms > 0 ? .hapticContinuous : .hapticTransient,
                parameters: [
                    CHHapticEventParameter(parameterID: .hapticIntensity, value: pulse.strength),
                    CHHapticEventParameter(parameterID: .hapticSharpness, value: pulse.sharpness),
                ],
                relativeTime: Double(pulse.afterMs) / 1_000, duration: Double(pulse.ms) / 1_000)
        }
        guard let pattern = try? CHHapticPattern(events: events, parameters: []) else { return }
        try? engine.start()
        try? engine.makePlayer(with: pattern).start(atTime: CHHapticTimeImmediate)
    }
}
