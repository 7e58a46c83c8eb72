//! Pages as a PDF file: codes as filled bars, text in an embedded part of a font, with its signs told so that it can be
//! searched and read aloud.

use std::collections::HashMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

use super::font::{Font, Part};
use super::layout::{self, Bar, Card, PAGE};
use super::{SheetError, signs};

/// Points of a millimetre.
const POINTS: f32 = 72.0 / 25.4;
const FONT: Name<'_> = Name(b"F1");
const BASE_FONT: &[u8] = b"FCCARD+Names";
const SYSTEM: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The file's objects.
struct Ids {
    catalog: Ref,
    pages: Ref,
    font: Ref,
    cid_font: Ref,
    descriptor: Ref,
    file: Ref,
    unicode: Ref,
}

impl Ids {
    fn new(next: &mut impl FnMut() -> Ref) -> Self {
        Self {
            catalog: next(),
            pages: next(),
            font: next(),
            cid_font: next(),
            descriptor: next(),
            file: next(),
            unicode: next(),
        }
    }
}

/// A PDF of the pages.
pub(super) fn file(pages: &[&[Card<'_>]], font: &Font) -> Result<Vec<u8>, SheetError> {
    let labels: Vec<_> = pages.iter().flat_map(|page| page.iter().map(|card| card.label.clone())).collect();
    let part = font.part(&signs(&labels))?;
    let glyphs: HashMap<char, u16> = part.glyphs.iter().map(|(sign, glyph, _)| (*sign, *glyph)).collect();
    let mut last = 0;
    let mut next = || {
        last += 1;
        Ref::new(last)
    };
    let ids = Ids::new(&mut next);
    let places: Vec<(Ref, Ref)> = pages.iter().map(|_| (next(), next())).collect();
    let mut pdf = Pdf::new();
    pdf.catalog(ids.catalog).pages(ids.pages);
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(ids.pages).kids(places.iter().map(|(page, _)| *page)).count(count);
    for (cards, (page, content)) in pages.iter().zip(&places) {
        let mut writer = pdf.page(*page);
        writer.media_box(Rect::new(0.0, 0.0, PAGE.0 * POINTS, PAGE.1 * POINTS));
        writer.parent(ids.pages).contents(*content);
        writer.resources().fonts().pair(FONT, ids.font);
        writer.finish();
        pdf.stream(*content, &draw(cards, &glyphs));
    }
    embed(&mut pdf, &ids, &part);
    Ok(pdf.finish())
}

fn rect(content: &mut Content, bar: Bar) {
    let bottom = PAGE.1 - bar.y - bar.height;
    content.rect(bar.x * POINTS, bottom * POINTS, bar.width * POINTS, bar.height * POINTS);
}

fn draw(cards: &[Card<'_>], glyphs: &HashMap<char, u16>) -> Vec<u8> {
    let mut content = Content::new();
    for (n, card) in cards.iter().enumerate() {
        content.set_stroke_gray(0.6).set_line_width(0.5).set_dash_pattern([6.0, 6.0], 0.0);
        rect(&mut content, layout::frame(n));
        content.stroke();
        content.set_fill_gray(0.0);
        layout::bars(n, &card.code).into_iter().for_each(|bar| rect(&mut content, bar));
        content.fill_nonzero();
        for line in layout::lines(n, card.label) {
            let bytes: Vec<u8> =
                line.text.chars().filter_map(|sign| glyphs.get(&sign)).flat_map(|glyph| glyph.to_be_bytes()).collect();
            content.begin_text().set_font(FONT, line.size * POINTS);
            content.next_line(line.x * POINTS, (PAGE.1 - line.y) * POINTS);
            content.show(Str(&bytes)).end_text();
        }
    }
    content.finish().to_vec()
}

fn embed(pdf: &mut Pdf, ids: &Ids, part: &Part) {
    pdf.type0_font(ids.font)
        .base_font(Name(BASE_FONT))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(ids.cid_font)
        .to_unicode(ids.unicode);
    let mut cid = pdf.cid_font(ids.cid_font);
    cid.subtype(if part.is_cff { CidFontType::Type0 } else { CidFontType::Type2 });
    cid.base_font(Name(BASE_FONT)).system_info(SYSTEM).font_descriptor(ids.descriptor).default_width(1000.0);
    if !part.is_cff {
        cid.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let mut widths = cid.widths();
    for (_, glyph, width) in &part.glyphs {
        widths.consecutive(*glyph, [*width]);
    }
    widths.finish();
    cid.finish();
    let mut descriptor = pdf.font_descriptor(ids.descriptor);
    let [left, bottom, right, top] = part.bounds;
    descriptor.name(Name(BASE_FONT)).flags(FontFlags::SYMBOLIC).bbox(Rect::new(left, bottom, right, top));
    descriptor.italic_angle(0.0).ascent(part.ascent).descent(part.descent).cap_height(part.capitals).stem_v(80.0);
    if part.is_cff {
        descriptor.font_file3(ids.file);
    } else {
        descriptor.font_file2(ids.file);
    }
    descriptor.finish();
    let mut stream = pdf.stream(ids.file, &part.file);
    if part.is_cff {
        stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
    } else {
        stream.pair(Name(b"Length1"), i32::try_from(part.file.len()).unwrap_or(i32::MAX));
    }
    stream.finish();
    let mut unicode = UnicodeCmap::new(Name(b"Names"), SYSTEM);
    part.glyphs.iter().for_each(|(sign, glyph, _)| unicode.pair(*glyph, *sign));
    pdf.cmap(ids.unicode, &unicode.finish());
}
