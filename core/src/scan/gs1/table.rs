//! The application identifiers and what their values are made of.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lint::Lint;

/// The committed table; its head says where the facts are from.
pub(super) const TABLE: &str = include_str!("ai.txt");

/// The alphabet of one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// `N`: digits.
    Digits,
    /// `X`: GS1 CSET 82.
    Cset82,
    /// `Y`: GS1 CSET 39.
    Cset39,
    /// `Z`: base64url with its padding (CSET 64).
    Cset64,
}

impl Alphabet {
    pub(super) fn holds(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::Cset82 => byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./:;<=>?_".contains(&byte),
            Self::Cset39 => byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"#-/".contains(&byte),
            Self::Cset64 => byte.is_ascii_alphanumeric() || b"-_=".contains(&byte),
        }
    }
}

/// One part of a value.
#[derive(Clone, Debug)]
pub(super) struct Component {
    pub(super) alphabet: Alphabet,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) optional: bool,
    pub(super) lints: Vec<Lint>,
}

/// What the value of an application identifier is made of.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Its length is predefined: no separator is needed behind it.
    pub(super) predefined: bool,
    pub(super) components: Vec<Component>,
}

impl Rule {
    /// The longest value.
    pub(super) fn max(&self) -> usize {
        self.components.iter().map(|component| component.max).sum()
    }

    /// The shortest value.
    pub(super) fn min(&self) -> usize {
        self.components.iter().filter(|component| !component.optional).map(|component| component.min).sum()
    }

    /// Whether a check digit protects it.
    pub(super) fn is_checked(&self) -> bool {
        self.components.iter().any(|component| component.lints.contains(&Lint::CheckDigit))
    }
}

static RULES: LazyLock<HashMap<String, Rule>> =
    LazyLock::new(|| rows(TABLE).filter_map(entry).flat_map(|(ais, rule)| ais.zip(std::iter::repeat(rule))).collect());

/// The lines that are neither empty nor a remark.
pub(super) fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The application identifier that stands in front of `text`, if there is one, and its rule.
pub(super) fn leading(text: &str) -> Option<(&str, &'static Rule)> {
    (2..=4).find_map(|length| {
        let ai = text.get(..length)?;
        RULES.get(ai).map(|rule| (ai, rule))
    })
}

/// The rule of an application identifier.
pub(super) fn rule(ai: &str) -> Option<&'static Rule> {
    RULES.get(ai)
}

/// The application identifiers of a row and their rule.
pub(super) fn entry(row: &'static str) -> Option<(impl Iterator<Item = String>, Rule)> {
    let mut words = row.split(' ');
    let (range, flag) = (words.next()?, words.next()?);
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let width = first.len();
    let numbers = first.parse::<u16>().ok()?..=last.parse::<u16>().ok()?;
    let components = words.map(component).collect::<Option<Vec<_>>>()?;
    Some((numbers.map(move |number| format!("{number:0width$}")), Rule { predefined: flag == "*", components }))
}

fn component(word: &str) -> Option<Component> {
    let (form, lints) = word.split_once(',').unwrap_or((word, ""));
    let optional = form.starts_with('[');
    let form = form.trim_start_matches('[').trim_end_matches(']');
    let (letter, length) = form.split_at_checked(1)?;
    let alphabet = match letter {
        "N" => Alphabet::Digits,
        "X" => Alphabet::Cset82,
        "Y" => Alphabet::Cset39,
        "Z" => Alphabet::Cset64,
        _ => return None,
    };
    let (min, max) = match length.strip_prefix("..") {
        Some(most) => (1, most.parse().ok()?),
        None => (length.parse().ok()?, length.parse().ok()?),
    };
    let lints = lints.split(',').filter(|name| !name.is_empty()).map(Lint::named).collect::<Option<Vec<_>>>()?;
    Some(Component { alphabet, min, max, optional, lints })
}
