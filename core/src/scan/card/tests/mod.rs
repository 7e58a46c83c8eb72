mod noise;
mod people;

use chrono::NaiveDate;

use crate::scan::{Check, Problem, Reading, Scan, Verdict, interpret};
use people::{Card, Chance};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

fn ocr<S: AsRef<str>>(lines: &[S]) -> Reading {
    interpret(&Scan::Ocr { lines: lines.iter().map(|line| line.as_ref().to_owned()).collect() }, today())
}

/// Status, kind and problems as `interpret` prints them.
fn words(reading: &Reading) -> (&'static str, Option<&'static str>, Vec<&'static str>) {
    let problems = reading.problems.iter().map(|problem| problem.as_str()).collect();
    (reading.verdict.as_str(), reading.kind.map(|kind| kind.as_str()), problems)
}

fn field<'a>(reading: &'a Reading, name: &str) -> Option<&'a str> {
    reading.text_field(name)
}

fn assert_fields(reading: &Reading, fields: &[(&str, Option<&str>)]) {
    for (name, value) in fields {
        assert_eq!(field(reading, name), *value, "{name}");
    }
}

/// The woman whose number GB 11643-1999 prints as its first example, on a card.
const PRINTED: &[&str] = &[
    "姓名 李某某",
    "性别 女 民族 汉",
    "出生 1949 年 12 月 31 日",
    "住址 北京市朝阳区某某路",
    "1 号院 2 号楼 301 室",
    "公民身份号码 11010519491231002X",
];

const PRINTED_FIELDS: &[(&str, Option<&str>)] = &[
    ("number", Some("11010519491231002X")),
    ("province", Some("11")),
    ("region", Some("110105")),
    ("birth", Some("1949-12-31")),
    ("sex", Some("F")),
    ("name", Some("李某某")),
    ("ethnicity", Some("汉")),
    ("address", Some("北京市朝阳区某某路1号院2号楼301室")),
];

#[test]
fn a_printed_card_is_read_whole() {
    let reading = ocr(PRINTED);
    assert_eq!(words(&reading), ("accept", Some("cn_resident"), vec![]));
    assert_fields(&reading, PRINTED_FIELDS);
    assert_eq!(reading.confirm, ["name", "ethnicity", "address"]);
    let checks = [Check::CheckCharacter, Check::Date, Check::Province, Check::Region, Check::BirthLine, Check::SexLine];
    assert_eq!(reading.evidence.checks, checks);
    assert_eq!(reading.identity.unwrap().name.unwrap().expose(), "李某某");
}

#[test]
fn the_same_card_as_recognisers_print_it() {
    let pages: &[&[&str]] = &[
        // Everything on one line.
        &[
            "姓名李某某性别女民族汉出生1949年12月31日住址北京市朝阳区某某路1号院2号楼301室公民身份号码11010519491231002X",
        ],
        // Labels misread.
        &[
            "姓各李某某",
            "性另女昆族汉",
            "岀生1949年12月31日",
            "住扯北京市朝阳区某某路",
            "1号院2号楼301室",
            "公民身分号吗11010519491231002x",
        ],
        // Labels and values on lines of their own.
        &[
            "姓名",
            "李某某",
            "性别",
            "女",
            "民族",
            "汉",
            "出生",
            "1949年12月31日",
            "住址",
            "北京市朝阳区某某路",
            "1号院2号楼301室",
            "公民身份号码",
            "11010519491231002X",
        ],
        // Blanks in everything, full-width digits.
        &[
            "姓 名 李 某 某",
            "性 别 女 民 族 汉",
            "出 生 １９４９ 年 １２ 月 ３１ 日",
            "住 址 北 京 市 朝 阳 区 某 某 路",
            "１号院２号楼３０１室",
            "公民身份号码 １１０１０５ １９４９１２３１ ００２Ｘ",
        ],
        // No labels at all.
        &["李某某", "女 汉", "1949年12月31日", "北京市朝阳区某某路", "1号院2号楼301室", "11010519491231002X"],
        // The rest of the address behind the number, and the emblem side.
        &[
            "中华人民共和国",
            "居民身份证",
            "签发机关 北京市公安局朝阳分局",
            "有效期限 2020.05.06-2040.05.06",
            "姓名 李某某",
            "性别 女 民族 汉",
            "出生 1949年12月31日",
            "住址 北京市朝阳区某某路",
            "公民身份号码 11010519491231002X",
            "1号院2号楼301室",
        ],
        // Another script beside the labels; what is laid over a copy.
        &[
            "ئىسمى 姓名 李某某",
            "Singqmingz",
            "性别 女 民族 汉",
            "仅供核酸检测使用 2022年2月16日",
            "出生 1949年12月31日",
            "住址 北京市朝阳区某某路",
            "1号院2号楼301室",
            "ནང་ 公民身份号码 11010519491231002X",
        ],
    ];
    for (at, page) in pages.iter().enumerate() {
        let mut reversed = page.to_vec();
        let reading = ocr(page);
        assert_eq!(words(&reading), ("accept", Some("cn_resident"), vec![]), "page {at}");
        for (name, value) in PRINTED_FIELDS {
            assert_eq!(field(&reading, name), *value, "{name} on page {at}");
        }
        assert!(reading.evidence.checks.contains(&Check::BirthLine), "page {at}");
        assert!(reading.evidence.checks.contains(&Check::SexLine), "page {at}");
        // In any order the protected fields are the same.
        reversed.reverse();
        let reading = ocr(&reversed);
        assert_eq!(words(&reading).0, "accept", "page {at}");
        assert_eq!(field(&reading, "number"), Some("11010519491231002X"));
    }
}

