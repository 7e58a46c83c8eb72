//! What the project's tests stand on: a clock, randomness and a vault that a test drives by
//! hand, synthetic people, and a SQLite VFS that forgets what was not synced.
//!
//! The tests themselves lie beside this file, one folder a promise.

mod clock;
pub mod corpus;
mod desk;
pub mod fuzzing;
pub mod histories;
mod homes;
mod journal;
pub mod link;
mod people;
mod report;
mod rng;
pub mod screen;
mod vault;
pub mod vfs;
pub mod workload;

pub use clock::{ManualClock, START_MS};
pub use desk::Desk;
pub use homes::{ListDweller, ListHome, ListHomes};
pub use journal::{TempFolder, platform};
pub use people::{Person, county_numbers, people, resident_number, tube_label};
pub use report::{long, rounds, skip};
pub use rng::{Rng, SeededEntropy};
pub use vault::MemoryVault;
