//! `interpret` as other programs drive it: every kind with one that holds and one that does not.
//! The people are made up, the numbers are specimens or of births 1890 to 1905, the zones those that
//! Doc 9303 prints.

use std::collections::HashSet;
use std::io::Write;
use std::process::{Command, Stdio};

use fieldcore::scan::ReadingKind;
use serde_json::{Value, json};

/// A question without its `id` and mostly without `today`; status, kind, format and problems; fields; what is to be
/// confirmed; checks that passed and `field:count` for repairs.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// Resident numbers, permits and foreigner's cards, typed: one that holds, and what refuses it.
const NUMBERS: &[Row] = &[
    (
        r#"{"as":"typed","text":"110105189001010011"}"#,
        "accept cn_resident -",
        r#"{"number":"110105189001010011","province":"11","region":"110105","birth":"1890-01-01","sex":"M"}"#,
        "",
        "check_character date province region",
    ),
    (r#"{"as":"typed","text":"11010518900101001"}"#, "accept plain -", r#"{"text":"11010518900101001"}"#, "", ""),
    (r#"{"as":"typed","text":"11010518900101A011"}"#, "accept plain -", r#"{"text":"11010518900101A011"}"#, "", ""),
    (r#"{"as":"typed","text":"160105189001010010"}"#, "refuse cn_resident - province", r#"{}"#, "", ""),
    (r#"{"as":"typed","text":"110105189002300010"}"#, "refuse cn_resident - date", r#"{}"#, "", ""),
    (
        r#"{"as":"typed","text":"110105189001010011","today":"1889-12-31"}"#,
        "refuse cn_resident - future_date",
        r#"{}"#,
        "",
        "",
    ),
    (r#"{"as":"typed","text":"110105189001010012"}"#, "refuse cn_resident - checksum", r#"{}"#, "", ""),
    (
        r#"{"as":"typed","text":"119999189001010013"}"#,
        "accept cn_resident - region",
        r#"{"number":"119999189001010013","province":"11","birth":"1890-01-01","sex":"M"}"#,
        "",
        "check_character date province",
    ),
    (
        r#"{"as":"typed","text":"110105050101001"}"#,
        "accept cn_resident_15 -",
        r#"{"number":"110105050101001","number18":"110105190501010016","province":"11","region":"110105","birth":"1905-01-01","sex":"M"}"#,
        "",
        "date province region",
    ),
    (r#"{"as":"typed","text":"110105051301001"}"#, "refuse cn_resident_15 - date", r#"{}"#, "", ""),
    (
        r#"{"as":"typed","text":"81000018900101001X"}"#,
        "accept cn_permit_hk -",
        r#"{"number":"81000018900101001X","province":"81","region":"810000","birth":"1890-01-01","sex":"M"}"#,
        "",
        "check_character date province region",
    ),
    (r#"{"as":"typed","text":"810000189001010011"}"#, "refuse cn_permit_hk - checksum", r#"{}"#, "", ""),
    (
        r#"{"as":"typed","text":"82000018900101002X"}"#,
        "accept cn_permit_mo -",
        r#"{"number":"82000018900101002X","province":"82","region":"820000","birth":"1890-01-01","sex":"F"}"#,
        "",
        "check_character date province region",
    ),
    (r#"{"as":"typed","text":"820000189001010021"}"#, "refuse cn_permit_mo - checksum", r#"{}"#, "", ""),
    (
        r#"{"as":"typed","text":"830000189001010021"}"#,
        "accept cn_permit_tw -",
        r#"{"number":"830000189001010021","province":"83","region":"830000","birth":"1890-01-01","sex":"F"}"#,
        "",
        "check_character date province region",
    ),
    (r#"{"as":"typed","text":"830000189001010022"}"#, "refuse cn_permit_tw - checksum", r#"{}"#, "", ""),
    (
        r#"{"as":"typed","text":"911156189003150018"}"#,
        "accept cn_foreigner -",
        r#"{"number":"911156189003150018","province":"11","birth":"1890-03-15","sex":"M"}"#,
        "",
        "check_character date province",
    ),
    (r#"{"as":"typed","text":"911156189003150011"}"#, "refuse cn_foreigner - checksum", r#"{}"#, "", ""),
    (r#"{"as":"typed","text":"990156189003150011"}"#, "refuse cn_foreigner - province", r#"{}"#, "", ""),
];

/// Shapes without a check digit: accepted only as the kind that was chosen.
const SHAPES: &[Row] = &[
    (
        r#"{"as":"typed","text":"USA110080010112"}"#,
        "review cn_foreigner_15 - unchecked",
        r#"{"number":"USA110080010112"}"#,
        "",
        "",
    ),
    (
        r#"{"as":"typed","text":"USA110080010112","document":"cn_foreigner_15"}"#,
        "accept cn_foreigner_15 -",
        r#"{"number":"USA110080010112"}"#,
        "",
        "chosen_kind",
    ),
    (
        r#"{"as":"typed","text":"USA110080139912","document":"cn_foreigner_15"}"#,
        "review cn_foreigner_15 - birth_date",
        r#"{}"#,
        "",
        "",
    ),
    (r#"{"as":"typed","text":"H12345678"}"#, "review null - ambiguous", r#"{}"#, "", ""),
    (
        r#"{"as":"typed","text":"H12345678","document":"hk_mo_travel_permit"}"#,
        "accept hk_mo_travel_permit -",
        r#"{"number":"H12345678"}"#,
        "",
        "chosen_kind",
    ),
    (
        r#"{"as":"typed","text":"H1234567","document":"hk_mo_travel_permit"}"#,
        "refuse hk_mo_travel_permit - length",
        r#"{}"#,
        "",
        "",
    ),
    (r#"{"as":"typed","text":"12345678"}"#, "review tw_travel_permit - unchecked", r#"{"number":"12345678"}"#, "", ""),
    (
        r#"{"as":"typed","text":"12345678","document":"tw_travel_permit"}"#,
        "accept tw_travel_permit -",
        r#"{"number":"12345678"}"#,
        "",
        "chosen_kind",
    ),
    (
        r#"{"as":"typed","text":"1234567","document":"tw_travel_permit"}"#,
        "refuse tw_travel_permit - length",
        r#"{}"#,
        "",
        "",
    ),
    (r#"{"as":"typed","text":"C12345678"}"#, "review cn_exit_permit - unchecked", r#"{"number":"C12345678"}"#, "", ""),
    (
        r#"{"as":"typed","text":"C12345678","document":"cn_exit_permit"}"#,
        "accept cn_exit_permit -",
        r#"{"number":"C12345678"}"#,
        "",
        "chosen_kind",
    ),
    (
        r#"{"as":"typed","text":"CI1234567","document":"cn_exit_permit"}"#,
        "refuse cn_exit_permit - structure",
        r#"{}"#,
        "",
        "",
    ),
    (r#"{"as":"typed","text":"E12345678"}"#, "review passport_number - unchecked", r#"{"number":"E12345678"}"#, "", ""),
    (
        r#"{"as":"typed","text":"L898902C3","document":"passport_number"}"#,
        "accept passport_number -",
        r#"{"number":"L898902C3"}"#,
        "",
        "chosen_kind",
    ),
    (
        r#"{"as":"typed","text":"L8989_2C3","document":"passport_number"}"#,
        "refuse passport_number - charset",
        r#"{}"#,
        "",
        "",
    ),
    (r#"{"as":"typed","text":"12","document":"passport_number"}"#, "refuse passport_number - length", r#"{}"#, "", ""),
];

/// Zones: clean ones are never repaired, those of a recogniser letter for digit.
const ZONES: &[Row] = &[
    (
        r#"{"as":"mrz","lines":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<","L898902C36UTO7408122F1204159ZE184226B<<<<<10"]}"#,
        "accept mrz TD3",
        r#"{"document_code":"P","issuing_state":"UTO","nationality":"UTO","document_number":"L898902C3","birth_date":"740812","sex":"F","expiry_date":"120415","optional1":"ZE184226B","surname":"ERIKSSON","given_names":"ANNA MARIA"}"#,
        "",
        "document_number birth_date expiry_date optional1 composite",
    ),
    (
        r#"{"as":"mrz","lines":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<","L898902C36UTO7408132F1204159ZE184226B<<<<<10"]}"#,
        "refuse mrz TD3 birth_date composite",
        r#"{}"#,
        "",
        "",
    ),
    (
        r#"{"as":"ocr","lines":["UTOPIA","P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<","L898902C36UTO74O8I22F1204159ZE184226B<<<<<10"]}"#,
        "accept_repaired mrz TD3",
        r#"{"document_code":"P","issuing_state":"UTO","nationality":"UTO","document_number":"L898902C3","birth_date":"740812","sex":"F","expiry_date":"120415","optional1":"ZE184226B","surname":"ERIKSSON","given_names":"ANNA MARIA"}"#,
        "document_code issuing_state nationality sex surname given_names",
        "document_number birth_date expiry_date optional1 composite birth_date:2",
    ),
    (
        r#"{"as":"ocr","lines":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<","L898902C36UTO7408122F1204149ZE184226B<<<<<10"]}"#,
        "review mrz TD3 expiry_date composite",
        r#"{"document_code":"P","issuing_state":"UTO","nationality":"UTO","document_number":"L898902C3","birth_date":"740812","sex":"F","optional1":"ZE184226B","surname":"ERIKSSON","given_names":"ANNA MARIA"}"#,
        "document_code issuing_state nationality sex surname given_names",
        "document_number birth_date optional1",
    ),
    (
        r#"{"as":"ocr","lines":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<","L898902C36UTO7408122F1204159ZE184226B<<<<<10"]}"#,
        "accept mrz TD3",
        r#"{"document_code":"P","issuing_state":"UTO","nationality":"UTO","document_number":"L898902C3","birth_date":"740812","sex":"F","expiry_date":"120415","optional1":"ZE184226B","surname":"ERIKSSON","given_names":"ANNA MARIA"}"#,
        "document_code issuing_state nationality sex surname given_names",
        "document_number birth_date expiry_date optional1 composite",
    ),
    (
        r#"{"as":"mrz","lines":["I<UTOD231458907<<<<<<<<<<<<<<<","7408122F1204159UTO<<<<<<<<<<<6","ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]}"#,
        "accept mrz TD1",
        r#"{"document_code":"I","issuing_state":"UTO","nationality":"UTO","document_number":"D23145890","birth_date":"740812","sex":"F","expiry_date":"120415","surname":"ERIKSSON","given_names":"ANNA MARIA"}"#,
        "",
        "document_number birth_date expiry_date composite",
    ),
    (
        r#"{"as":"mrz","lines":["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<","L8988901C4XXX4009078F9612109<<<<<<<<"]}"#,
        "accept mrz MRV-B",
        r#"{"document_code":"V","issuing_state":"UTO","nationality":"XXX","document_number":"L8988901C","birth_date":"400907","sex":"F","expiry_date":"961210","surname":"ERIKSSON","given_names":"ANNA MARIA"}"#,
        "",
        "document_number birth_date expiry_date",
    ),
];

/// Symbols: the AIM identifier decides first.
const SYMBOLS: &[Row] = &[
    (r#"{"as":"mrz","lines":["no zone"]}"#, "refuse mrz - length charset", r#"{}"#, "", ""),
    (
        r#"{"as":"symbol","text":"]L2@\n\u001e\rANSI 636000100102DL00410278ZV03190008DLDAQT00412377\nDCSUTOPIAN\nDDEN\nDACERIKA\nDDFN\nDADMARIE\nDDGN\nDCAD\nDCBK\nDCDPH\nDBD06062019\nDBB03151880\nDBA12102034\nDBC2\nDAU068 in\nDAYBRO\nDAG1 SPECIMEN STREET\nDAIRICHMOND\nDAJVA\nDAK000000000  \nDCFSPECIMEN01\nDCGUSA\rZVZVA01\r"}"#,
        "accept aamva -",
        r#"{"number":"T00412377","family_name":"UTOPIAN","given_names":"ERIKA MARIE","birth":"1880-03-15","sex":"F","expiry":"2034-12-10","address":"1 SPECIMEN STREET, RICHMOND, VA 000000000","country":"USA","jurisdiction":"VA"}"#,
        "",
        "structure date",
    ),
    (
        r#"{"as":"symbol","text":"]L2@\n\u001e\rANSI 636000100102DL00410278ZV03190008DLDAQT00412377\nDCSUTOPIAN\nDDEN\nDACERIKA\nDDFN\nDADMARIE\nDDGN\nDCAD\nDCBK\nDCDPH\nDBD06062019\nDBB02301880\nDBA12102034\nDBC2\nDAU068 in\nDAYBRO\nDAG1 SPECIMEN STREET\nDAIRICHMOND\nDAJVA\nDAK000000000  \nDCFSPECIMEN01\nDCGUSA\rZVZVA01\r"}"#,
        "refuse aamva - date",
        r#"{}"#,
        "",
        "",
    ),
    (
        r#"{"as":"symbol","text":"]Q1<PrintLetterBarcodeData uid=\"000000000000\"/>"}"#,
        "refuse aadhaar - unsupported",
        r#"{}"#,
        "",
        "",
    ),
    (
        r#"{"as":"symbol","text":"]C101095212345432131726050010LOT-7a"}"#,
        "accept gs1 -",
        r#"{"ais":[["01","09521234543213"],["17","260500"],["10","LOT-7a"]],"gtin":"09521234543213","lot":"LOT-7a","expiry":"2026-05-31"}"#,
        "",
        "gs1_check_digit date structure",
    ),
    (r#"{"as":"symbol","text":"]C10109521234543214"}"#, "refuse gs1 - checksum", r#"{}"#, "", ""),
    (
        r#"{"as":"symbol","text":"]d20109521234543213\u001d10A"}"#,
        "accept gs1 -",
        r#"{"ais":[["01","09521234543213"],["10","A"]],"gtin":"09521234543213","lot":"A"}"#,
        "",
        "gs1_check_digit structure",
    ),
    (r#"{"as":"symbol","text":"]C1"}"#, "refuse null - structure", r#"{}"#, "", ""),
    (r#"{"as":"symbol","text":"]C110AB\u001d99"}"#, "refuse gs1 - length", r#"{}"#, "", ""),
    (
        r#"{"as":"symbol","text":"=A99991712345600"}"#,
        "accept isbt128 -",
        r#"{"din":"A999917123456","flags":"00","flag_type":"0","check_character":"9","codes":[["=","A99991712345600"]]}"#,
        "",
        "structure",
    ),
    (r#"{"as":"symbol","text":"]C0=A99991712345661"}"#, "refuse isbt128 - checksum", r#"{}"#, "", ""),
    (
        r#"{"as":"typed","text":"A9999 17 123456 9"}"#,
        "accept isbt128 -",
        r#"{"din":"A999917123456","check_character":"9"}"#,
        "",
        "isbt_check_character",
    ),
    (r#"{"as":"typed","text":"A9999 17 123456 8"}"#, "refuse isbt128 - checksum", r#"{}"#, "", ""),
    (
        r#"{"as":"symbol","text":"]C0=A99991712345669"}"#,
        "accept isbt128 -",
        r#"{"din":"A999917123456","flags":"69","flag_type":"3","check_character":"9","codes":[["=","A99991712345669"]]}"#,
        "",
        "isbt_check_character structure",
    ),
    (
        r#"{"as":"symbol","text":"]E04006381333931"}"#,
        "accept retail -",
        r#"{"text":"4006381333931","gtin":"04006381333931"}"#,
        "",
        "gs1_check_digit",
    ),
    (r#"{"as":"symbol","text":"]E04006381333932"}"#, "refuse retail - checksum", r#"{}"#, "", ""),
    (
        r#"{"as":"symbol","text":"4006381333931"}"#,
        "review retail - ambiguous",
        r#"{"text":"4006381333931","gtin":"04006381333931"}"#,
        "",
        "",
    ),
    (r#"{"as":"symbol","text":"]C0TUBE-0001"}"#, "accept plain -", r#"{"text":"TUBE-0001"}"#, "", ""),
    (r#"{"as":"symbol","text":"TUBE-0001"}"#, "accept plain -", r#"{"text":"TUBE-0001"}"#, "", ""),
    (r#"{"as":"symbol","text":"]C0110105189001010011"}"#, "accept plain -", r#"{"text":"110105189001010011"}"#, "", ""),
    (
        r#"{"as":"symbol","text":"]Q1110105189001010011"}"#,
        "accept cn_resident -",
        r#"{"number":"110105189001010011","province":"11","region":"110105","birth":"1890-01-01","sex":"M"}"#,
        "",
        "check_character date province region",
    ),
    (r#"{"as":"symbol","text":"]Q1110105189001010012"}"#, "refuse cn_resident - checksum", r#"{}"#, "", ""),
    (r#"{"as":"symbol","text":"]C0 007"}"#, "accept plain -", r#"{"text":" 007"}"#, "", ""),
    (
        r#"{"as":"symbol","text":"]I109521234543213"}"#,
        "accept plain -",
        r#"{"text":"09521234543213"}"#,
        "",
        "gs1_check_digit",
    ),
];

/// Cards' fronts from a recogniser's lines.
const FRONTS: &[Row] = &[
    (
        r#"{"as":"symbol","text":"]Q1https://example.org/a?b=c d"}"#,
        "accept alias -",
        r#"{"text":"https://example.org/a?b=c d"}"#,
        "",
        "",
    ),
    (r#"{"as":"symbol","text":"a text with blanks"}"#, "accept alias -", r#"{"text":"a text with blanks"}"#, "", ""),
    (
        r#"{"as":"symbol","text":"]Q1E12345678"}"#,
        "review passport_number - unchecked",
        r#"{"number":"E12345678"}"#,
        "",
        "",
    ),
    (r#"{"as":"symbol","text":""}"#, "refuse null - structure", r#"{}"#, "", ""),
    (
        r#"{"as":"ocr","lines":["姓名 李某某","性别 男 民族 汉","出生 1890 年 1 月 1 日","住址 某某市某某路 1 号","公民身份号码 110105189001010011"]}"#,
        "accept cn_resident -",
        r#"{"number":"110105189001010011","province":"11","region":"110105","birth":"1890-01-01","sex":"M","name":"李某某","ethnicity":"汉","address":"某某市某某路1号"}"#,
        "name ethnicity address",
        "check_character date province region birth_line sex_line",
    ),
];

/// What else someone types.
const OTHERS: &[Row] = &[
    (
        r#"{"as":"ocr","lines":["公民身份号码 11O1O5189001010011"]}"#,
        "accept_repaired cn_resident -",
        r#"{"number":"110105189001010011","province":"11","region":"110105","birth":"1890-01-01","sex":"M"}"#,
        "",
        "check_character date province region number:2",
    ),
    (r#"{"as":"ocr","lines":["公民身份号码 110105189001010012"]}"#, "review cn_resident - checksum", r#"{}"#, "", ""),
    (
        r#"{"as":"ocr","lines":["出生 1890 年 1 月 2 日","公民身份号码 110105189001010011"]}"#,
        "review cn_resident - contradiction birth_date",
        r#"{}"#,
        "",
        "",
    ),
    (r#"{"as":"ocr","lines":["nothing"]}"#, "review null - unsupported", r#"{}"#, "", ""),
    (
        r#"{"as":"typed","text":"110105189001010011","document":"cn_permit_hk"}"#,
        "review cn_resident - document",
        r#"{"number":"110105189001010011","province":"11","region":"110105","birth":"1890-01-01","sex":"M"}"#,
        "",
        "check_character date province region",
    ),
    (r#"{"as":"typed","text":"任意 文字"}"#, "accept alias -", r#"{"text":"任意 文字"}"#, "", ""),
    (r#"{"as":"typed","text":"x y"}"#, "accept alias -", r#"{"text":"x y"}"#, "", ""),
    (r#"{"as":"typed","text":"TUBE-0001"}"#, "accept plain -", r#"{"text":"TUBE-0001"}"#, "", ""),
    (
        r#"{"as":"typed","text":"1234567890"}"#,
        "review tw_travel_permit - unchecked",
        r#"{"number":"1234567890"}"#,
        "",
        "",
    ),
    (
        r#"{"as":"typed","text":"(01)09521234543213"}"#,
        "accept gs1 -",
        r#"{"ais":[["01","09521234543213"]],"gtin":"09521234543213"}"#,
        "",
        "gs1_check_digit structure",
    ),
    (r#"{"as":"typed","text":"   "}"#, "refuse null - structure", r#"{}"#, "", ""),
];

fn rows() -> impl Iterator<Item = &'static Row> {
    [NUMBERS, SHAPES, ZONES, SYMBOLS, FRONTS, OTHERS].into_iter().flatten()
}

/// The program's answers, one a line.
fn ask(lines: &[String]) -> Vec<String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fieldcore-terminal"))
        .arg("interpret")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("a pipe");
    let text = lines.join("\n");
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("no panic").expect("the pipe holds");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect()
}

/// What the answer should be, key for key.
fn expected(id: usize, row: &Row) -> Value {
    let (_, verdict, fields, confirm, evidence) = row;
    let mut verdict = verdict.split(' ');
    let mut next = || verdict.next().unwrap_or_default().to_owned();
    let (status, kind, format) = (next(), next(), next());
    let or_null = |word: String, none: &str| if word == none { Value::Null } else { word.into() };
    let (repaired, checks): (Vec<&str>, Vec<&str>) = evidence.split_whitespace().partition(|word| word.contains(':'));
    let count = |word: &&str| word.split_once(':').map(|(field, n)| json!([field, n.parse::<u32>().unwrap_or(0)]));
    json!({
        "id": id,
        "status": status,
        "kind": or_null(kind, "null"),
        "format": or_null(format, "-"),
        "fields": serde_json::from_str::<Value>(fields).expect("the table's fields are JSON"),
        "confirm": confirm.split_whitespace().collect::<Vec<_>>(),
        "problems": verdict.collect::<Vec<_>>(),
        "evidence": {"checks": checks, "repaired": repaired.iter().filter_map(count).collect::<Vec<_>>()},
    })
}

#[test]
fn every_kind_is_answered_as_the_table_says() {
    let question = |(id, row): (usize, &Row)| {
        let mut question: Value = serde_json::from_str(row.0).expect("the table's questions are JSON");
        question["id"] = id.into();
        if question.get("today").is_none() {
            question["today"] = "2026-01-01".into();
        }
        question.to_string()
    };
    let questions: Vec<String> = rows().enumerate().map(question).collect();
    let answers = ask(&questions);
    assert_eq!(answers.len(), questions.len());
    for ((id, row), answer) in rows().enumerate().zip(&answers) {
        assert_eq!(*answer, expected(id, row).to_string(), "{}", row.0);
    }
}

/// Every kind stands in the table with an answer that may be acted on and with one that may not.
#[test]
fn the_table_has_every_kind_sound_and_broken() {
    let of = |accept: bool| {
        let chosen = rows().filter(move |row| row.1.starts_with("accept") == accept);
        chosen.filter_map(|row| row.1.split(' ').nth(1)).collect::<HashSet<_>>()
    };
    let (sound, broken) = (of(true), of(false));
    // A signed QR is in the test beside its certificate; plain texts and aliases cannot be broken.
    for kind in ReadingKind::ALL {
        let kind = kind.as_str();
        assert!(sound.contains(kind) || kind == "aadhaar", "{kind} is nowhere accepted");
        assert!(broken.contains(kind) || ["plain", "alias"].contains(&kind), "{kind} is nowhere doubted");
    }
}

/// The answer to what is no question is fixed, to the byte.
#[test]
fn what_is_no_json_has_the_fixed_answer_and_the_stream_goes_on() {
    let lines = ["no json", "{\"id\":1,\"as\":\"symbol\",\"text\":\"]C0T-1\"}", "[", "{\"id\":\"x\",\"as\":\"smell\"}"];
    let answers = ask(&lines.map(str::to_owned));
    let fixed = |id: &str| {
        format!(
            r#"{{"id":{id},"status":"refuse","kind":null,"format":null,"fields":{{}},"confirm":[],"problems":["structure"]}}"#
        )
    };
    assert_eq!([&answers[0], &answers[2], &answers[3]], [&fixed("null"), &fixed("null"), &fixed("\"x\"")]);
    let second: Value = serde_json::from_str(&answers[1]).expect("one object a line");
    assert_eq!(second["evidence"], json!({"checks": [], "repaired": []}));
    assert_eq!(
        (&second["id"], &second["kind"], &second["fields"]["text"]),
        (&json!(1), &json!("plain"), &json!("T-1"))
    );
}

/// Without `today` the system's date counts, without `lines` the text's own lines.
#[test]
fn absent_keys_have_their_meaning() {
    let zone = r#"{"id":2,"as":"mrz","text":"I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"}"#;
    let answers = ask(&[r#"{"as":"typed","text":"110105189001010011"}"#.to_owned(), zone.to_owned()]);
    let answers: Vec<Value> =
        answers.iter().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    assert_eq!((&answers[0]["id"], &answers[0]["status"]), (&Value::Null, &json!("accept")));
    assert_eq!(answers[1]["format"], "TD1");
}
