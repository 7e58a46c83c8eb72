import FieldCore
import Foundation

/// What the hub lets this phone do, as the screen shows it.
public struct DelegationRow: Equatable, Sendable {
    public let title: String
    public let line: String
    public let isOver: Bool
}

/// Enrolment on the spot: a chief's phone and a helper's show each other codes, without any network.
public final class HelperModel: CodesModel {
    public private(set) var delegations: [HeldDelegation] = []
    public private(set) var helpers: [HelperLine] = []
    /// The helper who was given a place last.
    public private(set) var place: HelperPlace?
    /// As a helper: what the chief's welcome gave.
    public private(set) var welcome: WelcomeView?
    /// As a helper: whether the kit was taken.
    public private(set) var hasKit = false
    public private(set) var told: Told?

    public func load() async {
        await attempt {
            self.delegations = try await self.journal.delegations()
            self.helpers = try await self.journal.helpers()
        }
    }

    // MARK: The chief

    public var rows: [DelegationRow] {
        delegations.map { held in
            let rights = [held.enrols ? words[.helperEnrols] : nil, held.issues ? words[.helperIssues] : nil]
            var parts = [words(.helperUntil, words.time(held.expiresMs))]
            if held.enrols { parts.insert(words(.helperLeft, Self.left(held), held.helpers), at: 0) }
            if held.over { parts.append(words[.helperOver]) }
            return DelegationRow(
                title: rights.compactMap { $0 }.joined(separator: words[.semicolon]),
                line: parts.joined(separator: " · "), isOver: held.over)
        }
    }

    public var helperRows: [(name: String, value: String)] {
        helpers.map { ("\($0.ordinal)  \($0.device.prefix(8))", words(.helperUntil, words.time($0.expiresMs))) }
    }

    /// What stands in the way of enrolling anybody, as far as it is known here.
    public var obstacle: String? {
        let enrols = delegations.filter(\.enrols)
        if enrols.isEmpty { return words[.helperNone] }
        if enrols.allSatisfy(\.over) { return words[.helperAllOver] }
        return enrols.contains { !$0.over && Self.left($0) > 0 } ? nil : words[.helperFull]
    }

    /// Looks for the code on the helper's screen.
    public func lookForHelper() {
        finder.start(.code(.helperKeys, .helperAim) { [weak self] text in Task { await self?.accept(text) } })
    }

    /// Gives the helper a place, and shows the welcome. The same helper gets the same place again.
    func accept(_ text: String) async {
        await attempt {
            let place = try await self.journal.acceptHelper(text)
            self.place = place
            (self.delegations, self.helpers) = (try await self.journal.delegations(), try await self.journal.helpers())
            self.told = .plain(.ok, self.words(.helperPlaced, place.ordinal, place.left))
            self.onCue?(.ok)
            self.showWelcome()
        }
    }

    /// Shows the welcome of the last helper, once more too.
    public func showWelcome() {
        guard let place else { return }
        code.show(place.welcome, for: .welcome, told: words(.helperPlaced, place.ordinal, place.left))
    }

    /// Shows the kit of the last helper: profile and card keys, as animated codes.
    public func showKit() {
        guard let place else { return }
        code.show(frames: place.kit, for: .kit)
    }

    /// The kit of the last helper, for a file.
    public var kit: Data? { place?.kit }

    // MARK: The helper

    /// Shows this phone's keys to the chief. They hold no secret.
    public func showKeys() async {
        await attempt { self.code.show(try await self.journal.helperCode(), for: .helperKeys) }
    }

    /// Looks for the chief's welcome.
    public func lookForWelcome() {
        code.hide()
        finder.start(.code(.welcome, .helperWelcomeAim) { [weak self] text in Task { await self?.join(text) } })
    }

    /// Takes part by the chief's welcome.
    func join(_ text: String) async {
        await attempt {
            let welcome = try await self.journal.acceptWelcome(text)
            self.welcome = welcome
            self.told = .plain(.ok, self.words(.enrolDone, welcome.campaignName))
            self.onCue?(.ok)
        }
    }

    /// Films the chief's kit.
    public func filmKit() {
        finder.start(.frames(.helperKitAim) { [weak self] bytes in Task { await self?.take(kit: bytes) } })
    }

    /// Takes the kit, filmed or from a file.
    public func take(kit: Data) async {
        await attempt {
            let keys = try await self.journal.acceptKit(kit)
            self.hasKit = true
            self.told = .plain(.ok, self.words(.helperKitTaken, keys))
            self.onCue?(.ok)
        }
    }

    private static func left(_ held: HeldDelegation) -> UInt32 { held.helpers - min(held.used, held.helpers) }

    private func failure(_ error: any Error) -> Told {
        let (word, reason): (Word, String)
        switch error {
        case FieldError.Refused(let why): (word, reason) = (.helperRefused, why)
        case FieldError.Untrusted(let why): (word, reason) = (.helperUntrusted, why)
        case FieldError.Invalid(let why): (word, reason) = (.helperUnreadable, why)
        default: return Told(error, words)
        }
        return .plain(.refused, words[word], words.tongue == .english ? [reason] : [])
    }

    private func attempt(_ call: () async throws -> Void) async {
        await once {
            do {
                try await call()
            } catch {
                told = failure(error)
                onCue?(.refused)
            }
        }
    }
}
