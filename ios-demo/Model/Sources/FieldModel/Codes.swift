import FieldCore

// The words by which the core names its values, as keys of `Core.strings`.

extension Cue {
    public static let all: [Cue] = [.ok, .attention, .duplicate, .wrongKind, .full, .refused]

    public var code: String {
        switch self {
        case .ok: "ok"
        case .attention: "attention"
        case .duplicate: "duplicate"
        case .wrongKind: "wrong_kind"
        case .full: "full"
        case .refused: "refused"
        }
    }
}

extension Outcome {
    public var code: String {
        switch self {
        case .tubeOpened: "tube_opened"
        case .bound: "bound"
        case .waitingForTube: "waiting_for_tube"
        case .tubeFull: "tube_full"
        case .tubeClosed: "tube_closed"
        case .duplicatePerson: "duplicate_person"
        case .tubeAlreadyUsed: "tube_already_used"
        case .wrongKind: "wrong_kind"
        case .refused: "refused"
        case .mixingRule: "mixing_rule"
        case .needsConfirmation: "needs_confirmation"
        case .repeated: "repeated"
        case .aliasKept: "alias_kept"
        case .undone: "undone"
        case .voided: "voided"
        case .moved: "moved"
        case .swapped: "swapped"
        case .spoiled: "spoiled"
        case .boxOpened: "box_opened"
        case .tubePassedOn: "tube_passed_on"
        case .tubeTakenOver: "tube_taken_over"
        case .tubeTakenBack: "tube_taken_back"
        case .packed: "packed"
        case .unpacked: "unpacked"
        case .boxSealed: "box_sealed"
        case .handOverOffered: "hand_over_offered"
        case .handOverReceived: "hand_over_received"
        case .handOverGiven: "hand_over_given"
        case .note: "note"
        case .help: "help"
        case .error: "error"
        }
    }
}

extension Remark {
    public var code: String {
        switch self {
        case .tubeNowFull: "tube_now_full"
        case .tubeActive: "tube_active"
        case .tubeReopened: "tube_reopened"
        case .earlierSpoiled: "earlier_spoiled"
        case .guardianKept: "guardian_kept"
        case .stepKept: "step_kept"
        case .contactKept: "contact_kept"
        case .withdrawn: "withdrawn"
        case .forShell: "for_shell"
        case .overrideRecorded: "override_recorded"
        case .proxyIssued: "proxy_issued"
        case .proxyRead: "proxy_read"
        case .passAnswered: "pass_answered"
        case .boxActive: "box_active"
        case .damageKept: "damage_kept"
        case .temperatureKept: "temperature_kept"
        case .claimsTold: "claims_told"
        case .claimsHeard: "claims_heard"
        case .claimsOverlap: "claims_overlap"
        }
    }
}

extension Guidance {
    public var code: String {
        switch self {
        case .tooDark: "too_dark"
        case .glare: "glare"
        case .cutOff: "cut_off"
        case .alongTube: "along_tube"
        case .comeNearer: "come_nearer"
        case .blurred: "blurred"
        case .turnLabel: "turn_label"
        case .turnOver: "turn_over"
        }
    }
}

extension Waiting {
    public var code: String {
        switch self {
        case .notInvited: "not_invited"
        case .backingOff: "backing_off"
        case .nothingToSend: "nothing_to_send"
        case .underWay: "under_way"
        }
    }
}

extension DocumentKind {
    /// The kinds that have a number to type.
    public static let typed: [DocumentKind] = [
        .cnResident, .cnResident15, .cnPermitHk, .cnPermitMo, .cnPermitTw, .cnForeigner, .cnForeigner15,
        .hkMoTravelPermit, .twTravelPermit, .cnExitPermit, .passportNumber,
    ]

    public var code: String {
        switch self {
        case .cnResident: "cn_resident"
        case .cnResident15: "cn_resident_15"
        case .cnPermitHk: "cn_permit_hk"
        case .cnPermitMo: "cn_permit_mo"
        case .cnPermitTw: "cn_permit_tw"
        case .cnForeigner: "cn_foreigner"
        case .cnForeigner15: "cn_foreigner_15"
        case .hkMoTravelPermit: "hk_mo_travel_permit"
        case .twTravelPermit: "tw_travel_permit"
        case .cnExitPermit: "cn_exit_permit"
        case .passportNumber: "passport_number"
        case .mrz: "mrz"
        case .aamva: "aamva"
        case .aadhaar: "aadhaar"
        case .alias: "alias"
        case .none: "none"
        }
    }
}

extension FieldError {
    public var code: String {
        switch self {
        case .Locked: "locked"
        case .DiskFull: "disk_full"
        case .Storage: "storage"
        case .OutcomeUnknown: "outcome_unknown"
        case .Newer: "newer"
        case .Keys: "keys"
        case .Closed: "closed"
        case .Untrusted: "untrusted"
        case .Invalid: "invalid"
        case .Refused: "refused"
        case .Defect: "defect"
        }
    }
}

extension Words {
    /// Why something failed, in words. The reason itself is English and for the log.
    public func failure(_ error: any Error) -> String {
        code(.error, (error as? FieldError)?.code ?? "unknown")
    }

    public func news(_ news: News) -> String { known(.news, news.code) ?? news.text }
}
