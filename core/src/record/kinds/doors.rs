//! Kinds of work from door to door: codes 50 to 59, 70 to 74, 80, 81 and 90.
//!
//! Households and residents are named by 16 bytes: those of the roster, or what
//! [`crate::record::added_id`] makes of the record that added them.

macro_rules! doors_kinds {
    ($next:ident $($later:ident)*; $($earlier:tt)*) => { $next! { $($later)*; $($earlier)*
        /// What a team found at a household.
        50 / 1 Visit "visit" {
            /// The household.
            household: Fixed<16> => Repeat,
            /// What was found or done.
            state: VisitState => Repeat,
            /// Why, in the operator's words.
            reason: Option<String> => Free,
            /// How many people live there, where somebody said so.
            lives: Option<u32> => Plain,
            /// The visit, of any device, that this one corrects.
            replaces: Option<RecordRef> => Refs,
        }

        /// A team means to do a building, or doors of it.
        51 / 1 BuildingClaimed "building_claimed" {
            /// The area as the roster names it.
            area: Option<String> => Repeat,
            /// The building.
            building: String => Repeat,
            /// The stairwell; absent for all of them.
            stairwell: Option<String> => Repeat,
            /// The first door, in the order of doors; absent for all from the first.
            first: Option<String> => Plain,
            /// The last door; absent for all to the last.
            last: Option<String> => Plain,
            /// Until when the team means it, milliseconds since 1970 by its own clock.
            until_ms: i64 => Plain,
        }

        /// A claim is given up.
        52 / 1 ClaimReleased "claim_released" {
            /// The claim.
            claim: RecordRef => Refs,
            /// Why, in the operator's words.
            reason: Option<String> => Free,
        }

        /// A household that is on no list.
        53 / 1 HouseholdAdded "household_added" {
            /// The area as the roster names it.
            area: Option<String> => Repeat,
            /// The building, courtyard or hamlet.
            building: Option<String> => Repeat,
            /// The stairwell.
            stairwell: Option<String> => Repeat,
            /// The door.
            door: Option<String> => Plain,
            /// The address in words.
            address: Option<String> => Free,
            /// The operator's words.
            note: Option<String> => Free,
        }

        /// A roster came into force on this device.
        54 / 1 RosterApplied "roster_applied" {
            /// The roster.
            roster: Uuid => Plain,
            /// Its number.
            number: u32 => Plain,
            /// BLAKE3 of all its pages in order.
            digest: Fixed<32> => Plain,
            /// Households in it.
            households: u32 => Plain,
            /// People in it.
            people: u32 => Plain,
            /// Where it came from.
            source: ProfileSource => Plain,
        }

        /// A person who is on no list.
        55 / 1 ResidentAdded "resident_added" {
            /// The household where the person was met.
            household: Fixed<16> => Repeat,
            /// What names the person.
            document: DocumentKind => Repeat,
            /// The document's number, folded to its canonical form.
            number: Option<String> => Plain,
            /// The state that issued it.
            issuer: Option<String> => Repeat,
            /// The name.
            name: Option<String> => Plain,
            /// Birth as YYYYMMDD, where the number does not hold it.
            birth: Option<u32> => Plain,
            /// `M`, `F` or `X`, where the number does not hold it.
            sex: Option<String> => Repeat,
            /// The nationality.
            nationality: Option<String> => Repeat,
            /// How the document was read.
            source: ReadSource => Repeat,
            /// What describes a person without a document.
            description: Option<String> => Free,
            /// Categories of the campaign, a sum of bits ([`crate::roster::Categories`]).
            categories: u32 => Plain,
            /// The guardian's number or words, for a child.
            guardian: Option<String> => Free,
            /// The contact telephone.
            contact: Option<String> => Plain,
        }

        /// Something is to be done later.
        56 / 1 FollowUp "follow_up" {
            /// The household.
            household: Fixed<16> => Repeat,
            /// The person of it whom it is about; absent for all.
            resident: Option<Fixed<16>> => Plain,
            /// What.
            what: FollowUpKind => Repeat,
            /// Until when, milliseconds since 1970.
            due_ms: Option<i64> => Plain,
            /// The operator's words.
            note: Option<String> => Free,
        }

        /// A sample is that of a person of the list, or of one added at the door.
        57 / 1 ResidentSampled "resident_sampled" {
            /// The person.
            resident: Fixed<16> => Plain,
            /// The person's household.
            household: Fixed<16> => Repeat,
            /// The record that bound the person, or by which the person waits.
            subject: RecordRef => Refs,
        }

        /// A person of the list will not be sampled at this visit, and why.
        58 / 1 ResidentExcused "resident_excused" {
            /// The person.
            resident: Fixed<16> => Plain,
            /// The person's household.
            household: Fixed<16> => Repeat,
            /// Why.
            excuse: Excuse => Repeat,
            /// More, in the operator's words.
            reason: Option<String> => Free,
            /// The excuse, of any device, that this one corrects.
            replaces: Option<RecordRef> => Refs,
        }

        /// What was to be done is done, or no longer wanted.
        59 / 1 FollowUpClosed "follow_up_closed" {
            /// The follow-up.
            follow_up: RecordRef => Refs,
            /// The operator's words.
            note: Option<String> => Free,
        }

        /// A person was registered ahead; this record's reference is the card's number.
        70 / 1 ProxyIssued "proxy_issued" {
            /// The card key by which the card is sealed.
            key: Fixed<4> => Repeat,
            /// After this hub time nobody takes the card, milliseconds since 1970.
            expires_ms: i64 => Repeat,
            /// The person of the roster, where the helper chose one.
            resident: Option<Fixed<16>> => Plain,
            /// What names the person.
            document: DocumentKind => Repeat,
            /// The document's number, folded to its canonical form.
            number: Option<String> => Plain,
            /// The state that issued it.
            issuer: Option<String> => Repeat,
            /// The name.
            name: Option<String> => Plain,
            /// Birth as YYYYMMDD, where the number does not hold it.
            birth: Option<u32> => Plain,
            /// `M`, `F` or `X`, where the number does not hold it.
            sex: Option<String> => Repeat,
            /// The nationality.
            nationality: Option<String> => Repeat,
            /// How the document was read.
            source: ReadSource => Repeat,
            /// What describes a person without a document.
            description: Option<String> => Free,
            /// The guardian's number or words, for a child.
            guardian: Option<String> => Free,
            /// The contact telephone.
            contact: Option<String> => Plain,
        }

        /// A proxy card was shown at a lane.
        71 / 1 ProxyRead "proxy_read" {
            /// The card: the issuer's `proxy_issued`.
            card: RecordRef => Refs,
            /// The record that bound the person, or by which the person waits.
            subject: Option<RecordRef> => Refs,
            /// Whether the card alone tells that this person was sampled: bound by `subject`, and named by no number.
            alone: bool => Repeat,
            /// Why it was not taken.
            refused: Option<ProxyRefusal> => Repeat,
        }

        /// An open tube was passed on; from here on this device adds nobody to it.
        72 / 1 TubePassedOn "tube_passed_on" {
            /// The tube's opening record.
            tube: RecordRef => Refs,
            /// The device that is to take it; absent for whoever comes first.
            to: Option<DeviceId> => Plain,
            /// People then in it.
            people: u32 => Plain,
            /// The position that the next person gets.
            next: u32 => Plain,
        }

        /// An open tube was taken over from another device.
        73 / 1 TubeTakenOver "tube_taken_over" {
            /// The tube's opening record, of the device that opened it.
            tube: RecordRef => Refs,
            /// The giver's record by which it was passed on.
            passed: RecordRef => Refs,
            /// The label, byte for byte.
            label: String => Plain,
            /// The AIM symbology identifier, where the reader gave one.
            symbology: Option<String> => Repeat,
            /// How many people it takes.
            capacity: u32 => Repeat,
            /// The profile's version that is this tube's.
            profile: u32 => Repeat,
            /// People then in it.
            people: u32 => Plain,
            /// The position that the next person gets.
            next: u32 => Plain,
            /// Wall time of its first swab as the giver believed, milliseconds; absent if nobody is in it.
            first_swab_ms: Option<i64> => Plain,
            /// Seconds that had passed since then at the least, by the giver's clock that never goes back.
            age_s: Option<u32> => Plain,
            /// The device for which it was meant; absent for whoever comes first.
            to: Option<DeviceId> => Plain,
            /// The giver's signature over the offer (wire format, "Passing a tube on").
            signature: Fixed<64> => Plain,
        }

        /// A tube that was passed on came back to the giver: the other never took it, or gave it back.
        74 / 1 TubeTakenBack "tube_taken_back" {
            /// The record by which it was passed on.
            passed: RecordRef => Refs,
            /// Why, in the operator's words.
            reason: Option<String> => Free,
        }

        /// Another team's phone told its claims.
        75 / 1 ClaimsTold "claims_told" {
            /// The team's device.
            device: DeviceId => Repeat,
            /// The code as it was shown, with its signature (wire format, "Claims told").
            code: String => Free,
        }

        /// This device, by a delegation, enrolled another.
        80 / 1 HelperEnrolled "helper_enrolled" {
            /// The delegation.
            delegation: Uuid => Repeat,
            /// The helper's device.
            device: DeviceId => Plain,
            /// Its signing key (Ed25519).
            sign: Fixed<32> => Plain,
            /// Its sealing key (X25519).
            seal: Fixed<32> => Plain,
            /// Which of the delegation's helpers it is, from 1.
            ordinal: u32 => Plain,
            /// What it may do, a sum of bits.
            rights: u32 => Plain,
            /// Until when, milliseconds of the hub since 1970.
            expires_ms: i64 => Plain,
        }

        /// A delegation of the hub came to this device.
        81 / 1 DelegationHeld "delegation_held" {
            /// The delegation.
            delegation: Uuid => Plain,
            /// SHA-256 of its statement.
            digest: Fixed<32> => Plain,
            /// What it may be used for, a sum of bits.
            rights: u32 => Plain,
            /// How many helpers it may enrol.
            count: u32 => Plain,
            /// Until when, milliseconds of the hub since 1970.
            expires_ms: i64 => Plain,
        }

        /// The operator's words, about a record or about the day.
        90 / 1 Note "note" {
            /// The record that it is about.
            about: Option<RecordRef> => Refs,
            /// The words.
            text: String => Free,
        }
    } };
}
