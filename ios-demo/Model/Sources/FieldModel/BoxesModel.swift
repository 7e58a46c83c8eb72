import FieldCore
import Foundation

/// How a box stands.
public enum BoxState: String, CaseIterable, Sendable {
    case open, sealed, given

    /// Told by its outline, beside the word.
    public var symbol: String {
        switch self {
        case .open: "shippingbox"
        case .sealed: "lock.fill"
        case .given: "arrow.up.right.circle.fill"
        }
    }
}

/// A box as the list shows it.
public struct BoxRow: Equatable, Sendable {
    /// Nothing where its record cannot be read here any more.
    public let label: String?
    /// Nothing for a state that this version does not know.
    public let state: BoxState?
    public let line: String
    public let tubes: UInt32
    /// Whether it is here and its first swab is older than the profile likes.
    public let isLate: Bool
    /// The tubes packed here, in the order of packing.
    public let packed: [PackedTube]
}

/// Boxes that are being received.
public struct Arrival: Equatable, Sendable {
    /// Tubes in all of them, as the giver says.
    public let tubes: UInt32
    /// All boxes of the hand-over.
    public let labels: [String]
    /// Those that were not found yet.
    public internal(set) var missing: [String]
    /// Tubes of those that somebody counted.
    public internal(set) var counted: [String: UInt32] = [:]

    public var found: [String] { labels.filter { !missing.contains($0) } }
}

/// The boxes of the round: packed, sealed, and from hand to hand.
public final class BoxesModel: LaneModel {
    static let receivesNothing = "nothing_to_receive"
    /// What the core says while it asks for boxes.
    private static let receives: Set<String> = [
        "scan_boxes", "confirm_received", "box_not_offered", "boxes_missing", "receiving_boxes",
    ]

    /// In the order in which they were opened or received.
    public private(set) var boxes: [BoxLine] = []
    /// The lane's box, as far as it was told since the app was opened.
    public private(set) var active: String?
    /// The hand-over that is being received.
    public internal(set) var arrival: Arrival?
    /// The offer that is shown: its code, and the labels of its tubes for the desk.
    public internal(set) var offer: (code: String, list: String?)?

    public override func load() async {
        do {
            boxes = try await journal.boxes()
            changed()
        } catch {
            fail(error)
        }
    }

    /// Those that are here first.
    public var rows: [BoxRow] {
        let rows = boxes.map(row)
        return rows.filter { $0.state != .given } + rows.filter { $0.state == .given }
    }

    public func row(_ label: String) -> BoxRow? { rows.first { $0.label == label } }

    /// The sealed boxes that are here: what can be handed over.
    public var ready: [String] { rows.filter { $0.state == .sealed }.compactMap(\.label) }

    /// How many boxes here are late.
    public var late: Int { rows.filter(\.isLate).count }

    // MARK: Packing

    /// Opens a box, or goes on with it.
    public func open(_ label: String) async { await verb(.box(label: label)) }

    /// Takes what was scanned or typed: a box becomes the lane's, anything else goes into it.
    public func pack(_ scan: Scan) async { await act { try await $0.packIntoBox(scan, lane: $1) } }

    /// Packs by the camera, label after label.
    public func lookForLabels() {
        finder.start(
            .labels(.boxAim) { [weak self] scan in
                guard let self, !isBusy else { return false }
                Task { await self.pack(scan) }
                return true
            })
    }

    public func unpack(_ tube: String, _ reason: String) async {
        await verb(.unpack(label: tube, reason: reason.isEmpty ? nil : reason))
    }

    /// Seals a box as somebody counted it. It becomes the lane's first, if another one is.
    public func seal(_ label: String, tubes: UInt32, tenths: Int64?, seal: String) async {
        if active != label {
            await open(label)
            guard active == label else { return }
        }
        await verb(.seal(tubes: tubes, temperature: tenths, seal: seal.isEmpty ? nil : seal))
    }

