//! The document's tables are those of the code.

use std::path::Path;

use fieldcore::record::{KINDS, Kind, Layout};

use crate::kinds::{code_tables, column_type};

/// A column's type in the document's words.
fn type_of(kind: &Kind, column: usize) -> String {
    let (rust, optional) = column_type(kind, column);
    let tables = code_tables();
    let word = match rust.as_str() {
        "RecordRef" => "ref",
        "String" => "text",
        "i64" => "sint",
        "u8" | "u16" | "u32" | "u64" | "Epoch" => "int",
        "bool" => "bool",
        "Uuid" => "uuid",
        "DeviceId" | "Fixed<16>" => "bytes16",
        "Fixed<4>" => "bytes4",
        "Fixed<8>" => "bytes8",
        "Fixed<32>" => "bytes32",
        "Fixed<64>" => "bytes64",
        other => tables.iter().find(|table| table.0 == other).expect("every enumeration is in the list").1,
    };
    format!("{word}{}", if optional { "?" } else { "" })
}

const fn layout_of(layout: Layout) -> &'static str {
    match layout {
        Layout::Plain => "plain",
        Layout::Delta => "delta",
        Layout::Repeat => "repeat",
        Layout::Refs => "refs",
        Layout::Free => "free",
    }
}

fn kinds() -> String {
    let mut out = String::from("| code | version | kind | columns in order |\n|---|---|---|---|\n");
    for kind in KINDS {
        let columns = kind
            .columns
            .iter()
            .enumerate()
            .map(|(index, (name, layout))| format!("{name}: {} ({})", type_of(kind, index), layout_of(*layout)));
        let columns: Vec<String> = columns.collect();
        out += &format!("| {} | {} | {} | {} |\n", kind.code, kind.version, kind.name, columns.join(" · "));
    }
    out
}

fn codes() -> String {
    let mut out = String::from("| name | codes |\n|---|---|\n");
    for (_, name, codes) in code_tables() {
        let list: Vec<String> = codes.iter().map(|(code, word)| format!("{code} {word}")).collect();
        out += &format!("| {name} | {} |\n", list.join(" · "));
    }
    out
}

#[test]
fn the_document_lists_the_kinds_and_codes_that_there_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a parent").join("docs/wire-format.md");
    let stored = std::fs::read_to_string(&path).expect("the document");
    let mut text = stored.clone();
    for (name, table) in [("kinds", kinds()), ("codes", codes())] {
        let (begin, end) = (format!("<!-- {name} begin -->\n"), format!("<!-- {name} end -->"));
        let (before, rest) = text.split_once(&begin).expect("the table's beginning");
        let (_, after) = rest.split_once(&end).expect("the table's end");
        text = format!("{before}{begin}{table}{end}{after}");
    }
    if crate::writing() {
        std::fs::write(&path, &text).expect("the document can be written");
    } else {
        assert!(stored == text, "docs/wire-format.md: its tables are not those of the code; see golden/main.rs");
    }
}
