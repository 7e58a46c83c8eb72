//! The last answer: the cue's word and colour, for whom, and what there is to know about it.

use fieldcore::Cue;
use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::{Color, Modifier};
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Paragraph, Wrap};

use super::view::black_on;
use crate::words::{Words, fill};

/// Blank columns at both sides.
const MARGIN: Margin = Margin::new(1, 0);

/// The last answer.
pub(super) struct Last {
    pub(super) cue: Cue,
    /// What it came to.
    pub(super) what: String,
    /// For whom and where; empty where it is about nobody.
    pub(super) whom: String,
    pub(super) details: Vec<String>,
}

impl Last {
    /// Rows that it needs in a window of `width` columns.
    pub(super) fn rows(&self, words: &Words, width: u16) -> u16 {
        let rows = self.paragraph(words).line_count(width.saturating_sub(2 * MARGIN.horizontal));
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// Draws it from row `scroll` on; a last row says how much is left. Answers the scroll that
    /// was possible.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, words: &Words, scroll: usize) -> usize {
        let style = black_on(colour(self.cue));
        frame.render_widget(Block::new().style(style), area);
        let mut inner = area.inner(MARGIN);
        let rows = usize::from(self.rows(words, area.width));
        let fits = rows <= usize::from(inner.height);
        if !fits {
            inner.height = inner.height.saturating_sub(1);
        }
        let beyond = rows.saturating_sub(usize::from(inner.height));
        let scroll = scroll.min(beyond);
        let from = u16::try_from(scroll).unwrap_or(u16::MAX);
        frame.render_widget(self.paragraph(words).style(style).scroll((from, 0)), inner);
        if !fits {
            let text = match beyond - scroll {
                0 => words.no_more_lines.to_owned(),
                left => fill(words.more_lines, &[&left]),
            };
            let more = Line::from(text).style(style.add_modifier(Modifier::REVERSED));
            frame.render_widget(more, Rect { y: inner.bottom(), height: 1, ..inner });
        }
        scroll
    }

    fn paragraph(&self, words: &Words) -> Paragraph<'_> {
        let first = Line::from(format!("{} — {}", words.cue(self.cue), self.what));
        let whom = (!self.whom.is_empty()).then(|| Line::from(self.whom.as_str()));
        let details = self.details.iter().map(|detail| Line::from(detail.as_str()));
        let lines = std::iter::once(first).chain(whom).chain(details);
        Paragraph::new(Text::from_iter(lines)).wrap(Wrap { trim: false })
    }
}

/// The colour of a cue; the word stands beside it always.
pub(super) const fn colour(cue: Cue) -> Color {
    match cue {
        Cue::Ok => Color::Green,
        Cue::Attention => Color::Yellow,
        Cue::Duplicate => Color::LightMagenta,
        Cue::WrongKind => Color::LightBlue,
        Cue::Full => Color::Cyan,
        _ => Color::LightRed,
    }
}
