//! What the screen shows, as plain data, and how it is drawn.

use std::collections::VecDeque;

use fieldcore::{Cue, OpenTube, Status, WorkOrder};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

use super::big;
use crate::words::{Words, fill};

/// The least window in which everything has its place.
const LEAST: (u16, u16) = (60, 18);
/// Messages that are kept; the window shows the last of them.
const MESSAGES_MAX: usize = 200;
/// Rows of the tube's panel at the least: a border and the digits.
const TUBE_ROWS: u16 = 7;

/// The last answer.
pub(super) struct Last {
    pub(super) cue: Cue,
    pub(super) headline: String,
    pub(super) details: Vec<String>,
}

/// One line of the log on the screen.
pub(super) struct Message {
    pub(super) time: String,
    pub(super) cue: Option<Cue>,
    pub(super) text: String,
}

/// Everything on the screen.
pub(super) struct View {
    pub(super) words: &'static Words,
    pub(super) lane: String,
    pub(super) clock: String,
    pub(super) order: WorkOrder,
    pub(super) offline: bool,
    pub(super) last_sync: Option<String>,
    pub(super) status: Option<Status>,
    pub(super) last: Option<Last>,
    pub(super) input: String,
    messages: VecDeque<Message>,
}

impl View {
    pub(super) const fn new(words: &'static Words, order: WorkOrder, offline: bool) -> Self {
        Self {
            words,
            lane: String::new(),
            clock: String::new(),
            order,
            offline,
            last_sync: None,
            status: None,
            last: None,
            input: String::new(),
            messages: VecDeque::new(),
        }
    }

    /// Adds a message; the oldest goes when there are too many.
    pub(super) fn tell(&mut self, message: Message) {
        if self.messages.len() == MESSAGES_MAX {
            self.messages.pop_front();
        }
        self.messages.push_back(message);
    }

