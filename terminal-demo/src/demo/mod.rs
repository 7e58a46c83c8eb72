//! The README's main job: a whole morning on one machine, from the first scan to the hub's receipts.

mod books;
mod figures;
mod hall;
mod link;
mod noon;
mod party;
mod proof;
mod report;
mod script;
mod street;
mod texts;

use std::path::Path;
use std::time::Instant;

use fieldcore::{Language, Profile};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::args::{self, Tamper};
use crate::exit::{Code, Failure, Outcome};
use crate::out;
use crate::paint::Paint;
use crate::text::fit;
use crate::words::fill;
use books::Books;
pub(crate) use figures::write;
use party::Party;
use proof::{Check, DeviceSide, Evidence, HubSide};
use report::Report;
use texts::Texts;

/// Plays the morning and proves that it adds up.
pub(crate) fn run(asked: &args::Demo, language: Language) -> Outcome {
    let began = Instant::now();
    let (texts, paint) = (Texts::of(language), Paint::of_screen());
    let temporary = tempfile::tempdir().map_err(|source| cannot("the folder for temporary files", source))?;
    let folder = asked.scene.keep.as_deref().unwrap_or_else(|| temporary.path());
    make_empty(folder)?;
    introduce(asked, texts, paint)?;
    let evidence = play(asked, folder, texts)?;
    let checks = evidence.checks();
    if let Some(file) = &asked.scene.json {
        figures::write(file, &figures::figures(&evidence, &checks))?;
    }
    out::line(Report::new(language, paint).write(&evidence, &checks, began.elapsed()))?;
    if let Some(kept) = &asked.scene.keep {
        out::line(fill(texts.kept, &[&kept.display(), &kept.display()]))?;
    }
    Ok(if checks.iter().all(Check::holds) { Code::Done } else { Code::No })
}

fn cannot(to: impl ToString, source: std::io::Error) -> Failure {
    Failure::Output { to: to.to_string(), source }
}

/// The folder is there and empty: the demo never writes among what is somebody's.
pub(crate) fn make_empty(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|source| cannot(folder.display(), source))?;
    let mut inside = std::fs::read_dir(folder).map_err(|source| cannot(folder.display(), source))?;
    if inside.next().is_some() {
        return Err(Failure::No(format!("{} is not empty; name a new folder with --keep", folder.display())));
    }
    Ok(())
}

fn introduce(asked: &args::Demo, texts: &Texts, paint: Paint) -> Result<(), Failure> {
    let profile = Profile::parse(script::PROFILE)?;
    out::line(paint.title(&fill(texts.title, &[&profile.name, &script::date()])))?;
    let lines = script::lines(&["A", "B", "C"])?.len();
    out::line(paint.dim(&fill(texts.party, &[&lines, &asked.scene.seed])))?;
    if asked.tamper.is_some() {
        out::line(paint.warn(texts.tampered))?;
    }
    Ok(())
}

/// The morning, noon, and what everyone has afterwards.
fn play(asked: &args::Demo, folder: &Path, texts: &Texts) -> Result<Evidence, Failure> {
    // Drawn on standard error, and only if that is a terminal.
    let bars = MultiProgress::new();
    let mut party = Party::gather(folder, asked.scene.seed)?;
    let [hall_bar, street_bar, noon_bar] = texts.bars.map(|name| new_bar(&bars, name));
    let (hall, street) = std::thread::scope(|scope| {
        let street = scope.spawn(|| street::play(&party, asked.scene.seed, &street_bar));
        let hall = hall::play(&party, &hall_bar);
        (hall, street.join())
    });
    let street = street.map_err(|_| Failure::No("lane C's thread broke; run the demo again".to_owned()))??;
    let mut books = hall?;
    books.add(street.books);
    let backup = (asked.tamper == Some(Tamper::Hub)).then(|| party.folder.join("hub.backup"));
    let talks = noon::play(&party, backup.as_deref(), &noon_bar)?;
    party.close();
    // Nothing of it clears what it drew: an error of the screen is not the demo's.
    let _ = bars.clear();
    let hub = backup.as_deref().map_or_else(|| Ok(party.hub.clone()), |backup| party.hub_of(backup))?;
    if asked.tamper == Some(Tamper::Books) {
        add_nobody(&mut books);
    }
    let [first, second] = &party.devices;
    let devices = [DeviceSide::read(first, &books)?, DeviceSide::read(second, &books)?];
    let hub = HubSide::ask(&hub, &books)?;
    Ok(Evidence { books, kills: street.kills, link: party.link.tally(), talks, devices, hub })
}

/// Somebody who never was, as if a lane had been told so.
fn add_nobody(books: &mut Books) {
    let somebody = books.standing().next().cloned();
    if let Some(mut entry) = somebody {
        entry.position += 100;
        books.entries.push(entry);
    }
}

fn new_bar(bars: &MultiProgress, name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("  {prefix} [{bar:40.cyan}] {pos:>3}/{len}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = bars.add(ProgressBar::no_length());
    bar.set_style(style.progress_chars("=> "));
    bar.set_prefix(fit(name, 14));
    bar
}
