//! What the screen shows, as plain data, and how it is drawn.

use std::collections::VecDeque;

use fieldcore::{Cue, OpenTube, Status, WorkOrder};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

use super::big;
use super::panel::{Last, colour};
use crate::text::cut;
use crate::words::{Words, fill};

/// The least window in which everything has its place.
const LEAST: (u16, u16) = (60, 18);
/// Messages that are kept; the window shows the last of them.
const MESSAGES_MAX: usize = 200;
/// Rows of the tube's panel at the least: a border and the digits.
const TUBE_ROWS: u16 = 7;
/// Rows of the last answer at the least, so that the screen does not jump from scan to scan.
const CUE_ROWS: u16 = 3;

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
    /// Why this post does not sync at all.
    pub(super) no_sync: Option<&'static str>,
    pub(super) last_sync: Option<String>,
    pub(super) status: Option<Status>,
    pub(super) last: Option<Last>,
    /// Rows of the last answer that were scrolled away.
    pub(super) scroll: usize,
    pub(super) input: String,
    messages: VecDeque<Message>,
}

impl View {
    pub(super) const fn new(words: &'static Words, order: WorkOrder, no_sync: Option<&'static str>) -> Self {
        Self {
            words,
            lane: String::new(),
            clock: String::new(),
            order,
            no_sync,
            last_sync: None,
            status: None,
            last: None,
            scroll: 0,
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

    /// The lane's active tube.
    fn tube(&self) -> Option<&OpenTube> {
        let tubes = &self.status.as_ref()?.open_tubes;
        tubes.iter().find(|tube| tube.active && tube.lane.as_deref() == Some(&self.lane))
    }

    /// Draws everything.
    pub(super) fn draw(&mut self, frame: &mut Frame<'_>) {
        let area = frame.area();
        if area.width < LEAST.0 || area.height < LEAST.1 {
            frame.render_widget(Paragraph::new(self.words.too_small).wrap(Wrap { trim: true }), area);
            return;
        }
        let banners = self.banners();
        let banner_rows = u16::try_from(banners.len()).unwrap_or(0);
        let tube_rows = if area.height >= 34 { 2 * TUBE_ROWS - 2 } else { TUBE_ROWS };
        // Title, banners, one message, figures, input and hint keep their rows whatever the answer.
        let room = area.height.saturating_sub(5 + banner_rows + tube_rows);
        let cue_rows = self.last.as_ref().map_or(0, |last| last.rows(self.words, area.width)).clamp(CUE_ROWS, room);
        let [title, banner_area, tube, cue, messages, figures, input, hint] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(banner_rows),
            Constraint::Length(tube_rows),
            Constraint::Length(cue_rows),
            Constraint::Min(1),
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        frame.render_widget(self.title(title.width), title);
        frame.render_widget(Paragraph::new(banners), banner_area);
        self.draw_tube(frame, tube);
        if let Some(last) = &self.last {
            self.scroll = last.draw(frame, cue, self.words, self.scroll);
        }
        frame.render_widget(self.messages(messages), messages);
        frame.render_widget(self.figures(figures.width), figures);
        self.draw_input(frame, input);
        frame.render_widget(Line::from(self.words.hint), hint);
    }

    fn title(&self, width: u16) -> Line<'_> {
        let round = self.status.as_ref().and_then(|status| status.round.as_deref()).unwrap_or("-");
        let left = format!(" Fieldcore · {} {round} · {} {}", self.words.round, self.words.lane, self.lane);
        let used = left.width() + self.clock.width() + 1;
        let gap = " ".repeat(usize::from(width).saturating_sub(used));
        Line::from(format!("{left}{gap}{} ", self.clock)).style(Style::new().reversed())
    }

    /// What must never be overlooked. Not bold: many terminals draw bold black as grey.
    fn banners(&self) -> Vec<Line<'static>> {
        let Some(status) = &self.status else { return Vec::new() };
        let all = [
            (status.capture_stopped, self.words.capture_stopped, Color::LightRed),
            (status.practice, self.words.practice, Color::Yellow),
        ];
        let shown = all.into_iter().filter(|(holds, ..)| *holds);
        shown.map(|(_, text, colour)| Line::from(text).centered().style(black_on(colour))).collect()
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
            age.push(Span::from(format!(" {} ", self.words.tube_is_old)).style(black_on(Color::Yellow)));
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
        match (self.order, self.tube().is_some()) {
            (WorkOrder::IdThenTube, _) if someone_waits => self.words.scan_tube,
            (WorkOrder::IdThenTube, _) | (_, true) => self.words.scan_person,
            (WorkOrder::TubeThenIds, false) => self.words.scan_tube,
            (WorkOrder::BoxThenTubesThenIds, false) => self.words.scan_box_or_tube,
        }
    }

