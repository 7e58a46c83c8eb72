//! Machine-readable zones (ICAO Doc 9303, eighth edition, parts 3 to 7) and the one line on the
//! PRC's exit-entry permit.
//!
//! [`read`] takes a clean zone as such and repairs nothing. [`find()`] looks for a zone among the
//! lines of a text recogniser. There a letter becomes a digit only where no letter may stand, or
//! where a number is plainly one of digits; a digit never becomes another digit, nor a letter
//! another letter. The check digit is blind to 6/G, 1/L, 8/S, 5/P and to 0/A/K/U and the filler,
//! so a number in which such a pair could have been mistaken is left out: the operator looks.

mod check;
mod clean;
mod date;
mod find;
mod first_line;
mod fit;
#[cfg(feature = "optics")]
mod form;
mod layout;
mod merge;
mod names;
mod number;
mod settle;
mod states;
mod stream;
mod sum;
mod zone;

#[cfg(test)]
mod tests;

pub(super) use clean::read;
pub(super) use find::find;
#[cfg(feature = "optics")]
pub(super) use form::{ZoneForm, forms};
