//! The README's second scenario: a village of 200 households, two days without a signal, one phone lost for good.

mod books;
mod calendar;
mod days;
mod doors;
mod evenings;
mod party;
mod people;
mod phone;

use std::time::Instant;

use fieldcore::Language;

use crate::args;
use crate::demo::make_empty;
use crate::exit::{Code, Failure, Outcome};
use party::Party;

/// Plays both days and proves that they add up.
pub(crate) fn run(asked: &args::Village, language: Language) -> Outcome {
    let began = Instant::now();
    let temporary = tempfile::tempdir()
        .map_err(|source| Failure::Output { to: "the folder for temporary files".to_owned(), source })?;
    let folder = asked.keep.as_deref().unwrap_or_else(|| temporary.path());
    make_empty(folder)?;
    let mut party = Party::gather(folder, asked.seed)?;
    eprintln!("gathered {:?}", began.elapsed());
    let mut talk = party.first_day()?;
    eprintln!("day 1 {:?}", began.elapsed());
    let heard = party.first_evening()?;
    eprintln!("evening 1 {:?}", began.elapsed());
    party.second_day(&mut talk, &heard)?;
    eprintln!("day 2 {:?}", began.elapsed());
    let desk = party.second_evening()?;
    eprintln!("evening 2 {:?} {} {}", began.elapsed(), desk.sent, desk.missing);
    let c = party.hub.coverage(None)?.1;
    eprintln!("{:?} books {} {}", c.figures, party.books.accounted(), party.books.standing().count());
    eprintln!("{:?}", party.hub.figures(None)?);
    eprintln!("{:?}", party.hub.verify()?);
    Ok(Code::Done)
}
