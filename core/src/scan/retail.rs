//! EAN and UPC: goods, never a tube.
//!
//! Sources: GS1 General Specifications 5.2 (EAN-13, EAN-8, UPC-A, UPC-E, add-ons) and ISO/IEC
//! 15424 for what `]E0` to `]E4` say. By that standard UPC-A and UPC-E arrive as 13 digits, but
//! decoders also hand over 12 and 8 as they are printed.

use super::reading::{Candidate, Check, Problem, Reading, ReadingKind, Verdict};
use super::symbol::mod_10;
use super::text::digits;

/// What a retail symbol's digits are.
enum Digits<'a> {
    /// One article number of 8, 12 or 13 digits.
    Article(&'a str),
    /// An add-on of two or five digits that was read alone.
    AddOn,
}

/// Reads what a symbol with a retail identifier holds.
pub(super) fn read(text: &str, aim: Option<&str>) -> Reading {
    let kind = Some(ReadingKind::Retail);
    let refuse = |problem| Reading::refuse(kind, vec![problem]);
    if !text.bytes().all(|b| b.is_ascii_digit() || b == b' ') {
        return refuse(Problem::Charset);
    }
    let accept = Reading::new(Verdict::Accept, kind).with_field("text", text);
    match parts(text, aim.unwrap_or_default()) {
        None => refuse(Problem::Length),
        Some(Digits::AddOn) => accept.with_check(Check::Structure),
        Some(Digits::Article(article)) => match gtin(article, aim) {
            Gtin::One(gtin) => accept.with_field("gtin", gtin).with_check(Check::Gs1CheckDigit),
            Gtin::Either => accept.with_check(Check::Gs1CheckDigit),
            Gtin::None => refuse(Problem::Checksum),
        },
    }
}

/// 8, 12 or 13 digits that pass as EAN or UPC though no identifier says so: one label in ten of
/// that length does by chance.
pub(super) fn read_bare(text: &str) -> Option<Reading> {
    if ![8, 12, 13].contains(&text.len()) || !digits(text, text.len()) || !mod_10(text) {
        return None;
    }
    let mut reading = Reading::review(Some(ReadingKind::Retail), Problem::Ambiguous)
        .with_field("text", text)
        .with_field("gtin", format!("{text:0>14}"))
        .with_label(text, None);
    reading.candidates =
        [ReadingKind::Retail, ReadingKind::Plain].map(|kind| Candidate { kind, identity: None }).to_vec();
    Some(reading)
}

/// What the digits are by the identifier, an add-on behind them left out.
fn parts<'a>(text: &'a str, aim: &str) -> Option<Digits<'a>> {
    let (main, add_on) = match (text.split_once(' '), aim, text.len()) {
        (Some((main, add_on)), ..) => (main, add_on),
        (None, "]E3", 15 | 18) => text.split_at_checked(13)?,
        _ => (text, ""),
    };
    let lone = match aim {
        "]E1" => main.len() == 2,
        "]E2" => main.len() == 5,
        _ => false,
    };
    match (main.len(), add_on.len()) {
        (8 | 12 | 13, 0 | 2 | 5) if digits(add_on, add_on.len()) => Some(Digits::Article(main)),
        (2 | 5, 0) if lone => Some(Digits::AddOn),
        _ => None,
    }
}

/// The article number as 14 digits.
enum Gtin {
    One(String),
    /// The digits pass as EAN-8 and as UPC-E, which are different articles.
    Either,
    None,
}

fn gtin(article: &str, aim: Option<&str>) -> Gtin {
    let as_it_is = mod_10(article).then(|| format!("{article:0>14}"));
    // EAN-8 has an identifier of its own.
    let expanded = if aim == Some("]E4") { None } else { upc_a(article).filter(|upc| mod_10(upc)) };
    match (as_it_is, expanded) {
        (Some(_), Some(_)) => Gtin::Either,
        (Some(gtin), None) => Gtin::One(gtin),
        (None, Some(upc)) => Gtin::One(format!("{upc:0>14}")),
        (None, None) => Gtin::None,
    }
}

/// The UPC-A of the eight digits of a UPC-E (GS1 General Specifications 5.2.2.4.2): its last data
/// digit says where zeros were left out.
fn upc_a(upc_e: &str) -> Option<String> {
    let [b'0' | b'1', data @ .., _] = upc_e.as_bytes() else { return None };
    let (body, check) = (upc_e.get(1..7)?, upc_e.get(7..8).filter(|_| upc_e.len() == 8)?);
    let place = match data.last()? {
        b'0'..=b'2' => 2,
        b'3' => 3,
        b'4' => 4,
        _ => 5,
    };
    let (front, behind) = body.get(..5)?.split_at_checked(place)?;
    let last = body.get(5..)?;
    let middle = match place {
        2 => format!("{front}{last}0000{behind}"),
        3 => format!("{front}00000{behind}"),
        4 => format!("{front}00000{behind}"),
        _ => format!("{front}0000{last}"),
    };
    Some(format!("{}{middle}{check}", upc_e.get(..1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(aim: &str, text: &str) -> (&'static str, Option<String>, Vec<&'static str>) {
        let reading = read(text, Some(aim));
        assert!(reading.kind == Some(ReadingKind::Retail) && reading.label.is_none());
        let problems = reading.problems.iter().map(|problem| problem.as_str()).collect();
        (reading.verdict.as_str(), reading.text_field("gtin").map(str::to_owned), problems)
    }

    #[test]
    fn upc_e_has_its_zeros_put_back() {
        assert_eq!(upc_a("04252614").as_deref(), Some("042100005264"));
        assert_eq!(of("]E0", "04252614"), ("accept", Some("00042100005264".into()), vec![]));
        assert_eq!(of("]E0", "04252613").2, ["checksum"]);
        assert_eq!(of("]E4", "04252614").2, ["checksum"], "EAN-8 is no UPC-E");
        for (short, long) in [
            ("0ABCDE03", "0AB00000CDE3"),
            ("0ABCDE33", "0ABC00000DE3"),
            ("0ABCDE43", "0ABCD00000E3"),
            ("0ABCDE73", "0ABCDE00007"),
        ] {
            let expanded = upc_a(short).unwrap();
            assert!(expanded.starts_with(long) || expanded == long, "{expanded}");
        }
    }

    #[test]
    fn the_identifier_says_what_the_digits_are() {
        assert_eq!(of("]E0", "6901234567892"), ("accept", Some("06901234567892".into()), vec![]));
        assert_eq!(of("]E0", "614141999996"), ("accept", Some("00614141999996".into()), vec![]));
        assert_eq!(of("]E4", "96385074"), ("accept", Some("00000096385074".into()), vec![]));
        assert_eq!(of("]E3", "690123456789212"), ("accept", Some("06901234567892".into()), vec![]));
        assert_eq!(of("]E3", "6901234567892 51299"), ("accept", Some("06901234567892".into()), vec![]));
        assert_eq!(of("]E1", "12"), ("accept", None, vec![]));
        assert_eq!(of("]E2", "51299"), ("accept", None, vec![]));
        assert_eq!(of("]E0", "01234565"), ("accept", None, vec![]), "EAN-8 and UPC-E are other articles");
        for (text, problem) in [
            ("690123456789", "checksum"),
            ("69012345", "checksum"),
            ("12", "length"),
            ("69012345678921", "length"),
            ("690123456789X", "charset"),
            ("６901234567892", "charset"),
        ] {
            assert_eq!(of("]E0", text).2, [problem], "{text}");
        }
    }
}
