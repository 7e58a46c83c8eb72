//! House rules as a test: what a reader of the tree may rely on, checked on every file that git
//! tracks (or would track). Each rule also has to find a violation planted for it.

mod pii;
mod rules;

use std::path::{Path, PathBuf};
use std::process::Command;

/// One file's text, named from the repository's root.
struct Source {
    path: String,
    text: String,
}

/// One place where a rule is broken.
#[derive(Debug)]
struct Finding {
    line: usize,
    what: String,
}

/// A rule: its name, which files it reads, what it finds, and a planted violation.
struct Rule {
    name: &'static str,
    applies: fn(&str) -> bool,
    find: fn(&Source) -> Vec<Finding>,
    planted: fn() -> (&'static str, String),
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository").to_path_buf()
}

/// Every text file of the tree; bytes that are no text (golden vectors) are left out.
fn tree() -> Vec<Source> {
    let root = root();
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(&root)
        .output()
        .expect("git lists the tree");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).expect("file names are UTF-8");
    let files: Vec<Source> = names
        .split_terminator('\0')
        .filter_map(|path| {
            let text = String::from_utf8(std::fs::read(root.join(path)).ok()?).ok()?;
            Some(Source { path: path.to_owned(), text })
        })
        .collect();
    assert!(files.iter().any(|file| file.path == "core/src/lib.rs"), "the tree was listed from its root");
    files
}

fn all_rules() -> Vec<Rule> {
    rules::all().into_iter().chain(pii::all()).collect()
}

#[test]
fn the_tree_follows_the_house_rules() {
    let tree = tree();
    let mut broken = Vec::new();
    for rule in all_rules() {
        for source in tree.iter().filter(|source| (rule.applies)(&source.path)) {
            for finding in (rule.find)(source) {
                broken.push(format!("{}:{}: {}: {}", source.path, finding.line, rule.name, finding.what));
            }
        }
    }
    assert!(broken.is_empty(), "{} places break a house rule:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn each_rule_finds_what_was_planted_for_it() {
    for rule in all_rules() {
        let (path, text) = (rule.planted)();
        assert!((rule.applies)(path), "{}: does not read {path}", rule.name);
        let found = (rule.find)(&Source { path: path.to_owned(), text });
        assert!(!found.is_empty(), "{}: the planted violation was not found", rule.name);
    }
}

/// The quick starts are files that the tests of their language compile and run; a reader of the
/// README sees those very lines.
#[test]
fn the_readme_shows_the_quick_starts_as_they_stand() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap_or_default();
    let readme = read("bindings/README.md");
    for (language, path) in [
        ("kotlin", "bindings/kotlin/quickstart/QuickStart.kt"),
        ("swift", "bindings/swift/Sources/QuickStart/main.swift"),
    ] {
        let quick_start = read(path);
        let lines = quick_start.lines().count();
        assert!((5..=20).contains(&lines), "{path} has {lines} lines");
        let block = format!("```{language}\n{}\n```", quick_start.trim_end());
        assert!(readme.contains(&block), "bindings/README.md does not show {path} as it stands");
    }
}