    /// The last messages that have room, below the other open tubes.
    fn messages(&self, area: Rect) -> Paragraph<'_> {
        let width = usize::from(area.width);
        let mut lines: Vec<Line<'_>> = self.other_tubes(width).into_iter().collect();
        let room = usize::from(area.height).saturating_sub(lines.len());
        let skip = self.messages.len().saturating_sub(room);
        lines.extend(self.messages.iter().skip(skip).map(|message| {
            let mark = message.cue.map_or(Span::from("  "), |cue| Span::from("● ").fg(colour(cue)));
            let time = format!(" {} ", message.time);
            let text = cut(&message.text, width.saturating_sub(time.width() + 2));
            Line::from(vec![Span::from(time).dim(), mark, Span::from(text)])
        }));
        Paragraph::new(lines)
    }

    /// The tubes that are open besides the one that is worked with.
    fn other_tubes(&self, width: usize) -> Option<Line<'static>> {
        let words = self.words;
        let open = self.status.iter().flat_map(|status| &status.open_tubes);
        let others = open.filter(|tube| !(tube.active && tube.lane.as_deref() == Some(&self.lane)));
        let texts: Vec<String> = others
            .map(|tube| {
                let (label, lane) = (tube.tube.as_deref().unwrap_or("-"), tube.lane.as_deref().unwrap_or("-"));
                let age = fill(words.open_minutes, &[&tube.age_min]);
                let old = if tube.old { format!(" {}", words.tube_is_old) } else { String::new() };
                format!("{label} {}/{} ({} {lane}, {age}{old})", tube.count, tube.capacity, words.lane)
            })
            .collect();
        let text = format!(" {}{}{}", words.other_tubes, words.colon, texts.join("  "));
        (!texts.is_empty()).then(|| Line::from(cut(&text, width)).fg(Color::Cyan))
    }

    fn figures(&self, width: u16) -> Line<'_> {
        let Some(status) = &self.status else { return Line::default() };
        let words = self.words;
        let always = [
            (words.people, u64::from(status.people)),
            (words.tubes, u64::from(status.tubes)),
            (words.unsent, status.unsent),
        ];
        let exceptions = [
            (words.waiting, u64::from(status.waiting)),
            (words.held, status.held),
            (words.quarantined, status.quarantined),
            (words.notices, u64::from(status.notices)),
        ];
        let shown = always.into_iter().chain(exceptions.into_iter().filter(|(_, count)| *count > 0));
        let mut text: String = shown.map(|(word, count)| format!(" {word} {count} ")).collect();
        // Why nothing is sent says more than that nothing ever was.
        text.extend(self.no_sync.map(|why| format!(" {why} ")));
        if self.last_sync.is_some() || self.no_sync.is_none() {
            text.push_str(&format!(" {} {}", words.last_sync, self.last_sync.as_deref().unwrap_or(words.never)));
        }
        Line::from(cut(&text, usize::from(width))).style(Style::new().reversed())
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

/// Black on a colour, which every terminal shows readably.
pub(super) const fn black_on(colour: Color) -> Style {
    Style::new().fg(Color::Black).bg(colour)
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
        let mut view = View::new(Words::of(language), WorkOrder::TubeThenIds, Some("no sync"));
        view.lane = "1".to_owned();
        view.clock = "10:32:07".to_owned();
        view.status = Some(status);
        view.last = Some(last(Cue::Ok, vec!["more".to_owned()]));
        view.input = "1101".to_owned();
        for n in 0..20 {
            view.tell(Message { time: "10:00:00".to_owned(), cue: Some(Cue::Duplicate), text: format!("message {n}") });
        }
        view
    }

    fn last(cue: Cue, details: Vec<String>) -> Last {
        Last { cue, what: "bound".to_owned(), whom: "4405************14".to_owned(), details }
    }

    fn drawn(view: &mut View, width: u16, height: u16) -> String {
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
                let mut view = view(language, true);
                let text = drawn(&mut view, width, height);
                let plain: String = text.split_whitespace().collect();
                let parts = [
                    "SZ00000012",
                    "SZ00000011",
                    "10:32:07",
                    "█",
                    "127",
                    "42",
                    "1101",
                    "message19",
                    "130",
                    "4405************14",
                ];
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
        let mut view = view(Language::English, false);
        assert!(!drawn(&mut view, 80, 24).contains("PRACTICE"));
        assert!(drawn(&mut view, 40, 10).contains("too small"));
        assert!(drawn(&mut view, 1, 1).len() == 1);
    }

    #[test]
    fn a_long_answer_is_wrapped_and_can_be_paged_through() {
        let mut view = view(Language::English, false);
        view.last = Some(last(Cue::Duplicate, vec!["word ".repeat(40) + "END"]));
        let text = drawn(&mut view, 80, 24);
        assert!(text.contains("END") && !text.contains("Page Down"), "{text}");
        view.last = Some(last(Cue::Ok, (0..40).map(|n| format!("row {n}.")).collect()));
        let text = drawn(&mut view, 80, 24);
        assert!(
            text.contains("row 0.") && text.contains("Page Down: 31 more lines") && !text.contains("row 9."),
            "{text}"
        );
        view.scroll += 8;
        let text = drawn(&mut view, 80, 24);
        assert!(!text.contains("row 5.") && text.contains("row 9.") && text.contains("23 more"), "{text}");
        view.scroll = usize::MAX;
        let text = drawn(&mut view, 80, 24);
        assert!(text.contains("row 39.") && text.contains("Page Up: back"), "{text}");
        assert!(view.scroll < 40, "one Page Up goes up from the end");
    }

    #[test]
    fn a_full_disk_does_not_hide_that_it_is_practice() {
        let mut view = view(Language::English, true);
        view.status.as_mut().unwrap().capture_stopped = true;
        let text = drawn(&mut view, 60, 18);
        assert!(text.contains("PRACTICE") && text.contains("DISK FULL"), "{text}");
    }

    #[test]
    fn what_does_not_fit_its_line_ends_with_an_ellipsis() {
        let mut view = view(Language::Chinese, false);
        view.tell(Message { time: "10:00:00".to_owned(), cue: None, text: "采样管".repeat(40) });
        assert!(drawn(&mut view, 80, 24).lines().any(|line| line.contains("采") && line.trim_end().ends_with('…')));
    }

    #[test]
    fn of_a_long_input_the_end_is_shown() {
        let mut view = view(Language::English, false);
        view.input = format!("{}END", "x".repeat(500));
        assert!(drawn(&mut view, 60, 18).contains("xEND"));
    }
}
