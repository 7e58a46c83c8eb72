//! Sync: a state machine over the journal's outbox that the shell turns.
//!
//! ```text
//! loop {
//!     match session.next()? {
//!         Step::Send(request) => session.done(request.id, &the_platforms_http(request))?,
//!         Step::Wake { after_ms, .. } => sleep until then, or until a network or a record comes,
//!     }
//! }
//! ```
//!
//! Nothing here opens a socket. What must outlive the process is in the journal, so a process
//! may die between the two calls; the same frozen bytes are sent again, and the hub answers with
//! the same receipts. Only what the hub signed counts: any other answer (a captive portal's page, a
//! proxy's error) is no answer and changes nothing but the time of the next try.

mod backoff;
mod event;
mod http;
mod outbox;
mod profile;
mod session;

pub use event::SyncEvent;
pub use http::{Answer, BUNDLE_TYPE, Method, Request};
pub use outbox::{DispatchTaken, ReceiptTaken, RosterStep};
pub(crate) use outbox::{Outbox, Outgoing};
pub use profile::take_profile;
pub use session::{Step, SyncSession, Waiting};

#[cfg(test)]
mod tests;