    fn is_practice(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.practice)
    }

    /// The lane's active tube.
    fn tube(&self) -> Option<&OpenTube> {
        let tubes = &self.status.as_ref()?.open_tubes;
        tubes.iter().find(|tube| tube.active && tube.lane.as_deref() == Some(&self.lane))
    }

    /// Draws everything.
    pub(super) fn draw(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        if area.width < LEAST.0 || area.height < LEAST.1 {
            frame.render_widget(Paragraph::new(self.words.too_small).wrap(Wrap { trim: true }), area);
            return;
        }
        let banner = self.banner();
        // Title, banner, one message, figures, input and hint keep their rows whatever the answer.
        let others = 5 + u16::from(banner.is_some());
        let tube_rows = if area.height >= 34 { 2 * TUBE_ROWS - 2 } else { TUBE_ROWS };
        let details = self.last.as_ref().map_or(0, |last| last.details.len());
        let room = area.height.saturating_sub(others + tube_rows);
        let cue_rows = u16::try_from(details + 1).unwrap_or(u16::MAX).min(room);
        let [title, banner_area, tube, cue, messages, figures, input, hint] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(u16::from(banner.is_some())),
            Constraint::Length(tube_rows),
            Constraint::Length(cue_rows),
            Constraint::Min(1),
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        frame.render_widget(self.title(title.width), title);
        if let Some(banner) = banner {
            frame.render_widget(banner, banner_area);
        }
        self.draw_tube(frame, tube);
        frame.render_widget(self.cue(), cue);
        frame.render_widget(self.messages(messages), messages);
        frame.render_widget(self.figures(), figures);
        self.draw_input(frame, input);
        frame.render_widget(Line::from(self.words.hint).dim(), hint);
    }

    fn title(&self, width: u16) -> Line<'_> {
        let round = self.status.as_ref().and_then(|status| status.round.as_deref()).unwrap_or("-");
        let left = format!(" Fieldcore · {} {round} · {} {}", self.words.round, self.words.lane, self.lane);
        let used = left.width() + self.clock.width() + 1;
        let gap = " ".repeat(usize::from(width).saturating_sub(used));
        Line::from(format!("{left}{gap}{} ", self.clock)).style(Style::new().reversed())
    }

    /// What must never be overlooked.
    fn banner(&self) -> Option<Paragraph<'_>> {
        let stopped = self.status.as_ref().is_some_and(|status| status.capture_stopped);
        let (text, colour) = match (stopped, self.is_practice()) {
            (true, _) => (self.words.capture_stopped, Color::Red),
            (false, true) => (self.words.practice, Color::Yellow),
            (false, false) => return None,
        };
        let style = Style::new().fg(Color::Black).bg(colour).add_modifier(Modifier::BOLD);
        Some(Paragraph::new(text).centered().style(style))
    }

    fn draw_tube(&self, frame: &mut Frame<'_>, area: Rect) {
        let block = Block::bordered();
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let tube = self.tube();
        let number = tube.map_or_else(|| "-".to_owned(), |tube| format!("{}/{}", tube.count, tube.capacity));
        let scale = if inner.height >= 2 * TUBE_ROWS - 4 { 3 } else { 2 };
        let rows = big::draw(&number, scale);
        let width = rows.iter().map(|row| row.width()).max().unwrap_or(0);
        let [left, right] =
            Layout::horizontal([Constraint::Length(u16::try_from(width + 2).unwrap_or(0)), Constraint::Min(20)])
                .areas(inner);
        let digits = Text::from_iter(rows.into_iter().map(|row| Line::from(format!(" {row}"))));
        frame.render_widget(digits.style(Style::new().bold()), left);
        frame.render_widget(Paragraph::new(self.tube_lines(tube)).wrap(Wrap { trim: false }), right);
    }

    fn tube_lines(&self, tube: Option<&OpenTube>) -> Vec<Line<'_>> {
        let Some(tube) = tube else {
            return vec![Line::from(self.words.no_tube), Line::from(self.due()).bold()];
        };
        let label = tube.tube.as_deref().unwrap_or("-");
        let left = tube.capacity.saturating_sub(tube.count);
        let mut age = vec![Span::from(fill(self.words.open_minutes, &[&tube.age_min]))];
        if tube.old {
            age.push(Span::from(" "));
            age.push(Span::from(self.words.tube_is_old).style(Style::new().fg(Color::Black).bg(Color::Yellow).bold()));
        }
        vec![
            Line::from(format!("{} {label}", self.words.tube)).bold(),
            Line::from(fill(self.words.left, &[&left])),
            Line::from(age),
            Line::default(),
            Line::from(self.due()).bold(),
        ]
    }

    /// What is scanned next.
    fn due(&self) -> &'static str {
        let someone_waits = self.status.as_ref().is_some_and(|status| status.waiting > 0);
        let tube_is_due = match self.order {
            WorkOrder::IdThenTube => someone_waits,
            _ => self.tube().is_none(),
        };
        if tube_is_due { self.words.scan_tube } else { self.words.scan_person }
    }

    fn cue(&self) -> Paragraph<'_> {
        let Some(last) = &self.last else { return Paragraph::default() };
        let style = Style::new().fg(Color::Black).bg(colour(last.cue)).add_modifier(Modifier::BOLD);
        let mut lines = vec![Line::from(format!(" {} — {}", self.words.cue(last.cue), last.headline))];
        lines.extend(last.details.iter().map(|detail| Line::from(format!("   {detail}"))));
        Paragraph::new(lines).style(style)
    }

    /// The last messages that have room, below the other open tubes.
    fn messages(&self, area: Rect) -> Paragraph<'_> {
        let mut lines = Vec::new();
        let others: Vec<String> = self
            .status
            .iter()
            .flat_map(|status| &status.open_tubes)
            .filter(|tube| !(tube.active && tube.lane.as_deref() == Some(&self.lane)))
            .map(|tube| {
                let (label, lane) = (tube.tube.as_deref().unwrap_or("-"), tube.lane.as_deref().unwrap_or("-"));
                format!(
                    "{label} {}/{} ({} {lane}, {})",
                    tube.count,
                    tube.capacity,
                    self.words.lane,
                    fill(self.words.open_minutes, &[&tube.age_min])
                )
            })
            .collect();
        if !others.is_empty() {
            lines.push(Line::from(format!(" {}: {}", self.words.other_tubes, others.join("  "))).fg(Color::Cyan));
        }
        let room = usize::from(area.height).saturating_sub(lines.len());
        let skip = self.messages.len().saturating_sub(room);
        lines.extend(self.messages.iter().skip(skip).map(|message| {
            let mark = message.cue.map_or(Span::from("  "), |cue| Span::from("● ").fg(colour(cue)));
            Line::from(vec![Span::from(format!(" {} ", message.time)).dim(), mark, Span::from(message.text.as_str())])
        }));
        Paragraph::new(lines)
    }

    fn figures(&self) -> Line<'_> {
        let Some(status) = &self.status else { return Line::default() };
        let words = self.words;
        let mut text = format!(
            " {} {}  {} {}  {} {}",
            words.people, status.people, words.tubes, status.tubes, words.unsent, status.unsent
        );
        let exceptions = [
            (words.waiting, u64::from(status.waiting)),
            (words.held, status.held),
            (words.quarantined, status.quarantined),
        ];
        for (word, count) in exceptions.into_iter().filter(|(_, count)| *count > 0) {
            text.push_str(&format!("  {word} {count}"));
        }
        if self.offline {
            text.push_str(&format!("  {}", words.offline));
        }
        let synced = self.last_sync.as_deref().unwrap_or(words.never);
        text.push_str(&format!("  {} {synced}", words.last_sync));
        Line::from(text).style(Style::new().reversed())
    }

    /// The input line; of a long one, its end.
    fn draw_input(&self, frame: &mut Frame<'_>, area: Rect) {
        let prompt = format!(" {} > ", self.words.prompt);
        let room = usize::from(area.width).saturating_sub(prompt.width() + 1);
        let mut shown = self.input.as_str();
        while shown.width() > room {
            let mut chars = shown.chars();
            chars.next();
            shown = chars.as_str();
        }
        let column = area.x + u16::try_from(prompt.width() + shown.width()).unwrap_or(0);
        frame.render_widget(Line::from(vec![Span::from(prompt).bold(), Span::from(shown.to_owned())]), area);
        frame.set_cursor_position((column.min(area.right().saturating_sub(1)), area.y));
    }
}

