import Foundation

/// Helpers enrolled on the spot, by codes that two phones show each other, without a network. The helper shows
/// `helperCode()`; the chief's `acceptHelper` answers with a welcome to show and a kit; the helper takes both.
extension FieldJournal {
    /// What the hub lets this device do for others, newest first.
    public func delegations() throws -> [HeldDelegation] { try journal.delegations() }

    /// The helpers whom this device enrolled, in order.
    public func helpers() throws -> [HelperLine] { try journal.helpers() }

    /// The text of the QR by which a chief's phone can enrol this one. It holds no secret.
    public func helperCode() throws -> String { try journal.helperCode() }

    /// As a chief: gives the helper whose code was read a place; the same helper gets the same place again.
    public func acceptHelper(_ code: String) throws -> HelperPlace {
        try telling { try journal.acceptHelper(code: code) }
    }

    /// As a helper: takes part by the chief's welcome.
    @discardableResult
    public func acceptWelcome(_ code: String) throws -> WelcomeView {
        try telling { try journal.acceptWelcome(code: code) }
    }

    /// As a helper: takes the chief's kit, the profile and card keys; how many card keys are new here.
    @discardableResult
    public func acceptKit(_ kit: Data) throws -> UInt32 {
        try telling { try journal.acceptKit(kit: kit) }
    }
}
