//! Lists as they come. Numbers are of people born before 1906, who are nobody.

use std::io::Write;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::column::{Column, Mapping, Unmapped};
use super::merge::Doubt;
use super::resident::{Category, Resident};
use super::table::{Form, NoTable, ROWS_MAX, Table};
use super::{Flaw, Plan, RowRef, plan};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

/// A resident number of the given birth and order.
fn number(birth: u32, order: u32) -> String {
    let body = format!("110105{birth}{order:03}");
    let last = fieldcore::scan::check_character(&body).unwrap();
    format!("{body}{last}")
}

fn read(lists: &[&[u8]]) -> (Plan, Vec<Resident>) {
    let tables: Vec<_> = lists
        .iter()
        .map(|bytes| {
            let table = Table::read(bytes, &Form::default()).unwrap();
            let mapping = Mapping::of(&table.headers, &[]).unwrap();
            (PathBuf::from("list.csv"), table, mapping)
        })
        .collect();
    plan(&tables, today())
}

fn table(bytes: &[u8]) -> Result<Table, NoTable> {
    Table::read(bytes, &Form::default())
}

fn flaws(plan: &Plan) -> Vec<(u32, Option<Column>, Flaw)> {
    plan.problems.iter().map(|one| (one.at.row, one.column, one.code)).collect()
}

fn rows(list: usize, rows: &[u32]) -> Vec<RowRef> {
    rows.iter().map(|row| RowRef { list, row: *row }).collect()
}

/// A workbook of one sheet whose cells and merged regions are given as the format writes them.
fn workbook(rows: &str, merged: &str) -> Vec<u8> {
    let head = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
    let types = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                r#"<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="名单" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells></worksheet>"#
            ),
        ),
    ];
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        file.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        file.write_all(format!("{head}{text}").as_bytes()).unwrap();
    }
    file.finish().unwrap().into_inner()
}

