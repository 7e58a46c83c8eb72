import FieldCore
import FieldModel
import Foundation
import os

enum Storage {
    /// Where the journals lie: private, out of backups, and open to a sync behind the lock screen.
    static var root: URL {
        FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0]
            .appendingPathComponent("journals", isDirectory: true)
    }

    @Sendable static func prepare(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication])
        var folder = folder
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try folder.setResourceValues(values)
        guard try folder.resourceValues(forKeys: [.isExcludedFromBackupKey]).isExcludedFromBackup == true else {
            throw CocoaError(.fileWriteUnknown)
        }
    }
}

/// What the operator typed last, so that the next shift begins with it. No person is among it.
struct Defaults: Memory {
    func text(_ name: String) -> String? { UserDefaults.standard.string(forKey: name) }
    func keep(_ name: String, _ text: String?) { UserDefaults.standard.set(text, forKey: name) }
}

/// Log lines hold nobody's data, so they may stand in the system's log.
final class SystemLog: LogSink, @unchecked Sendable {
    private let log = Logger(subsystem: "org.fieldcore.demo", category: "core")

    func log(level: LogLevel, text: String) throws {
        switch level {
        case .info: log.info("\(text, privacy: .public)")
        case .warning: log.warning("\(text, privacy: .public)")
        case .error: log.error("\(text, privacy: .public)")
        }
    }
}
