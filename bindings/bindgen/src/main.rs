//! Generates the foreign side of `fieldcore-ffi` from its built library.
//!
//! `fieldcore-bindgen LIBRARY OUT`: Kotlin in `OUT/kotlin`, Swift in `OUT/swift`, Python in
//! `OUT/python`, as the workspace's `uniffi.toml` says. UniFFI ignores a configuration whose keys are
//! not in its global form without an error, so what came out is checked.

use std::fs;
use std::io;
use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use uniffi::{GenerateOptions, TargetLanguage, generate};

/// Why nothing usable was generated.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("usage: fieldcore-bindgen LIBRARY OUT")]
    Usage,
    #[error("{path}: {source}")]
    File { path: Utf8PathBuf, source: io::Error },
    #[error("generating {language}: {why}")]
    Generate { language: &'static str, why: String },
    #[error("uniffi.toml was not applied: {path} does not hold `{wanted}`")]
    NotApplied { path: Utf8PathBuf, wanted: &'static str },
}

/// A language, its folder, and a line of a file that only the configuration brings about.
const LANGUAGES: [(&str, TargetLanguage, &str, &str); 3] = [
    ("kotlin", TargetLanguage::Kotlin, "org/fieldcore/ffi/fieldcore.kt", "package org.fieldcore.ffi"),
    ("swift", TargetLanguage::Swift, "FieldCoreBindings.swift", "import FieldCoreFFI"),
    ("python", TargetLanguage::Python, "fieldcore.py", "fieldcore_ffi"),
];

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // A build that reads this stops here.
            let _ = io::Write::write_all(&mut io::stderr(), format!("fieldcore-bindgen: {failure}\n").as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn run(words: Vec<String>) -> Result<(), Failure> {
    let [library, out]: [String; 2] = words.try_into().map_err(|_| Failure::Usage)?;
    let config = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../../uniffi.toml");
    for (language, target, file, wanted) in LANGUAGES {
        let out_dir = Utf8Path::new(&out).join(language);
        let options = GenerateOptions {
            languages: vec![target],
            source: Utf8PathBuf::from(&library),
            out_dir: out_dir.clone(),
            config_override: Some(config.clone()),
            format: false,
            ..GenerateOptions::default()
        };
        generate(options).map_err(|error| Failure::Generate { language, why: format!("{error:#}") })?;
        check(&out_dir.join(file), wanted)?;
    }
    Ok(())
}

fn check(path: &Utf8Path, wanted: &'static str) -> Result<(), Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::File { path: path.to_owned(), source })?;
    if text.contains(wanted) { Ok(()) } else { Err(Failure::NotApplied { path: path.to_owned(), wanted }) }
}
