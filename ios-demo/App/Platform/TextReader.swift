import FieldModel
import Foundation
import Vision

/// A second pair of eyes: the platform's text recogniser. Its lines go to the core as they are.
enum TextReader {
    static func lines(_ frame: CameraFrame) async -> [String] {
        await Task.detached(priority: .userInitiated) {
            let request = VNRecognizeTextRequest()
            request.recognitionLevel = .accurate
            // A number that is "corrected" into a word is lost.
            request.usesLanguageCorrection = false
            request.recognitionLanguages = ["zh-Hans", "en-US"]
            let handler = VNImageRequestHandler(cvPixelBuffer: frame.pixels, orientation: .right)
            guard (try? handler.perform([request])) != nil else { return [] }
            return (request.results ?? []).compactMap { $0.topCandidates(1).first?.string }
        }.value
    }
}
