import AVFoundation
import FieldModel
import SwiftUI

/// The camera's picture with what would help below it. The camera runs only while this is shown and the app is in
/// front; whenever that begins, `work` is given a new pipe of frames.
struct Viewfinder: View {
    @Environment(\.style) private var style
    @Environment(\.camera) private var camera
    @Environment(\.scenePhase) private var phase
    @State private var mayUseCamera = true
    let hint: String?
    let isDark: Bool
    let work: @MainActor (FramePipe<CameraFrame>) async -> Void

    var body: some View {
        ZStack(alignment: .bottom) {
            if let camera, mayUseCamera {
                CameraPreview(session: camera.session)
            } else {
                Text(style.words[.cameraOff]).font(.title3).multilineTextAlignment(.center).padding()
            }
            if let hint { advice(hint) }
        }
        .frame(maxWidth: .infinity)
        .clipShape(RoundedRectangle(cornerRadius: 12))
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(style.words[mayUseCamera ? .cameraPreview : .cameraOff])
        .accessibilityValue(hint ?? "")
        .task(id: phase) {
            guard phase == .active, let camera else { return }
            mayUseCamera = await Camera.mayBeUsed()
            guard mayUseCamera, !Task.isCancelled else { return }
            let pipe = FramePipe<CameraFrame>()
            camera.start(pipe)
            await work(pipe)
        }
        .onDisappear { camera?.stop() }
    }

    private func advice(_ hint: String) -> some View {
        Label(hint, systemImage: isDark ? "flashlight.on.fill" : "hand.raised.fill")
            .font(.headline)
            .padding(8)
            .frame(maxWidth: .infinity)
            .foregroundColor(Color(style.palette.panel.ink))
            .background(Color(style.palette.panel.ground))
    }
}

struct TorchButton: View {
    @Environment(\.style) private var style
    @Environment(\.camera) private var camera
    @Binding var isOn: Bool

    var body: some View {
        BigButton(
            title: style.words[isOn ? .torchOff : .torchOn],
            symbol: isOn ? "flashlight.on.fill" : "flashlight.off.fill", isMain: false
        ) {
            isOn.toggle()
            camera?.torch(isOn)
        }
    }
}

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
