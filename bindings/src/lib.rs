//! Fieldcore for Kotlin, Swift and Python. A shell opens a [`Journal`] with a safe for its secrets
//! ([`KeyVault`]), works it through a [`Station`], and turns a [`SyncSession`] over its platform's own HTTP.
//!
//! The core knows nothing of this crate, and this crate has no rule of its own: it mirrors data, holds
//! objects and turns every failure, a panic among them, into a [`FieldError`].

uniffi::setup_scaffolding!("fieldcore");

mod answer;
mod cards;
mod carry;
mod clock;
#[cfg(feature = "optics")]
mod codes;
mod custody;
mod doors;
mod doors_lines;
mod doors_named;
mod doors_view;
mod error;
#[cfg(feature = "optics")]
mod eyes;
mod figures;
mod journal;
mod news;
mod platform;
mod proxy;
mod qr;
mod refs;
mod roster;
mod scan;
#[cfg(feature = "optics")]
mod scan_reader;
mod shown;
mod station;
mod sync;
mod trace;
mod verb;

pub use answer::*;
pub use cards::*;
pub use carry::*;
#[cfg(feature = "optics")]
pub use codes::*;
pub use custody::*;
pub use doors::*;
pub use doors_lines::*;
pub use doors_named::*;
pub use doors_view::*;
pub use error::FieldError;
#[cfg(feature = "optics")]
pub use eyes::*;
pub use figures::*;
pub use journal::*;
pub use news::*;
pub use platform::{KeyVault, LogLevel, LogSink, SinkError, VaultError};
pub use proxy::*;
pub use qr::*;
pub use roster::*;
pub use scan::*;
#[cfg(feature = "optics")]
pub use scan_reader::*;
pub use shown::*;
pub use station::{ProfileView, ShiftPlan, Station};
pub use sync::*;
pub use trace::*;
pub use verb::*;
