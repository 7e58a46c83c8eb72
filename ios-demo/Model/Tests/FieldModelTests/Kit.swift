import FieldCore
import Foundation
import Testing

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

/// A frame in memory, from a camera that lies on its side.
struct Still: LumaFrame {
    let bytes: [UInt8]
    let width: Int

    func lend<Answer>(_ look: (UnsafeRawBufferPointer, FrameShape) throws -> Answer) throws -> Answer {
        let shape = FrameShape(
            width: UInt32(width), height: UInt32(bytes.count / width), rowStride: UInt32(width), rotation: 90,
            region: nil)
        return try bytes.withUnsafeBytes { try look($0, shape) }
    }
}

/// QR codes as a camera sees them.
enum Qr {
    typealias Modules = [[Bool]]

    /// "HTTPS://EXAMPLE.ORG" as version 1-M, a row a number: a code that is no invitation.
    static let other: Modules = {
        let rows = [
            0x1fd57f, 0x104541, 0x175a5d, 0x17485d, 0x17435d, 0x105c41, 0x1fd57f, 0x000400, 0x146725, 0x123075,
            0x044f3a, 0x07b03a, 0x08f95b, 0x00132b, 0x1fdf66, 0x1042da, 0x1741be, 0x174468, 0x17594b, 0x1044a1,
            0x1fd343,
        ]
        return rows.map { row in rows.indices.map { row >> (rows.count - 1 - $0) & 1 == 1 } }
    }()

    /// The modules of a picture that the hub drew: a path of squares of one size.
    static func of(svg: String) -> Modules {
        let squares = svg.matches(of: /M(\d+) (\d+)h(\d+)/).compactMap { found -> (x: Int, y: Int, size: Int)? in
            guard let x = Int(found.1), let y = Int(found.2), let size = Int(found.3) else { return nil }
            return (x, y, size)
        }
        guard let size = squares.first?.size, let first = squares.map(\.x).min(), let last = squares.map(\.x).max()
        else { return [] }
        let count = (last - first) / size + 1
        var modules = Modules(repeating: Array(repeating: false, count: count), count: count)
        for square in squares { modules[(square.y - first) / size][(square.x - first) / size] = true }
        return modules
    }

    /// The text that a camera reads of a picture.
    static func text(of picture: CodePicture?) throws -> String {
        let (reader, frame) = (CodeReader(), frame(try #require(picture)))
        for _ in 0..<40 {
            if let text = try frame.lend({ try reader.look($0, shape: $1) }).texts.first { return text }
        }
        throw FieldError.Invalid(reason: "no camera reads that picture")
    }

    static func frame(_ picture: CodePicture) -> Still {
        frame((0..<picture.size).map { row in (0..<picture.size).map { picture.isDark(row, $0) } })
    }

    static func frame(_ modules: Modules, width: Int = 1280, height: Int = 720) -> Still {
        let size = height / (modules.count + 8)
        let (left, top) = ((width - size * modules.count) / 2, (height - size * modules.count) / 2)
        var plane = [UInt8](repeating: 230, count: width * height)
        for (row, line) in modules.enumerated() {
            for column in line.indices where line[column] {
                for y in 0..<size {
                    let start = (top + row * size + y) * width + left + column * size
                    plane.replaceSubrange(start..<start + size, with: repeatElement(25, count: size))
                }
            }
        }
        return Still(bytes: plane, width: width)
    }
}
