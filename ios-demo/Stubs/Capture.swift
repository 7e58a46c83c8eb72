// Shapes of what the app takes from Apple's frameworks, written by hand from their public documentation, so that
// its calls of the models type-check where there is no Xcode. They do nothing, and prove nothing about Apple's own.

import FieldCore
import FieldModel
import Foundation

class AVCaptureSession: NSObject, @unchecked Sendable {
    enum P { case hd1280x720 }
    var sessionPreset: P = .hd1280x720
    func startRunning() {}
    func stopRunning() {}
    func beginConfiguration() {}
    func commitConfiguration() {}
    func canAddInput(_ i: AVCaptureDeviceInput) -> Bool { true }
    func canAddOutput(_ i: AVCaptureOutput) -> Bool { true }
    func addInput(_ i: AVCaptureDeviceInput) {}
    func addOutput(_ o: AVCaptureOutput) {}
}
class AVCaptureOutput: NSObject {}
class AVCaptureConnection: NSObject {}
class CMSampleBuffer: NSObject {}
class CVPixelBuffer: NSObject {}
class AVCaptureVideoDataOutput: AVCaptureOutput {
    var videoSettings: [String: Any]!
    var alwaysDiscardsLateVideoFrames = true
    func setSampleBufferDelegate(_ d: AVCaptureVideoDataOutputSampleBufferDelegate?, queue: DispatchQueue?) {}
}
protocol AVCaptureVideoDataOutputSampleBufferDelegate {
    func captureOutput(_ o: AVCaptureOutput, didOutput s: CMSampleBuffer, from c: AVCaptureConnection)
}
class AVCaptureDevice: NSObject {
    enum M { case video }
    enum T { case builtInWideAngleCamera }
    enum P { case back }
    enum F { case continuousAutoFocus }
    enum R { case near }
    enum TM { case on, off }
    static func requestAccess(for: M) async -> Bool { true }
    static func `default`(_ t: T, for m: M?, position: P) -> AVCaptureDevice? { nil }
    func lockForConfiguration() throws {}
    func unlockForConfiguration() {}
    func isFocusModeSupported(_ f: F) -> Bool { true }
    var focusMode = F.continuousAutoFocus
    var isAutoFocusRangeRestrictionSupported: Bool { true }
    var autoFocusRangeRestriction = R.near
    var hasTorch: Bool { true }
    var torchMode = TM.off
}
class AVCaptureDeviceInput: NSObject { init(device: AVCaptureDevice) throws {} }
class AVCaptureVideoPreviewLayer: CALayer {
    enum G { case resizeAspectFill }
    var session: AVCaptureSession?
    var videoGravity = G.resizeAspectFill
}
func CMSampleBufferGetImageBuffer(_ s: CMSampleBuffer) -> CVPixelBuffer? { nil }
struct LockFlags { static let readOnly = Self() }
@discardableResult func CVPixelBufferLockBaseAddress(_ p: CVPixelBuffer, _ f: LockFlags) -> Int32 { 0 }
@discardableResult func CVPixelBufferUnlockBaseAddress(_ p: CVPixelBuffer, _ f: LockFlags) -> Int32 { 0 }
func CVPixelBufferGetBaseAddressOfPlane(_ p: CVPixelBuffer, _ i: Int) -> UnsafeMutableRawPointer? { nil }
func CVPixelBufferGetBytesPerRowOfPlane(_ p: CVPixelBuffer, _ i: Int) -> Int { 0 }
func CVPixelBufferGetWidthOfPlane(_ p: CVPixelBuffer, _ i: Int) -> Int { 0 }
func CVPixelBufferGetHeightOfPlane(_ p: CVPixelBuffer, _ i: Int) -> Int { 0 }
let kCVPixelBufferPixelFormatTypeKey: String = ""
let kCVPixelFormatType_420YpCbCr8BiPlanarFullRange: UInt32 = 0
class AVAudioSession {
    struct O: OptionSet {
        let rawValue: Int
        static let mixWithOthers = O(rawValue: 1)
    }
    enum C { case playback }
    nonisolated(unsafe) static let s = AVAudioSession()
    static func sharedInstance() -> AVAudioSession { s }
    func setCategory(_ c: C, options: O) throws {}
    func setActive(_ b: Bool) throws {}
}
class AVAudioPlayer {
    init(data: Data) throws {}
    @discardableResult func prepareToPlay() -> Bool { true }
    func stop() {}
    @discardableResult func play() -> Bool { true }
    var currentTime: Double = 0
}
struct Caps { var supportsHaptics = true }
class CHHapticEngine {
    static func capabilitiesForHardware() -> Caps { Caps() }
    init() throws {}
    var isAutoShutdownEnabled = true
    func start() throws {}
    func makePlayer(with: CHHapticPattern) throws -> CHHapticPatternPlayer { fatalError() }
}
protocol CHHapticPatternPlayer { func start(atTime: Double) throws }
let CHHapticTimeImmediate = 0.0
class CHHapticPattern { init(events: [CHHapticEvent], parameters: [Int]) throws {} }
class CHHapticEventParameter {
    enum I { case hapticIntensity, hapticSharpness }
    init(parameterID: I, value: Float) {}
}
class CHHapticEvent {
    enum T { case hapticContinuous, hapticTransient }
    init(eventType: T, parameters: [CHHapticEventParameter], relativeTime: Double, duration: Double) {}
}
