//! Every bound in one place, each with its reason.

/// Bytes of one record's plaintext row; checked before anything is called saved, so that every
/// record fits a batch together with its envelope.
pub const RECORD_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a scan's text that are kept; longer scans keep this much with length and digest.
pub const SCAN_KEPT_BYTES_MAX: usize = 2 * 1024;
/// Bytes of a scan that are looked at at all; a longer one is refused as unreadable.
pub const SCAN_BYTES_MAX: usize = 64 * 1024;
/// Digits of an Aadhaar secure QR: the most that one QR code holds (ISO/IEC 18004, version 40-L).
/// Its conversion costs the square of that, some tenths of a millisecond.
pub const AADHAAR_DIGITS_MAX: usize = 7_089;
/// Bytes that an Aadhaar secure QR may decompress to. Fields, photo and signature stay below 8 KiB.
pub const AADHAAR_PAYLOAD_BYTES_MAX: usize = 64 * 1024;
/// Keys of one issuer of documents: they change every few years.
pub const ISSUER_KEYS_MAX: usize = 8;
/// Bytes of one certificate or key of an issuer of documents.
pub const ISSUER_KEY_BYTES_MAX: usize = 16 * 1024;
/// Characters of a free text that a person types (reason, description, note, contact).
pub const NOTE_CHARS_MAX: usize = 500;
/// Characters of a tube or box label; the longest AIM/GS1 element strings stay below it.
pub const LABEL_CHARS_MAX: usize = 64;
/// Positions that a tube can have given when it is passed on: far more than any takes, and so few that none is given twice.
pub const TUBE_POSITIONS_MAX: u32 = 1_000_000;
/// People of one household that a visit may tell of; a dormitory is several.
pub const HOME_PEOPLE_MAX: u32 = 999;
/// Characters of an AIM symbology identifier: `]`, a letter, a modifier, and some to spare.
pub const SYMBOLOGY_CHARS_MAX: usize = 8;
/// Characters of a lane, site, operator or organisation name.
pub const NAME_CHARS_MAX: usize = 100;

/// Records after which an open segment asks to be sealed (the size curve flattens here).
pub const SEGMENT_RECORDS_TARGET: u32 = 100;
/// Plaintext row bytes after which an open segment asks to be sealed. Rows compress about four to
/// one, so this is about 12 KiB on the wire: one initial TCP window.
pub const SEGMENT_ROW_BYTES_TARGET: u64 = 48 * 1024;
/// Age of the oldest record after which a segment is sealed once a network is there.
pub const SEGMENT_AGE_MS: u64 = 60_000;
/// Records of one batch, never more.
pub const BATCH_RECORDS_MAX: u32 = 500;
/// Plaintext row bytes of one segment, never more; keeps a batch of incompressible rows below
/// [`BATCH_BYTES_MAX`] together with its header.
pub const SEGMENT_ROW_BYTES_MAX: u64 = 56 * 1024;
/// Bytes of one batch with header and signature, never more.
pub const BATCH_BYTES_MAX: usize = 64 * 1024;
/// Bytes that the two frames of a batch body may decompress to, together. The segment's row limit
/// keeps honest ones far below; each byte may cost a reader some 50 in memory.
pub const FRAMES_BYTES_MAX: usize = 256 * 1024;
/// Bytes of all texts and byte strings of a batch's records, once columns that repeat are written
/// out; the segment's row limit keeps honest ones far below.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// A batch body is padded to a multiple of this, so that its length tells less.
pub const BODY_PADDING: usize = 128;

