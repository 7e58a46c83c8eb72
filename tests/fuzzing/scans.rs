//! The targets that read texts.

use chrono::NaiveDate;
use fieldcore::Profile;
use fieldcore::record::DocumentKind;
use fieldcore::scan::typing::check;
use fieldcore::scan::{Label, Problem, Reading, Scan, Trust, Verdict, interpret, interpret_aadhaar};

use super::holds::{holds, read};

/// Characters of a text that is checked on every key; a keyboard's user gives up before.
const KEYS_MAX: usize = 40;
/// AIM identifiers that a scanner may put in front, and one that nobody has.
const AIMS: &[&str] =
    &["]C0", "]C1", "]d1", "]d2", "]Q1", "]Q3", "]e0", "]E0", "]E4", "]A0", "]F0", "]I1", "]L2", "]?9"];

pub(super) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).unwrap_or_default()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn split(text: &str) -> Vec<String> {
    text.split('\n').map(str::to_owned).collect()
}

/// One of several, by the text, so that every text stays one.
fn by_text<T: Copy>(bytes: &[u8], of: &[T]) -> Option<T> {
    let sum = bytes.iter().fold(0usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    of.get(sum.checked_rem(of.len())?).copied()
}

pub(super) fn typed(bytes: &[u8]) {
    let text = text(bytes);
    read(&Scan::typed(text.clone()));
    if let Some(document) = by_text(bytes, DocumentKind::ALL) {
        let reading = read(&Scan::Typed { text, document: Some(document) });
        let named = reading.identity.as_ref().filter(|_| reading.verdict.is_accept());
        assert!(named.is_none_or(|identity| identity.document == document), "accepted as another kind than was chosen");
    }
}

pub(super) fn line(bytes: &[u8]) {
    read(&Scan::line(text(bytes)));
}

pub(super) fn symbol(bytes: &[u8]) {
    let text = text(bytes);
    let own = read(&Scan::symbol(text.clone(), None));
    let Some(aim) = by_text(bytes, AIMS) else { return };
    let told = read(&Scan::symbol(text.clone(), Some(aim)));
    if aim.starts_with("]E") {
        assert!(told.label.is_none(), "a retail code names a tube");
    }
    // The identifier in front of the text is the same as beside it.
    let front = read(&Scan::symbol(format!("{aim}{}", text.trim()), None));
    let known = !own.text_field("text").is_some_and(|text| text.starts_with(aim)) && aim != "]?9";
    assert!(!known || text.trim().is_empty() || front.verdict == told.verdict, "{aim} in front reads otherwise");
}

pub(super) fn fields(bytes: &[u8]) {
    let text = text(bytes);
    let pairs = text.split('\n').map(|line| line.split_once('=').unwrap_or(("number", line)));
    let pairs: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    read(&Scan::Fields(pairs));
}

/// Checked on every key: what is wrong so far, what may come next, and at the end the reading.
pub(super) fn typing(bytes: &[u8]) {
    let text: String = text(bytes).chars().take(KEYS_MAX).collect();
    for document in [None, by_text(bytes, DocumentKind::ALL)] {
        for (end, _) in text.char_indices().chain([(text.len(), ' ')]) {
            keys(&text[..end], document);
        }
    }
}

fn keys(text: &str, document: Option<DocumentKind>) {
    let typing = check(text, document, today());
    let count = text.chars().count();
    if let Some(wrong) = typing.wrong {
        assert!(wrong.position <= count, "the wrong place lies behind the text");
        assert!(typing.possible.is_empty() && typing.next.is_empty(), "wrong, and yet it may go on");
    }
    // The first key that is offered leads on; a last one may make the check character wrong.
    if let Some(key) = typing.next.chars().next() {
        let wrong = check(&format!("{text}{key}"), document, today()).wrong;
        assert!(wrong.is_none_or(|wrong| wrong.problem == Problem::Checksum), "an offered key leads nowhere");
    }
    if let Some(reading) = typing.reading {
        let scan = Scan::Typed { text: text.to_owned(), document };
        assert!(reading == interpret(&scan, today()), "typed to the end, it reads otherwise");
        holds(&reading, &scan);
    }
}

/// A clean zone as such, and the same lines from a recogniser.
pub(super) fn zone(bytes: &[u8]) {
    let lines = split(&text(bytes));
    let clean = read(&Scan::Mrz { lines: lines.clone() });
    assert!(clean.verdict != Verdict::AcceptRepaired);
    let seen = read(&Scan::Ocr { lines });
    if clean.verdict.is_accept() && seen.verdict.is_accept() {
        let number = |reading: &Reading| reading.identity.as_ref().and_then(|identity| identity.number.clone());
        assert!(seen.kind != clean.kind || number(&clean) == number(&seen), "one zone names two people");
    }
}

pub(super) fn lines(bytes: &[u8]) {
    read(&Scan::Ocr { lines: split(&text(bytes)) });
}

/// A sound card's front, of which the input takes one line's place, and comes last.
pub(super) fn card(bytes: &[u8]) {
    const FRONT: [&str; 6] = [
        "姓名 李某某",
        "性别 男 民族 汉",
        "出生 1880 年 1 月 1 日",
        "住址 某某市某某路 1 号",
        "公民身份号码",
        concat!("44052418800101", "0014"),
    ];
    let own = split(&text(bytes));
    let at = by_text(bytes, &[0, 1, 2, 3, 4, 5]).unwrap_or_default();
    let mut lines: Vec<String> = FRONT.iter().map(|line| (*line).to_owned()).collect();
    lines.splice(at..=at, own.iter().take(1).cloned());
    lines.extend(own.into_iter().skip(1));
    read(&Scan::Ocr { lines });
}

pub(super) fn gs1(bytes: &[u8]) {
    let text = text(bytes);
    for aim in ["]C1", "]d2"] {
        let reading = read(&Scan::symbol(text.clone(), Some(aim)));
        assert!(reading.identity.is_none());
    }
    read(&Scan::typed(text));
}

pub(super) fn isbt128(bytes: &[u8]) {
    let text = text(bytes);
    for scan in [
        Scan::symbol(text.clone(), Some("]C0")),
        Scan::symbol(format!("={text}"), None),
        Scan::symbol(format!("&{text}"), Some("]d1")),
        Scan::typed(text),
    ] {
        read(&scan);
    }
}

/// A licence's text, and the same behind its marks.
pub(super) fn aamva(bytes: &[u8]) {
    let text = text(bytes);
    for scan in [Scan::symbol(format!("@\n\u{1e}\rANSI {text}"), Some("]L2")), Scan::line(text)] {
        let reading = read(&scan);
        let licence = reading.kind == Some(fieldcore::scan::ReadingKind::Aamva);
        assert!(!licence || reading.label.is_none() && reading.alias.is_none(), "a licence would be kept as a code");
    }
}

/// The fields of a QR, the packed bytes of its number, or the number, by the first byte.
pub(super) fn aadhaar(bytes: &[u8]) {
    let Some((which, rest)) = bytes.split_first() else { return };
    match which % 3 {
        0 => {
            let scan = Scan::symbol(String::from_utf8_lossy(rest), Some("]Q1"));
            holds(&interpret_aadhaar(rest, today(), &Trust::new()), &scan);
        }
        1 => drop(read(&Scan::symbol(to_decimal(&rest[..rest.len().min(1_500)]), Some("]Q1")))),
        _ => drop(read(&Scan::symbol(text(rest), Some("]Q1")))),
    }
}

/// The bytes of a number, the highest first, as decimal digits.
fn to_decimal(bytes: &[u8]) -> String {
    let mut digits = vec![0u8];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = (carry % 10).to_le_bytes()[0];
            carry /= 10;
        }
        while carry > 0 {
            digits.push((carry % 10).to_le_bytes()[0]);
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

/// A profile, and if it is one, what it makes of labels.
pub(super) fn profile(bytes: &[u8]) {
    let text = text(bytes);
    let Ok(profile) = Profile::parse(&text) else { return };
    for line in text.lines().take(20) {
        let label = Label { text: line.to_owned(), symbology: Some("]C0".to_owned()) };
        profile.tube_label(&label, None);
        profile.box_label(&label);
        profile.typed_tube(line);
    }
}
