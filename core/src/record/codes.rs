//! Enumerations inside records. A code once given is never used again.

use super::value::{Field, Value};
use crate::error::{Error, Result};

macro_rules! codes {
    ($( $(#[$doc:meta])* $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $code:literal $text:literal ),* $(,)? } )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $( $(#[$vdoc])* $variant, )* }

        impl $name {
            /// Every value, in the order of the codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code that stands in a record.
            pub const fn code(self) -> i64 {
                match self { $(Self::$variant => $code),* }
            }

            /// The word that stands in JSON, ledgers and logs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The value of `code`; `None` if this version does not know it.
            pub const fn from_code(code: i64) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }

            /// The value called `text`, as a person or a program gave it for `what`. The error names the words
            /// that there are.
            pub fn parse(what: &'static str, text: &str) -> Result<Self> {
                let words = [$($text),*];
                Self::from_text(text.trim())
                    .ok_or_else(|| Error::invalid(what, format!("it must be one of {}", words.join(", "))))
            }

            /// The value called `text`.
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl Field for $name {
            fn put(&self) -> Value {
                Value::Int(self.code())
            }
            fn take(value: Value) -> Option<Self> {
                if let Value::Int(code) = value { Self::from_code(code) } else { None }
            }
        }
    )* };
}

codes! {
    /// Why an epoch began.
    EpochReason {
        /// A new journal.
        Started = 1 "started",
        /// The device was enrolled (again).
        Enrolment = 2 "enrolment",
        /// A backup was restored.
        Restore = 3 "restore",
        /// A second live copy of this journal was noticed.
        Clone = 4 "clone",
        /// The vault lost its keys.
        KeyLoss = 5 "key_loss",
        /// The file was damaged and set aside.
        Salvage = 6 "salvage",
    }

    /// What kind of document (or none) names a person.
    DocumentKind {
        /// PRC resident identity number, 18 characters (GB 11643-1999).
        CnResident = 1 "cn_resident",
        /// PRC resident identity number, 15 digits (GB 11643-1989).
        CnResident15 = 2 "cn_resident_15",
        /// Residence permit for Hong Kong residents, region 81.
        CnPermitHk = 3 "cn_permit_hk",
        /// Residence permit for Macao residents, region 82.
        CnPermitMo = 4 "cn_permit_mo",
        /// Residence permit for Taiwan residents, region 83.
        CnPermitTw = 5 "cn_permit_tw",
        /// Foreigner's permanent residence card since 2023, 18 digits from 9.
        CnForeigner = 6 "cn_foreigner",
        /// Foreigner's permanent residence card until 2023, 15 characters.
        CnForeigner15 = 7 "cn_foreigner_15",
        /// Mainland travel permit for Hong Kong and Macao residents.
        HkMoTravelPermit = 8 "hk_mo_travel_permit",
        /// Mainland travel permit for Taiwan residents.
        TwTravelPermit = 9 "tw_travel_permit",
        /// Exit-entry permit for mainland residents.
        CnExitPermit = 10 "cn_exit_permit",
        /// A passport by its number alone.
        PassportNumber = 11 "passport_number",
        /// A document by its ICAO 9303 machine-readable zone.
        Mrz = 12 "mrz",
        /// A North American licence or card (AAMVA).
        Aamva = 13 "aamva",
        /// An Aadhaar secure QR's reference.
        Aadhaar = 14 "aadhaar",
        /// Known only by an opaque code that was shown.
        Alias = 15 "alias",
        /// A person without any document, described.
        None = 16 "none",
    }

    /// How a text reached the core.
    ReadSource {
        /// Typed by a person.
        Typed = 1 "typed",
        /// A bar code or QR symbol, from any decoder or hardware scanner.
        Symbol = 2 "symbol",
        /// Lines of a text recogniser.
        Ocr = 3 "ocr",
        /// A clean machine-readable zone.
        Mrz = 4 "mrz",
        /// The core's own reading of camera frames.
        Frame = 5 "frame",
        /// A chip or card reader's fields.
        Chip = 6 "chip",
        /// A proxy card, which a helper's phone made.
        Proxy = 7 "proxy",
        /// Chosen from the roster.
        Roster = 8 "roster",
    }

    /// Why a tube was closed.
    CloseReason {
        /// It reached its capacity.
        Full = 1 "full",
        /// Closed deliberately with fewer people.
        Short = 2 "short",
        /// The vault lost its keys while it was open.
        KeyLoss = 3 "key_loss",
        /// The shift ended.
        ShiftEnd = 4 "shift_end",
        /// Spoiled: no longer usable.
        Spoiled = 5 "spoiled",
    }

    /// A rule that the operator overrode, with a reason.
    Override {
        /// The same person was already bound in this round.
        DuplicatePerson = 1 "duplicate_person",
        /// A mixing rule of the profile.
        MixingRule = 2 "mixing_rule",
        /// A reading that was not certain.
        Doubt = 3 "doubt",
    }

    /// Where a profile or key set came from.
    ProfileSource {
        /// Built in.
        BuiltIn = 1 "built_in",
        /// An unsigned file given at the start.
        Unsigned = 2 "unsigned",
        /// A signed file or QR.
        File = 3 "file",
        /// A dispatch from the hub.
        Dispatch = 4 "dispatch",
    }

    /// What a notice from the hub is about.
    NoticeKind {
        /// The same tube label was used by another device.
        TubeElsewhere = 1 "tube_elsewhere",
        /// The same person was bound by another device in this round.
        PersonElsewhere = 2 "person_elsewhere",
    }

    /// Why a journal file was set aside.
    SetAsideReason {
        /// SQLite or the core found it damaged.
        Damaged = 1 "damaged",
        /// A sync call failed and the file could not be proven whole.
        FailedSync = 2 "failed_sync",
    }

    /// An optional step of the profile, done before the swab.
    Step {
        /// Body temperature, in tenths of a degree Celsius.
        Temperature = 1 "temperature",
        /// The colour of a code that was shown.
        CodeColour = 2 "code_colour",
    }

    /// Where sampling happens.
    Place {
        /// A fixed site.
        Fixed = 1 "fixed",
        /// A team that moves.
        Mobile = 2 "mobile",
    }

    /// What a team found at a household. The codes rise with what they settle: of several devices' words the
    /// highest counts.
    VisitState {
        /// Somebody was told or got a letter; nobody was sampled.
        Informed = 1 "informed",
        /// Nobody opened.
        NobodyHome = 2 "nobody_home",
        /// Some were sampled, some are left.
        PartlyDone = 3 "partly_done",
        /// They will not.
        Refused = 4 "refused",
        /// Nobody lives there any more.
        MovedAway = 5 "moved_away",
        /// Everybody is sampled or accounted for.
        Done = 6 "done",
    }

    /// Why a person of the list is not sampled.
    Excuse {
        /// Away for the time of the round.
        Away = 1 "away",
        /// Will not.
        Refused = 2 "refused",
        /// Cannot be, on a medic's word.
        Unfit = 3 "unfit",
        /// Was sampled elsewhere in this round, as somebody says.
        SampledElsewhere = 4 "sampled_elsewhere",
        /// Lives elsewhere now.
        MovedAway = 5 "moved_away",
        /// Died.
        Died = 6 "died",
        /// Another reason, in words.
        Other = 7 "other",
    }

    /// What is to be done later at a household.
    FollowUpKind {
        /// Come again.
        ComeAgain = 1 "come_again",
        /// A medic is needed.
        Medical = 2 "medical",
        /// Somebody must be taken along or carried.
        Escort = 3 "escort",
        /// Somebody must be told.
        Tell = 4 "tell",
        /// Something else, in words.
        Other = 5 "other",
    }

    /// What happened to a tube or box.
    DamageKind {
        /// It leaks.
        Leaking = 1 "leaking",
        /// It is broken.
        Broken = 2 "broken",
        /// Its label cannot be read.
        Unreadable = 3 "unreadable",
        /// It got too warm.
        Warm = 4 "warm",
        /// Its seal is broken or missing.
        SealBroken = 5 "seal_broken",
        /// Something else, in words.
        Other = 6 "other",
    }

    /// What the receiving desk found of a label.
    DeskFinding {
        /// It was sent and is there.
        Present = 1 "present",
        /// It was sent and is not there.
        Missing = 2 "missing",
        /// It is there and was not sent.
        Extra = 3 "extra",
        /// It is there and its label cannot be read.
        Unreadable = 4 "unreadable",
    }

    /// Why a proxy card is not taken.
    ProxyRefusal {
        /// It is sealed by a card key that this device does not have.
        UnknownKey = 1 "unknown_key",
        /// A signature of it does not hold.
        Forged = 2 "forged",
        /// It has expired.
        Expired = 3 "expired",
        /// It is of another campaign.
        OtherCampaign = 4 "other_campaign",
        /// It was used in this round before.
        Used = 5 "used",
        /// It is of another round.
        OtherRound = 6 "other_round",
        /// The device that issued it was revoked.
        Revoked = 7 "revoked",
    }
}
