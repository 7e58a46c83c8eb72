//! What a device may do for others.

use std::fmt;

/// Rights, as a delegation, a link and their records hold them: a sum of bits. A bit once given is never used again; bits
/// that this version does not know are kept, and give nothing here.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Rights(pub u32);

impl Rights {
    /// None.
    pub const NONE: Self = Self(0);
    /// Takes part: samples, knocks at doors, carries.
    pub const WORK: Self = Self(1);
    /// Enrols helpers.
    pub const ENROL: Self = Self(2);
    /// Issues proxy cards.
    pub const ISSUE: Self = Self(4);
    /// What a helper can be given: the others would need a chain that is longer than one delegation and one link, and a
    /// proxy card has room for one delegation.
    pub const OF_HELPERS: Self = Self::WORK;

    /// Every known right with its word, in the order of the bits.
    pub const ALL: &'static [(Self, &'static str)] =
        &[(Self::WORK, "work"), (Self::ENROL, "enrol"), (Self::ISSUE, "issue")];

    /// Whether all of `other` is in the set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set with `other` in it.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both sets have.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The words of the known rights, in the order of the bits.
    pub fn words(self) -> Vec<&'static str> {
        Self::ALL.iter().filter(|(right, _)| self.has(*right)).map(|(_, word)| *word).collect()
    }

    /// The right called `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(right, _)| *right)
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join("+"))
    }
}
