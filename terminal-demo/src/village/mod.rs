//! The README's second scenario: a village of 200 households, two days without a signal, one phone lost for good.

mod books;
mod calendar;
mod days;
mod doors;
mod evenings;
mod figures;
mod hall;
mod party;
mod people;
mod phone;
mod proof;
mod report;
mod texts;

use std::path::Path;
use std::time::Instant;

use fieldcore::Language;
use indicatif::ProgressBar;

use crate::args::{self, VillageTamper};
use crate::demo::{make_empty, write};
use crate::exit::{Code, Failure, Outcome};
use crate::out;
use crate::paint::Paint;
use books::{Books, Entry};
use party::Party;
use proof::{Check, Evidence};
use report::Report;

/// The evening before, two days, two evenings.
const STEPS: u64 = 5;

/// Plays both days and proves that they add up.
pub(crate) fn run(asked: &args::Village, language: Language) -> Outcome {
    let (began, paint) = (Instant::now(), Paint::of_screen());
    let temporary = tempfile::tempdir()
        .map_err(|source| Failure::Output { to: "the folder for temporary files".to_owned(), source })?;
    let folder = asked.scene.keep.as_deref().unwrap_or_else(|| temporary.path());
    make_empty(folder)?;
    let bar = ProgressBar::new(STEPS);
    introduce(asked, language, paint)?;
    let evidence = play(asked, folder, &bar)?;
    bar.finish_and_clear();
    let checks = evidence.checks();
    if let Some(file) = &asked.scene.json {
        write(file, &figures::figures(&evidence, &checks))?;
    }
    out::line(Report::new(language, paint).write(&evidence, &checks, began.elapsed()))?;
    if let Some(kept) = &asked.scene.keep {
        out::line(texts::kept(language, kept))?;
    }
    Ok(if checks.iter().all(Check::holds) { Code::Done } else { Code::No })
}

fn introduce(asked: &args::Village, language: Language, paint: Paint) -> Result<(), Failure> {
    out::line(paint.title(texts::title(language)))?;
    for line in texts::paragraph(language, &texts::opening(language, asked.scene.seed)) {
        out::line(paint.dim(&line))?;
    }
    if let Some(what) = asked.tamper {
        out::line(paint.warn(texts::tampered(language, what)))?;
    }
    Ok(())
}

/// Both days, and what everyone has afterwards.
fn play(asked: &args::Village, folder: &Path, bar: &ProgressBar) -> Result<Evidence, Failure> {
    let mut party = Party::gather(folder, asked.scene.seed)?;
    bar.inc(1);
    let mut talk = party.first_day(asked.tamper == Some(VillageTamper::Carry))?;
    bar.inc(1);
    let heard = party.first_evening()?;
    bar.inc(1);
    party.second_day(&mut talk, &heard)?;
    bar.inc(1);
    let last = party.second_evening()?;
    bar.inc(1);
    if asked.tamper == Some(VillageTamper::Books) {
        add_nobody(&mut party.books);
    }
    Evidence::take(party, heard, last)
}

/// Somebody who never was, as if a team had been told so.
fn add_nobody(books: &mut Books) {
    let somebody = books.standing().next().cloned();
    books.entries.extend(somebody.map(|entry| Entry { position: entry.position + 100, ..entry }));
}
