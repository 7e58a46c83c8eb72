import FieldCore

/// What the keychain's status means for a vault. The core takes "none" as the loss of the key and lets go of
/// what it opened, so only the one status that says so may ever become "none".
public enum SafeAnswer: Equatable, Sendable {
    case done, none
    case failed(reason: String)

    public static let success: Int32 = 0
    public static let itemNotFound: Int32 = -25_300
    public static let duplicateItem: Int32 = -25_299
    public static let interactionNotAllowed: Int32 = -25_308

    public static func of(_ status: Int32) -> SafeAnswer {
        switch status {
        case success: .done
        case itemNotFound: .none
        case duplicateItem: .failed(reason: "a secret of that name is there already")
        case interactionNotAllowed: .failed(reason: "the keychain is locked until the phone's first unlock")
        default: .failed(reason: "the keychain answered \(status)")
        }
    }

    public var reading: Bool {
        get throws {
            switch self {
            case .done: return true
            case .none: return false
            case .failed(let reason): throw VaultError.Failed(reason: reason)
            }
        }
    }
}
