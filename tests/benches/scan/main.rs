//! What `interpret` costs, beside a calibration loop of the same run. Lines begin with `budget` or
//! `probe`; a missed budget ends the run with exit code 1. `FIELDCORE_SHORT=1` measures less.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use criterion::Criterion;
use fieldcore::limits::SCAN_BYTES_MAX;
use fieldcore::record::DocumentKind;
use fieldcore::scan::{Scan, Trust, Verdict, interpret, interpret_with, typing};

/// Microseconds at the most for a typed resident number, and for a zone among a recogniser's lines.
const NUMBER_US: f64 = 20.0;
const ZONE_US: f64 = 100.0;

const NUMBER: &str = concat!("44052418800101", "0014");
/// A zone of the state that does not exist, with blanks, letters for digits and other lines.
const ZONE: &str = "UTOPIA\nPassport / Passeport\nSurname / Nom\nERIKSSON\n12 AUG/AOUT 74\nP<UTO ERIKSSON<<ANNA<MARIA<< <<<<<<<<<<<<<<<<<\n\
                    L898902C36UTO74O8I22F12O4159ZE184226B<<<<<1O\nSPECIMEN 2012\n- . 4";
const CARD: &str = "姓名 李某某\n性别 男 民族 汉\n出生 1880 年 1 月 1 日\n住址 某某市某某区某某路\n1 号院 2 号楼 301 室\n公民身份号码\n";
const GS1: &str = "01069012345678921726053110LOT-7a\u{1d}21S0001";
const LICENCE: &str = "@\n\u{1e}\rANSI 636000100102DL00410278ZV03190008DLDAQT00412377\nDCSUTOPIAN\nDDEN\nDACERIKA\nDDFN\nDADMARIE\nDDGN\n\
                       DCAD\nDCBK\nDCDPH\nDBD06062019\nDBB03151880\nDBA12102034\nDBC2\nDAU068 in\nDAYBRO\nDAG1 SPECIMEN STREET\n\
                       DAIRICHMOND\nDAJVA\nDAK000000000  \nDCFSPECIMEN01\nDCGUSA\nDDAF\nDDB06062018\rZVZVA01\r";
const AADHAAR: &str = include_str!("../../../core/src/scan/aadhaar/specimen/specimen_qr.txt");
const CERTIFICATE: &[u8] = include_bytes!("../../../core/src/scan/aadhaar/specimen/specimen_certificate.der");

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).expect("a date")
}

fn lines(text: &str) -> Scan {
    Scan::Ocr { lines: text.split('\n').map(str::to_owned).collect() }
}

/// What is measured: its name, its limit in microseconds, the work.
type Case = (&'static str, Option<f64>, Box<dyn FnMut()>);

/// Reading a scan, which must come to that verdict.
fn case(name: &'static str, limit: Option<f64>, scan: Scan, verdict: Verdict) -> Case {
    assert_eq!(interpret(&scan, today()).verdict, verdict, "{name} is not read as meant");
    (name, limit, Box::new(move || drop(black_box(interpret(black_box(&scan), today())))))
}

fn cases() -> Vec<Case> {
    let mut trust = Trust::new();
    trust.add_uidai(CERTIFICATE).expect("a certificate");
    let qr = Scan::symbol(AADHAAR.trim(), Some("]Q1"));
    assert!(interpret_with(&qr, today(), &trust).verdict.is_accept(), "the certificate fits");
    let signed = {
        let qr = qr.clone();
        move || drop(black_box(interpret_with(black_box(&qr), today(), &trust)))
    };
    let keys = || {
        for end in 1..=NUMBER.len() {
            black_box(typing::check(black_box(&NUMBER[..end]), Some(DocumentKind::CnResident), today()));
        }
    };
    vec![
        case("resident number, typed", Some(NUMBER_US), Scan::typed(NUMBER), Verdict::Accept),
        case("noisy zone", Some(ZONE_US), lines(ZONE), Verdict::AcceptRepaired),
        case("card's front", None, lines(&format!("{CARD}{NUMBER}")), Verdict::Accept),
        case("GS1 element string", None, Scan::symbol(GS1, Some("]C1")), Verdict::Accept),
        case("ISBT 128 donation number", None, Scan::symbol("=A99991712345600", Some("]C0")), Verdict::Accept),
        case("AAMVA licence", None, Scan::symbol(LICENCE, Some("]L2")), Verdict::Accept),
        case("Aadhaar QR, no certificate", None, qr, Verdict::Review),
        ("Aadhaar QR, signature checked", None, Box::new(signed)),
        ("resident number, checked on every key", None, Box::new(keys)),
    ]
}

/// The middle and the 99th percentile of the time that `work` takes, in microseconds.
fn measure(work: &mut dyn FnMut(), samples: usize) -> (f64, f64) {
    let time = |work: &mut dyn FnMut(), times: u32| {
        let began = Instant::now();
        (0..times).for_each(|_| work());
        began.elapsed().as_secs_f64() * 1e6 / f64::from(times)
    };
    let once = time(work, 3).max(0.01);
    let times = (300.0 / once).clamp(1.0, 1_000.0) as u32;
    let mut found: Vec<f64> = (0..samples).map(|_| time(work, times)).collect();
    found.sort_by(f64::total_cmp);
    let at = |share: f64| found[((samples - 1) as f64 * share) as usize];
    (at(0.5), at(0.99))
}

fn main() -> ExitCode {
    let short = std::env::var("FIELDCORE_SHORT").is_ok_and(|value| value == "1");
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let mut criterion = Criterion::default()
        .sample_size(if short { 10 } else { 50 })
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(if short { 200 } else { 2_000 }));
    let mut missed = 0;
    calibrate();
    for (name, limit, mut work) in cases() {
        if !chosen.is_empty() && !chosen.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        criterion.bench_function(&format!("interpret/{name}"), |bencher| bencher.iter(&mut work));
        let (median, p99) = measure(&mut work, if short { 101 } else { 1_001 });
        match limit {
            Some(limit) => {
                let word = if median <= limit { "within" } else { "MISSED" };
                missed += usize::from(median > limit);
                println!("budget interpret, {name}: {median:.1} us median (limit {limit} us) {word}; p99 {p99:.1} us");
            }
            None => println!("probe interpret, {name}: {median:.1} us median, p99 {p99:.1} us"),
        }
    }
    longest();
    criterion.final_summary();
    println!("budgets missed: {missed}");
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What one core can do in this minute.
fn calibrate() {
    let began = Instant::now();
    let mut value = 1u64;
    for _ in 0..100_000_000u32 {
        value = black_box(value).wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    }
    black_box(value);
    println!("probe calibration, 100 million multiplications: {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
}

/// The longest texts that are looked at, and half of them: a reader that is not linear shows.
fn longest() {
    for (name, piece) in [
        ("one line of a card", "某"),
        ("a card's lines", "公民身份号码\n姓名 某\n"),
        ("zones", ZONE),
        ("numbers", NUMBER),
    ] {
        let of = |bytes: usize| {
            let scan = lines(&piece.repeat(bytes / piece.len()));
            measure(&mut || drop(black_box(interpret(black_box(&scan), today()))), 5).0 / 1e3
        };
        let (half, whole) = (of(SCAN_BYTES_MAX / 2), of(SCAN_BYTES_MAX));
        println!("probe interpret, longest text, {name}: {whole:.2} ms, half of it {half:.2} ms");
    }
}
