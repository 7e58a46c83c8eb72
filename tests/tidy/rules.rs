//! Style: lengths, unfinished marks, places and words that do not belong in the tree.

use super::{Finding, Rule, Source};

/// Lines of a function, signature and closing brace included: about a screen and a half.
const FUNCTION_LINES_MAX: usize = 90;
/// Lines of a file; about 500 is the aim, this is where it stops.
const FILE_LINES_MAX: usize = 600;

pub(super) fn all() -> Vec<Rule> {
    vec![
        Rule { name: "long function", applies: is_rust, find: long_functions, planted: plant_long_function },
        Rule {
            name: "long file",
            applies: is_code,
            find: long_file,
            planted: || ("core/src/a.rs", "//\n".repeat(601)),
        },
        Rule { name: "unfinished", applies: is_code, find: unfinished, planted: plant_unfinished },
        Rule { name: "unwrap", applies: is_product, find: unwraps, planted: plant_unwrap },
        Rule { name: "unexplained allow", applies: is_rust, find: allows, planted: plant_allow },
        Rule { name: "machine path", applies: is_any, find: machine_paths, planted: plant_machine_path },
        Rule { name: "registry host", applies: is_not_lock, find: registry_hosts, planted: plant_registry_host },
        Rule { name: "outside the project", applies: is_any, find: outside_words, planted: plant_outside_word },
        Rule { name: "glossary", applies: is_worded, find: synonyms, planted: plant_synonym },
        Rule { name: "white space", applies: is_not_vector, find: white_space, planted: plant_white_space },
    ]
}

fn is_any(_: &str) -> bool {
    true
}

fn is_not_lock(path: &str) -> bool {
    !path.ends_with(".lock")
}

fn is_rust(path: &str) -> bool {
    path.ends_with(".rs")
}

fn is_code(path: &str) -> bool {
    [".rs", ".py", ".kt", ".swift", ".sh", "tests/run"].iter().any(|end| path.ends_with(end))
}

/// Rust that ships: not tests, not benches.
fn is_product(path: &str) -> bool {
    let test = path.starts_with("tests/") || path.starts_with("fuzz/");
    is_rust(path)
        && !test
        && !["/tests/", "/benches/", "/tests.rs", "/testing.rs"].iter().any(|part| path.contains(part))
}

/// Where the glossary's words are binding. FHIR exports speak FHIR's words.
fn is_worded(path: &str) -> bool {
    (is_product(path) || path.ends_with(".md")) && path != "docs/glossary.md" && !path.contains("fhir")
}

fn is_not_vector(path: &str) -> bool {
    is_code(path) || [".md", ".toml", ".yml"].iter().any(|end| path.ends_with(end))
}

fn lines(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    source.text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

fn lines_with(source: &Source, says: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    lines(source).filter_map(|(line, text)| says(text).map(|what| Finding { line, what })).collect()
}

fn long_functions(source: &Source) -> Vec<Finding> {
    let all: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in all.iter().enumerate() {
        let head = line.trim_start();
        let indent = line.len() - head.len();
        let starts = [
            "fn ",
            "pub fn ",
            "pub(crate) fn ",
            "pub(super) fn ",
            "async fn ",
            "pub async fn ",
            "const fn ",
            "pub const fn ",
        ];
        if !starts.iter().any(|start| head.starts_with(start)) || line.ends_with(['}', ';']) {
            continue;
        }
        let closing = format!("{}}}", " ".repeat(indent));
        let Some(length) = all[start..].iter().position(|end| **end == closing) else { continue };
        if length + 1 > FUNCTION_LINES_MAX {
            found.push(Finding {
                line: start + 1,
                what: format!("{} lines, the limit is {FUNCTION_LINES_MAX}", length + 1),
            });
        }
    }
    found
}

fn plant_long_function() -> (&'static str, String) {
    (
        "core/src/a.rs",
        format!("impl A {{\n    fn long() {{\n{}    }}\n}}\n", "        a();\n".repeat(FUNCTION_LINES_MAX)),
    )
}

fn long_file(source: &Source) -> Vec<Finding> {
    let count = source.text.lines().count();
    let what = format!("{count} lines, the limit is {FILE_LINES_MAX}; is it still one room?");
    if count > FILE_LINES_MAX { vec![Finding { line: count, what }] } else { Vec::new() }
}

fn unfinished(source: &Source) -> Vec<Finding> {
    let marks = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("FIX", "ME"),
        concat!("XX", "X "),
        concat!("TO", "DO"),
        concat!("dbg", "!("),
    ];
    lines_with(source, |line| marks.iter().find(|mark| line.contains(**mark)).map(|mark| format!("`{mark}`")))
}

fn plant_unfinished() -> (&'static str, String) {
    ("hub/src/a.rs", format!("fn a() {{ {}) }}", concat!("todo", "!(")))
}

/// Unwraps before the file's own tests begin.
fn unwraps(source: &Source) -> Vec<Finding> {
    let product = source.text.split(concat!("#[cfg", "(test)]")).next().unwrap_or_default();
    let product = Source { path: source.path.clone(), text: product.to_owned() };
    lines_with(&product, |line| {
        let code = line.split("//").next().unwrap_or_default();
        code.contains(concat!(".unw", "rap()"))
            .then(|| "say with `expect` why it cannot fail, or answer an error".to_owned())
    })
}

