//! Who may share a tube, as data: classes of people, and what each class's rule forbids.

use crate::record::DocumentKind;

/// How the profile names people of no class in `not_with`.
pub(super) const NO_CLASS: &str = "-";

/// Something about a person, beside the kind of document, that a mixing class may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PersonFlag {
    /// No document at all.
    NoDocument,
    /// Known only by an opaque code.
    Alias,
    /// A child bound to a guardian.
    Guardian,
    /// Any document or code that is not a PRC resident number.
    NotResident,
}

impl PersonFlag {
    /// Every flag.
    pub const ALL: &'static [Self] = &[Self::NoDocument, Self::Alias, Self::Guardian, Self::NotResident];

    /// The word in the profile.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoDocument => "no_document",
            Self::Alias => "alias",
            Self::Guardian => "guardian",
            Self::NotResident => "not_resident",
        }
    }

    fn holds(self, person: &PersonTraits) -> bool {
        match self {
            Self::NoDocument => person.document == DocumentKind::None,
            Self::Alias => person.document == DocumentKind::Alias,
            Self::Guardian => person.guardian,
            Self::NotResident => !matches!(person.document, DocumentKind::CnResident | DocumentKind::CnResident15),
        }
    }
}

/// A class of people that must not simply share a tube.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixingClass {
    /// Its name; stands in records.
    pub name: String,
    /// Kinds of document that put a person in it.
    pub documents: Vec<DocumentKind>,
    /// Flags that put a person in it.
    pub flags: Vec<PersonFlag>,
    /// Youngest age in full years that is in it; with documents or flags, both must hold.
    pub age_from: Option<u32>,
    /// Oldest age in full years that is in it.
    pub age_to: Option<u32>,
    /// Its people take a tube each.
    pub alone: bool,
    /// Its people share a tube with their own household only.
    pub household: bool,
    /// Classes that it must not share a tube with; `-` stands for people of no class.
    pub not_with: Vec<String>,
    /// Why, shown to the operator.
    pub reason: String,
}

impl MixingClass {
    pub(super) fn holds(&self, person: &PersonTraits) -> bool {
        let listed = self.documents.is_empty() && self.flags.is_empty()
            || self.documents.contains(&person.document)
            || self.flags.iter().any(|flag| flag.holds(person));
        listed && self.age_fits(person.age)
    }

    /// An age that is not known is in no class that asks for one.
    fn age_fits(&self, age: Option<u32>) -> bool {
        match (self.age_from, self.age_to, age) {
            (None, None, _) => true,
            (_, _, None) => false,
            (from, to, Some(age)) => from.is_none_or(|from| age >= from) && to.is_none_or(|to| age <= to),
        }
    }

    fn shuns(&self, other: Option<&str>) -> bool {
        self.not_with.iter().any(|name| name == other.unwrap_or(NO_CLASS))
    }

    fn clash(&self, rule: MixingRule) -> MixingClash {
        MixingClash { rule, class: self.name.clone(), reason: self.reason.clone() }
    }
}

/// Why two people may not share a tube.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixingClash {
    /// The rule that forbids it.
    pub rule: MixingRule,
    /// The class whose rule it is.
    pub class: String,
    /// The profile's words, for the operator.
    pub reason: String,
}

/// The kinds of mixing rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MixingRule {
    /// One person a tube.
    Alone,
    /// One household a tube.
    Household,
    /// Two classes that do not share a tube.
    NotWith,
}

impl MixingRule {
    /// The word for problems in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alone => "mixing_alone",
            Self::Household => "mixing_household",
            Self::NotWith => "mixing_not_with",
        }
    }
}

/// What of a person the mixing classes look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonTraits {
    /// What names the person.
    pub document: DocumentKind,
    /// Whether a guardian is named.
    pub guardian: bool,
    /// Age in full years, where it is known.
    pub age: Option<u32>,
}

/// The rule that keeps someone of class `joining` out of a tube that holds people of the classes
/// `present`; one person a tube before the others, because no operator may set it aside. Both
/// sides' rules count.
pub(super) fn clash(classes: &[MixingClass], present: &[Option<&str>], joining: Option<&str>) -> Option<MixingClash> {
    let class = |name: Option<&str>| name.and_then(|name| classes.iter().find(|class| class.name == name));
    let mine = class(joining);
    let either = |there: Option<&str>, holds: fn(&MixingClass) -> bool| {
        mine.filter(|class| holds(class)).or_else(|| class(there).filter(|class| holds(class)))
    };
    let alone = present.iter().find_map(|there| either(*there, |class| class.alone));
    if let Some(class) = alone {
        return Some(class.clash(MixingRule::Alone));
    }
    present.iter().find_map(|there| {
        let shunning = mine.filter(|c| c.shuns(*there)).or_else(|| class(*there).filter(|c| c.shuns(joining)));
        if let Some(class) = shunning {
            return Some(class.clash(MixingRule::NotWith));
        }
        either(*there, |class| class.household).map(|class| class.clash(MixingRule::Household))
    })
}
