import AVFoundation
import FieldCore
import FieldModel
import SwiftUI

/// The camera's picture with lines round what it sees, and below it a number to compare and what would help. The camera
/// runs only while this is shown and the app is in front; whenever that begins, `work` is given a new pipe of frames.
struct Viewfinder: View {
    @Environment(\.style) private var style
    @Environment(\.camera) private var camera
    @Environment(\.scenePhase) private var phase
    @State private var mayUseCamera = true
    let hint: String?
    let isDark: Bool
    let outlines: Outlines
    var number: CardNumber?
    let work: @MainActor (FramePipe<CameraFrame>) async -> Void

    var body: some View {
        ZStack(alignment: .bottom) {
            picture
            VStack(spacing: 0) {
                if let number { NumberBand(number: number) }
                // It is the picture's value to VoiceOver.
                if let hint { advice(hint).accessibilityHidden(true) }
            }
        }
        .frame(maxWidth: .infinity)
        .clipShape(RoundedRectangle(cornerRadius: 12))
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

    private var picture: some View {
        ZStack {
            if let camera, mayUseCamera {
                CameraPreview(session: camera.session)
                OutlinesView(outlines: outlines)
            } else {
                Text(style.words[.cameraOff]).font(.title3).multilineTextAlignment(.center).padding()
            }
        }
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(style.words[mayUseCamera ? .cameraPreview : .cameraOff])
        .accessibilityValue(hint ?? "")
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

/// The number that was read from the document in view, as large as one line takes it. VoiceOver says it when it is
/// touched, not by itself: others may listen.
private struct NumberBand: View {
    @Environment(\.style) private var style
    let number: CardNumber

    var body: some View {
        let (words, pair) = (style.words, style.palette.panel)
        VStack(spacing: 0) {
            Text(words[.compareNumber]).font(.headline)
            Text(number.grouped)
                .font(.system(.largeTitle, design: .monospaced).weight(.bold))
                .lineLimit(1)
                .minimumScaleFactor(0.3)
        }
        .padding(8)
        .frame(maxWidth: .infinity)
        .foregroundColor(Color(pair.ink))
        .background(Color(pair.ground))
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(words[.compareNumber])
        .accessibilityValue(number.spelled)
    }
}

/// Lines round what the camera sees: full where it was read, broken where it was not; light on dark, for any picture.
private struct OutlinesView: View {
    private static let light = StrokeStyle(lineWidth: 3), broken = StrokeStyle(lineWidth: 3, dash: [18, 14])
    let outlines: Outlines

    var body: some View {
        let unread = outlines.unread.map { [$0] } ?? []
        ZStack {
            lines(outlines.read + unread).stroke(Color.black, style: StrokeStyle(lineWidth: 7))
            lines(outlines.read).stroke(Color.white, style: Self.light)
            lines(unread).stroke(Color.white, style: Self.broken)
        }
        .allowsHitTesting(false)
    }

    private func lines(_ corners: [[FramePoint]]) -> Lines { Lines(outlines: outlines, corners: corners) }
}

private struct Lines: Shape {
    let outlines: Outlines
    let corners: [[FramePoint]]

    nonisolated func path(in rect: CGRect) -> Path {
        var path = Path()
        for one in corners {
            path.addLines(outlines.place(one, in: rect.size))
            path.closeSubpath()
        }
        return path
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
