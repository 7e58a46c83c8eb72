//! Kinds of work at a lane: tubes and the people in them: codes 20 to 49.

macro_rules! tent_kinds {
    ($next:ident $($later:ident)*; $($earlier:tt)*) => { $next! { $($later)*; $($earlier)*
        /// A tube was opened by its label.
        20 / 1 TubeOpened "tube_opened" {
            /// The label, byte for byte.
            label: String => Plain,
            /// The AIM symbology identifier, where the reader gave one.
            symbology: Option<String> => Repeat,
            /// How many people it takes.
            capacity: u32 => Repeat,
            /// The profile's version then in force; it stays this tube's.
            profile: u32 => Repeat,
            /// The box it belongs to.
            container: Option<RecordRef> => Refs,
        }

        /// A tube was closed; nobody may be added.
        21 / 1 TubeClosed "tube_closed" {
            /// The tube's opening record.
            tube: RecordRef => Refs,
            /// Why.
            reason: CloseReason => Repeat,
            /// People then in it.
            people: u32 => Repeat,
            /// The operator's words.
            note: Option<String> => Free,
        }

        /// A tube is not usable: blank, leaking, dropped, lost.
        22 / 1 TubeSpoiled "tube_spoiled" {
            /// The tube's opening record; absent for a label that was never opened.
            tube: Option<RecordRef> => Refs,
            /// The label of a tube that was never opened.
            label: Option<String> => Plain,
            /// The operator's words.
            reason: String => Free,
        }

        /// An open tube was made the lane's active one.
        23 / 1 TubeActivated "tube_activated" {
            /// The tube's opening record.
            tube: RecordRef => Refs,
        }

        /// A person was bound to a position of a tube.
        30 / 1 SubjectBound "subject_bound" {
            /// The tube's opening record.
            tube: RecordRef => Refs,
            /// The position in the tube, from 1; never used again.
            position: u32 => Plain,
            /// The tube's capacity then in force.
            capacity: u32 => Repeat,
            /// The profile's version that decided.
            profile: u32 => Repeat,
            /// What names the person.
            document: DocumentKind => Repeat,
            /// The document's number, folded to its canonical form.
            number: Option<String> => Plain,
            /// The state that issued it (ICAO 9303 or ISO 3166 code).
            issuer: Option<String> => Repeat,
            /// The name as printed.
            name: Option<String> => Plain,
            /// Birth as YYYYMMDD, where the number does not hold it.
            birth: Option<u32> => Plain,
            /// `M`, `F` or `X`, where the number does not hold it.
            sex: Option<String> => Repeat,
            /// The nationality (ICAO 9303 code).
            nationality: Option<String> => Repeat,
            /// The address, if the profile asks for it.
            address: Option<String> => Free,
            /// How it was read.
            source: ReadSource => Repeat,
            /// An opaque code by which the person is known or that was shown beside.
            alias: Option<String> => Free,
            /// The guardian's number or code, for a child.
            guardian: Option<String> => Free,
            /// The contact telephone.
            contact: Option<String> => Plain,
            /// Why there is no document.
            reason: Option<String> => Free,
            /// What describes a person without a document.
            description: Option<String> => Free,
            /// The mixing class of the profile that applied.
            class: Option<String> => Repeat,
            /// Body temperature, tenths of a degree Celsius.
            temperature: Option<u32> => Plain,
            /// The colour of the code that was shown.
            colour: Option<String> => Repeat,
            /// The rule that the operator overrode.
            overridden: Option<Override> => Plain,
            /// Why it was overridden.
            override_reason: Option<String> => Free,
            /// The record by which the person waited for a tube.
            waited: Option<RecordRef> => Refs,
        }

        /// A person is known and waits for a tube.
        31 / 1 SubjectPresented "subject_presented" {
            /// What names the person.
            document: DocumentKind => Repeat,
            /// The document's number, folded to its canonical form.
            number: Option<String> => Plain,
            /// The state that issued it.
            issuer: Option<String> => Repeat,
            /// The name as printed.
            name: Option<String> => Plain,
            /// Birth as YYYYMMDD, where the number does not hold it.
            birth: Option<u32> => Plain,
            /// `M`, `F` or `X`, where the number does not hold it.
            sex: Option<String> => Repeat,
            /// The nationality.
            nationality: Option<String> => Repeat,
            /// The address.
            address: Option<String> => Free,
            /// How it was read.
            source: ReadSource => Repeat,
            /// An opaque code by which the person is known.
            alias: Option<String> => Free,
            /// Why there is no document.
            reason: Option<String> => Free,
            /// What describes a person without a document.
            description: Option<String> => Free,
            /// The rule that the operator overrode.
            overridden: Option<Override> => Plain,
            /// Why it was overridden.
            override_reason: Option<String> => Free,
        }

        /// An opaque code that someone showed, kept for the lane's next person.
        32 / 1 AliasKept "alias_kept" {
            /// The text, at most 2 KiB of it.
            text: String => Free,
            /// The whole text's bytes.
            length: u32 => Plain,
            /// SHA-256 of the whole text, where it was cut.
            digest: Option<Fixed<32>> => Plain,
        }

        /// A guardian named for the lane's next person, a child.
        33 / 1 GuardianKept "guardian_kept" {
            /// The guardian's number or code.
            guardian: String => Free,
        }

        /// The lane's last person was taken out again by the operator.
        34 / 1 SubjectUndone "subject_undone" {
            /// The record that bound the person.
            subject: RecordRef => Refs,
        }

        /// A person's binding was declared void.
        35 / 1 SubjectVoided "subject_voided" {
            /// The record that bound the person.
            subject: RecordRef => Refs,
            /// Why.
            reason: String => Free,
        }

        /// A person was moved to another tube.
        36 / 1 SubjectMoved "subject_moved" {
            /// The record that bound the person.
            subject: RecordRef => Refs,
            /// The opening record of the tube it is in now.
            tube: RecordRef => Refs,
            /// The position there.
            position: u32 => Plain,
        }

        /// Two people of one tube changed places.
        37 / 1 SubjectsSwapped "subjects_swapped" {
            /// The record that bound the one.
            first: RecordRef => Refs,
            /// The record that bound the other.
            second: RecordRef => Refs,
        }

        /// A contact telephone was added to a person.
        38 / 1 ContactKept "contact_kept" {
            /// The record that bound the person.
            subject: RecordRef => Refs,
            /// The telephone as given.
            contact: String => Plain,
        }

        /// An optional step was done for the lane's next person.
        39 / 1 StepKept "step_kept" {
            /// Which step.
            step: Step => Repeat,
            /// Its value: tenths of a degree, or a colour's word.
            value: String => Plain,
        }

        /// A person who waited for a tube left, or was presented by mistake.
        40 / 1 SubjectWithdrawn "subject_withdrawn" {
            /// The record by which the person waited.
            subject: RecordRef => Refs,
        }
    } };
}