fn text(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn a_list_in_chinese_or_english_and_in_any_encoding_is_the_same_list() {
    let (first, second) = (number(18_870_612, 3), number(19_010_203, 24));
    let chinese =
        format!("幸福里居民名单,,,,\n姓名,身份证号,楼栋,单元,门牌\n甲,{first},3,2,401\n乙,{second},3,2,402\n");
    let english = format!("Name;ID number;Building;Stairwell;Door\n甲;{first};3;2;401\n乙;{second};3;2;402\n");
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(chinese.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let gbk = encoding_rs::GB18030.encode(&chinese).0.into_owned();
    let marked = [b"\xef\xbb\xbf", chinese.as_bytes()].concat();
    for (bytes, encoding) in [
        (chinese.as_bytes(), "utf-8"),
        (&marked, "utf-8"),
        (&gbk, "gb18030"),
        (&utf16, "utf-16le"),
        (english.as_bytes(), "utf-8"),
    ] {
        let (plan, residents) = read(&[bytes]);
        assert_eq!((&*plan.lists[0].encoding, plan.people, plan.with_number), (encoding, 2, 2));
        assert_eq!((plan.households, plan.buildings, plan.without_place), (2, 1, 0));
        assert!(plan.is_clear() && plan.lists[0].left.is_empty(), "{:?}", plan.problems);
        assert_eq!(residents[0].birth, Some(18_870_612));
        assert_eq!(residents[1].place.door.as_deref(), Some("402"));
    }
}

#[test]
fn traditional_characters_in_big5_are_told_from_gb18030() {
    let list = "姓名,身份證號碼,門牌號,電話\n甲,,7,5550100\n";
    let (bytes, _, failed) = encoding_rs::BIG5.encode(list);
    assert!(!failed);
    assert_eq!(table(&bytes).unwrap().encoding, "big5");
}

#[test]
fn lists_that_tell_of_one_number_tell_of_one_person() {
    let one = number(18_870_612, 3);
    let over60 = format!("姓名,身份证号,类别\n甲 甲,{one},60岁以上、卧床\n");
    let homes = format!("name,id number,phone,address\n甲甲,{},555 0100,3-2-401\n", one.to_lowercase());
    let (plan, residents) = read(&[over60.as_bytes(), homes.as_bytes()]);
    assert_eq!((plan.people, plan.merged, plan.questions.len()), (1, 1, 0));
    let resident = &residents[0];
    assert!(resident.contact.is_some() && resident.address.is_some());
    assert_eq!(resident.categories.iter().copied().collect::<Vec<_>>(), [Category::Over60, Category::Bedridden]);
    assert_eq!(resident.rows, [rows(0, &[2]), rows(1, &[2])].concat());
}

#[test]
fn people_who_may_be_the_same_are_asked_about_and_stay_apart() {
    let (one, other) = (number(18_870_612, 3), number(18_870_612, 5));
    let list = format!(
        "name,id number,birth,building,door\n甲,{one},,1,1\n乙,{one},,1,1\n甲,,1887-06-12,2,2\n丙,,,3,3\n丙,,,3,3\n丁,{one},,,\n戊,{other},,5,5\n戊,{},,5,5\n",
        number(18_870_612, 7)
    );
    let (plan, _) = read(&[list.as_bytes()]);
    let asked: Vec<_> = plan.questions.iter().map(|question| (question.doubt, question.rows.clone())).collect();
    assert_eq!(
        asked,
        [
            (Doubt::SameNumberOtherName, rows(0, &[2, 3])),
            (Doubt::SameNumberOtherName, rows(0, &[2, 3, 7])),
            (Doubt::SameNameAndBirth, rows(0, &[2, 3, 7, 4])),
            (Doubt::SameNameAndPlace, rows(0, &[5, 6])),
        ],
        "two sound numbers are two people, however alike they are"
    );
    assert_eq!(plan.people, 6);
}

#[test]
fn what_is_wrong_in_a_row_is_told_by_row_and_column_and_costs_nobody() {
    let sound = number(18_870_612, 3);
    let mut wrong = sound.clone();
    wrong.replace_range(5..6, "6");
    let list = format!(
        "姓名,身份证号,出生日期,性别,类别,备注\n\
         甲,{wrong},,,,\n乙,1.10105E+17,,,,\n丙,\"=\"\"{sound}\"\"\",1887-06-13,,,\n丁,,1899年2月30日,?,未知,#REF!\n,,,,,孤\n\n戊,AB-7,,女,,{}\n",
        "长".repeat(501)
    );
    let (plan, residents) = read(&[list.as_bytes()]);
    assert_eq!(
        flaws(&plan),
        [
            (2, Some(Column::Number), Flaw::NumberUnsound),
            (3, Some(Column::Number), Flaw::NumberRounded),
            (4, None, Flaw::NumberSaysOtherwise),
            (5, Some(Column::Birth), Flaw::BirthUnread),
            (5, Some(Column::Sex), Flaw::SexUnread),
            (5, Some(Column::Category), Flaw::CategoryUnknown),
            (5, Some(Column::Note), Flaw::CellFailed),
            (6, None, Flaw::Nobody),
            (8, Some(Column::Number), Flaw::NumberUnknown),
            (8, Some(Column::Note), Flaw::CellTooLong),
        ]
    );
    assert_eq!((plan.people, plan.with_number, plan.without_place), (5, 2, 5));
    assert_eq!(residents[2].birth, Some(18_870_612), "the number's date counts");
    let shown = serde_json::to_string(&plan).unwrap() + &format!("{residents:?}");
    assert!(!shown.contains(&sound) && !shown.contains('甲') && !shown.contains('戊'), "nobody is shown");
}

#[test]
fn merged_cells_figures_and_dates_of_a_workbook_are_read() {
    let head = [("A2", "楼栋"), ("B2", "姓名"), ("C2", "身份证号"), ("D2", "联系电话")];
    let number = number(18_870_612, 3);
    let sheet = [
        format!(r#"<row r="1">{}</row>"#, text("A1", "幸福里")),
        format!(r#"<row r="2">{}</row>"#, head.map(|(at, header)| text(at, header)).concat()),
        format!(
            r#"<row r="3">{}{}{}<c r="D3"><v>5550100</v></c></row>"#,
            text("A3", "3号楼"),
            text("B3", "甲"),
            text("C3", &number)
        ),
        format!(
            r#"<row r="4">{}<c r="C4"><v>110105188706120011</v></c><c r="D4" t="e"><v>#N/A</v></c></row>"#,
            text("B4", "乙")
        ),
    ];
    let bytes = workbook(&sheet.concat(), r#"<mergeCell ref="A3:A4"/><mergeCell ref="A1:D1"/>"#);
    let (plan, residents) = read(&[&bytes]);
    assert_eq!((&*plan.lists[0].encoding, plan.lists[0].header_row, plan.people, plan.buildings), ("xlsx", 2, 2, 1));
    assert_eq!(residents[1].place.building.as_deref(), Some("3号楼"), "a merged cell holds for all of its rows");
    assert_eq!(residents[0].contact.as_ref().map(|contact| contact.expose()), Some("5550100"));
    let expected = [(4, Some(Column::Number), Flaw::NumberRounded), (4, Some(Column::Contact), Flaw::CellFailed)];
    assert_eq!(flaws(&plan), expected);
    let other = Form { sheet: Some("两".to_owned()), ..Form::default() };
    assert!(matches!(Table::read(&bytes, &other), Err(NoTable::NoSheet(names)) if names == ["名单"]));
    for cut in (4..bytes.len()).step_by(7) {
        assert!(matches!(table(&bytes[..cut]), Err(NoTable::Workbook(_))), "cut at {cut}");
    }
}

#[test]
fn what_is_no_list_is_refused_whole() {
    assert!(matches!(table(b""), Err(NoTable::NoHeaders)));
    assert!(matches!(table("甲,乙\n丙,丁\n".as_bytes()), Err(NoTable::NoHeaders)));
    assert!(matches!(table(b"\xd0\xcf\x11\xe0\xa1\xb1"), Err(NoTable::OldWorkbook)));
    assert!(matches!(table(&[0xff, 0x00, 0x81, 0x00, 0xff]), Err(NoTable::NoText | NoTable::NoHeaders)));
    let long = "name,id\n".to_owned() + &"x,\n".repeat(ROWS_MAX + 30);
    assert!(matches!(table(long.as_bytes()), Err(NoTable::TooManyRows)));
    let unknown = Form { encoding: Some("ebcdic".to_owned()), ..Form::default() };
    assert!(matches!(Table::read(b"name,id\n", &unknown), Err(NoTable::NoEncoding(_))));
}

#[test]
fn columns_are_told_by_headers_or_by_what_is_said() {
    let headers = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    let of = |text: &str, said: &[(Column, &str)]| {
        let said: Vec<_> = said.iter().map(|(column, header)| (*column, (*header).to_owned())).collect();
        Mapping::of(&headers(text), &said)
    };
    assert_eq!(of("户主,门牌", &[]), Err(Unmapped::NobodyNamed));
    let said = of("户主,门牌", &[(Column::Name, "户主")]).unwrap();
    assert_eq!(said.places(), [(Column::Name, 0), (Column::Door, 1)]);
    assert_eq!(of("姓名,名字", &[]), Err(Unmapped::Twice { column: Column::Name, first: 1, second: 2 }));
    assert_eq!(of("姓名,名字", &[(Column::Name, "名字")]).unwrap().places(), [(Column::Name, 1)]);
    let missing = Unmapped::NoSuchHeader { column: Column::Door, header: "楼".to_owned() };
    assert_eq!(of("姓名,门牌", &[(Column::Door, "楼")]), Err(missing));
    let phones = of("Full Name,ID No.,电话（家）,手机 (选填)", &[]).unwrap();
    assert_eq!(phones.places().len(), 4, "of several telephone numbers the first that is there counts");
}

#[test]
fn fifty_thousand_people_are_planned_as_one() {
    let mut list = "name,id number,building,stairwell,door\n".to_owned();
    for one in 0..50_000u32 {
        let birth = (1880 + one / 20_000) * 10_000 + (1 + one / 1_000 % 12) * 100 + 1 + one / 1_000 % 28;
        list += &format!("甲{one},{},{},{},{}\n", number(birth, one % 1_000), one / 400, one / 100 % 4, one / 3 % 33);
    }
    let (plan, _) = read(&[list.as_bytes(), list.as_bytes()]);
    assert_eq!(
        (
            plan.people + plan.merged,
            plan.questions.iter().filter(|one| one.doubt != Doubt::SameNumberOtherName).count()
        ),
        (100_000, 0)
    );
}
