//! The profile: how one campaign works, as signed data, never as code.
//!
//! A profile is TOML text; its bytes are what is signed and digested, and [`Profile::parse`]
//! says of a wrong one which key is wrong, in which line, and what to write instead. The
//! documented example is `docs/profile.example.toml`.

mod label;
mod mixing;
mod naming;
mod parse;

pub use label::{LabelFit, LabelRange, LabelRule};
pub use mixing::{MixingClash, MixingClass, MixingRule, PersonFlag, PersonTraits};
pub use naming::{Gs1Name, Naming};

use std::fmt;

use uuid::Uuid;

use crate::crypto::sha256;
use crate::error::Result;
use crate::record::Place;
use crate::scan::{Label, Reading, Trust};

/// The order in which a lane scans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WorkOrder {
    /// A person first, then the tube that the swab goes into; each person asks for a tube.
    IdThenTube,
    /// A tube first, then its people.
    TubeThenIds,
    /// A box, then its tubes, then each tube's people.
    BoxThenTubesThenIds,
}

/// What an opaque code that someone shows is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AliasMode {
    /// A note for the lane's next person; takes no position.
    Note,
    /// A person known by it.
    Subject,
}

/// Whether an optional step is part of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StepMode {
    /// Not asked, refused if given.
    #[default]
    Off,
    /// Kept if given.
    Optional,
    /// Nobody is bound without it.
    Required,
}

/// The optional steps before a person is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Body temperature.
    pub temperature: StepMode,
    /// The contact telephone.
    pub phone: StepMode,
    /// The colour of a code that is shown.
    pub code_colour: StepMode,
    /// The colours' words that may be given; empty: any.
    pub colours: Vec<String>,
}

impl Default for Steps {
    /// A contact telephone may be given, because a recall needs one; nothing else.
    fn default() -> Self {
        Self { temperature: StepMode::Off, phone: StepMode::Optional, code_colour: StepMode::Off, colours: Vec::new() }
    }
}

/// One round of the campaign: within it a person is sampled once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: Uuid,
    /// Its number or name, for people.
    pub name: String,
}

/// One site, with its place in the tree of city, street, community and site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name, unique in the profile: the last element of `path`.
    pub name: String,
    /// The way down the tree, from the city to the site itself.
    pub path: Vec<String>,
    /// Fixed, or a team that moves.
    pub place: Place,
    /// Its lanes' names.
    pub lanes: Vec<String>,
    /// Ranges of tube numbers handed to this site; empty: those of the profile.
    pub ranges: Vec<LabelRange>,
}

/// How one campaign works.
#[derive(Clone)]
pub struct Profile {
    text: String,
    digest: [u8; 32],
    /// The campaign.
    pub campaign: Uuid,
    /// The campaign's name, for people.
    pub name: String,
    /// The profile's version; the highest wins.
    pub version: u32,
    /// The rounds, at least one; the first is the default.
    pub rounds: Vec<Round>,
    /// The order in which a lane scans.
    pub order: WorkOrder,
    /// How many people a tube takes.
    pub capacity: u32,
    /// Which labels may name a tube.
    pub tube: LabelRule,
    /// Which labels may name a box; `None` where the campaign scans none.
    pub container: Option<LabelRule>,
    /// What an opaque code is worth.
    pub alias: AliasMode,
    /// The classes that must not simply share a tube, in the order in which they are tried.
    pub classes: Vec<MixingClass>,
    /// The optional steps.
    pub steps: Steps,
    /// The sites; empty: any name will do.
    pub sites: Vec<Site>,
    /// Milliseconds within which the same text is the same scan.
    pub debounce_ms: u64,
    /// Minutes after which an open tube is shown as old.
    pub tube_age_warning_min: u32,
    /// Hours after the first swab by which a box should be with the lab: older ones are told.
    pub swab_hours_max: u32,
    /// Days that sealed batches stay past their opened receipt.
    pub keep_sealed_days: u32,
    /// Days after a round's end and last receipt when its key is destroyed.
    pub retention_days: u32,
    /// Whether the address on a document is kept.
    pub keep_address: bool,
    /// Whether names and numbers on screens are masked.
    pub masked: bool,
    /// The issuers of documents whose signatures count.
    pub trust: Trust,
}

