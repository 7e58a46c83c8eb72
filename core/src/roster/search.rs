//! Finding somebody, or a door, by what people say and type: a pass over the arena, no index that could be wrong.

use super::arena::Seen;
use super::pinyin::{bit, initials};
use super::{Homes, Roster};

/// Digits of a number from which on it is looked for.
const DIGITS_MIN: usize = 4;
/// Letters from which on initials are looked for; a single letter is a name's.
const INITIALS_MIN: usize = 2;
/// Characters of a query that are looked at.
const QUERY_CHARS_MAX: usize = 100;

/// What of a query was found in somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Found {
    /// The door is the one that was asked for.
    Door,
    /// The digits stand in the number.
    Number,
    /// The text stands in the name.
    Name,
    /// The letters are the first ones of a name's syllables.
    Initials,
    /// The door is one of several that the query may mean, or in the building that it names.
    NearDoor,
}

impl Found {
    /// The word that stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Door => "door",
            Self::Number => "number",
            Self::Name => "name",
            Self::Initials => "initials",
            Self::NearDoor => "near_door",
        }
    }
}

/// A home or a person that a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What was found.
    pub found: Found,
    /// Where the home stands in the roster.
    pub home: usize,
    /// Which of its people; absent for the door itself.
    pub dweller: Option<usize>,
}

/// What `query` finds in the roster, best first and in the order of doors, at most `limit`:
///
/// * a run of four digits or more (the last may be an X) that stands in a document's number;
/// * a part of a name, in any script; case, blanks and dots count nothing;
/// * two or more letters that begin the syllables of a name (`wxm` for 王小明), whichever reading a character has;
/// * a door as people write it: `3-2-501`, `3栋2单元501`, `3 2 501`, `12-501`, with the area in front or without.
pub fn search(roster: &Roster, query: &str, limit: usize) -> Vec<Hit> {
    let query = Query::read(query);
    let mut hits = Vec::new();
    let mut folded = String::new();
    for home in 0..roster.homes() {
        if let Some(found) = query.door(roster, home) {
            hits.push(Hit { found, home, dweller: None });
        }
        for (dweller, person) in roster.seen(home).enumerate() {
            if let Some(found) = query.person(&person, &mut folded) {
                hits.push(Hit { found, home, dweller: Some(dweller) });
            }
        }
    }
    hits.sort_by_key(|hit| hit.found);
    hits.truncate(limit);
    hits
}

/// A query in the ways in which it can be meant.
struct Query {
    digits: Option<String>,
    name: Option<String>,
    initials: Option<Vec<u32>>,
    door: Vec<Piece>,
}

/// What a piece of a written door names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Building,
    Stairwell,
    Door,
}

/// A piece of a written door: letters and digits, and what the word behind it says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    part: Option<Part>,
}

impl Query {
    fn read(query: &str) -> Self {
        let plain: String = query.trim().chars().take(QUERY_CHARS_MAX).map(narrow).collect();
        let mut name = String::new();
        fold(&plain, &mut name);
        let bare: String = plain.chars().filter(|one| !one.is_whitespace()).collect();
        let is_number = |text: &str| {
            let digits = text.strip_suffix(['X', 'x']).unwrap_or(text);
            text.len() >= DIGITS_MIN && !digits.is_empty() && digits.bytes().all(|one| one.is_ascii_digit())
        };
        let is_letters = name.len() >= INITIALS_MIN && name.bytes().all(|one| one.is_ascii_lowercase());
        Self {
            digits: Some(bare.to_ascii_uppercase()).filter(|text| is_number(text)),
            initials: is_letters.then(|| name.chars().map(bit).collect()),
            name: Some(name).filter(|name| name.chars().any(char::is_alphabetic)),
            door: pieces(&plain),
        }
    }

    fn person(&self, person: &Seen<'_>, folded: &mut String) -> Option<Found> {
        if self.digits.as_ref().is_some_and(|digits| stands_in(digits.as_bytes(), person.number)) {
            return Some(Found::Number);
        }
        let part = self.name.as_ref()?.as_bytes();
        let in_name = if person.plain {
            stands_in(part, person.name)
        } else {
            fold(std::str::from_utf8(person.name).unwrap_or_default(), folded);
            stands_in(part, folded.as_bytes())
        };
        if in_name {
            return Some(Found::Name);
        }
        let letters = self.initials.as_ref()?;
        let name = std::str::from_utf8(person.name).unwrap_or_default();
        begin_syllables(letters, name).then_some(Found::Initials)
    }

    /// Whether the home's door may be meant.
    fn door(&self, roster: &Roster, home: usize) -> Option<Found> {
        let [asked @ .., last] = self.door.as_slice() else { return None };
        let place = roster.home(home).place;
        let has_door = last.part.is_none() || last.part == Some(Part::Door);
        // Nearly every home is told by the bare letters, without anything being taken apart.
        let holds =
            |piece: &Piece| [place.building, place.stairwell, place.door, place.area].map(|text| has(text, piece));
        if (has_door && !has(place.door, last)) || !self.door.iter().all(|piece| holds(piece).contains(&true)) {
            return None;
        }
        let parts = [(Part::Building, place.building), (Part::Stairwell, place.stairwell), (Part::Door, place.door)];
        let mut stands: Vec<(Part, String)> = Vec::new();
        for (part, text) in parts {
            stands.extend(pieces(text).into_iter().map(|piece| (part, piece.text)));
        }
        if has_door {
            let (_, door) = stands.pop()?;
            if door != last.text {
                return None;
            }
        }
        let asked = if has_door { asked } else { &self.door };
        let (in_area, asked): (Vec<&Piece>, Vec<&Piece>) =
            asked.iter().partition(|piece| piece.part.is_none() && names_area(&piece.text, place.area));
        if !in_order(&asked, &stands) {
            return None;
        }
        let named = asked.len() + usize::from(has_door);
        let exact = has_door && named > 1 && asked.len() == stands.len();
        let lone = has_door && named == 1 && in_area.is_empty() && last.text.len() < DIGITS_MIN && !stands.is_empty();
        Some(if exact || (has_door && stands.is_empty() && !lone) { Found::Door } else { Found::NearDoor })
    }
}

