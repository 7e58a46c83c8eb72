//! What stands on a card beside its number, as it was read.

use std::collections::HashSet;

use super::birth::{self, BirthLine};
use super::labels::{self, Label};
use super::line::{Line, is_cjk};
use super::{ethnic, texts};
use crate::scan::identity::Sex;

/// A value with the label before it, or a text without one.
pub(super) struct Piece {
    pub(super) label: Option<Label>,
    pub(super) text: String,
}

/// Lines that belong to no value of this side: the other side's, and what is laid over copies.
const FOREIGN_WORDS: &[&str] = &[
    "中华人民共和国",
    "居民身份证",
    "居住证",
    "永久居留",
    "签发",
    "有效期",
    "仅供",
    "复印",
    "无效",
    "样本",
    "样张",
    "使用",
    "水印",
    "电话",
    "手机",
    "办理",
    "核酸",
    "检测",
    "SPECIMEN",
    "COPY",
];

/// Digits in a row, blanks aside, that are more than an address has.
const LONG_DIGITS: usize = 10;

/// Labels that stand once on a card.
const WHOLE: &[&str] = &["姓名", "性别", "出生", "住址", "公民身", "证件号"];

/// What was read.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) births: Vec<BirthLine>,
    pub(super) sexes: Vec<Sex>,
    pub(super) ethnicity: Option<&'static str>,
    pub(super) name: Option<String>,
    pub(super) latin_name: Option<String>,
    pub(super) address: Option<String>,
    /// The labels seen, each kind once.
    labels: Vec<Label>,
    whole: Vec<&'static str>,
    /// Whether a label stands twice before different values: two cards.
    pub(super) two_cards: bool,
}

impl Facts {
    pub(super) fn of(lines: &[Line]) -> Self {
        let mut facts = Self::default();
        let mut pieces = Vec::new();
        let mut seen = HashSet::new();
        // A line that is read twice is one line.
        for line in lines.iter().filter(|line| seen.insert(&line.chars)) {
            facts.take(line, &mut pieces);
        }
        facts.sexes = sexes(&pieces);
        facts.ethnicity = ethnicity(&pieces);
        let names = texts::names(&pieces);
        facts.two_cards |= names.two;
        facts.address = texts::address(&pieces, names.piece);
        (facts.name, facts.latin_name) = (names.chinese, names.latin);
        facts
    }

    /// Whether the lines hold what only a card's portrait side does.
    pub(super) fn is_card(&self) -> bool {
        self.labels.len() >= 2 || self.labels.contains(&Label::Number)
    }

    /// Whether the labels are those of the resident card.
    pub(super) fn is_resident_card(&self) -> bool {
        self.is_card() && (self.labels.contains(&Label::Ethnicity) || self.ethnicity.is_some())
    }

    /// Splits a line at its labels.
    fn take(&mut self, line: &Line, pieces: &mut Vec<Piece>) {
        let whole: String = line.chars.iter().collect();
        let overlaid = FOREIGN_WORDS.iter().any(|word| whole.contains(word)) || is_office(&whole);
        let mut label = overlaid.then_some(Label::Other);
        let (mut start, mut at) = (0, 0);
        while at < line.chars.len() {
            let Some((next, behind)) = labels::at(line, at).or_else(|| long_number(line, at)) else {
                at += 1;
                continue;
            };
            self.piece(line, label, start..at, pieces);
            self.saw(next, line, at);
            label = Some(next);
            (start, at) = (behind, behind.max(at + 1));
        }
        self.piece(line, label, start..line.chars.len(), pieces);
    }

    fn saw(&mut self, label: Label, line: &Line, at: usize) {
        if label == Label::Other {
            return;
        }
        if !self.labels.contains(&label) {
            self.labels.push(label);
        }
        // Whole and true labels only: one may be read in two parts, and misread ones may be none.
        if let Some(word) = WHOLE.iter().find(|word| line.starts(at, word)) {
            self.two_cards |= self.whole.contains(word);
            self.whole.push(word);
        }
    }

    fn piece(&mut self, line: &Line, label: Option<Label>, range: std::ops::Range<usize>, pieces: &mut Vec<Piece>) {
        let text = line.text(range.start, range.end);
        if label != Some(Label::Other) {
            let chars = line.chars.get(range).unwrap_or_default();
            self.births.extend(birth::read(chars, label == Some(Label::Birth)));
        }
        if label.is_some() || !text.is_empty() {
            pieces.push(Piece { label, text });
        }
    }
}

/// A run of digits that is no part of an address, where it begins: taken for a label and passed.
fn long_number(line: &Line, at: usize) -> Option<(Label, usize)> {
    let before = at.checked_sub(1).and_then(|i| line.chars.get(i));
    if before.is_some_and(char::is_ascii_alphanumeric) {
        return None;
    }
    let count = line.chars.get(at..)?.iter().take_while(|c| c.is_ascii_alphanumeric()).count();
    let digits = line.chars.iter().skip(at).take(count).filter(|c| c.is_ascii_digit()).count();
    (digits >= LONG_DIGITS).then_some((Label::Other, at + count))
}

/// The office that issued the card: 某某市公安局某某分局.
fn is_office(line: &str) -> bool {
    line.contains("公安") && line.ends_with(['局', '厅'])
}

/// The sex lines. A 男 or 女 elsewhere may be part of a name.
fn sexes(pieces: &[Piece]) -> Vec<Sex> {
    let mut sexes = Vec::new();
    for piece in pieces {
        let text = piece.text.as_str();
        let sex = match piece.label {
            Some(Label::Sex) => sex(text),
            None if matches!(text, "男" | "女" | "男/M" | "女/F") => sex(text),
            None => lone_sex(text),
            _ => None,
        };
        sexes.extend(sex.filter(|sex| !sexes.contains(sex)));
    }
    sexes
}

fn sex(text: &str) -> Option<Sex> {
    let mut chars = text.chars();
    match (chars.next()?, chars.next()) {
        ('男', Some('女')) | ('女', Some('男')) => None,
        ('男', Some('/')) if text.ends_with('F') => None,
        ('女', Some('/')) if text.ends_with('M') => None,
        ('男', _) | ('M', None) => Some(Sex::Male),
        ('女', _) | ('F', None) => Some(Sex::Female),
        _ => None,
    }
}

/// 男汉: both values of a line that lost its labels.
fn lone_sex(text: &str) -> Option<Sex> {
    let rest = text.strip_prefix(['男', '女'])?;
    ethnic::exact(rest).and_then(|_| sex(text))
}

fn ethnicity(pieces: &[Piece]) -> Option<&'static str> {
    let leading = |text: &str| {
        let chars: Vec<char> = text.chars().take(8).collect();
        ethnic::leading(&chars).map(|(group, _)| group)
    };
    let labelled = pieces.iter().filter(|piece| piece.label == Some(Label::Ethnicity));
    let mut found: Vec<&str> = labelled.filter_map(|piece| leading(&piece.text)).collect();
    if found.is_empty() {
        let rest = |piece: &Piece| match piece.label {
            None => {
                ethnic::exact(&piece.text).or_else(|| piece.text.strip_prefix(['男', '女']).and_then(ethnic::exact))
            }
            Some(Label::Sex) => piece.text.strip_prefix(['男', '女']).and_then(ethnic::exact),
            _ => None,
        };
        found = pieces.iter().filter_map(rest).collect();
    }
    found.dedup();
    match found[..] {
        [group] => Some(group),
        _ => None,
    }
}

/// Whether a text has a Chinese character.
pub(super) fn has_cjk(text: &str) -> bool {
    text.chars().any(is_cjk)
}
