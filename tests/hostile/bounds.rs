//! What one scan may cost at the most: a text as long as any that is looked at, made to be slow.
//! Held against one pass over the same text in the same build, so that it does not depend on the
//! machine.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use fieldcore::limits::SCAN_BYTES_MAX;
use fieldcore::record::DocumentKind;
use fieldcore::scan::{Scan, Trust, interpret, interpret_aadhaar, typing};
use fieldcore_tests::fuzzing::seeds;

/// Passes over the text that reading it may cost. A quadratic reader takes tens of thousands.
const PASSES_MAX: f64 = 2_000.0;
/// Tries of which the fastest counts.
const TRIES: usize = 3;

/// What a reader does at least: every character narrowed and put in upper case, into a new text.
fn pass(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

fn fastest<T>(mut work: impl FnMut() -> T) -> Duration {
    let once = |work: &mut dyn FnMut() -> T| {
        let began = Instant::now();
        black_box(work());
        began.elapsed()
    };
    (0..TRIES).map(|_| once(&mut work)).min().unwrap_or_default()
}

/// `piece` again and again, up to the most that is looked at.
fn long(piece: &str) -> String {
    let mut text = piece.repeat(SCAN_BYTES_MAX / piece.len().max(1));
    text.truncate(SCAN_BYTES_MAX);
    text
}

/// Texts that are slow to read, if any are.
fn texts() -> Vec<String> {
    let mut pieces: Vec<String> = [
        "0",
        "9",
        "A",
        "<",
        "\n",
        "0\n",
        "<\n",
        "X ",
        "=",
        "&",
        "\u{1d}",
        "１",
        "年",
        "公民身份号码",
        "公民身份号码\n",
        "1880年1月1日\n",
        "44052418800101001",
        "P<UTO",
        "I<UTO<\n",
        "(01)",
        "10A\u{1d}",
        "&(1",
        "DAQ1\n",
        "@\n\u{1e}\rANSI ",
        "姓名\n",
        "某",
        "L898902C3",
        "O",
        "7408122F1204159",
    ]
    .map(str::to_owned)
    .to_vec();
    for name in ["typed", "symbol", "zone", "lines", "gs1", "isbt128", "aamva"] {
        let few = seeds(name).into_iter().zip(0..).filter(|(_, number)| number % 4 == 0);
        for (seed, number) in few {
            let text = String::from_utf8_lossy(&seed).into_owned();
            pieces.push(if number % 8 == 0 { format!("{text}\n") } else { text.replace('\n', "") });
        }
    }
    pieces.iter().filter(|piece| !piece.is_empty()).map(|piece| long(piece)).filter(|text| !text.is_empty()).collect()
}

/// Every way in which a text may be handed over.
fn ways(text: &str) -> Vec<(&'static str, Scan)> {
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let marked = |front: &str| {
        let mut text = format!("{front}{text}");
        while text.len() > SCAN_BYTES_MAX {
            text.pop();
        }
        text
    };
    vec![
        ("typed", Scan::typed(text)),
        ("chosen", Scan::Typed { text: text.to_owned(), document: Some(DocumentKind::PassportNumber) }),
        ("line", Scan::line(text)),
        ("symbol", Scan::symbol(text, None)),
        ("gs1", Scan::symbol(text, Some("]C1"))),
        ("retail", Scan::symbol(text, Some("]E0"))),
        ("matrix", Scan::symbol(text, Some("]Q1"))),
        ("isbt128", Scan::symbol(marked("=A99991712345600"), Some("]C0"))),
        ("aamva", Scan::symbol(marked("@\n\u{1e}\rANSI 636000100101DL00310100DL"), Some("]L2"))),
        ("fields", Scan::Fields(vec![("number".to_owned(), text.to_owned())])),
        ("mrz", Scan::Mrz { lines: lines.clone() }),
        ("ocr", Scan::Ocr { lines }),
    ]
}

#[test]
fn the_longest_text_costs_some_hundred_passes_at_the_most() {
    let today = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let mut slowest = (0.0, String::new(), Duration::ZERO);
    let mut note = |name: &str, text: &str, took: Duration, one: Duration| {
        let passes = took.as_secs_f64() / one.as_secs_f64().max(1e-9);
        if passes > slowest.0 {
            let shown: String = text.chars().take(24).collect();
            slowest = (passes, format!("{name}: {shown:?}…"), took);
        }
    };
    for text in texts() {
        let one = fastest(|| pass(black_box(&text)));
        for (name, scan) in ways(&text) {
            // A second look only at what the first says is slow: the machine may have been busy.
            let began = Instant::now();
            black_box(interpret(&scan, today));
            let mut took = began.elapsed();
            if took.as_secs_f64() > one.as_secs_f64() * PASSES_MAX / 4.0 {
                took = took.min(fastest(|| interpret(&scan, today)));
            }
            note(name, &text, took, one);
        }
        let began = Instant::now();
        black_box(typing::check(&text, None, today));
        black_box(interpret_aadhaar(text.as_bytes(), today, &Trust::new()));
        note("typing, aadhaar", &text, began.elapsed(), one);
    }
    let (passes, what, took) = slowest;
    println!("the slowest of the longest texts: {passes:.0} passes, {took:?} ({what})");
    assert!(passes < PASSES_MAX, "{passes:.0} passes over the text, {took:?} for {what}");
}

/// Negative control: a reader that begins again at every twelfth character is found out.
#[test]
fn a_quadratic_reader_would_be_found_out() {
    let text = long("0");
    let quadratic = || (0..text.len()).step_by(12).map(|at| pass(&text[at..]).len()).sum::<usize>();
    let began = Instant::now();
    black_box(quadratic());
    assert!(began.elapsed().as_secs_f64() > fastest(|| pass(&text)).as_secs_f64() * PASSES_MAX);
}

/// A text beyond the most is refused before anything looks at it.
#[test]
fn a_longer_text_is_refused_unread() {
    let today = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let text = "1".repeat(SCAN_BYTES_MAX + 1);
    for (name, scan) in ways(&text).into_iter().filter(|(name, _)| !["isbt128", "aamva"].contains(name)) {
        let reading = interpret(&scan, today);
        assert_eq!(reading.problems.first().map(|problem| problem.as_str()), Some("length"), "{name}");
        assert!(reading.label.is_none() && reading.fields.is_empty());
    }
}