fn plant_unwrap() -> (&'static str, String) {
    ("core/src/a.rs", format!("let a = b{};", concat!(".unw", "rap()")))
}

/// An `allow` says why, on its own lines.
fn allows(source: &Source) -> Vec<Finding> {
    let all: Vec<&str> = source.text.lines().collect();
    let unexplained = |start: usize| {
        let end = all[start..].iter().position(|line| line.contains(")]")).map_or(start, |length| start + length);
        !all[start..=end].iter().any(|line| line.contains("reason ="))
    };
    (0..all.len())
        .filter(|index| ["#[allow(", "#![allow("].iter().any(|start| all[*index].trim_start().starts_with(start)))
        .filter(|index| unexplained(*index))
        .map(|index| Finding { line: index + 1, what: "give it a `reason`".to_owned() })
        .collect()
}

fn plant_allow() -> (&'static str, String) {
    ("core/src/a.rs", format!("{}dead_code)]\nfn a() {{}}", concat!("#[al", "low(")))
}

fn machine_paths(source: &Source) -> Vec<Finding> {
    let places = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("C:", "\\"),
    ];
    lines_with(source, |line| {
        let place = places.iter().find(|place| {
            line.match_indices(**place)
                .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "_.)}-".contains(c)))
        });
        place.map(|place| format!("a path of one machine (`{place}`)"))
    })
}

fn plant_machine_path() -> (&'static str, String) {
    ("docs/a.md", concat!("see /ho", "me/someone/x").to_owned())
}

fn registry_hosts(source: &Source) -> Vec<Finding> {
    let hosts = [
        concat!("crates", ".io"),
        concat!("py", "pi.org"),
        concat!("python", "hosted.org"),
        concat!("npm", "js."),
        concat!("maven", ".org"),
        concat!("proxy.gol", "ang.org"),
        concat!("deb.deb", "ian.org"),
    ];
    lines_with(source, |line| hosts.iter().find(|host| line.contains(**host)).map(|host| format!("`{host}`")))
}

fn plant_registry_host() -> (&'static str, String) {
    ("README.md", concat!("from py", "pi.org").to_owned())
}

/// The project speaks of itself alone: not of how or where it was made.
fn outside_words(source: &Source) -> Vec<Finding> {
    let phrases = [
        concat!("cla", "ude"),
        concat!("anthro", "pic"),
        concat!("language ", "model"),
        concat!("sub", "agent"),
        concat!("shared/", "design"),
        concat!("shared/", "reference"),
        concat!("brief", ".md"),
        concat!("issue", " #"),
    ];
    lines_with(source, |line| {
        let line = line.to_lowercase();
        phrases.iter().find(|phrase| line.contains(**phrase)).map(|phrase| format!("`{phrase}`"))
    })
}

fn plant_outside_word() -> (&'static str, String) {
    ("docs/a.md", concat!("as a language ", "model would").to_owned())
}

/// Words that the glossary gives up for its own, where they can mean nothing else.
const SYNONYMS: &[(&str, &str)] = &[
    (concat!("pat", "ient"), "subject"),
    (concat!("partici", "pant"), "subject"),
    (concat!("vi", "al"), "tube"),
    (concat!("wa", "ve"), "round"),
    (concat!("ac", "k"), "receipt"),
];

fn synonyms(source: &Source) -> Vec<Finding> {
    lines_with(source, |line| {
        words(line).find_map(|word| {
            let (_, better) = SYNONYMS.iter().find(|(bad, _)| *bad == word)?;
            Some(format!("the glossary's word for `{word}` is `{better}`"))
        })
    })
}

/// The words of a line in lower case; an identifier counts by its parts.
fn words(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split(|c: char| !c.is_alphabetic()).flat_map(|run| {
        let mut parts = vec![String::new()];
        let mut lower = false;
        for c in run.chars() {
            if c.is_uppercase() && lower {
                parts.push(String::new());
            }
            lower = c.is_lowercase();
            parts.last_mut().expect("it began with one").extend(c.to_lowercase());
        }
        parts
    })
}

fn plant_synonym() -> (&'static str, String) {
    ("core/src/a.rs", concat!("struct Pat", "ientCount;").to_owned())
}

fn white_space(source: &Source) -> Vec<Finding> {
    let mut found =
        lines_with(source, |line| line.ends_with([' ', '\t']).then(|| "blanks at the end of the line".to_owned()));
    if !source.text.is_empty() && !source.text.ends_with('\n') {
        found.push(Finding { line: source.text.lines().count(), what: "no line feed at the end".to_owned() });
    }
    found
}

fn plant_white_space() -> (&'static str, String) {
    ("README.md", "a \n".to_owned())
}

#[test]
fn every_synonym_stands_in_the_glossary() {
    let glossary = std::fs::read_to_string(super::root().join("docs/glossary.md")).expect("the glossary is there");
    let nots: Vec<&str> = glossary.lines().filter_map(|line| line.split('|').nth(3)).collect();
    for (bad, better) in SYNONYMS {
        assert!(
            nots.iter().any(|cell| cell.contains(bad)),
            "{bad} (for {better}) is not in the glossary's third column"
        );
    }
}
