// Calls a second through the facade: scans of people, and camera frames handed over by pointer.
import FieldCore
import Foundation
import Scenario

let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: folder) }
let journal = try await FieldJournal.below(folder)
try await journal.startShift(ShiftPlan(site: "Hall", operator: "Lin"))

func timed(_ what: String, _ count: Int, _ work: (Int) async throws -> Void) async rethrows {
    let clock = ContinuousClock()
    let start = clock.now
    for number in 0..<count { try await work(number) }
    let spent = (clock.now - start) / .seconds(1)
    print("\(what): \(count) in \(String(format: "%.3f", spent)) s, \(Int(Double(count) / spent)) a second, "
        + "\(Int(spent / Double(count) * 1e6)) us each")
}

try await timed("line that opens a tube, saved", 500) {
    _ = try await journal.line("FCT\(10_000_000 + $0)", lane: "A\($0)")
}
try await timed("line that is refused", 5_000) { _ in _ = try await journal.line("110105", lane: "A") }
try await timed("status with 500 open tubes", 200) { _ in _ = try await journal.status() }

let (width, height) = (1280, 720)
let shape = FrameShape(width: UInt32(width), height: UInt32(height), rowStride: UInt32(width), rotation: 90, region: nil)
let frame = [UInt8](repeating: 128, count: width * height)
try await timed("1280x720 frame without a code, by pointer", 100) { _ in
    _ = try frame.withUnsafeBytes { try journal.look($0, shape: shape, lane: "B") }
}
let data = Data(frame)
try await timed("1280x720 frame without a code, as Data", 100) { _ in
    _ = try await journal.look(data, shape: shape, lane: "B")
}
