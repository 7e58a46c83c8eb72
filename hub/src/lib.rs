//! The receiver of Fieldcore: takes signed, sealed batches from phones, answers with signed
//! receipts after the commit, counts every record once, and answers what people ask.
//!
//! ```no_run
//! # fn main() -> fieldcore_hub::Result<()> {
//! use fieldcore_hub::{Hub, InitOptions, Surroundings, TokenOptions};
//! let hub = Hub::init("hub".as_ref(), &InitOptions::default(), Surroundings::system()?)?;
//! let invitation = hub.token(&TokenOptions::default())?;
//! # let bundle = Vec::new();
//! let answer = hub.ingest(&bundle)?;
//! println!("{invitation} {} people {}", answer.len(), hub.figures(None)?.people);
//! # Ok(()) }
//! ```

mod backup;
mod cards;
mod carry;
#[doc(hidden)]
pub mod cli;
mod core;
mod decide;
mod dispatches;
mod enrolments;
mod error;
mod export;
mod http;
mod hub;
mod ingest;
mod keys;
pub mod limits;
mod lock;
mod project;
mod receipts;
pub mod reports;
mod retention;
pub mod roster;
mod setup;
mod store;
mod surroundings;
mod verify;
mod writer;

pub use cards::{CardKeyLine, DelegateOptions, DelegationLine, HelperLine};
pub use error::{Error, Result};
pub use export::Exported;
pub use http::{ServeOptions, Server, serve};
pub use hub::{Hub, InitOptions, TokenOptions};
pub use retention::{HeldAge, RoundAge};
pub use surroundings::Surroundings;
