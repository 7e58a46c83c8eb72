import Foundation

/// The device: its enrolment, its sleep and its upkeep.
extension FieldJournal {
    /// Takes an invitation, from a QR or a file: the device is enrolled, with or without a network.
    public func enrol(_ invitation: String) throws {
        try telling { try journal.enrol(invitation: invitation) }
    }

    /// Takes the campaign's profile from a file or QR: its text, or a bundle that holds it.
    public func takeProfile(_ bytes: Data) throws {
        try telling { try journal.takeProfile(bytes: bytes) }
    }

    /// Whether an invitation was taken.
    public func isEnrolled() throws -> Bool { try journal.isEnrolled() }

    /// The campaign's name, once the device is enrolled.
    public func campaignName() throws -> String? { try journal.campaignName() }

    /// Where the hub answers, as the invitation says, without a path.
    public func hubURL() throws -> URL? { try journal.hubUrl().flatMap(URL.init(string:)) }

    /// Empties the log, closes the file and gives its lock back, before the app goes to sleep: iOS ends apps
    /// that sleep with a lock on a file. Until `resume()` everything answers `FieldError.Closed`.
    public func suspendJournal() throws { try journal.suspend() }

    /// Opens a suspended journal again.
    public func resume() throws {
        try telling { try journal.resume() }
    }

    /// Ends the work with the journal.
    public func shutDown() throws { try journal.shutDown() }

    /// Seals, empties the write-ahead log and drops what its time is over for. Call it every half minute while
    /// nobody waits for an answer; `network` says that one is there.
    @discardableResult
    public func maintain(network: Bool) throws -> Maintained {
        try telling { try journal.maintain(network: network) }
    }

    /// Seals everything that waits, as before a hand-over by file.
    @discardableResult
    public func sealNow() throws -> Maintained {
        try telling { try journal.sealNow() }
    }

    /// The journal's figures.
    public func figures() throws -> Figures { try journal.figures() }

    /// What happened since the journal was opened that a person should know, oldest first.
    public func notes() -> [News] { journal.notes() }

    /// Proves the whole journal: whether everything is as it was written. Seconds for a long one.
    public func isSound() throws -> Bool { try journal.isSound() }
}
