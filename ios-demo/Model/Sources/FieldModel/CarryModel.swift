import FieldCore
import Foundation

/// What came of taking a carry, as the screen tells it.
public struct CarryResult: Equatable, Sendable {
    public let cue: Cue
    /// How many items were taken, known before and refused.
    public let headline: String
    /// Why items were refused, and which file could not be read, each once.
    public let reasons: [String]

    init(_ done: CarryImported, _ words: Words) {
        headline = words(.carryTaken, done.taken, done.known, done.refused)
        var reasons = done.answers.compactMap { item in
            item.why.map { "\(words.code(.carry, item.verdict)): \($0)" }
        }
        for file in done.files {
            let name = file.path.isEmpty ? words[.carryBytes] : URL(fileURLWithPath: file.path).lastPathComponent
            if let failed = file.failed { reasons.append("\(name): \(words[.carryUnreadable]). \(failed)") }
            if file.cutOff > 0 { reasons.append("\(name): \(words[.carryCutOff])") }
            if file.oversize > 0 { reasons.append("\(name): \(words(.carryOversize, file.oversize))") }
        }
        self.reasons = reasons.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        cue = done.whole ? .ok : done.taken > 0 ? .attention : .refused
    }

    public var spoken: String { ([headline] + reasons).joined(separator: ". ") }
}

/// Records that leave and come by hand: by file, or from screen to camera. What left goes on waiting until the hub's
/// receipt is there, so nothing is lost by a carry that never arrives.
public final class CarryModel: CodesModel {
    /// What animated codes take; more is for a file.
    public static let screenBytesMax: UInt64 = 256 << 10

    public private(set) var status: Status?
    public private(set) var carried: Carried?
    /// What was done, in words.
    public private(set) var told: String?
    public private(set) var trouble: String?
    /// What came of the last carry that was taken.
    public private(set) var result: CarryResult?
    /// Something came: the other screens may look again.
    public var onTaken: (@MainActor () -> Void)?
    private var isEnrolled: Bool?

    public func load() async {
        await attempt { try await self.look() }
    }

    /// What stands in the way of carrying anything, where it is known.
    public var obstacle: String? {
        if journal.isPractice { return words[.carryPractice] }
        return isEnrolled == false ? words[.carryNotEnrolled] : nil
    }

    /// What waits here, own and of others.
    public var rows: [(name: String, value: String)] {
        guard let status, let carried else { return [] }
        return [
            (words[.carryOwn], "\(status.unsent)"),
            (words[.carryOthers], "\(carried.waiting)"),
            (words[.carryDevices], "\(carried.devices)"),
            (words[.carryDown], "\(carried.down)"),
            (words[.carryReceipted], "\(carried.receipted)"),
            (words[.syncRefused], "\(carried.refused)"),
        ]
    }

    /// Writes all that waits to a new file in `folder`; nothing where that failed.
    public func write(into folder: URL, now: Date = Date()) async -> URL? {
        let name = "fieldcore-\(journal.device.prefix(8))-\(Int64(now.timeIntervalSince1970 * 1_000)).fcb"
        let file = folder.appendingPathComponent(name)
        var written: URL?
        await work {
            let done = try await self.journal.exportCarry(to: file)
            self.told = self.words(.carryWritten, done.items, done.own, done.items - done.own, done.bytes)
            written = file
        }
        return written
    }

    /// Shows what waits to another phone, as animated codes.
    public func show() async {
        await work {
            let carry = try await self.journal.exportCarry(bytesMax: Self.screenBytesMax, way: .screen)
            let left = carry.exported.left > 0 ? self.words(.carryLeft, carry.exported.left) : nil
            self.code.show(frames: carry.bytes, for: .carry, told: left)
        }
    }

    /// Films another phone's animated codes.
    public func film() {
        finder.start(.frames(.carryAim) { [weak self] bytes in Task { await self?.take(bytes, .screen) } })
    }

    /// Takes carries from files.
    public func take(files: [URL]) async {
        guard !files.isEmpty else { return }
        await take { try await $0.importCarry(from: files) }
    }

    /// Takes a carry in memory.
    public func take(_ bytes: Data, _ way: CarryWay) async {
        await take { try await $0.importCarry(bytes, way: way) }
    }

    public func dismissResult() {
        result = nil
        changed()
    }

    private func take(_ call: (FieldJournal) async throws -> CarryImported) async {
        await work {
            self.result = nil
            let result = CarryResult(try await call(self.journal), self.words)
            self.result = result
            self.onCue?(result.cue)
            self.onTaken?()
        }
    }

    private func look() async throws {
        isEnrolled = try await journal.isEnrolled()
        status = try await journal.status()
        carried = try await journal.carries()
    }

    private func work(_ call: () async throws -> Void) async {
        await once {
            told = nil
            await attempt {
                try await call()
                try await self.look()
            }
        }
    }

    private func attempt(_ call: () async throws -> Void) async {
        do {
            trouble = nil
            try await call()
        } catch {
            trouble = words.failure(error)
            onCue?(.refused)
        }
        changed()
    }
}
