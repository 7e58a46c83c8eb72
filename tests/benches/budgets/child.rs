//! Measuring memory in a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

const CHILD: &str = "FIELDCORE_BENCH_CHILD";

/// The folder in which this process is to work and measure itself.
pub(crate) fn asked_as_child() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// Runs this program once more, in `folder`; the figures that it says.
pub(crate) fn figures_of_child(folder: &Path) -> Vec<f64> {
    let own = std::env::current_exe().expect("this program has a path");
    let output = Command::new(own).env(CHILD, folder).output().expect("a process of its own");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

/// A field of this process's status, KiB.
pub(crate) fn status_kib(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':')?.split_whitespace().next()?.parse().ok())
}
