//! Standard output, one place for its errors.

use std::io::Write;

use serde::Serialize;

use crate::exit::Failure;

/// Writes `text` and a line feed.
pub(crate) fn line(text: impl AsRef<str>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush()).map_err(Failure::screen)
}

/// Writes `value` as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::screen(error.into()))?;
    line(text)
}

/// Writes to standard error; if that is gone there is nobody left to tell.
pub(crate) fn complain(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
}
