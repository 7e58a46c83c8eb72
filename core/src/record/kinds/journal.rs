//! Kinds about the journal itself and the shift: codes 1 to 19.

macro_rules! journal_kinds {
    ($next:ident $($later:ident)*; $($earlier:tt)*) => { $next! { $($later)*; $($earlier)*
        /// The first record of every epoch: what came before, as far as it is known.
        1 / 1 EpochStarted "epoch_started" {
            /// Why a new epoch began.
            reason: EpochReason => Plain,
            /// The device that wrote the epoch before (another one after a key loss).
            parent_device: Option<DeviceId> => Plain,
            /// The epoch before.
            parent_epoch: Option<Epoch> => Plain,
            /// The last seq known of the epoch before.
            parent_seq: Option<u64> => Plain,
            /// The app and its version.
            app: String => Plain,
        }

        /// A range of seqs of an earlier epoch that are known to be lost; one record a range.
        2 / 1 SeqsLost "seqs_lost" {
            /// The device that had written them.
            device: DeviceId => Plain,
            /// Their epoch.
            epoch: Epoch => Plain,
            /// The first lost.
            first: u64 => Plain,
            /// The last lost.
            last: u64 => Plain,
        }

        /// The device was enrolled in a campaign.
        3 / 1 Enrolled "enrolled" {
            /// The campaign.
            campaign: Uuid => Plain,
            /// The token's public id.
            token: Fixed<8> => Plain,
        }

        /// A profile came into force for tubes opened from now on.
        4 / 1 ProfileApplied "profile_applied" {
            /// The campaign it belongs to.
            campaign: Uuid => Plain,
            /// Its version.
            version: u32 => Plain,
            /// SHA-256 of its text.
            digest: Fixed<32> => Plain,
            /// Where it came from.
            source: ProfileSource => Plain,
        }

        /// A key set came into force for segments opened from now on.
        5 / 1 KeysApplied "keys_applied" {
            /// Its version.
            version: u32 => Plain,
            /// SHA-256 of its bytes.
            digest: Fixed<32> => Plain,
            /// Where it came from.
            source: ProfileSource => Plain,
        }

        /// A notice of the hub was taken note of.
        6 / 1 NoticeApplied "notice_applied" {
            /// The notice's id.
            notice: Uuid => Plain,
            /// What it is about.
            what: NoticeKind => Plain,
            /// The record of this device that it concerns.
            subject: RecordRef => Refs,
            /// The other device's record.
            other: RecordRef => Refs,
            /// The other's wall time, milliseconds, as corrected by the hub.
            other_wall_ms: i64 => Plain,
            /// The other's site.
            other_site: Option<String> => Repeat,
            /// The other's tube label.
            other_tube: Option<String> => Plain,
        }

        /// A shift began: who works where, for which round.
        7 / 1 ShiftStarted "shift_started" {
            /// The shift's own id.
            shift: Uuid => Plain,
            /// The round it works for.
            round: Uuid => Plain,
            /// The round's number or name, for people.
            round_name: String => Plain,
            /// The site.
            site: String => Plain,
            /// Fixed site or moving team.
            place: Place => Plain,
            /// The operator.
            operator: String => Plain,
            /// The organisation that sent the operator.
            organisation: Option<String> => Plain,
            /// The profile's version then in force.
            profile: u32 => Plain,
        }

        /// A shift ended, with the figures that the operator saw.
        8 / 1 ShiftEnded "shift_ended" {
            /// The shift's first record.
            shift: RecordRef => Refs,
            /// People bound and neither undone nor voided.
            people: u32 => Plain,
            /// Tubes with at least one such person.
            tubes: u32 => Plain,
            /// Tubes closed short.
            short: u32 => Plain,
            /// Tubes spoiled.
            spoiled: u32 => Plain,
        }

        /// A self-test or a readiness report was made.
        9 / 1 Checked "checked" {
            /// Whether everything that must hold did hold.
            passed: bool => Plain,
            /// Codes of what did not, separated by blanks.
            findings: String => Plain,
        }

        /// Something readable left the device.
        10 / 1 Exported "exported" {
            /// What: `trace`, `ledger`, `report`, `log`, `cards`.
            what: String => Repeat,
            /// How many people's data it held; 0 for figures alone.
            people: u32 => Plain,
            /// Where to: `screen`, `file`, `share`.
            target: String => Repeat,
        }

        /// A round's key is being destroyed; after this its records cannot be read here.
        11 / 1 Erased "erased" {
            /// The round.
            round: Uuid => Plain,
            /// Its records then in the journal.
            records: u64 => Plain,
            /// Its people.
            people: u32 => Plain,
            /// Its tubes.
            tubes: u32 => Plain,
        }

        /// A damaged journal file was set aside; this epoch's file replaces it.
        12 / 1 FileSetAside "file_set_aside" {
            /// Why.
            reason: SetAsideReason => Plain,
            /// Rows recovered from it.
            salvaged: u64 => Plain,
            /// Rows of it that could not be recovered.
            lost: u64 => Plain,
        }
    } };
}
