//! The hub's bounds, each with its reason.

use fieldcore::limits::{BUNDLE_BYTES_MAX, ITEM_BYTES_MAX};

/// Bytes of one HTTP request body: a whole bundle and one more item, so that a phone that counts
/// a little differently is not turned away.
pub const BODY_BYTES_MAX: usize = BUNDLE_BYTES_MAX + ITEM_BYTES_MAX;
/// Bytes of a body that is too long and is read all the same, so that its sender hears the answer.
pub const BODY_DRAINED_MAX: u64 = 8 * 1024 * 1024;
/// Bytes of a bundle file that is imported; a stick may carry a whole site.
pub const FILE_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Bytes that one device without an accepted enrolment may store. A day of one lane is 50 KB.
pub const STRANGER_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// Items that one device without an accepted enrolment may store.
pub const STRANGER_ITEMS_MAX: u64 = 200;
/// Bytes that all devices without an accepted enrolment may store together, so that a stranger
/// who makes up keys cannot fill the disk.
pub const STRANGERS_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Items that all devices without an accepted enrolment may store together: they are summed up for
/// each new one of them.
pub const STRANGERS_ITEMS_MAX: u64 = 20_000;
/// Enrolments that wait for a decision together; each may come from a key made up for it.
pub const STRANGERS_ENROLMENTS_MAX: u64 = 10_000;
/// Enrolments of one device: it sends another only with another token or app.
pub const DEVICE_ENROLMENTS_MAX: usize = 64;
/// Bytes that a revoked device may have stored for a decision. A week of one lane is 350 KB.
pub const REVOKED_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Items that a revoked device may have stored for a decision.
pub const REVOKED_ITEMS_MAX: u64 = 2_000;
/// Bytes of items of unknown kinds or newer formats that are kept until this hub is updated.
pub const KEPT_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Such items: nobody's signature stands for them, and they are summed up for each new one.
pub const KEPT_ITEMS_MAX: u64 = 4_096;
/// Requests that wait for the writer before others are told to come back.
pub const QUEUE_MAX: usize = 256;
/// Items of one transaction: bounds the time to the first receipt of a group.
pub const GROUP_ITEMS_MAX: usize = 64;
/// Seconds after which a phone that was turned away should come back, at the least.
pub const RETRY_AFTER_S: u32 = 5;
/// Receipts, notices and other dispatches in the answer to one poll; the next poll gets more.
pub const POLL_ANSWERS_MAX: usize = 200;
/// Bytes of roster pages in the answer to one poll: 25 s at 64 kbit/s; the next poll, which follows at once, gets more.
pub const ROSTER_ANSWER_BYTES: usize = 192 * 1024;
/// States of one roster that differences can lead on from; who has an older one gets the whole.
pub const ROSTER_STATES_MAX: u32 = 32;
/// Lists of one area.
pub const ROSTER_LISTS_MAX: usize = 64;
/// HTTP connections at one time.
pub const CONNECTIONS_MAX: usize = 1024;
/// Seconds within which a request's head must have arrived.
pub const HEAD_TIMEOUT_S: u64 = 15;
/// Seconds within which a request's body must have arrived: 512 KiB at 64 kbit/s is 65 s.
pub const BODY_TIMEOUT_S: u64 = 120;
/// Seconds after which a connection ends, whatever it does: one that sends or reads by the byte holds
/// its place no longer. A phone opens another.
pub const CONNECTION_MAX_S: u64 = 600;
/// Parts per million by which a phone's monotonic clock may drift from true time.
pub const CLOCK_DRIFT_PPM: u64 = 100;
/// Certificates of a published key set; the wire format allows 64.
pub const CERTIFICATES_MAX: usize = 64;
/// Uses of one token, at the most.
pub const TOKEN_USES_MAX: u32 = 10_000;
/// Helpers of one delegation, at the most.
pub const HELPERS_MAX: u32 = 1_000;
/// How long a round's card key is good for, milliseconds: whoever finds an old card and an old phone reads nothing, and a
/// round is over long before.
pub const CARD_KEY_MS: i64 = 30 * 24 * 3_600_000;
/// Days beyond the profile's retention for which what is held waits for a decision. Its body can be
/// erased after that, by a command of its own: somebody's data is not kept for ever undecided.
pub const HELD_DAYS: i64 = 90;
/// Days back for which `export carry` gives receipts out once more; older ones come in answer to
/// the item itself, whenever it is brought.
pub const CARRY_DAYS: i64 = 90;
