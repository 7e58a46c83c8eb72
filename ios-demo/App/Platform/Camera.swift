import AVFoundation
import FieldCore
import FieldModel
import Foundation

/// A frame of the camera. Its luma plane is lent out in place: the buffer stays locked while somebody looks.
struct CameraFrame: LumaFrame, @unchecked Sendable {
    let pixels: CVPixelBuffer
    let rotation: Int32

    func lend<Answer>(
        _ look: (_ plane: UnsafeRawBufferPointer, _ shape: FrameShape) throws -> Answer
    ) throws -> Answer {
        CVPixelBufferLockBaseAddress(pixels, .readOnly)
        defer { CVPixelBufferUnlockBaseAddress(pixels, .readOnly) }
        guard let base = CVPixelBufferGetBaseAddressOfPlane(pixels, 0) else {
            throw FieldError.Invalid(reason: "the camera gave a frame without a luma plane")
        }
        let stride = CVPixelBufferGetBytesPerRowOfPlane(pixels, 0)
        let (width, height) = (CVPixelBufferGetWidthOfPlane(pixels, 0), CVPixelBufferGetHeightOfPlane(pixels, 0))
        let shape = FrameShape(
            width: UInt32(width), height: UInt32(height), rowStride: UInt32(stride), rotation: rotation, region: nil)
        return try look(UnsafeRawBufferPointer(start: base, count: stride * height), shape)
    }
}

/// The rear camera: a preview, and its newest frame for whoever works them off.
final class Camera: NSObject, AVCaptureVideoDataOutputSampleBufferDelegate, @unchecked Sendable {
    let session = AVCaptureSession()
    private let queue = DispatchQueue(label: "org.fieldcore.camera", qos: .userInitiated)
    private let output = AVCaptureVideoDataOutput()
    private var device: AVCaptureDevice?
    private var pipe: FramePipe<CameraFrame>?
    private let newest = Newest()

    static func mayBeUsed() async -> Bool { await AVCaptureDevice.requestAccess(for: .video) }

    func start(_ pipe: FramePipe<CameraFrame>) {
        queue.async {
            self.pipe = pipe
            if self.device == nil { self.setUp() }
            self.session.startRunning()
        }
    }

    func stop() {
        queue.async {
            self.torchNow(false)
            self.session.stopRunning()
            self.pipe?.end()
            self.pipe = nil
            self.newest.set(nil)
        }
    }

    func torch(_ on: Bool) { queue.async { self.torchNow(on) } }

    /// The last frame, for the text recogniser.
    var lastFrame: CameraFrame? { newest.get() }

    func captureOutput(_: AVCaptureOutput, didOutput sample: CMSampleBuffer, from _: AVCaptureConnection) {
        guard let pixels = CMSampleBufferGetImageBuffer(sample) else { return }
        // The sensor lies on its side; the app stands upright.
        let frame = CameraFrame(pixels: pixels, rotation: 90)
        newest.set(frame)
        pipe?.offer(frame)
    }

    private func setUp() {
        let found = AVCaptureDevice.default(.builtInWideAngleCamera, for: .video, position: .back)
        guard let device = found, let input = try? AVCaptureDeviceInput(device: device) else { return }
        session.beginConfiguration()
        defer { session.commitConfiguration() }
        session.sessionPreset = .hd1280x720
        output.videoSettings = [
            kCVPixelBufferPixelFormatTypeKey as String: kCVPixelFormatType_420YpCbCr8BiPlanarFullRange
        ]
        output.alwaysDiscardsLateVideoFrames = true
        output.setSampleBufferDelegate(self, queue: queue)
        guard session.canAddInput(input), session.canAddOutput(output) else { return }
        session.addInput(input)
        session.addOutput(output)
        self.device = device
        guard (try? device.lockForConfiguration()) != nil else { return }
        if device.isFocusModeSupported(.continuousAutoFocus) { device.focusMode = .continuousAutoFocus }
        if device.isAutoFocusRangeRestrictionSupported { device.autoFocusRangeRestriction = .near }
        device.unlockForConfiguration()
    }

    private func torchNow(_ on: Bool) {
        guard let device, device.hasTorch, (try? device.lockForConfiguration()) != nil else { return }
        device.torchMode = on ? .on : .off
        device.unlockForConfiguration()
    }
}

/// The newest frame behind a lock.
private final class Newest: @unchecked Sendable {
    private let lock = NSLock()
    private var frame: CameraFrame?

    func set(_ frame: CameraFrame?) { lock.withLock { self.frame = frame } }
    func get() -> CameraFrame? { lock.withLock { frame } }
}
