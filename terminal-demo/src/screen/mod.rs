//! The station on a full screen.

pub(crate) mod big;
mod panel;
mod view;

use std::io::{Write, stdout};
use std::time::{Duration, Instant};

use fieldcore::limits::SCAN_BYTES_MAX;
use fieldcore::sync::SyncEvent;
use fieldcore::{Answer, Cue, USAGES};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use ratatui::crossterm::execute;

use crate::exit::{Code, Failure, Outcome};
use crate::out;
use crate::post::{Post, Reply};
use crate::words::answer::{details, message, what, whom};
use crate::words::news;
use crate::worker::News;
use crate::{local_time, time_of_day};
use panel::Last;
use view::{Message, View};

/// How often the screen is drawn again though nobody types: for the clock and the figures.
const TICK: Duration = Duration::from_millis(500);
/// Between two bells of one cue.
const BELL_GAP: Duration = Duration::from_millis(140);
/// Rows that Page Up and Page Down go.
const PAGE: usize = 8;
/// Lines typed before, for the arrow keys.
const HISTORY_MAX: usize = 100;

/// Runs until the operator leaves.
pub(crate) fn run(post: Post) -> Outcome {
    let mut terminal = ratatui::try_init().map_err(Failure::screen)?;
    // Without it a pasted list is typed in line by line, which works too.
    let _ = execute!(stdout(), EnableBracketedPaste);
    let words = post.words;
    let no_sync = post.no_sync.map(|why| why.short(words));
    let order = post.order;
    let mut screen = Screen {
        post,
        view: View::new(words, order, no_sync),
        bells: 0,
        next_bell: Instant::now(),
        history: Vec::new(),
        recalled: 0,
        told: None,
    };
    let result = screen.turn(&mut terminal);
    let _ = execute!(stdout(), DisableBracketedPaste);
    ratatui::restore();
    if screen.post.has_unsent() {
        out::line(words.sending)?;
        screen.post.finish();
        out::line(if screen.post.has_unsent() { words.sync_unfinished } else { words.sync_done })?;
    }
    result
}

struct Screen {
    post: Post,
    view: View,
    /// Bells of the last cue that are still to ring.
    bells: u32,
    next_bell: Instant,
    history: Vec<String>,
    /// How many lines back in the history the input is.
    recalled: usize,
    /// The last news, so that a hub which is away for hours is told once.
    told: Option<String>,
}

impl Screen {
    fn turn(&mut self, terminal: &mut DefaultTerminal) -> Outcome {
        loop {
            self.refresh();
            terminal.draw(|frame| self.view.draw(frame)).map_err(Failure::screen)?;
            let wait = if self.bells > 0 { BELL_GAP } else { TICK };
            if event::poll(wait).map_err(Failure::screen)? {
                // A scanner types a whole line in a few milliseconds: all of it before drawing.
                while event::poll(Duration::ZERO).map_err(Failure::screen)? {
                    if self.take(&event::read().map_err(Failure::screen)?) {
                        return Ok(Code::Done);
                    }
                }
            }
            self.ring();
        }
    }

