//! From TOML text to a profile, with errors that name the key, its line, and the way out.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use serde::Deserialize;
use toml::Spanned;
use uuid::Uuid;

use super::label::{LabelRange, LabelRule};
use super::mixing::{MixingClass, NO_CLASS, PersonFlag};
use super::naming::{Gs1Name, Naming};
use super::{AliasMode, BUILT_IN_PATTERN, Profile, Round, Site, StepMode, Steps, WorkOrder};
use crate::crypto::sha256;
use crate::error::{Error, Result};
use crate::limits::{DEBOUNCE_MS, KEEP_SEALED_DAYS, NAME_CHARS_MAX, PROFILE_BYTES_MAX};
use crate::record::{DocumentKind, Place};
use crate::scan::Trust;

/// People of one tube, at the most: no lab pools more than 20, a limit only against a slip.
const CAPACITY: RangeInclusive<u32> = 1..=100;
/// The pause after which the same text is a new scan; a minute would swallow whole families.
const DEBOUNCE: RangeInclusive<u64> = 0..=60_000;
const TUBE_AGE_MIN: RangeInclusive<u32> = 1..=10_000;
const KEEP_DAYS: RangeInclusive<u32> = 1..=365;
const RETENTION_DAYS: RangeInclusive<u32> = 1..=3_650;
const TUBE_AGE_WARNING_MIN: u32 = 120;
/// Swabs at room temperature should reach the lab within four hours.
const SWAB_HOURS_MAX: u32 = 4;
const SWAB_HOURS: RangeInclusive<u32> = 1..=720;
const RETENTION_DAYS_DEFAULT: u32 = 30;
const AGE_MAX: u32 = 150;
/// Entries of any one list; the text's own limit bounds them all together.
const LIST_MAX: usize = 2_000;
/// Levels of the tree: city, street, community, site, and two to spare.
const PATH_MAX: usize = 6;
const PATTERN_CHARS_MAX: usize = 200;