    public func damage(_ label: String, _ damage: DamageKind, _ note: String) async {
        await verb(.damage(label: label, damage: damage, note: note.isEmpty ? nil : note))
    }

    /// Notes the temperature in a box.
    public func cold(_ label: String, tenths: Int64) async {
        await verb(.cold(label: label, temperature: tenths))
    }

    /// What was typed as a count of tubes and as degrees, which may be left out; nothing, and said, where it is none.
    public func typed(tubes: String, degrees: String) -> (tubes: UInt32, tenths: Int64?)? {
        let text = degrees.trimmingCharacters(in: .whitespaces)
        let tenths = Self.tenths(text)
        guard let count = UInt32(tubes.trimmingCharacters(in: .whitespaces)), text.isEmpty || tenths != nil else {
            say(.refused, words[.boxWrongNumber])
            return nil
        }
        return (count, tenths)
    }

    /// Degrees with one figure behind the point at the most, as tenths.
    static func tenths(_ degrees: String) -> Int64? {
        guard let found = degrees.wholeMatch(of: /(-?)(\d{1,3})(?:[.,](\d))?/), let whole = Int64(found.2) else {
            return nil
        }
        let tenths = whole * 10 + (found.3.flatMap { Int64($0) } ?? 0)
        return found.1.isEmpty ? tenths : -tenths
    }

    override func show(_ answer: Answer) async {
        switch (answer.outcome, answer.note) {
        case (.boxOpened, _), (.packed, _), (.note, .boxActive): active = answer.container ?? active
        case (.boxSealed, _), (.handOverGiven, _): active = nil
        default: break
        }
        hear(answer)
        await super.show(answer)
        // What it asks has a page of its own.
        if arrival != nil { dismissQuestion() }
    }

    /// What an answer of the lane says of the boxes that are being received there, whoever asked for it: the core goes
    /// on with them whatever else is scanned, until they are received or let go.
    func hear(_ answer: Answer) {
        let missing = answer.text?.split(separator: " ").map(String.init) ?? []
        if answer.outcome == .handOverReceived || answer.problems.contains(Self.receivesNothing) {
            arrival = nil
        } else if answer.outcome == .needsConfirmation, arrival != nil {
            arrival?.missing = missing
        } else if answer.outcome == .needsConfirmation, !Self.receives.isDisjoint(with: answer.problems) {
            arrival = Arrival(tubes: answer.tubesIn ?? 0, labels: missing, missing: missing)
        }
        changed()
    }

    func row(_ box: BoxLine) -> BoxRow {
        let state = BoxState(rawValue: box.state)
        var parts = [words.code(.box, box.state), "\(words[.tubes]) \(box.tubes)"]
        if let seconds = box.ageS { parts.append(words(.boxAge, Self.hours(seconds))) }
        let isLate = box.late && state != .given
        if isLate { parts.append(words[.boxLate]) }
        if let ms = box.sealedMs { parts.append(words(.boxSealedAt, words.time(ms))) }
        if let whom = box.givenTo { parts.append(words(.boxGivenTo, whom)) }
        if let label = box.container, label == active { parts.append(words[.tubeActive]) }
        return BoxRow(
            label: box.container, state: state, line: parts.joined(separator: " · "), tubes: box.tubes, isLate: isLate,
            packed: box.packed)
    }

    /// Hours with one figure behind the point, never more than they are.
    static func hours(_ seconds: UInt32) -> String { "\(seconds / 3_600).\(seconds % 3_600 / 360)" }
}

extension DamageKind {
    public static let all: [DamageKind] = [.leaking, .broken, .unreadable, .warm, .sealBroken, .other]

    public var code: String {
        switch self {
        case .leaking: "leaking"
        case .broken: "broken"
        case .unreadable: "unreadable"
        case .warm: "warm"
        case .sealBroken: "seal_broken"
        case .other: "other"
        }
    }
}
