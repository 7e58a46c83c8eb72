import FieldCore

// The words by which the core names what is found at doors, as keys of `Core.strings`, and the signs that stand
// beside them.

extension HomeState {
    public static let all: [HomeState] = [
        .notVisited, .claimed, .informed, .nobodyHome, .partlyDone, .refused, .movedAway, .done,
    ]

    public var code: String {
        switch self {
        case .notVisited: "not_visited"
        case .claimed: "claimed"
        case .informed: "informed"
        case .nobodyHome: "nobody_home"
        case .partlyDone: "partly_done"
        case .refused: "refused"
        case .movedAway: "moved_away"
        case .done: "done"
        }
    }

    /// A sign beside the word: no state is told by its colour alone.
    public var symbol: String {
        switch self {
        case .notVisited: "circle"
        case .claimed: "flag"
        case .informed: "envelope"
        case .nobodyHome: "bell.slash"
        case .partlyDone: "circle.lefthalf.filled"
        case .refused: "hand.raised.fill"
        case .movedAway: "shippingbox.fill"
        case .done: "checkmark.circle.fill"
        }
    }
}

extension VisitState {
    /// In the order of the buttons: what is found most often comes first.
    public static let all: [VisitState] = [.done, .nobodyHome, .partlyDone, .informed, .refused, .movedAway]

    /// What it makes of a household: the same word and sign.
    public var home: HomeState {
        switch self {
        case .informed: .informed
        case .nobodyHome: .nobodyHome
        case .partlyDone: .partlyDone
        case .refused: .refused
        case .movedAway: .movedAway
        case .done: .done
        }
    }
}

extension Excuse {
    public static let all: [Excuse] = [.away, .refused, .unfit, .sampledElsewhere, .movedAway, .died, .other]

    public var code: String {
        switch self {
        case .away: "away"
        case .refused: "refused"
        case .unfit: "unfit"
        case .sampledElsewhere: "sampled_elsewhere"
        case .movedAway: "moved_away"
        case .died: "died"
        case .other: "other"
        }
    }
}

extension FollowUpKind {
    public static let all: [FollowUpKind] = [.comeAgain, .medical, .escort, .tell, .other]

    public var code: String {
        switch self {
        case .comeAgain: "come_again"
        case .medical: "medical"
        case .escort: "escort"
        case .tell: "tell"
        case .other: "other"
        }
    }
}

extension PersonCategory {
    public static let all: [PersonCategory] = [
        .over60, .disabled, .bedridden, .pregnant, .afterChildbirth, .mentallyIll, .child, .foreigner, .urgentCare,
    ]

    public var code: String {
        switch self {
        case .over60: "over60"
        case .disabled: "disabled"
        case .bedridden: "bedridden"
        case .pregnant: "pregnant"
        case .afterChildbirth: "after_childbirth"
        case .mentallyIll: "mentally_ill"
        case .child: "child"
        case .foreigner: "foreigner"
        case .urgentCare: "urgent_care"
        }
    }
}

extension Words {
    /// A word for what is found at doors.
    public func door(_ code: String) -> String { self.code(.door, code) }

    /// A place as people write it: `12-2-501`, with the area in front.
    public func place(_ place: DoorPlace) -> String {
        let door = Self.joined([place.building, place.stairwell, place.door], "-")
        let whole = Self.joined([place.area, door], " ")
        return whole.isEmpty ? self[.doorsNoAddress] : whole
    }

    /// A building with its area.
    public func building(_ area: String, _ building: String) -> String {
        let whole = Self.joined([area, building], " ")
        return whole.isEmpty ? self[.doorsNoAddress] : whole
    }

    static func joined(_ parts: [String?], _ by: String) -> String {
        parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: by)
    }
}