type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    campaign: Option<Text>,
    name: Option<Text>,
    version: Option<Spanned<u32>>,
    order: Option<Text>,
    capacity: Option<Spanned<u32>>,
    alias: Option<Text>,
    debounce_ms: Option<Spanned<u64>>,
    tube_age_warning_min: Option<Spanned<u32>>,
    swab_hours_max: Option<Spanned<u32>>,
    keep_sealed_days: Option<Spanned<u32>>,
    retention_days: Option<Spanned<u32>>,
    keep_address: Option<bool>,
    masked: Option<bool>,
    #[serde(default)]
    uidai_certificates: Vec<Text>,
    tube: Option<Spanned<RawLabels>>,
    #[serde(rename = "box")]
    container: Option<Spanned<RawLabels>>,
    #[serde(default)]
    steps: RawSteps,
    #[serde(default, rename = "round")]
    rounds: Vec<Spanned<RawRound>>,
    #[serde(default, rename = "class")]
    classes: Vec<Spanned<RawClass>>,
    #[serde(default, rename = "site")]
    sites: Vec<Spanned<RawSite>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLabels {
    pattern: Option<Text>,
    #[serde(default)]
    symbologies: Vec<Text>,
    #[serde(default)]
    ranges: Vec<Spanned<(String, String)>>,
    gs1: Option<Text>,
    isbt128: Option<Text>,
    codabar: Option<Text>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawSteps {
    temperature: Option<Text>,
    phone: Option<Text>,
    code_colour: Option<Text>,
    #[serde(default)]
    colours: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRound {
    id: Option<Text>,
    name: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClass {
    name: Option<Text>,
    #[serde(default)]
    documents: Vec<Text>,
    #[serde(default)]
    flags: Vec<Text>,
    age_from: Option<Spanned<u32>>,
    age_to: Option<Spanned<u32>>,
    #[serde(default)]
    alone: bool,
    #[serde(default)]
    household: bool,
    #[serde(default)]
    not_with: Vec<Text>,
    reason: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSite {
    path: Option<Spanned<Vec<Text>>>,
    place: Option<Text>,
    #[serde(default)]
    lanes: Vec<Text>,
    #[serde(default)]
    ranges: Vec<Spanned<(String, String)>>,
}

pub(super) fn parse(text: &str) -> Result<Profile> {
    if text.len() > PROFILE_BYTES_MAX {
        return Err(Error::Limit {
            what: "profile, in bytes",
            found: text.len() as u64,
            limit: PROFILE_BYTES_MAX as u64,
        });
    }
    let at = Source { text };
    let raw: Raw = toml::from_str(text).map_err(|error| at.toml(&error))?;
    let top = 0..0;
    let order = at.word(
        "order",
        raw.order.as_ref(),
        WorkOrder::TubeThenIds,
        &[
            ("id_then_tube", WorkOrder::IdThenTube),
            ("tube_then_ids", WorkOrder::TubeThenIds),
            ("box_then_tubes_then_ids", WorkOrder::BoxThenTubesThenIds),
        ],
    )?;
    if order == WorkOrder::BoxThenTubesThenIds && raw.container.is_none() {
        return Err(at.bad(&top, "box", "the order scans boxes; add a table [box] with a pattern for their labels"));
    }
    let alias = [("note", AliasMode::Note), ("subject", AliasMode::Subject)];
    Ok(Profile {
        digest: sha256(&[text.as_bytes()]),
        campaign: at.uuid("campaign", raw.campaign.as_ref(), &top)?,
        name: at.name("name", raw.name.as_ref(), &top)?,
        version: at.required(
            "version",
            raw.version.as_ref(),
            &top,
            "write `version = 1`, and one more at each change",
        )?,
        rounds: rounds(&at, &raw.rounds)?,
        order,
        capacity: at.number("capacity", raw.capacity.as_ref(), 10, CAPACITY)?,
        tube: labels(&at, raw.tube.as_ref())?,
        container: raw.container.as_ref().map(|rule| labels(&at, Some(rule))).transpose()?,
        alias: at.word("alias", raw.alias.as_ref(), AliasMode::Note, &alias)?,
        classes: classes(&at, &raw.classes)?,
        steps: steps(&at, &raw.steps)?,
        sites: sites(&at, &raw.sites)?,
        debounce_ms: at.number("debounce_ms", raw.debounce_ms.as_ref(), DEBOUNCE_MS, DEBOUNCE)?,
        tube_age_warning_min: at.number(
            "tube_age_warning_min",
            raw.tube_age_warning_min.as_ref(),
            TUBE_AGE_WARNING_MIN,
            TUBE_AGE_MIN,
        )?,
        swab_hours_max: at.number("swab_hours_max", raw.swab_hours_max.as_ref(), SWAB_HOURS_MAX, SWAB_HOURS)?,
        keep_sealed_days: at.number("keep_sealed_days", raw.keep_sealed_days.as_ref(), KEEP_SEALED_DAYS, KEEP_DAYS)?,
        retention_days: at.number(
            "retention_days",
            raw.retention_days.as_ref(),
            RETENTION_DAYS_DEFAULT,
            RETENTION_DAYS,
        )?,
        keep_address: raw.keep_address.unwrap_or(false),
        masked: raw.masked.unwrap_or(true),
        trust: trust(&at, &raw.uidai_certificates)?,
        text: text.to_owned(),
    })
}

fn rounds(at: &Source<'_>, raw: &[Spanned<RawRound>]) -> Result<Vec<Round>> {
    if raw.is_empty() {
        return Err(at.bad(&(0..0), "round", "there is none; add a table [[round]] with `id` (a UUID) and `name`"));
    }
    at.list("round", raw)?;
    let mut seen = (BTreeSet::new(), BTreeSet::new());
    raw.iter()
        .map(|entry| {
            let round = Round {
                id: at.uuid("round.id", entry.get_ref().id.as_ref(), &entry.span())?,
                name: at.name("round.name", entry.get_ref().name.as_ref(), &entry.span())?,
            };
            at.once("round.id", &mut seen.0, round.id, &entry.span())?;
            at.once("round.name", &mut seen.1, round.name.clone(), &entry.span())?;
            Ok(round)
        })
        .collect()
}

fn labels(at: &Source<'_>, raw: Option<&Spanned<RawLabels>>) -> Result<LabelRule> {
    let built_in = || LabelRule::new(BUILT_IN_PATTERN, Vec::new(), Vec::new());
    let Some(entry) = raw else {
        return built_in().map_err(|why| at.bad(&(0..0), "tube.pattern", why));
    };
    let raw = entry.get_ref();
    let (pattern, span) = match &raw.pattern {
        Some(pattern) => (pattern.get_ref().as_str(), pattern.span()),
        None => (BUILT_IN_PATTERN, entry.span()),
    };
    if pattern.chars().count() > PATTERN_CHARS_MAX {
        return Err(at.bad(&span, "pattern", format!("it is longer than {PATTERN_CHARS_MAX} characters; shorten it")));
    }
    let naming = naming(at, raw)?;
    let symbologies = at.strings("symbologies", &raw.symbologies, |text| {
        let aim = matches!(text.as_bytes(), [b']', letter, modifier] if letter.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric());
        if aim { Ok(text.to_owned()) } else { Err("it must be an AIM identifier such as \"]C0\" or \"]d1\"".to_owned()) }
    })?;
    if let Some(retail) = raw.symbologies.iter().find(|text| text.get_ref().starts_with("]E")) {
        return Err(at.bad(&retail.span(), "symbologies", "]E is EAN and UPC, which never name a tube; take it out"));
    }
    let rule = LabelRule::new(pattern, symbologies, ranges(at, &raw.ranges)?);
    rule.map(|rule| rule.with_naming(naming)).map_err(|why| at.bad(&span, "pattern", why))
}

fn trust(at: &Source<'_>, raw: &[Text]) -> Result<Trust> {
    let mut trust = Trust::new();
    for entry in raw {
        let added = trust.add_uidai(entry.get_ref().as_bytes());
        added.map_err(|why| at.bad(&entry.span(), "uidai_certificates", why))?;
    }
    Ok(trust)
}

fn naming(at: &Source<'_>, raw: &RawLabels) -> Result<Naming> {
    let gs1 = [
        ("none", None),
        ("serial", Some(Gs1Name::Serial)),
        ("gtin_serial", Some(Gs1Name::GtinSerial)),
        ("sscc", Some(Gs1Name::Sscc)),
    ];
    Ok(Naming {
        gs1: at.word("gs1", raw.gs1.as_ref(), None, &gs1)?,
        din: at.word("isbt128", raw.isbt128.as_ref(), false, &[("text", false), ("din", true)])?,
        strip_codabar: at.word("codabar", raw.codabar.as_ref(), false, &[("keep", false), ("strip", true)])?,
    })
}

fn ranges(at: &Source<'_>, raw: &[Spanned<(String, String)>]) -> Result<Vec<LabelRange>> {
    at.list("ranges", raw)?;
    raw.iter()
        .map(|entry| {
            let (first, last) = entry.get_ref();
            LabelRange::new(first, last).map_err(|why| at.bad(&entry.span(), "ranges", why))
        })
        .collect()
}

fn steps(at: &Source<'_>, raw: &RawSteps) -> Result<Steps> {
    let modes = [("off", StepMode::Off), ("optional", StepMode::Optional), ("required", StepMode::Required)];
    Ok(Steps {
        temperature: at.word("steps.temperature", raw.temperature.as_ref(), StepMode::Off, &modes)?,
        phone: at.word("steps.phone", raw.phone.as_ref(), StepMode::Optional, &modes)?,
        code_colour: at.word("steps.code_colour", raw.code_colour.as_ref(), StepMode::Off, &modes)?,
        colours: at.strings("steps.colours", &raw.colours, name_of)?,
    })
}

fn classes(at: &Source<'_>, raw: &[Spanned<RawClass>]) -> Result<Vec<MixingClass>> {
    at.list("class", raw)?;
    let mut seen = BTreeSet::new();
    let classes = raw
        .iter()
        .map(|entry| {
            let class = class(at, entry)?;
            at.once("class.name", &mut seen, class.name.clone(), &entry.span())?;
            Ok(class)
        })
        .collect::<Result<Vec<_>>>()?;
    for entry in raw.iter().flat_map(|class| &class.get_ref().not_with) {
        let name = entry.get_ref();
        if name != NO_CLASS && !seen.contains(name) {
            let why = format!("there is no class `{name}`; name one that the profile has, or \"-\" for people of none");
            return Err(at.bad(&entry.span(), "class.not_with", why));
        }
    }
    Ok(classes)
}

fn class(at: &Source<'_>, entry: &Spanned<RawClass>) -> Result<MixingClass> {
    let (raw, span) = (entry.get_ref(), entry.span());
    let name = at.name("class.name", raw.name.as_ref(), &span)?;
    if name == NO_CLASS {
        return Err(at.bad(&span, "class.name", "\"-\" stands for people of no class; choose another name"));
    }
    let documents = at.strings("class.documents", &raw.documents, |text| {
        DocumentKind::from_text(text).ok_or_else(|| one_of(DocumentKind::ALL.iter().map(|kind| kind.as_str())))
    })?;
    let flags = at.strings("class.flags", &raw.flags, |text| {
        let flag = PersonFlag::ALL.iter().copied().find(|flag| flag.as_str() == text);
        flag.ok_or_else(|| one_of(PersonFlag::ALL.iter().map(|flag| flag.as_str())))
    })?;
    let age = |key, value: Option<&Spanned<u32>>| match value {
        None => Ok(None),
        Some(_) => at.number(key, value, 0, 0..=AGE_MAX).map(Some),
    };
    let (age_from, age_to) = (age("class.age_from", raw.age_from.as_ref())?, age("class.age_to", raw.age_to.as_ref())?);
    if documents.is_empty() && flags.is_empty() && age_from.is_none() && age_to.is_none() {
        return Err(at.bad(&span, "class", "nobody is in it; give `documents`, `flags`, `age_from` or `age_to`"));
    }
    if let (Some(from), Some(to)) = (age_from, age_to)
        && from > to
    {
        return Err(at.bad(&span, "class.age_to", format!("nobody is from {from} to {to} years old; swap them")));
    }
    if !raw.alone && !raw.household && raw.not_with.is_empty() {
        return Err(at.bad(&span, "class", "it forbids nothing; give `alone`, `household` or `not_with`"));
    }
    Ok(MixingClass {
        name,
        documents,
        flags,
        age_from,
        age_to,
        alone: raw.alone,
        household: raw.household,
        not_with: raw.not_with.iter().map(|name| name.get_ref().clone()).collect(),
        reason: at.name("class.reason", raw.reason.as_ref(), &span)?,
    })
}

fn sites(at: &Source<'_>, raw: &[Spanned<RawSite>]) -> Result<Vec<Site>> {
    at.list("site", raw)?;
    let mut seen = BTreeSet::new();
    raw.iter()
        .map(|entry| {
            let (raw, span) = (entry.get_ref(), entry.span());
            let Some(steps) = raw.path.as_ref().filter(|path| (1..=PATH_MAX).contains(&path.get_ref().len())) else {
                let why = format!("write 1 to {PATH_MAX} names from the city down to the site, e.g. [\"City\", \"Street\", \"Gate 1\"]");
                return Err(at.bad(&span, "site.path", why));
            };
            let path = at.strings("site.path", steps.get_ref(), name_of)?;
            let name = path.last().cloned().unwrap_or_default();
            at.once("site.path", &mut seen, name.clone(), &steps.span())?;
            let places = [("fixed", Place::Fixed), ("mobile", Place::Mobile)];
            Ok(Site {
                name,
                path,
                place: at.word("site.place", raw.place.as_ref(), Place::Fixed, &places)?,
                lanes: at.strings("site.lanes", &raw.lanes, name_of)?,
                ranges: ranges(at, &raw.ranges)?,
            })
        })
        .collect()
}

fn name_of(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(format!("it must be 1 to {NAME_CHARS_MAX} characters on one line"));
    }
    Ok(name.to_owned())
}

fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    format!("it must be one of {}", words.collect::<Vec<_>>().join(", "))
}

/// The text, to tell lines by.
struct Source<'a> {
    text: &'a str,
}

type Span = std::ops::Range<usize>;

impl Source<'_> {
    fn bad(&self, span: &Span, key: &str, why: impl Display) -> Error {
        let place = if span.is_empty() { String::new() } else { format!("line {}, ", self.line(span.start)) };
        Error::invalid("profile", format!("{place}key `{key}`: {why}"))
    }

    fn line(&self, byte: usize) -> usize {
        self.text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1
    }

    /// An error of the TOML reader: unknown keys and wrong types are its to find.
    fn toml(&self, error: &toml::de::Error) -> Error {
        let message = error.message().trim().replace('\n', ", ");
        match error.span() {
            None => Error::invalid("profile", message),
            Some(span) => {
                let line = self.line(span.start);
                let text = self.text.lines().nth(line - 1).unwrap_or_default();
                let key = text.split_once('=').map_or(text, |(key, _)| key).trim();
                Error::invalid("profile", format!("line {line}, key `{key}`: {message}"))
            }
        }
    }

    fn required<T: Copy>(&self, key: &str, value: Option<&Spanned<T>>, around: &Span, way_out: &str) -> Result<T> {
        value.map(|value| *value.get_ref()).ok_or_else(|| self.bad(around, key, format!("it is missing; {way_out}")))
    }

    fn number<T: Copy + PartialOrd + Display>(
        &self,
        key: &str,
        value: Option<&Spanned<T>>,
        default: T,
        bounds: RangeInclusive<T>,
    ) -> Result<T> {
        let Some(value) = value else { return Ok(default) };
        if bounds.contains(value.get_ref()) {
            return Ok(*value.get_ref());
        }
        let (found, least, most) = (value.get_ref(), bounds.start(), bounds.end());
        Err(self.bad(&value.span(), key, format!("it is {found}; write a number from {least} to {most}")))
    }

    fn word<T: Copy>(&self, key: &str, value: Option<&Text>, default: T, words: &[(&str, T)]) -> Result<T> {
        let Some(value) = value else { return Ok(default) };
        let found = words.iter().find(|(word, _)| word == value.get_ref());
        found
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| self.bad(&value.span(), key, one_of(words.iter().map(|(word, _)| *word))))
    }

    fn name(&self, key: &str, value: Option<&Text>, around: &Span) -> Result<String> {
        let value = value.ok_or_else(|| self.bad(around, key, "it is missing; write a short text in quotes"))?;
        name_of(value.get_ref()).map_err(|why| self.bad(&value.span(), key, why))
    }

    fn uuid(&self, key: &str, value: Option<&Text>, around: &Span) -> Result<Uuid> {
        let form = "a UUID such as \"01890a5d-ac96-774b-bcce-b302099a8057\", drawn once and never changed";
        let value = value.ok_or_else(|| self.bad(around, key, format!("it is missing; write {form}")))?;
        Uuid::try_parse(value.get_ref()).map_err(|_| self.bad(&value.span(), key, format!("it must be {form}")))
    }

    fn strings<T>(&self, key: &str, values: &[Text], read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>> {
        self.list(key, values)?;
        values.iter().map(|value| read(value.get_ref()).map_err(|why| self.bad(&value.span(), key, why))).collect()
    }

    fn list<T>(&self, key: &str, values: &[Spanned<T>]) -> Result<()> {
        match values.get(LIST_MAX) {
            Some(first_over) => {
                Err(self.bad(&first_over.span(), key, format!("a list may have {LIST_MAX} entries; shorten it")))
            }
            None => Ok(()),
        }
    }

    fn once<T: Ord>(&self, key: &str, seen: &mut BTreeSet<T>, value: T, span: &Span) -> Result<()> {
        if seen.insert(value) {
            return Ok(());
        }
        Err(self.bad(span, key, "it stands in the profile twice; make each one its own"))
    }
}
