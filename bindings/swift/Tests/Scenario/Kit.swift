import FieldCore
import Foundation

/// Secrets as files of a folder. A phone has its Keychain.
public final class FileVault: KeyVault {
    private let folder: URL

    public init(_ folder: URL) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func file(_ name: String) -> URL {
        folder.appendingPathComponent(Data(name.utf8).base64EncodedString().replacingOccurrences(of: "/", with: "_"))
    }

    public func create(name: String, secret: Data) throws {
        guard try read(name: name) == nil else { throw VaultError.Failed(reason: "the name is taken") }
        do {
            try secret.write(to: file(name), options: .atomic)
        } catch {
            throw VaultError.Failed(reason: "it could not be written")
        }
    }

    public func read(name: String) throws -> Data? {
        guard FileManager.default.fileExists(atPath: file(name).path) else { return nil }
        do {
            return try Data(contentsOf: file(name))
        } catch {
            throw VaultError.Failed(reason: "it could not be read")
        }
    }

    public func destroy(name: String) throws {
        try? FileManager.default.removeItem(at: file(name))
    }
}

extension FieldJournal {
    /// The journal below `folder` with its vault beside it; practice has secrets of its own.
    public static func below(_ folder: URL, practice: Bool = false, readOnly: Bool = false) async throws -> FieldJournal {
        let vault = try FileVault(folder.appendingPathComponent(practice ? "practice-vault" : "vault"))
        return try await open(
            folder: folder.appendingPathComponent("journal"), app: "swift-test", vault: vault, practice: practice,
            readOnly: readOnly)
    }
}

/// What the tests are told from outside: see test.sh.
public enum Surroundings {
    public static func path(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    public static func file(_ folder: URL, _ name: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent(name))
    }
}