#[test]
fn lines_that_contradict_the_number_leave_both_out() {
    let change = |at: usize, line: &'static str| {
        let mut page = PRINTED.to_vec();
        page[at] = line;
        ocr(&page)
    };
    let birth = change(2, "出生 1949年12月30日");
    assert_eq!(words(&birth), ("review", Some("cn_resident"), vec!["contradiction", "birth_date"]));
    assert_fields(
        &birth,
        &[("number", None), ("birth", None), ("province", None), ("sex", Some("F")), ("name", Some("李某某"))],
    );
    let sex = change(1, "性别 男 民族 汉");
    assert_eq!(words(&sex), ("review", Some("cn_resident"), vec!["contradiction", "sex"]));
    assert_fields(&sex, &[("number", None), ("sex", None), ("birth", Some("1949-12-31")), ("ethnicity", Some("汉"))]);
    for reading in [birth, sex] {
        assert!(reading.identity.is_none());
        assert_eq!(reading.candidates.len(), 1, "the operator may say so");
    }
    // A letter in the birth line is no digit, so it contradicts nothing.
    assert_eq!(words(&change(2, "出生 1949年12月3O日")).0, "accept");
    assert_eq!(words(&change(2, "出生 19年月31日")).0, "accept");
}

#[test]
fn letters_become_digits_and_digits_never_do() {
    let number = |number: &str| {
        let mut page = PRINTED.to_vec();
        let line = format!("公民身份号码 {number}");
        page[5] = &line;
        ocr(&page)
    };
    for (read, count) in
        [("11O105l949I231OO2X", 5), ("1101051949123100ZX", 1), ("110I0519491231002×", 2), ("11010S19491231002x", 1)]
    {
        let reading = number(read);
        assert_eq!(words(&reading), ("accept_repaired", Some("cn_resident"), vec![]), "{read}");
        assert_eq!(field(&reading, "number"), Some("11010519491231002X"));
        assert_eq!(reading.evidence.repaired, [("number", count)]);
    }
    for (read, problem) in [
        ("110105194912310028", "checksum"),
        ("11010519491231092X", "checksum"),
        ("170105194912310021", "province"),
        ("11010519491331002X", "date"),
        ("11010529491231002X", "future_date"),
        ("1101051949123100SX", "checksum"),
        ("1101051949123102X", "length"),
        ("110105194912310002X", "length"),
        ("11010519491231W02X", "length"),
    ] {
        let reading = number(read);
        assert_eq!((reading.verdict, words(&reading).1), (Verdict::Review, Some("cn_resident")), "{read}");
        assert!(words(&reading).2.contains(&problem), "{read} {:?}", words(&reading).2);
        assert_fields(&reading, &[("number", None), ("province", None), ("region", None), ("name", Some("李某某"))]);
        assert!(reading.identity.is_none() && reading.candidates.is_empty());
    }
    // What the two lines agree on stays.
    assert_fields(&number("110105194912310028"), &[("birth", Some("1949-12-31")), ("sex", Some("F"))]);
    assert_fields(&number("11010519481231002X"), &[("birth", None), ("sex", None)]);
    // Five letters without a birth line are too many.
    assert_eq!(words(&ocr(&["11O105l949I231OO2X"])), ("review", Some("cn_resident"), vec!["charset"]));
    assert_eq!(words(&ocr(&["11O10519491231002X"])).0, "accept_repaired");
}