/// Whether a text has the letters of a piece somewhere, in whatever case.
fn has(text: &str, piece: &Piece) -> bool {
    let piece = piece.text.as_bytes();
    text.as_bytes().windows(piece.len().max(1)).any(|part| part.eq_ignore_ascii_case(piece))
}

/// Whether a piece without any digit is a part of the area's name.
fn names_area(piece: &str, area: &str) -> bool {
    !piece.bytes().any(|one| one.is_ascii_digit()) && area.to_lowercase().contains(piece)
}

/// Whether all that was asked for stands in a home's place, in that order.
fn in_order(asked: &[&Piece], stands: &[(Part, String)]) -> bool {
    let mut rest = stands.iter();
    asked
        .iter()
        .all(|piece| rest.any(|(part, text)| piece.part.is_none_or(|asked| asked == *part) && *text == piece.text))
}

/// The narrow form of a wide digit, letter or sign, as phones type them in Chinese.
fn narrow(one: char) -> char {
    match one {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(one) - 0xfee0).unwrap_or(one),
        other => other,
    }
}

/// A name without blanks and dots, letters lower-case.
fn fold(name: &str, folded: &mut String) {
    folded.clear();
    for one in name.chars() {
        if one.is_ascii() {
            if one.is_ascii_alphanumeric() {
                folded.push(one.to_ascii_lowercase());
            }
        } else if one.is_alphanumeric() {
            folded.extend(one.to_lowercase());
        }
    }
}

/// Whether a name is folded as it stands.
pub(super) fn is_plain(name: &str, folded: &mut String) -> bool {
    fold(name, folded);
    folded == name
}

fn stands_in(part: &[u8], whole: &[u8]) -> bool {
    let Some(first) = part.first() else { return false };
    let mut rest = whole;
    while let Some(at) = rest.iter().position(|one| one == first) {
        rest = &rest[at..];
        if rest.starts_with(part) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// Whether the letters begin syllables of the name that follow each other: of a character its readings', of a word in
/// letters its first one.
fn begin_syllables(letters: &[u32], name: &str) -> bool {
    let mut syllables = [0u32; 32];
    let (mut count, mut in_word) = (0, false);
    for one in name.chars() {
        let here = if one.is_ascii_alphabetic() {
            if std::mem::replace(&mut in_word, true) { 0 } else { bit(one.to_ascii_lowercase()) }
        } else {
            in_word = false;
            initials(one)
        };
        if here != 0
            && let Some(place) = syllables.get_mut(count)
        {
            *place = here;
            count += 1;
        }
    }
    let fits = |window: &[u32]| window.iter().zip(letters).all(|(syllable, letter)| syllable & letter != 0);
    syllables.get(..count).unwrap_or_default().windows(letters.len().max(1)).any(fits)
}

/// Words behind a number and what they say that it is; longer ones first.
const WORDS: [(&str, Part); 16] = [
    ("号楼", Part::Building),
    ("栋楼", Part::Building),
    ("號樓", Part::Building),
    ("单元", Part::Stairwell),
    ("單元", Part::Stairwell),
    ("门洞", Part::Stairwell),
    ("楼", Part::Building),
    ("樓", Part::Building),
    ("栋", Part::Building),
    ("棟", Part::Building),
    ("幢", Part::Building),
    ("座", Part::Building),
    ("室", Part::Door),
    ("户", Part::Door),
    ("房", Part::Door),
    ("号", Part::Door),
];

/// The pieces of a door as people write it. A hyphen, a blank, a word of [`WORDS`], or the border of digits and letters
/// of another script parts them; leading zeros count nothing.
fn pieces(text: &str) -> Vec<Piece> {
    let (mut pieces, mut rest): (Vec<Piece>, &str) = (Vec::new(), text);
    while let Some(one) = rest.chars().next() {
        if !one.is_alphanumeric() {
            rest = &rest[one.len_utf8()..];
            continue;
        }
        let length = if one.is_ascii() {
            rest.find(|one: char| !one.is_ascii_alphanumeric()).unwrap_or(rest.len())
        } else {
            rest.find(|one: char| one.is_ascii() || !one.is_alphanumeric()).unwrap_or(rest.len())
        };
        let (piece, behind) = rest.split_at(length);
        let word = WORDS.iter().find(|(word, _)| behind.starts_with(word));
        if one.is_ascii() {
            pieces.push(Piece { text: plain(piece), part: word.map(|(_, part)| *part) });
            rest = word.map_or(behind, |(word, _)| &behind[word.len()..]);
        } else {
            pieces.push(Piece { text: piece.to_owned(), part: None });
            rest = behind;
        }
    }
    pieces
}

/// Digits without leading zeros, letters lower-case.
fn plain(piece: &str) -> String {
    let short = piece.trim_start_matches('0');
    if short.is_empty() { "0".to_owned() } else { short.to_lowercase() }
}
