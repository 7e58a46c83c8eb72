import FieldCore
import Foundation

/// A claim as a list shows it.
public struct ClaimRow: Equatable, Sendable, Identifiable {
    public let claim: Saved
    public let title: String
    public let lines: [String]
    public let isMine: Bool
    public let isReleased: Bool

    public var id: String { "\(claim.device) \(claim.epoch) \(claim.seq)" }
    public var spoken: String { ([title] + lines).joined(separator: ". ") }
    public var symbol: String { isReleased ? "flag.slash" : isMine ? "flag.fill" : "flag" }
    public var canGiveUp: Bool { isMine && !isReleased }
}

/// The claims that this device knows, and in words who keeps what where they share doors. Who does is the core's word.
public struct ClaimBook: Equatable, Sendable {
    public var claims: [ClaimLine] = []
    public var overlaps: [ClaimOverlap] = []
    public var contested: [ContestedDoor] = []

    public init() {}

    init(_ view: DoorsView) {
        (claims, overlaps, contested) = (view.claims(), view.overlaps(), view.contested())
    }

    /// What of it is about these households: claims in force that cover them, and where those are contested.
    func about(_ homes: [HomeLine]) -> ClaimBook {
        let (here, covering) = (Set(homes.map(\.household)), Set(homes.flatMap(\.claims)))
        var part = ClaimBook()
        part.claims = claims.filter { covering.contains($0.claim) }
        part.overlaps = overlaps.filter { covering.contains($0.one) && covering.contains($0.other) }
        part.contested = contested.filter { here.contains($0.household) }
        return part
    }

    /// Claims in force first, then those given up.
    public func rows(_ words: Words, device: String, now: Date) -> [ClaimRow] {
        let all = claims.map { row($0, words, device, now) }
        return all.filter { !$0.isReleased } + all.filter(\.isReleased)
    }

    /// A sentence for each two claims that overlap, and one for each known door that several want.
    public func conflicts(_ words: Words, device: String) -> [String] {
        let team = { (claim: Saved) in self.team(claim, words, device) }
        let overlapping = overlaps.map { words(.doorsOverlap, team($0.one), team($0.other), team($0.keeps)) }
        let doors = contested.map { door in
            words(door.byVisit ? .doorsKeptByVisit : .doorsKeptByRule, words.place(door.place), team(door.keeps))
        }
        return overlapping + doors
    }

    private func row(_ claim: ClaimLine, _ words: Words, _ device: String, _ now: Date) -> ClaimRow {
        let isOver = Double(claim.untilMs) / 1_000 < now.timeIntervalSince1970
        let until = words(isOver ? .doorsClaimOver : .doorsClaimedUntil, words.time(claim.untilMs))
        let isReleased = claim.released != nil
        return ClaimRow(
            claim: claim.claim,
            title: words.building(claim.area ?? "", Words.joined([claim.building, claim.stairwell], "-")),
            lines: [
                Self.range(claim, words), words(.doorsCovers, claim.homes), team(claim.claim, words, device),
                isReleased ? words[.doorsGivenUp] : until,
            ],
            isMine: claim.claim.device == device, isReleased: isReleased)
    }

    private static func range(_ claim: ClaimLine, _ words: Words) -> String {
        if claim.first == nil && claim.last == nil { return words[.doorsWholeBuilding] }
        return words(.doorsRange, claim.first ?? words[.doorsFirst], claim.last ?? words[.doorsLast])
    }

    /// Whose claim it is: this phone's, or another's by the beginning of its id; with its lane.
    private func team(_ claim: Saved, _ words: Words, _ device: String) -> String {
        let phone = claim.device == device ? words[.doorsMyClaim] : words(.doorsOtherClaim, claim.device.prefix(8))
        let lane = claims.first { $0.claim == claim }?.lane
        return Words.joined([phone, lane.map { "\(words[.shiftLane]) \($0)" }], " ")
    }
}
