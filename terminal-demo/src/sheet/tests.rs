//! What is drawn is read again by the project's own eyes, from the file's bytes.

use fieldcore::optics::{LumaFrame, Session, Symbologies, SystemTimer};

use super::layout::{Bar, PAGE, PER_PAGE, frame};
use super::*;

/// Pixels of a millimetre: a scan at 200 dots an inch.
const DOTS: f32 = 200.0 / 25.4;

/// A code as long as a card's can be: version 15 at level M.
fn longest(n: usize) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:";
    let signs = (0..596).map(|at| char::from(ALPHABET[(at * 7 + at / 44 + n) % ALPHABET.len()]));
    format!("FP1:{}", signs.collect::<String>())
}

fn labels(count: usize, name: &str) -> Vec<Label> {
    let label = |n| Label {
        code: longest(n),
        title: format!("{name} {n}"),
        lines: vec!["1101************1X".to_owned(), "2026-05-01 08:00".to_owned()],
    };
    (0..count).map(label).collect()
}

/// A page of paper.
struct Paper {
    width: usize,
    height: usize,
    luma: Vec<u8>,
}

impl Paper {
    fn new() -> Self {
        let (width, height) = ((PAGE.0 * DOTS) as usize, (PAGE.1 * DOTS) as usize);
        Self { width, height, luma: vec![240; width * height] }
    }

    fn ink(&mut self, bar: Bar) {
        let dots = |millimetres: f32| (millimetres * DOTS).round().max(0.0) as usize;
        let (left, right) = (dots(bar.x), dots(bar.x + bar.width).min(self.width));
        for row in dots(bar.y)..dots(bar.y + bar.height).min(self.height) {
            self.luma[row * self.width + left..row * self.width + right].fill(20);
        }
    }

    /// What the project's own eyes read of the `n`th card.
    fn read(&self, n: usize) -> Option<String> {
        let card = frame(n);
        let (x, y) = ((card.x * DOTS) as usize, (card.y * DOTS) as usize);
        let (width, height) = ((card.width * DOTS) as usize, (card.height * DOTS) as usize);
        let rows = (y..y + height).flat_map(|row| self.luma[row * self.width + x..][..width].iter().copied());
        let data: Vec<u8> = rows.collect();
        let view = LumaFrame::new(&data, width, height, width).expect("a sound frame");
        let mut session = Session::new(Symbologies::ALL, u64::MAX, Box::new(SystemTimer::default()));
        session.still(&view).symbols.into_iter().next().map(|symbol| symbol.text)
    }
}

/// The bars of an SVG page's codes, from its text.
fn bars_of_svg(page: &str) -> Vec<Bar> {
    let paths = page.split(" d=\"").skip(1).map(|rest| rest.split('"').next().expect("an end"));
    let mut bars = Vec::new();
    for step in paths.flat_map(|path| path.split('M').skip(1)) {
        let numbers: Vec<f32> = step
            .split(['h', 'v', 'z', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().expect("a number"))
            .collect();
        bars.push(Bar { x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3] });
    }
    bars
}

/// The filled rectangles of a PDF's pages, from its bytes, in millimetres from the top.
fn bars_of_pdf(file: &[u8]) -> Vec<Vec<Bar>> {
    let text = String::from_utf8_lossy(file);
    let streams = text.split("stream\n").filter(|part| part.contains(" re\n") && part.contains("\nf\n"));
    let bar = |line: &str| {
        let numbers: Vec<f32> =
            line.strip_suffix(" re")?.split(' ').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let [x, y, width, height] = numbers.try_into().ok()?;
        let millimetres = |points: f32| points * 25.4 / 72.0;
        let (width, height) = (millimetres(width), millimetres(height));
        // What is as high as a card is its frame, which is not filled.
        let top = PAGE.1 - millimetres(y) - height;
        (height < 80.0).then_some(Bar { x: millimetres(x), y: top, width, height })
    };
    streams.map(|stream| stream.lines().filter_map(bar).collect()).collect()
}

#[test]
fn every_code_of_a_drawn_page_is_read_by_our_own_eyes() {
    let labels = labels(8, "Somebody");
    let pages = svg(&labels).expect("it is drawn");
    assert_eq!(pages.len(), 2, "six to a page");
    for (page, labels) in pages.iter().zip(labels.chunks(PER_PAGE)) {
        let mut paper = Paper::new();
        bars_of_svg(page).into_iter().for_each(|bar| paper.ink(bar));
        for (n, label) in labels.iter().enumerate() {
            assert!(page.contains(&format!(">{}</text>", label.lines[0])), "the number below");
            assert_eq!(paper.read(n).as_deref(), Some(&*label.code), "card {n}");
        }
        assert_eq!(Paper::new().read(0), None, "the control: a blank page holds nothing");
    }
}

#[test]
fn names_are_drawn_as_text_and_nothing_else() {
    let label = Label { code: longest(0), title: "A<b>&\u{7}".to_owned(), lines: Vec::new() };
    let page = svg(&[label]).expect("it is drawn").remove(0);
    assert!(page.contains(">A&lt;b&gt;&amp;</text>"), "nothing of a name is markup");
}

#[test]
fn a_pdf_has_the_same_codes_and_its_own_signs() {
    for name in ["Somebody", "某某某"] {
        let labels = labels(7, name);
        let signs = signs(&labels);
        let font = match Font::of_machine(&signs) {
            Ok(font) => font,
            Err(error) => {
                // A machine without such a font says so; nothing is drawn with signs missing.
                assert!(error.to_string().contains("--font"), "{error}");
                continue;
            }
        };
        let part = font.part(&signs).expect("a part of it");
        assert!(part.glyphs.iter().all(|(_, glyph, _)| *glyph > 0), "every sign has one of its own");
        assert!(part.file.len() < 200_000, "{} bytes for {} signs", part.file.len(), signs.len());
        let file = pdf(&labels, &font).expect("it is drawn");
        assert!(file.starts_with(b"%PDF-"));
        let pages = bars_of_pdf(&file);
        assert_eq!(pages.len(), 2);
        for (bars, labels) in pages.iter().zip(labels.chunks(PER_PAGE)) {
            let mut paper = Paper::new();
            bars.iter().for_each(|bar| paper.ink(*bar));
            for (n, label) in labels.iter().enumerate() {
                assert_eq!(paper.read(n).as_deref(), Some(&*label.code), "card {n}");
            }
        }
    }
}

#[test]
fn the_first_page_is_the_file_that_was_named() {
    let file = Path::new("out/cards.svg");
    assert_eq!(page_file(file, 0), file);
    assert_eq!(page_file(file, 1), Path::new("out/cards-2.svg"));
}

#[test]
fn a_code_that_fits_none_is_an_error() {
    let label = Label { code: "x".repeat(5_000), title: String::new(), lines: Vec::new() };
    assert!(matches!(svg(&[label]), Err(SheetError::Code)));
}