#[test]
fn a_number_that_has_the_shape_of_a_zones_dates_is_a_cards_number() {
    // Three digits misread as letters that look like them: seven digits, a letter, a date whose check digit agrees.
    let front = ["性别 男 民族 汉", "出生 1900年6月20日", "公民身份号码 11D1051900Q620625T"];
    let reading = ocr(&front);
    assert_eq!(words(&reading), ("accept_repaired", Some("cn_resident"), vec![]));
    let beside_a_zone = [&front[..], &["P<UTO"]].concat();
    assert_eq!(ocr(&beside_a_zone).verdict, Verdict::Review, "with fillers in view it is asked");
}

#[test]
fn two_cards_are_a_question() {
    let mut page = PRINTED.to_vec();
    page.push("公民身份号码 440524188001010014");
    let reading = ocr(&page);
    assert_eq!(words(&reading), ("review", Some("cn_resident"), vec!["contradiction"]));
    assert!(reading.fields.is_empty());
    assert_eq!(reading.candidates.len(), 2);
    // Side by side on one line, or with the second number misread, or told by its birth alone.
    let others = [
        "11010519491231002X 440524188001010014",
        "440524188001010015",
        "出生 1880年1月1日",
        "性别 男 民族 回",
        "姓名 王某",
        "公民身份号码",
    ];
    for other in others {
        let mut page = PRINTED.to_vec();
        page.insert(0, other);
        let reading = ocr(&page);
        assert_eq!(reading.verdict, Verdict::Review, "{other}");
        assert!(reading.problems.contains(&Problem::Contradiction), "{other}");
        assert_eq!(field(&reading, "number"), None);
    }
    // The same number twice is one card.
    let mut page = PRINTED.to_vec();
    page.push("11010519491231002X");
    assert_eq!(words(&ocr(&page)).0, "accept");
}

#[test]
fn permits_have_no_ethnicity_and_foreigners_latin_names() {
    // The published specimens of the permits of 2018.
    for (number, kind, sex, birth) in [
        ("810000199408230021", "cn_permit_hk", "女", "1994年8月23日"),
        ("830000199201300022", "cn_permit_tw", "女", "1992年1月30日"),
    ] {
        let lines = [
            "姓名 陈某某".to_owned(),
            format!("性别 {sex}"),
            format!("出生 {birth}"),
            "住址 广东省深圳市南山区某某路8号".to_owned(),
            format!("公民身份号码 {number}"),
        ];
        let reading = ocr(&lines);
        assert_eq!(words(&reading).1, Some(kind));
        assert!(reading.verdict.is_accept());
        assert_fields(
            &reading,
            &[
                ("number", Some(number)),
                ("name", Some("陈某某")),
                ("ethnicity", None),
                ("address", Some("广东省深圳市南山区某某路8号")),
            ],
        );
    }
    let card = Card::of_region("931840", &mut Chance::new(5));
    let (year, month, day) = card.birth;
    let sex = format!("性别/Sex {}/{}", card.sex(), card.sex_letter());
    let birth = format!("出生日期/Date of Birth {year}.{month:02}.{day:02}");
    let number = format!("证件号码/ID No. {}", card.number);
    let front = [
        "姓名/Name SMITH, JOHN PAUL",
        &sex,
        &birth,
        "国籍/Nationality 美国/USA",
        "有效期限/Period of Validity 2024.01.01-2034.01.01",
        &number,
    ];
    let split = [
        "Name",
        "SMITH, JOHN PAUL",
        &sex,
        "Date of Birth",
        &birth[birth.len() - 10..],
        "Nationality",
        "USA",
        "ID No.",
        &card.number,
    ];
    for front in [&front[..], &split[..]] {
        let reading = ocr(front);
        assert_eq!(words(&reading), ("accept", Some("cn_foreigner"), vec![]));
        assert_fields(
            &reading,
            &[
                ("number", Some(&card.number)),
                ("name", Some("SMITH, JOHN PAUL")),
                ("ethnicity", None),
                ("address", None),
                ("birth", Some(&card.birth_field())),
                ("sex", Some(card.sex_letter())),
            ],
        );
        assert!(
            reading.evidence.checks.contains(&Check::BirthLine) && reading.evidence.checks.contains(&Check::SexLine)
        );
    }
    // The card until 2023: nothing protects its number.
    let reading =
        ocr(&["姓名/Name", "SMITH, JOHN", "出生日期/Date of Birth 1899.02.03", "证件号码/ID No. USA110099020312"]);
    assert_eq!(words(&reading), ("review", Some("cn_foreigner_15"), vec!["unchecked"]));
    assert_fields(&reading, &[("number", None), ("birth", Some("1899-02-03")), ("name", Some("SMITH, JOHN"))]);
    assert_eq!(reading.candidates.len(), 1);
}

