import FieldCore
import Foundation

/// Registers people ahead who cannot come to a lane themselves, and gives their cards.
public final class ProxyModel: LaneModel {
    /// The document that was scanned or typed, and its kind in words. It is personal: only how it was taken is shown.
    public private(set) var document: Scan?
    public var name = ""
    public var looks = ""
    public var guardian = ""
    public var contact = ""
    /// The cards of the shift, oldest first.
    public private(set) var cards: [ProxyCard] = []
    /// Whether the hub lets this phone issue cards; nothing before it was looked up.
    public private(set) var mayIssue: Bool?
    public let pad = TypeInModel()

    /// Looks up whether cards may be issued, and those of the shift.
    public override func load() async {
        do {
            mayIssue = try await journal.delegations().contains { $0.issues && !$0.over }
            var cards: [ProxyCard] = []
            for record in try await journal.proxies(ofShiftIn: lane) {
                if let card = try await journal.proxyAgain(record) { cards.append(card) }
            }
            self.cards = cards
            changed()
        } catch {
            fail(error)
        }
    }

    /// What was written is the one card that the answer brings.
    override func saved() async {}

    /// What stands in the way, where that is known before anybody is registered.
    public var obstacle: String? { mayIssue == false ? words.problem("proxy_no_right") : nil }

    public func take(_ document: Scan) {
        self.document = document
        told = nil
        changed()
    }

    /// Looks for a document's code by the camera.
    public func lookForDocument() { finder.start(.document { [weak self] scan in self?.take(scan) }) }

    /// Takes the lines of the platform's text recogniser.
    public func read(_ lines: [String]) {
        guard !lines.isEmpty else { return say(.attention, words[.readTextNothing]) }
        finder.stop()
        take(.recognisedText(lines: lines))
    }

    /// Forgets whose cards are shown: the app leaves the front. What is being filled in stays.
    func forget() {
        if code.use == .card { code.hide() }
        (cards, told) = ([], nil)
        changed()
    }

    /// Looks up again what was forgotten.
    func lookAgain() async {
        if mayIssue != nil { await load() }
    }

    /// Whether there is anything of a person to be let go.
    public var isBegun: Bool { document != nil || !(name + looks + guardian + contact).isEmpty }

    /// Lets the person go: nothing was written.
    public func clear() {
        (document, name, looks, guardian, contact) = (nil, "", "", "", "")
        changed()
    }

    /// Registers the person and shows the card. Where there is none the answer says why, and what was given stays.
    public func register() async {
        guard document != nil || !name.trimmingCharacters(in: .whitespaces).isEmpty else {
            return say(.refused, words[.proxyWhoDue])
        }
        let proxy = NewProxy(
            document: document, name: given(name), description: given(looks), guardian: given(guardian),
            contact: given(contact))
        var issued: ProxyCard?
        await act { journal, lane in
            let done = try await journal.issueProxy(proxy, lane: lane)
            issued = done.card
            return done.answer
        }
        guard let issued else { return }
        cards.append(issued)
        clear()
        show(issued)
    }

    /// Shows a card once more.
    public func show(_ card: ProxyCard) {
        let until = words(.proxyUntil, words.time(card.expiresMs))
        code.show(
            card.code, for: .card, told: [card.name, card.number, until].compactMap { $0 }.joined(separator: " · "))
    }

    /// The pages of the shift's cards, to be drawn. That they leave the phone is recorded first; nothing where it could
    /// not be.
    public func pages(_ paper: CGSize) async -> [CardPage]? {
        guard !cards.isEmpty else {
            say(.refused, words[.proxyNoCards])
            return nil
        }
        do {
            try await journal.proxiesLeave(UInt32(cards.count), for: .file)
            return try CardPage.pages(cards, paper, words)
        } catch {
            fail(error)
            return nil
        }
    }

    private func given(_ text: String) -> String? {
        let text = text.trimmingCharacters(in: .whitespaces)
        return text.isEmpty ? nil : text
    }
}