impl Profile {
    /// The profile that needs none: tube then ids, capacity 10, any label of 6 to 24 letters,
    /// digits and hyphens, one round. Its version is 0, so that any published one is newer; the
    /// same campaign always has the same text.
    pub fn built_in(campaign: Uuid) -> Self {
        let text = built_in_text(campaign);
        Self::parse(&text).expect("its text is constant but for two UUIDs, and a test parses it")
    }

    /// The profile in `text`, or what is wrong with it: key, line, and what to write instead.
    pub fn parse(text: &str) -> Result<Self> {
        parse::parse(text)
    }

    /// The text it was parsed from: what is signed and carried.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the text.
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The round that has this name or id.
    pub fn round(&self, name: &str) -> Option<&Round> {
        let id = Uuid::try_parse(name).ok();
        self.rounds.iter().find(|round| round.name == name || Some(round.id) == id)
    }

    /// The site called `name`.
    pub fn site(&self, name: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.name == name)
    }

    /// The label by which `reading` may name a tube: its text, or the part of it that the profile
    /// says ([`Naming`]). Whether it fits is for [`Profile::tube_label`].
    pub fn tube_name(&self, reading: &Reading) -> Option<Label> {
        self.tube.name(reading)
    }

    /// The label by which `reading` names a tube of `site`: one that fits, and names no person.
    pub fn names_tube(&self, reading: &Reading, site: Option<&str>) -> Option<Label> {
        let label = self.tube_name(reading).filter(|_| !reading.names_a_person())?;
        self.tube_label(&label, site).fits().then_some(label)
    }

    /// The name of a tube whose label someone typed as it stands on the tube: blanks, start and
    /// stop letters or a check character left out where the profile says so. `None` for a donation
    /// number whose check character disagrees.
    pub fn typed_tube(&self, text: &str) -> Option<String> {
        self.tube.naming.canonical(&Label { text: text.to_owned(), symbology: None })
    }

    /// The label by which `reading` may name a box.
    pub fn box_name(&self, reading: &Reading) -> Option<Label> {
        self.container.as_ref().map_or_else(|| reading.label.clone(), |rule| rule.name(reading))
    }

    /// How `label`, read at `site`, fits the tubes of this campaign.
    pub fn tube_label(&self, label: &Label, site: Option<&str>) -> LabelFit {
        let ranges = site.and_then(|name| self.site(name)).map_or(&[][..], |site| &site.ranges);
        self.tube.fit(label, ranges)
    }

    /// How `label` fits the boxes of this campaign; where there are none, nothing fits.
    pub fn box_label(&self, label: &Label) -> LabelFit {
        self.container.as_ref().map_or(LabelFit::NoPattern, |rule| rule.fit(label, &[]))
    }

    /// The first class that a person with these traits belongs to.
    pub fn class_of(&self, person: &PersonTraits) -> Option<&MixingClass> {
        self.classes.iter().find(|class| class.holds(person))
    }

    /// Whether someone of class `joining` may join a tube that holds people of the classes
    /// `present` (`None`: of no class); the first rule that forbids it. The rule of one household
    /// forbids whoever is not the first: only the operator knows the household, and overrides it.
    pub fn may_join(&self, present: &[Option<&str>], joining: Option<&str>) -> Result<(), MixingClash> {
        mixing::clash(&self.classes, present, joining).map_or(Ok(()), Err)
    }
}

/// Labels of the built-in profile.
const BUILT_IN_PATTERN: &str = "[A-Za-z0-9-]{6,24}";

fn built_in_text(campaign: Uuid) -> String {
    let digest = sha256(&[b"fieldcore/built-in-round/1\0", campaign.as_bytes()]);
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    let round = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    format!(
        "campaign = \"{campaign}\"\nname = \"Fieldcore\"\nversion = 0\norder = \"tube_then_ids\"\ncapacity = 10\n\n\
         [tube]\npattern = \"^{BUILT_IN_PATTERN}$\"\n\n[[round]]\nid = \"{round}\"\nname = \"1\"\n"
    )
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({}, version {})", self.campaign, self.version)
    }
}

#[cfg(test)]
mod tests;
