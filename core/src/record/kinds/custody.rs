//! Kinds about where tubes and records go: codes 60 to 69, 82 and 83.

macro_rules! custody_kinds {
    ($next:ident $($later:ident)*; $($earlier:tt)*) => { $next! { $($later)*; $($earlier)*
        /// A box was opened by its label; tubes opened now belong to it.
        60 / 1 BoxOpened "box_opened" {
            /// The label, byte for byte.
            label: String => Plain,
            /// The AIM symbology identifier, where the reader gave one.
            symbology: Option<String> => Repeat,
            /// The profile's version then in force.
            profile: u32 => Repeat,
        }

        /// A tube was put into a box.
        61 / 1 TubePacked "tube_packed" {
            /// The box's opening record.
            container: RecordRef => Refs,
            /// The tube's opening record, where this device knows it.
            tube: Option<RecordRef> => Refs,
            /// The tube's label, byte for byte.
            label: String => Plain,
        }

        /// A tube was taken out of a box again.
        62 / 1 TubeUnpacked "tube_unpacked" {
            /// The box's opening record.
            container: RecordRef => Refs,
            /// The tube's label.
            label: String => Plain,
            /// Why, in the operator's words.
            reason: Option<String> => Free,
        }

        /// A box was sealed; nothing more goes in.
        63 / 1 BoxSealed "box_sealed" {
            /// The box's opening record.
            container: RecordRef => Refs,
            /// Tubes then in it.
            tubes: u32 => Plain,
            /// The seal's number.
            seal: Option<String> => Plain,
            /// The temperature in it, tenths of a degree Celsius.
            temperature: Option<i64> => Plain,
        }

        /// A box was handed over; one record a box.
        64 / 1 HandOverGiven "hand_over_given" {
            /// The hand-over, drawn by the giver; the same for all its boxes.
            hand_over: Fixed<16> => Repeat,
            /// The box's round, whichever the giver worked for.
            round: Uuid => Repeat,
            /// The box's opening record.
            container: RecordRef => Refs,
            /// Tubes in it: as the receiver found them, where a device received it.
            tubes: u32 => Plain,
            /// The temperature in it, tenths of a degree Celsius: as the receiver measured it, where a device did.
            temperature: Option<i64> => Plain,
            /// When the receiver says it was received, milliseconds since 1970 by its own clock.
            received_ms: Option<i64> => Repeat,
            /// The receiver's device; absent where a person without one took it.
            to: Option<DeviceId> => Repeat,
            /// Who took it, in words.
            to_whom: Option<String> => Free,
            /// The receiver's signature (wire format, "Hand-over"); absent without a receiving device.
            signature: Option<Fixed<64>> => Repeat,
        }

        /// A box was received; one record a box.
        65 / 1 HandOverReceived "hand_over_received" {
            /// The hand-over.
            hand_over: Fixed<16> => Repeat,
            /// The giver's device.
            giver: DeviceId => Repeat,
            /// The box's round, as the giver says, whichever the receiver worked for.
            round: Uuid => Repeat,
            /// The box's opening record, of the device that opened it.
            container: RecordRef => Refs,
            /// The box's label, byte for byte.
            label: String => Plain,
            /// Tubes in it, as the giver says.
            tubes: u32 => Plain,
            /// Tubes in it, as the receiver found them.
            found: u32 => Plain,
            /// The seal's number, as the giver says.
            seal: Option<String> => Plain,
            /// The temperature in it, tenths of a degree Celsius, as the giver says.
            temperature: Option<i64> => Plain,
            /// The temperature in it, tenths of a degree Celsius, as the receiver measured it.
            measured: Option<i64> => Plain,
            /// Seconds since the first swab in it, at the least, when it was offered; absent where nobody knows.
            age_s: Option<u32> => Plain,
            /// When it was offered, milliseconds since 1970 by the giver's clock.
            offered_ms: i64 => Repeat,
            /// The device for which it was meant; absent for whoever comes first.
            to: Option<DeviceId> => Repeat,
            /// The giver's signature (wire format, "Hand-over").
            signature: Fixed<64> => Repeat,
        }

        /// Something is damaged.
        66 / 1 DamageNoted "damage_noted" {
            /// The label of the tube or box.
            label: String => Plain,
            /// What happened to it.
            damage: DamageKind => Repeat,
            /// The operator's words.
            note: Option<String> => Free,
        }

        /// A temperature was measured in a box on its way.
        67 / 1 TemperatureLogged "temperature_logged" {
            /// The box's label.
            label: String => Plain,
            /// Tenths of a degree Celsius.
            temperature: i64 => Plain,
        }

        /// What the receiving desk found; one record a label.
        68 / 1 DeskReceived "desk_received" {
            /// The hand-over by which it was sent, where one is known.
            hand_over: Option<Fixed<16>> => Repeat,
            /// The label of the box in which it should be or was.
            container: Option<String> => Repeat,
            /// The tube's label; words for one that cannot be read.
            label: String => Plain,
            /// What was found.
            found: DeskFinding => Repeat,
        }

        /// A box that was opened before is the lane's again: tubes opened or packed now belong to it.
        69 / 1 BoxActivated "box_activated" {
            /// The box's opening record.
            container: RecordRef => Refs,
        }

        /// A carry was written: batches, dispatches and receipts for a stick or another phone.
        82 / 1 CarryExported "carry_exported" {
            /// Items in it.
            items: u32 => Plain,
            /// Its bytes.
            bytes: u64 => Plain,
            /// How: `file`, `folder`, `screen`, `share`.
            target: String => Repeat,
        }

        /// A carry was read.
        83 / 1 CarryImported "carry_imported" {
            /// Items in it.
            items: u32 => Plain,
            /// Taken for the first time.
            taken: u32 => Plain,
            /// Known before.
            known: u32 => Plain,
            /// Refused: damaged, forged, of another campaign.
            refused: u32 => Plain,
            /// How: `file`, `folder`, `screen`, `share`.
            source: String => Repeat,
        }
    } };
}
