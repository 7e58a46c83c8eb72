//! How long the tests run, and what they could not do.

use std::io::Write;

/// Whether `tests/run --long` asked for the long rounds.
pub fn long() -> bool {
    std::env::var_os("FIELDCORE_LONG").is_some_and(|value| value == "1")
}

/// `plain` rounds in a plain run, `many` with `--long`; `FIELDCORE_ROUNDS` overrides both.
pub fn rounds(plain: u64, many: u64) -> u64 {
    let asked = std::env::var("FIELDCORE_ROUNDS").ok().and_then(|value| value.parse().ok());
    asked.unwrap_or(if long() { many } else { plain })
}

/// Says that a test was skipped and why: to the terminal, and to the file from which
/// `tests/run` names every skip in its last lines.
pub fn skip(test: &str, reason: &str) {
    eprintln!("skipped: {test}: {reason}");
    let Some(path) = std::env::var_os("FIELDCORE_SKIPS") else { return };
    let appended = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| writeln!(file, "{test}: {reason}"));
    appended.expect("the list of skips can be written");
}
