//! Forms that devices show each other, carry or import: a reader for each, which answers whether it took the bytes and
//! asserts what must hold of whatever it took. They run over damaged golden examples in the plain tests, and under a
//! coverage-guided fuzzer (`fuzz/`).

mod cards;
mod carried;
mod custody;
mod lists;
mod seeds;
mod workbook;

pub use seeds::form_seeds;

use crate::corpus::Decoder;

/// A form, by name.
pub struct Form {
    /// Its name, and that of the examples it begins with.
    pub name: &'static str,
    /// Reads any bytes; answers whether they were taken.
    pub read: Decoder,
    /// Whether a part of a sound one may be a sound one too.
    pub parts: bool,
}

const fn whole(name: &'static str, read: Decoder) -> Form {
    Form { name, read, parts: false }
}

const fn in_parts(name: &'static str, read: Decoder) -> Form {
    Form { name, read, parts: true }
}

/// Codes for helpers and proxy cards: as text and as bytes, and behind the signatures and seals that a stranger lacks.
pub const CARDS: &[Form] = &[
    whole("card_text", cards::text),
    whole("card_delegation", cards::delegation),
    whole("card_link", cards::link),
    whole("card_helper_keys", cards::helper_keys),
    whole("card_welcome", cards::welcome),
    whole("card_kit", cards::kit),
    whole("card_grant", cards::grant),
    whole("card_proxy", cards::proxy),
];

/// Codes of tubes that pass on and boxes from hand to hand.
pub const CUSTODY: &[Form] = &[
    whole("custody_text", custody::text),
    whole("custody_pass", custody::pass),
    whole("custody_answer", custody::answer),
    whole("custody_hand_over", custody::hand_over),
    whole("custody_receipt", custody::receipt),
    whole("custody_list", custody::list),
    in_parts("custody_file", custody::file),
];

/// Carries as streams, and transfers by frames.
pub const CARRIED: &[Form] = &[
    in_parts("carried_stream", carried::stream),
    in_parts("carried_transfer", carried::transfer),
    in_parts("carried_frames", carried::frames),
];

/// Rosters in pages and differences, and the tables that lists are imported from.
pub const LISTS: &[Form] = &[
    in_parts("list_pages", lists::pages),
    in_parts("list_change", lists::change),
    whole("list_households", lists::households),
    in_parts("list_table", lists::table),
];

/// Workbooks. Their reader is another project's, and what it stops at is caught and told: a fuzzer would stop there too,
/// so these are for the plain tests alone.
pub const WORKBOOKS: &[Form] = &[in_parts("list_sheet", lists::sheet)];

/// Every form.
pub fn forms() -> impl Iterator<Item = &'static Form> {
    [CARDS, CUSTODY, CARRIED, LISTS, WORKBOOKS].into_iter().flatten()
}

/// Reads what a fuzzer made for one group: its first byte says which form, the rest is its input.
pub fn read_one(of: &'static [Form], input: &[u8]) {
    let Some((which, bytes)) = input.split_first() else { return };
    (of[usize::from(*which) % of.len()].read)(bytes);
}

/// The pieces of an input: each behind its length, two bytes, the greatest first; of a longer claim what there is.
fn pieces(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (piece, left) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
        pieces.push(piece);
        bytes = left;
    }
    pieces
}

/// Pieces as an input.
fn joined<B: AsRef<[u8]>>(pieces: impl IntoIterator<Item = B>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for piece in pieces {
        let piece = piece.as_ref();
        bytes.extend_from_slice(&u16::try_from(piece.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend_from_slice(piece);
    }
    bytes
}
