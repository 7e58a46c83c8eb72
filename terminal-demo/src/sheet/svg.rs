//! A page as an SVG picture.

use std::fmt::Write as _;

use fieldcore::text::in_markup;

use super::layout::{self, Card, PAGE};

/// One page. Writing into a string does not fail.
pub(super) fn page(cards: &[Card<'_>]) -> String {
    let (width, height) = PAGE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {width} {height}\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    for (n, card) in cards.iter().enumerate() {
        let frame = layout::frame(n);
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#999\" stroke-width=\"0.2\" \
             stroke-dasharray=\"2 2\"/>",
            frame.x, frame.y, frame.width, frame.height
        );
        out.push_str("<path fill=\"#000\" shape-rendering=\"crispEdges\" d=\"");
        for bar in layout::bars(n, &card.code) {
            let _ = write!(out, "M{:.3} {:.3}h{:.3}v{:.3}h-{:.3}z", bar.x, bar.y, bar.width, bar.height, bar.width);
        }
        out.push_str("\"/>\n");
        for line in layout::lines(n, card.label) {
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{:.2}\" font-size=\"{}\" font-family=\"Noto Sans CJK SC, Noto Sans SC, PingFang SC, \
                 Microsoft YaHei, sans-serif\">{}</text>",
                line.x,
                line.y,
                line.size,
                in_markup(&line.text)
            );
        }
    }
    out.push_str("</svg>\n");
    out
}
