//! Categories of people, in the order of their bits.

use std::fmt;

macro_rules! categories {
    ($( $(#[$doc:meta])* $name:ident = $bit:literal $text:literal ),* $(,)?) => {
        /// Something that a team must know of a person before it knocks. A bit once given is never used again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Category { $( $(#[$doc])* $name, )* }

        impl Category {
            /// Every category, in the order of the bits.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its bit in a record and a roster.
            pub const fn bit(self) -> u32 {
                match self { $(Self::$name => 1 << $bit),* }
            }

            /// The word in lists, figures and JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The category called `text`.
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

categories! {
    /// Over sixty.
    Over60 = 0 "over60",
    /// Disabled.
    Disabled = 1 "disabled",
    /// Cannot leave the bed, or not the house.
    Bedridden = 2 "bedridden",
    /// Expecting a child.
    Pregnant = 3 "pregnant",
    /// Gave birth not long ago.
    AfterChildbirth = 4 "after_childbirth",
    /// Mentally ill.
    MentallyIll = 5 "mentally_ill",
    /// A child.
    Child = 6 "child",
    /// Of another country.
    Foreigner = 7 "foreigner",
    /// Dialysis, chemotherapy or other care that cannot wait.
    UrgentCare = 8 "urgent_care",
}

/// A set of categories, as records and rosters hold it: the sum of the bits. Bits that this version does not know are
/// kept.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Categories(pub u32);

impl Categories {
    /// Whether `category` is in the set.
    pub const fn has(self, category: Category) -> bool {
        self.0 & category.bit() != 0
    }

    /// The set with `category` in it.
    #[must_use]
    pub const fn with(self, category: Category) -> Self {
        Self(self.0 | category.bit())
    }

    /// The known ones, in the order of the bits.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.iter().copied().filter(move |category| self.has(*category))
    }
}

impl FromIterator<Category> for Categories {
    fn from_iter<T: IntoIterator<Item = Category>>(all: T) -> Self {
        all.into_iter().fold(Self::default(), Self::with)
    }
}

impl fmt::Debug for Categories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Category::as_str)).finish()
    }
}