/// Bytes of one item of a bundle: a profile is the largest.
pub const ITEM_BYTES_MAX: usize = 256 * 1024;
/// Bytes of one bundle over HTTP on a good link.
pub const BUNDLE_BYTES_MAX: usize = 256 * 1024;
/// Bytes of one bundle after failures, at the least; one whole batch still fits.
pub const BUNDLE_BYTES_MIN: usize = 66 * 1024;
/// Bytes of an answer from a hub that are read.
pub const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Items in one bundle.
pub const BUNDLE_ITEMS_MAX: usize = 4096;
/// Bytes of other devices' items that a phone carries up to the hub: some weeks of a hundred phones
/// without network, and little of a phone's storage.
pub const CARRY_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// The share of one device in that, as long as nothing of it is receipted: nobody fills it alone.
pub const CARRY_DEVICE_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// How many of them; small ones cost a row each.
pub const CARRY_ITEMS_MAX: u64 = 16_384;
/// Bytes of receipts, dispatches and states for others; the oldest goes first, the hub has them.
pub const CARRY_DOWN_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// How many of these.
pub const CARRY_DOWN_ITEMS_MAX: u64 = 16_384;
/// Items that were carried and dropped of which is still known that they were here.
pub const CARRY_KNOWN_MAX: u64 = 65_536;
/// Items of one import; more are read by importing once more.
pub const CARRY_IMPORT_ITEMS_MAX: usize = 262_144;
/// Bytes of one file of a carry that is a folder: a FAT stick copies it in a second, and damage to
/// one file is damage to little.
pub const CARRY_PART_BYTES: u64 = 4 * 1024 * 1024;
/// Bytes of a bundle that is shown as animated codes; more takes minutes, and a file does it.
pub const FRAMES_BUNDLE_BYTES_MAX: usize = 256 * 1024;
/// Parts of such a bundle; with their sets, what a receiver keeps stays below 400 KiB.
pub const FRAME_PARTS_MAX: usize = 1024;
/// Sound frames of other transfers in a row after which a receiver turns to them: two seconds.
pub const FRAME_STRAYS_MAX: u32 = 20;
/// Bytes of a profile's TOML text.
pub const PROFILE_BYTES_MAX: usize = 128 * 1024;
/// Key wraps of one segment: hub keys across a rotation, and the recovery key.
pub const WRAPS_MAX: usize = 8;
/// Bytes of households, packed, after which a page of a roster is full: some 8 to 16 KiB on the wire, so
/// that a weak link gets on by small steps.
pub const ROSTER_PAGE_BYTES_TARGET: usize = 32 * 1024;
/// Bytes of one household, packed. A dormitory of 400 people has some 40 KiB; the hub parts larger ones.
pub const HOUSEHOLD_BYTES_MAX: usize = 48 * 1024;
/// Bytes of one page's households, packed: a full page and one more household.
pub const ROSTER_FRAME_BYTES_MAX: usize = ROSTER_PAGE_BYTES_TARGET + HOUSEHOLD_BYTES_MAX;
/// Pages of one roster, or of one difference: 200,000 people have some 600.
pub const ROSTER_PAGES_MAX: u16 = 4_096;
/// Households that one page of a difference takes away.
pub const ROSTER_REMOVED_MAX: usize = 1_024;
/// People of one roster; a district is parted into areas long before.
pub const ROSTER_PEOPLE_MAX: usize = 200_000;
/// Rosters of one device: the areas that a team works in.
pub const ROSTERS_MAX: usize = 32;
/// Sets of pages of one roster that are kept until they are complete.
pub const ROSTER_SETS_MAX: usize = 8;
/// Nesting of any MessagePack value that is read.
pub const PACK_DEPTH_MAX: usize = 8;
/// Links of an enrolment's delegation chain.
pub const DELEGATIONS_MAX: usize = 2;

/// The write-ahead log's size that forces a checkpoint in `maintain`.
pub const WAL_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The incompressible ballast file that is released once when the disk is full.
pub const BALLAST_BYTES: u64 = 8 * 1024 * 1024;
/// Days that sealed batches stay past their opened receipt, unless the profile says otherwise.
pub const KEEP_SEALED_DAYS: u32 = 7;

/// A repeated scan of the same text within this time is the same scan.
pub const DEBOUNCE_MS: u64 = 2_000;
/// The longest pause between two tries of a sync.
pub const BACKOFF_MAX_MS: u64 = 15 * 60 * 1000;
/// The first pause's upper bound.
pub const BACKOFF_BASE_MS: u64 = 2_000;
