import FieldCore
import Foundation

@testable import FieldModel

/// Secrets in memory.
final class MemoryVault: KeyVault, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [String: Data] = [:]

    func create(name: String, secret: Data) throws {
        try lock.withLock {
            guard kept[name] == nil else { throw VaultError.Failed(reason: "the name is taken") }
            kept[name] = secret
        }
    }

    func read(name: String) throws -> Data? { lock.withLock { kept[name] } }

    func destroy(name: String) throws { lock.withLock { kept[name] = nil } }
}

final class MemoryOfTests: Memory, @unchecked Sendable {
    private let lock = NSLock()
    private var texts: [String: String] = ["tongue": "en"]

    func text(_ name: String) -> String? { lock.withLock { texts[name] } }
    func keep(_ name: String, _ text: String?) { lock.withLock { texts[name] = text } }
}

/// No network.
struct Nowhere: Transport {
    func send(_: HubRequest) async throws -> HubAnswer { throw URLError(.notConnectedToInternet) }
}

/// Cues as they came.
@MainActor
final class Heard {
    var cues: [Cue] = []
}

/// The project's folder.
let project: URL = {
    if let told = ProcessInfo.processInfo.environment["FIELDCORE_ROOT"] { return URL(fileURLWithPath: told) }
    return (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
}()

func source(_ path: String) throws -> String {
    try String(contentsOf: project.appendingPathComponent(path), encoding: .utf8)
}

/// The resident number of a person who never was, born 1880 to 1905, with its MOD 11-2 check character.
func residentNumber(_ index: Int) -> String {
    let birth = String(format: "%04d%02d%02d", 1880 + index % 26, 1 + index / 26 % 12, 1 + index / 312 % 28)
    let body = "110105" + birth + String(format: "%03d", 1 + index / 8_736 % 999)
    let sum = body.reduce(0) { ($0 + $1.wholeNumberValue!) * 2 % 11 }
    return body + String(Array("0123456789X")[(12 - sum) % 11])
}

@MainActor
func inFolder(_ work: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("model-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await work(folder)
}

/// The vaults of a phone: they outlive its process.
final class Vaults: Sendable {
    let live = MemoryVault()
    let practice = MemoryVault()
}

func ground(
    _ folder: URL, _ vaults: Vaults = Vaults(), memory: any Memory = MemoryOfTests(),
    transport: any Transport = Nowhere()
) -> Ground {
    Ground(
        folder: folder, app: "ios-model-test", vault: { $0 ? vaults.practice : vaults.live }, log: nil,
        transport: transport, memory: memory,
        prepare: { try FileManager.default.createDirectory(at: $0, withIntermediateDirectories: true) })
}

extension DayModel {
    /// Opens the journal and begins a shift in lane A.
    func begin(practice: Bool, site: String = "Hall") async throws {
        await open(practice: practice)
        if phase == .enrol { await enrolLater() }
        guard let shift = screens?.shift else { throw FieldError.Refused(reason: "\(phase)") }
        (shift.site, shift.lane, shift.operatorName) = (site, "A", "Lin")
        await shift.start()
        await decide()
    }
}