/// As a recogniser read drawn cards with glare and noise.
#[test]
fn scraps_are_no_names_and_no_addresses() {
    let card = Card::of_region("931840", &mut Chance::new(5));
    let foreign = ["姓洛/Namme", "TANAKA AMADOU        全办", "国知Ahatipnalty   5和和省计En", &card.number];
    let card = Card::new(&mut Chance::new(7));
    let resident = ["国   ts，  男                       全", "人 和 人", "民族 汉", "证 作", &card.number];
    for lines in [&foreign, &resident[1..], &resident[..4]] {
        let reading = ocr(lines);
        assert_eq!((reading.text_field("name"), reading.text_field("address")), (None, None));
    }
}

#[test]
fn other_numbers_in_a_picture_are_no_identity() {
    let lone = [
        "1390000 1234",
        "6222 0212 3456 7890 123",
        "6222021234567890123",
        "有效期限 2020.05.06-2025.05.06",
        "TUBE-000123456789012345",
        "1101051949123100211234",
        "911101051949123100210",
        "A11010519491231002XB",
        "110105-19491231-0021",
        "2020年5月6日",
        "",
    ];
    for line in lone {
        let reading = ocr(&[line]);
        assert_eq!(
            (reading.verdict, reading.fields.len(), reading.candidates.len()),
            (Verdict::Review, 0, 0),
            "{line}"
        );
        assert!(reading.identity.is_none());
        // Beside a card they change nothing.
        let mut page = PRINTED.to_vec();
        page.push(line);
        let reading = ocr(&page);
        let date = line.contains('年');
        assert_eq!(reading.verdict, if date { Verdict::Review } else { Verdict::Accept }, "{line}");
    }
    // A number with other digits beside it needs the birth line.
    assert_eq!(words(&ocr(&["7 11010519491231002X"])), ("review", Some("cn_resident"), vec!["ambiguous"]));
    assert_eq!(words(&ocr(&["7 11010519491231002X", "1949年12月31日"])).0, "accept");
}

#[test]
fn a_region_is_a_doubt_only_unless_a_repair_made_it() {
    let mut card = Card::of_region("119999", &mut Chance::new(3));
    let reading = ocr(&card.lines());
    assert_eq!(words(&reading), ("accept", Some("cn_resident"), vec!["region"]));
    assert_fields(&reading, &[("number", Some(&card.number)), ("region", None), ("province", Some("11"))]);
    card.number.replace_range(0..1, "I");
    let reading = ocr(&card.lines());
    assert_eq!(words(&reading), ("review", Some("cn_resident"), vec!["region"]));
    assert_eq!(field(&reading, "number"), None);
}

#[test]
fn a_card_without_its_number_keeps_what_was_read() {
    let reading = ocr(&PRINTED[..5]);
    assert_eq!(words(&reading), ("review", Some("cn_resident"), vec!["structure"]));
    assert_fields(
        &reading,
        &[("number", None), ("birth", None), ("sex", None), ("name", Some("李某某")), ("ethnicity", Some("汉"))],
    );
    assert!(reading.identity.is_none());
}

#[test]
fn any_text_is_read_in_bounded_time() {
    let long = |text: &str| text.repeat(65_000 / text.len());
    for text in ["姓名", "号码1", "1 ", "11010519491231002X ", "年1月", "民族汉", "Name ", "\u{20000}", "\n", "O"]
    {
        let lines: Vec<String> = long(text).split_inclusive(' ').map(str::to_owned).collect();
        let start = std::time::Instant::now();
        let one = ocr(&[long(text)]);
        let many = ocr(&lines);
        assert!(!one.verdict.is_accept() || field(&one, "number").is_some(), "{text}");
        assert!(start.elapsed().as_secs() < 3, "{text} {:?} {:?}", start.elapsed(), many.verdict);
    }
}

#[test]
fn fifteen_digits_are_a_question_at_most() {
    let reading = ocr(&["姓名 李某某", "性别 男 民族 汉", "1900年2月28日", "编号 110105000228001"]);
    assert_eq!(words(&reading), ("review", Some("cn_resident_15"), vec!["unchecked"]));
    assert_fields(&reading, &[("number", None), ("number18", None), ("birth", Some("1900-02-28")), ("sex", None)]);
    assert_eq!(reading.candidates.len(), 1);
    // With another birth line, or none, it is some number.
    for line in ["1901年2月28日", ""] {
        let reading = ocr(&["110105000228001", line]);
        assert_eq!((words(&reading).0, reading.candidates.len()), ("review", 0));
    }
}
