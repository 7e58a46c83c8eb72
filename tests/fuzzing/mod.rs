//! What a fuzzer may do to the readers of the scan layer: a target for each, which reads any bytes
//! and asserts what must hold of the answer, and the texts that it begins with.
//!
//! The same targets run in the plain tests, over the kept texts and a few thousand changes to
//! them, and under a coverage-guided fuzzer (`fuzz/`).

pub mod forms;
pub mod frames;
mod holds;
mod scans;
mod seeds;

pub use seeds::seeds;

use crate::Rng;

/// A reader, by name, with what drives it.
pub struct Target {
    /// Its name, and that of the file of texts it begins with.
    pub name: &'static str,
    /// Reads any bytes and asserts what must hold of the answer.
    pub read: fn(&[u8]),
    /// Pieces that its texts are made of.
    pub pieces: &'static [&'static str],
}

/// Every reader of texts.
pub const TEXTS: &[Target] = &[
    Target { name: "typed", read: scans::typed, pieces: NUMBER },
    Target { name: "line", read: scans::line, pieces: NUMBER },
    Target { name: "symbol", read: scans::symbol, pieces: CODE },
    Target { name: "fields", read: scans::fields, pieces: NUMBER },
    Target { name: "typing", read: scans::typing, pieces: NUMBER },
    Target { name: "zone", read: scans::zone, pieces: ZONE },
    Target { name: "lines", read: scans::lines, pieces: CARD },
    Target { name: "card", read: scans::card, pieces: CARD },
    Target { name: "gs1", read: scans::gs1, pieces: CODE },
    Target { name: "isbt128", read: scans::isbt128, pieces: CODE },
    Target { name: "aamva", read: scans::aamva, pieces: LICENCE },
    Target {
        name: "aadhaar",
        read: scans::aadhaar,
        pieces: &["\u{1f}", "V2", "V3", "<", "00", "-", "01-01-1880", "F"],
    },
    Target { name: "profile", read: scans::profile, pieces: PROFILE },
];

const NUMBER: &[&str] = &[
    "0", "1", "9", "X", "x", " ", "１", "Ｘ", "-", "81", "83", "1880", "H", "M", "C", "E", "(A)", "]C0", "\n", "\u{1d}",
];
const CODE: &[&str] = &[
    "\u{1d}", "]C1", "]d2", "]E0", "]Q1", "(01)", "(10)", "01", "17", "10", "00", "=", "&", "=%", "&(", "&1", "=,+",
    "A9999", "%", "é", "\\u{1f}", ")", "9", "0",
];
const ZONE: &[&str] =
    &["<", "<<", "P<UTO", "I<UTO", "V<UTO", "CS", "O", "0", "I", "1", "«", "K", " ", "\n", "UTO", "F", "M", "740812"];
const CARD: &[&str] = &[
    "\n",
    "公民身份号码",
    "姓名",
    "性别",
    "男",
    "女",
    "民族",
    "汉",
    "出生",
    "1880",
    "年",
    "月",
    "日",
    "住址",
    "O",
    "I",
    "X",
    "Ｏ",
    "１",
    " ",
    "<",
    "P<UTO",
    "44052418800101",
    "0014",
    "証号码",
    "中华人民共和国",
];
const LICENCE: &[&str] = &[
    "@\n\u{1e}\rANSI ",
    "DL",
    "ID",
    "DAQ",
    "DCS",
    "DBB",
    "DBA",
    "DBC",
    "\n",
    "\r",
    "636000",
    "10",
    "0041",
    "0278",
    "NONE",
    "DAA",
    "ZV",
];
const PROFILE: &[&str] = &[
    "[tube]\n",
    "[[site]]\n",
    "[[class]]\n",
    "pattern = ",
    "\"",
    "[",
    "]",
    "{9}",
    "(",
    "\\d+",
    "=",
    "0",
    "99999999999",
    "\n",
    "'''",
    "ranges = ",
];

/// A changed copy of one seed: pieces put in, bytes changed, parts lost, doubled or swapped.
pub fn changed(rng: &mut Rng, seed: &[u8], other: &[u8], pieces: &[&str]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=rng.below(4) {
        let at = rng.index(bytes.len() + 1);
        let to = (at + 1 + rng.index(12)).min(bytes.len());
        match rng.below(9) {
            0 if at < bytes.len() => bytes[at] = random_byte(rng),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let part = bytes[at..to].to_vec();
                bytes.splice(at..at, part);
            }
            4 if at + 1 < bytes.len() => bytes.swap(at, at + 1),
            5 => drop(bytes.splice(at..at, other[rng.index(other.len() + 1)..].iter().copied())),
            6 => drop(bytes.splice(at..to, rng.pick(pieces).bytes())),
            _ => drop(bytes.splice(at..at, rng.pick(pieces).bytes())),
        }
        bytes.truncate(16 * 1024);
    }
    bytes
}

/// A digit or a letter as a rule, now and then any byte.
fn random_byte(rng: &mut Rng) -> u8 {
    const USUAL: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<X0 ";
    if rng.percent(85) { *rng.pick(USUAL) } else { u8::try_from(rng.below(256)).unwrap_or(0) }
}