/// The colour of a cue; the word stands beside it always.
const fn colour(cue: Cue) -> Color {
    match cue {
        Cue::Ok => Color::Green,
        Cue::Attention => Color::Yellow,
        Cue::Duplicate => Color::Magenta,
        Cue::WrongKind => Color::LightBlue,
        Cue::Full => Color::Cyan,
        _ => Color::LightRed,
    }
}

#[cfg(test)]
mod tests {
    use fieldcore::Language;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    fn view(language: Language, practice: bool) -> View {
        let tube = |label: &str, lane: &str, count, active| OpenTube {
            tube: Some(label.to_owned()),
            lane: Some(lane.to_owned()),
            count,
            capacity: 10,
            opened_ms: 0,
            age_min: 130,
            old: true,
            active,
        };
        let status = Status {
            device: String::new(),
            epoch: String::new(),
            profile: 1,
            round: Some("2".to_owned()),
            shift: None,
            open_tubes: vec![tube("SZ00000012", "1", 7, true), tube("SZ00000011", "2", 3, true)],
            people: 127,
            tubes: 13,
            waiting: 0,
            notices: 0,
            unsent: 42,
            sealed: 2,
            held: 1,
            last_sync_ms: None,
            quarantined: 0,
            practice,
            capture_stopped: false,
        };
        let mut view = View::new(Words::of(language), WorkOrder::TubeThenIds, true);
        view.lane = "1".to_owned();
        view.clock = "10:32:07".to_owned();
        view.status = Some(status);
        view.last = Some(Last { cue: Cue::Ok, headline: "bound".to_owned(), details: vec!["more".to_owned()] });
        view.input = "1101".to_owned();
        for n in 0..20 {
            view.tell(Message { time: "10:00:00".to_owned(), cue: Some(Cue::Duplicate), text: format!("message {n}") });
        }
        view
    }

    fn drawn(view: &View, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view.draw(frame)).unwrap();
        let buffer = terminal.backend().buffer();
        let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..height).map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn everything_has_its_place_at_every_size() {
        for (width, height) in [(60, 18), (80, 24), (120, 40), (200, 60)] {
            for language in [Language::Chinese, Language::English] {
                let view = view(language, true);
                let text = drawn(&view, width, height);
                let plain: String = text.split_whitespace().collect();
                let parts = ["SZ00000012", "SZ00000011", "10:32:07", "█", "127", "42", "1101", "message19", "130"];
                for part in parts.into_iter().chain([view.words.cue(Cue::Ok), view.words.tube_is_old]) {
                    let part: String = part.split_whitespace().collect();
                    assert!(plain.contains(&part), "{part} is missing at {width}x{height}:\n{text}");
                }
                let banner: String = view.words.practice.split_whitespace().collect();
                assert!(plain.contains(&banner[..12]), "practice must be unmistakable:\n{text}");
            }
        }
    }

    #[test]
    fn a_live_post_has_no_banner_and_a_small_window_says_so() {
        let view = view(Language::English, false);
        assert!(!drawn(&view, 80, 24).contains("PRACTICE"));
        assert!(drawn(&view, 40, 10).contains("too small"));
        assert!(drawn(&view, 1, 1).len() == 1);
    }

    #[test]
    fn of_a_long_input_the_end_is_shown() {
        let mut view = view(Language::English, false);
        view.input = format!("{}END", "x".repeat(500));
        assert!(drawn(&view, 60, 18).contains("xEND"));
    }
}
