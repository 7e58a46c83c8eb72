import AVFoundation
import SwiftUI

/// What the camera sees.
struct CameraPreview: UIViewRepresentable {
    let session: AVCaptureSession

    func makeUIView(context _: Context) -> PreviewView {
        let view = PreviewView()
        view.layerOfPreview.session = session
        view.layerOfPreview.videoGravity = .resizeAspectFill
        return view
    }

    func updateUIView(_: PreviewView, context _: Context) {}

    final class PreviewView: UIView {
        override static var layerClass: AnyClass { AVCaptureVideoPreviewLayer.self }
        var layerOfPreview: AVCaptureVideoPreviewLayer { layer as! AVCaptureVideoPreviewLayer }
    }
}

/// Reads the QR of an invitation, before there is a station that could. Its text goes to the core as it is.
struct QrScanner: View {
    @Environment(\.style) private var style
    let taken: @MainActor (String?) -> Void

    var body: some View {
        VStack(spacing: 0) {
            QrCamera { taken($0) }
                .accessibilityLabel(style.words[.cameraPreview])
            BigButton(title: style.words[.cancel], symbol: "xmark", isMain: false) { taken(nil) }
                .padding()
        }
        .background(Color(style.palette.page.ground).ignoresSafeArea())
    }
}

private struct QrCamera: UIViewRepresentable {
    let taken: @MainActor (String) -> Void

    func makeCoordinator() -> Coordinator { Coordinator(taken) }

    func makeUIView(context: Context) -> CameraPreview.PreviewView {
        let view = CameraPreview.PreviewView()
        view.layerOfPreview.session = context.coordinator.session
        view.layerOfPreview.videoGravity = .resizeAspectFill
        context.coordinator.start()
        return view
    }

    func updateUIView(_: CameraPreview.PreviewView, context _: Context) {}

    static func dismantleUIView(_: CameraPreview.PreviewView, coordinator: Coordinator) { coordinator.stop() }

    final class Coordinator: NSObject, AVCaptureMetadataOutputObjectsDelegate, @unchecked Sendable {
        let session = AVCaptureSession()
        private let queue = DispatchQueue(label: "org.fieldcore.qr")
        private let taken: @MainActor (String) -> Void
        private var isDone = false

        init(_ taken: @escaping @MainActor (String) -> Void) { self.taken = taken }

        func start() {
            Task {
                guard await Camera.mayBeUsed() else { return }
                queue.async { self.setUp() }
            }
        }

        func stop() { queue.async { self.session.stopRunning() } }

        private func setUp() {
            guard let device = AVCaptureDevice.default(for: .video),
                let input = try? AVCaptureDeviceInput(device: device), session.canAddInput(input)
            else { return }
            let output = AVCaptureMetadataOutput()
            session.addInput(input)
            guard session.canAddOutput(output) else { return }
            session.addOutput(output)
            output.setMetadataObjectsDelegate(self, queue: .main)
            output.metadataObjectTypes = [.qr]
            session.startRunning()
        }

        func metadataOutput(
            _: AVCaptureMetadataOutput, didOutput objects: [AVMetadataObject], from _: AVCaptureConnection
        ) {
            let text = objects.compactMap { ($0 as? AVMetadataMachineReadableCodeObject)?.stringValue }.first
            guard let text, !isDone else { return }
            isDone = true
            // The delegate's queue is the main one.
            MainActor.assumeIsolated { taken(text) }
        }
    }
}
