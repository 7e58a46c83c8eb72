import FieldCore
import FieldModel
import Foundation
import Security

/// The journal's secrets in the keychain: never in a backup, never on another phone, readable from the
/// first unlock after a start on, so that a sync in the background works behind the lock screen.
final class KeychainVault: KeyVault, @unchecked Sendable {
    private let service: String

    init(practice: Bool) {
        service = practice ? "org.fieldcore.vault.practice" : "org.fieldcore.vault.live"
    }

    func create(name: String, secret: Data) throws {
        var item = query(name)
        item[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        item[kSecAttrSynchronizable] = false
        item[kSecValueData] = secret
        guard try SafeAnswer.of(SecItemAdd(item as CFDictionary, nil)).reading else {
            throw VaultError.Failed(reason: "the keychain has no place for it")
        }
    }

    func read(name: String) throws -> Data? {
        var item = query(name)
        item[kSecReturnData] = true
        item[kSecMatchLimit] = kSecMatchLimitOne
        var found: CFTypeRef?
        guard try SafeAnswer.of(SecItemCopyMatching(item as CFDictionary, &found)).reading else { return nil }
        guard let secret = found as? Data else {
            throw VaultError.Failed(reason: "the keychain gave something else than bytes")
        }
        return secret
    }

    func destroy(name: String) throws {
        _ = try SafeAnswer.of(SecItemDelete(query(name) as CFDictionary)).reading
    }

    private func query(_ name: String) -> [CFString: Any] {
        [
            kSecClass: kSecClassGenericPassword,
            kSecAttrService: service,
            kSecAttrAccount: name,
            kSecUseDataProtectionKeychain: true,
        ]
    }
}
