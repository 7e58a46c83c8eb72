//! The examples that a form begins with: those of the golden vectors, as deep as the form goes, and what a fuzzer found.

use std::path::Path;

use fieldcore::carry::FrameMaker;
use fieldcore::custody::{Coded, HandOver, HandOverList, HandOverReceipt, TubeAnswer, TubePass};
use fieldcore::pack;
use fieldcore::roster::{Household, whole};
use fieldcore::wire::DeviceSigned;
use serde_json::Value;
use uuid::Uuid;

use super::joined;
use super::lists::{Layout, led};
use crate::corpus::{example, roster_page};
use crate::fuzzing::seeds;

/// The campaign of the golden vectors.
pub(super) const CAMPAIGN: Uuid = Uuid::from_u128(0x0198_5a5a_0000_7000_8000_0000_0000_c0de);

/// A golden vector.
fn vector(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("a vector is JSON")
}

fn bytes_of(name: &str) -> Vec<u8> {
    unhex(vector(name)["bytes"].as_str().expect("bytes"))
}

fn text_of(name: &str) -> String {
    vector(name)["text"].as_str().expect("a text").to_owned()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().map(|byte| (byte as char).to_digit(16).expect("hexadecimal") as u8).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// The first bytes of an array: the statement of what is signed.
fn statement(signed: &[u8]) -> Vec<u8> {
    let (statement, _): (pack::Blob, pack::Fixed<64>) = pack::decode(signed, "vector").expect("something signed");
    statement.0
}

fn of_hub(signed: &[u8]) -> Vec<u8> {
    let parts: (pack::Blob, pack::Fixed<8>, pack::Fixed<64>) = pack::decode(signed, "vector").expect("of a hub");
    parts.0.0
}

fn inflated(frame: &[u8]) -> Vec<u8> {
    zstd::bulk::decompress(frame, 1 << 20).expect("a frame")
}

fn code<T: Coded>(name: &str) -> Vec<u8> {
    DeviceSigned::<T>::from_code(&text_of(name)).expect("a golden code").bytes
}

/// A roster of a few homes, and the same with one changed, one gone and one more.
fn rosters() -> (Vec<Household>, Vec<Household>) {
    let home = |n: u8| {
        let mut home = roster_page().households.remove(0);
        home.id.0[15] = n;
        home.door = format!("{n}01");
        home.people[0].id.0[15] = n;
        home
    };
    let before: Vec<Household> = (1..=5).map(home).collect();
    let mut after: Vec<Household> = before.iter().filter(|home| home.door != "201").cloned().collect();
    after[1].people.clear();
    after.push(home(6));
    (before, after)
}

fn pages_of(households: &[Household]) -> Vec<Vec<u8>> {
    let pages = whole(Uuid::from_u128(7), "Spring", 1, households).expect("pages");
    pages.iter().map(|page| page.to_bytes().expect("bytes")).collect()
}

/// What the form of that name begins with; the first one is sound.
pub fn form_seeds(name: &str) -> Vec<Vec<u8>> {
    let mut found = match name.split_once('_') {
        Some(("card", _)) => of_cards(name),
        Some(("custody", _)) => of_custody(name),
        Some(("carried", _)) => of_carries(name),
        _ => of_lists(name),
    };
    found.extend(seeds(name));
    found
}

fn of_cards(name: &str) -> Vec<Vec<u8>> {
    match name {
        "card_text" => {
            let mut codes: Vec<Vec<u8>> =
                ["helper_keys", "welcome", "kit", "proxy_card", "proxy_card_largest"].map(bytes_of).to_vec();
            codes.extend(["helper_keys", "proxy_card"].map(|name| text_of(name).into_bytes()));
            codes
        }
        "card_delegation" => vec![of_hub(&bytes_of("delegation"))],
        "card_link" => ["link", "link_changed"].map(bytes_of).to_vec(),
        "card_helper_keys" => vec![statement(&example("helper_keys")[3..]), statement(&bytes_of("helper_keys")[3..])],
        "card_welcome" => vec![inflated(&bytes_of("welcome")[3..])],
        "card_kit" => vec![statement(&inflated(&example("kit")[3..])), statement(&inflated(&bytes_of("kit")[3..]))],
        "card_grant" => vec![example("grant")],
        "card_proxy" => vec![example("sealed_card")],
        other => panic!("no examples for {other}"),
    }
}

fn of_custody(name: &str) -> Vec<Vec<u8>> {
    let texts =
        ["tube_pass", "tube_pass_for_whoever", "tube_answer", "hand_over", "hand_over_receipt", "hand_over_list"];
    match name {
        "custody_text" => texts.map(|name| text_of(name).into_bytes()).to_vec(),
        "custody_pass" => ["tube_pass", "tube_pass_for_whoever"].map(code::<TubePass>).to_vec(),
        "custody_answer" => vec![code::<TubeAnswer>("tube_answer")],
        "custody_hand_over" => vec![code::<HandOver>("hand_over")],
        "custody_receipt" => vec![code::<HandOverReceipt>("hand_over_receipt")],
        "custody_list" => vec![code::<HandOverList>("hand_over_list")],
        "custody_file" => vec![[text_of("hand_over"), text_of("hand_over_list")].join("\n").into_bytes()],
        other => panic!("no examples for {other}"),
    }
}

fn of_carries(name: &str) -> Vec<Vec<u8>> {
    let bundle = bytes_of("bundle");
    match name {
        "carried_stream" => {
            let others = ["bundle_cut_off", "bundle_with_an_unknown_item", "bundle_empty"].map(bytes_of);
            [bundle].into_iter().chain(others).map(|carry| [&[6][..], &carry].concat()).collect()
        }
        "carried_transfer" => vec![
            [&[90, 0b0101_0010, 0b0000_1000][..], &bundle[..600.min(bundle.len())]].concat(),
            [&[0, 0b0111_1111, 0b1111_1111][..], b"a short one"].concat(),
        ],
        "carried_frames" => {
            let maker = FrameMaker::with_frame_bytes(b"a bundle of several frames", 34).expect("a maker");
            vec![
                joined((0..4).map(|number| maker.frame(number))),
                joined((5..14).map(|number| maker.frame(number))),
                joined([maker.text(0).into_bytes()]),
            ]
        }
        other => panic!("no examples for {other}"),
    }
}

/// A sheet with a person who never was.
const SHEET: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:C2"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>building</t></is></c><c r="C1" t="str"><v>door</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Nobody</t></is></c><c r="B2"><v>3</v></c><c r="C2"><v>501</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A4:B5"/></mergeCells></worksheet>"#;

fn of_lists(name: &str) -> Vec<Vec<u8>> {
    let (before, after) = rosters();
    match name {
        "list_pages" => vec![joined(pages_of(&before)), joined(pages_of(&[]))],
        "list_change" => {
            let base = pages_of(&before);
            let change = led(&before, &after).into_iter().map(|page| page.to_bytes().expect("bytes"));
            let count = u8::try_from(base.len()).expect("few pages");
            vec![[&[count][..], &joined(base.iter().cloned().chain(change))].concat()]
        }
        "list_households" => {
            let page = whole(Uuid::from_u128(7), "Spring", 1, &before).expect("pages").remove(0);
            let bytes = page.to_bytes().expect("bytes");
            let layout: Layout = pack::decode(&bytes, "page").expect("a page");
            vec![inflated(&layout.9.0)]
        }
        "list_table" => vec![
            "姓名,身份证号,楼栋,门牌,电话,类别\n某甲,,3,501,5550100,卧床\n某乙,,3,502,,\n".as_bytes().to_vec(),
            b"name;building;door;category\n\"Old; Wu\";3;501;bedridden\nYoung Wu;3;501;\n".to_vec(),
            b"\xef\xbb\xbfname\tid number\tbirth\r\nNobody\t=\"\"\t1890-01-02\r\n".to_vec(),
        ],
        // Regions that end before they begin: the reader of workbooks stops at them.
        "list_sheet" => [SHEET.to_owned(), SHEET.replace("A1:C2", "C2:A1"), SHEET.replace("A4:B5", "B5:A4")]
            .map(String::into_bytes)
            .to_vec(),
        other => panic!("no examples for {other}"),
    }
}