    /// Takes an event; whether to leave.
    fn take(&mut self, event: &Event) -> bool {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(key),
            Event::Paste(text) => self.paste(text),
            _ => false,
        }
    }

    fn key(&mut self, key: &KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c') if control => {
                let leave = self.view.input.is_empty();
                self.view.input.clear();
                return leave;
            }
            KeyCode::Char('d') if control && self.view.input.is_empty() => return true,
            KeyCode::Char('u') if control => self.view.input.clear(),
            KeyCode::Char(c) if !control => self.push(c),
            KeyCode::Tab => self.push('\t'),
            KeyCode::Backspace => {
                self.view.input.pop();
            }
            KeyCode::Esc => self.view.input.clear(),
            KeyCode::PageUp => self.view.scroll = self.view.scroll.saturating_sub(PAGE),
            // The view knows where the end is.
            KeyCode::PageDown => self.view.scroll += PAGE,
            KeyCode::Up => self.recall(1),
            KeyCode::Down => self.recall(-1),
            KeyCode::Enter => return self.enter(),
            _ => {}
        }
        false
    }

    fn push(&mut self, c: char) {
        if self.view.input.len() <= SCAN_BYTES_MAX {
            self.view.input.push(c);
        }
    }

    /// Each pasted line is a line; what follows the last line end stays in the input.
    fn paste(&mut self, text: &str) -> bool {
        let mut lines = text.split(['\n', '\r']).peekable();
        while let Some(line) = lines.next() {
            line.chars().for_each(|c| self.push(c));
            if lines.peek().is_some() && self.enter() {
                return true;
            }
        }
        false
    }

    fn recall(&mut self, step: isize) {
        let back = self.recalled.saturating_add_signed(step).min(self.history.len());
        self.recalled = back;
        self.view.input = if back == 0 { String::new() } else { self.history[self.history.len() - back].clone() };
    }

    /// Takes the input line; whether to leave.
    fn enter(&mut self) -> bool {
        let line = std::mem::take(&mut self.view.input);
        self.recalled = 0;
        if line.trim().is_empty() {
            return false;
        }
        let answer = match self.post.take(&line) {
            Reply::Quit => return true,
            Reply::Answer(answer) => answer,
        };
        if is_worth_keeping(&line) {
            self.history.retain(|known| *known != line);
            self.history.push(line);
            self.history.drain(..self.history.len().saturating_sub(HISTORY_MAX));
        }
        self.tell(Some(answer.cue), message(self.post.words, &answer));
        self.show(&answer);
        self.bells = bells(answer.cue);
        self.next_bell = Instant::now();
        false
    }

    fn show(&mut self, answer: &Answer) {
        let words = self.post.words;
        let (what, whom, details) = (what(words, answer), whom(words, answer), details(words, answer));
        self.view.last = Some(Last { cue: answer.cue, what, whom, details });
        self.view.scroll = 0;
    }

    fn tell(&mut self, cue: Option<Cue>, text: String) {
        let time = time_of_day();
        self.view.tell(Message { time, cue, text });
    }

    fn refresh(&mut self) {
        for piece in self.post.news() {
            if matches!(piece, News::Asked(_) | News::Sync(SyncEvent::Receipt(_))) {
                self.told = None;
            }
            if let Some(text) = news::news(self.post.words, &piece).filter(|text| self.told.as_ref() != Some(text)) {
                self.told = Some(text.clone());
                self.tell(None, text);
            }
        }
        self.view.lane.clone_from(&self.post.lane);
        self.view.clock = time_of_day();
        match self.post.station.status() {
            Ok(status) => {
                self.view.last_sync = status.last_sync_ms.map(local_time);
                self.view.status = Some(status);
            }
            Err(error) => self.show(&Answer::of_error(&error)),
        }
    }

    /// Rings the next bell of the cue, if it is time.
    fn ring(&mut self) {
        if self.bells > 0 && Instant::now() >= self.next_bell {
            self.bells -= 1;
            self.next_bell = Instant::now() + BELL_GAP;
            let mut out = stdout().lock();
            // A terminal without a bell shows colour and word all the same.
            let _ = out.write_all(b"\x07").and_then(|()| out.flush());
        }
    }
}

/// Verbs may be wanted again, as may mistyped ones. Scans are people and are not kept, nor are the
/// verbs that name one.
fn is_worth_keeping(line: &str) -> bool {
    let line = line.trim_start();
    let name = line.trim_start_matches([':', '：']).split_whitespace().next().unwrap_or_default();
    line.starts_with([':', '：'])
        && USAGES.iter().any(|(known, _)| name.eq_ignore_ascii_case(known))
        && !["person", "guardian", "phone"].iter().any(|personal| name.eq_ignore_ascii_case(personal))
}

/// How often a cue rings: one is good, two is "look", three is "not saved".
const fn bells(cue: Cue) -> u32 {
    match cue {
        Cue::Ok => 1,
        Cue::Attention | Cue::Full => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_names_a_person_can_be_recalled() {
        for kept in [":undo", "：close wet", " :SWAP T-000001 1 2", ":move T-000001"] {
            assert!(is_worth_keeping(kept), "{kept}");
        }
        for dropped in ["440524188001010014", ":phone 1", "：Guardian x", ":person lost hat", ":phon 1", "", ":"] {
            assert!(!is_worth_keeping(dropped), "{dropped}");
        }
    }
}
