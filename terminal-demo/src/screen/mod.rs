//! The station on a full screen.

mod big;
mod view;

use std::io::{Write, stdout};
use std::time::{Duration, Instant};

use fieldcore::Cue;
use fieldcore::limits::SCAN_BYTES_MAX;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use ratatui::crossterm::execute;

use crate::exit::{Code, Failure, Outcome};
use crate::post::{Post, Reply};
use crate::words::answer::{details, headline, message};
use crate::words::news;
use crate::{local_time, time_of_day};
use view::{Last, Message, View};

/// How often the screen is drawn again though nobody types: for the clock and the figures.
const TICK: Duration = Duration::from_millis(500);
/// Between two bells of one cue.
const BELL_GAP: Duration = Duration::from_millis(140);
/// Lines typed before, for the arrow keys.
const HISTORY_MAX: usize = 100;

/// Runs until the operator leaves.
pub(crate) fn run(post: Post, offline: bool) -> Outcome {
    let mut terminal = ratatui::try_init().map_err(Failure::screen)?;
    // Without it a pasted list is typed in line by line, which works too.
    let _ = execute!(stdout(), EnableBracketedPaste);
    let words = post.words;
    let order = post.order;
    let screen = Screen {
        post,
        view: View::new(words, order, offline),
        bells: 0,
        next_bell: Instant::now(),
        history: Vec::new(),
        recalled: 0,
    };
    let result = screen.turn(&mut terminal);
    let _ = execute!(stdout(), DisableBracketedPaste);
    ratatui::restore();
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
}

impl Screen {
    fn turn(mut self, terminal: &mut DefaultTerminal) -> Outcome {
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
        // Verbs may be wanted again; scans are people and are not kept.
        if line.trim_start().starts_with(':') {
            self.history.retain(|known| *known != line);
            self.history.push(line);
            self.history.drain(..self.history.len().saturating_sub(HISTORY_MAX));
        }
        self.tell(Some(answer.cue), message(self.post.words, &answer));
        let headline = headline(self.post.words, &answer);
        self.view.last = Some(Last { cue: answer.cue, headline, details: details(self.post.words, &answer) });
        self.bells = bells(answer.cue);
        self.next_bell = Instant::now();
        false
    }

    fn tell(&mut self, cue: Option<Cue>, text: String) {
        let time = time_of_day();
        self.view.tell(Message { time, cue, text });
    }

    fn refresh(&mut self) {
        for piece in self.post.news() {
            if let Some(text) = news::news(self.post.words, &piece) {
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
            Err(error) => {
                self.view.last = Some(Last { cue: Cue::Refused, headline: error.to_string(), details: Vec::new() })
            }
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

/// How often a cue rings: one is good, two is "look", three is "not saved".
const fn bells(cue: Cue) -> u32 {
    match cue {
        Cue::Ok => 1,
        Cue::Attention | Cue::Full => 2,
        _ => 3,
    }
}
