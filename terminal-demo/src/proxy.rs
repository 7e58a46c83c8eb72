//! The `proxy` command: people registered ahead from a list, and the sheets with their cards.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use fieldcore::cards::code_text;
use fieldcore::record::{DocumentKind, ReadSource};
use fieldcore::scan::{Identity, Scan, Sensitive, interpret};
use fieldcore::{Answer, Cue, Export, IssuedCard, Language, NewProxy, Station, Target};
use serde_json::json;

use crate::args;
use crate::device;
use crate::exit::{Code, Failure, Outcome};
use crate::lines::Lines;
use crate::out;
use crate::post;
use crate::sheet::{self, Font, Label};
use crate::words::{Words, fill};

/// Bytes of a line that are read: a number, a name, a telephone and a word.
const LINE_BYTES_MAX: usize = 2 * 1024;

/// The form of a sheet, by its file's name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Svg,
    Pdf,
}

/// Registers everybody on standard input and writes their sheet.
pub(crate) fn run(asked: &args::Proxy, language: Language, input: impl BufRead) -> Outcome {
    let words = Words::of(language);
    // Before anybody is registered: what could not be written then would have to be drawn again.
    let form = form_of(&asked.sheet)?;
    stays(&asked.sheet)?;
    let expires_ms = asked.expires.as_deref().map(|text| until(text, Utc::now().timestamp_millis())).transpose()?;
    let mut station = Station::open(device::open(&asked.place, "proxy")?)?;
    post::begin(&mut station, &asked.shift)?;
    let lane = &asked.shift.lane;
    let (cards, refused) = if asked.again {
        (issued_before(&station, lane)?, 0)
    } else {
        Clerk { station: &mut station, lane, expires_ms, words, json: asked.json }.all(input)?
    };
    if cards.is_empty() {
        return Err(Failure::No(fill(words.cards_done, &[&0, &refused])));
    }
    // The list of those who are on paper from here on goes on record before the paper does.
    station.exported(Export::Cards, u32::try_from(cards.len()).unwrap_or(u32::MAX), Target::File)?;
    let files = write(&asked.sheet, form, asked.font.as_deref(), &labels(&cards, words)?).inspect_err(|_| {
        out::complain(format!("the cards are saved; draw them with: proxy --again --sheet {}", asked.sheet.display()));
    })?;
    if asked.json {
        let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        out::json(&json!({"cards": cards.len(), "refused": refused, "files": names}))?;
    } else {
        out::line(fill(words.cards_done, &[&cards.len(), &refused]))?;
        files.iter().try_for_each(|file| out::line(fill(words.written_to, &[&file.display()])))?;
    }
    Ok(if refused == 0 { Code::Done } else { Code::No })
}

fn form_of(file: &Path) -> Result<Form, Failure> {
    match file.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Ok(Form::Svg),
        Some("pdf") => Ok(Form::Pdf),
        _ => Err(Failure::No("the sheet must be a file that ends in .svg or .pdf".to_owned())),
    }
}

pub(crate) fn stays(file: &Path) -> Result<(), Failure> {
    if file.exists() {
        return Err(Failure::No(format!("{} is there already and stays as it is; name another file", file.display())));
    }
    Ok(())
}

/// A time from now on, or a time as it is written.
fn until(text: &str, now_ms: i64) -> Result<i64, Failure> {
    let wrong =
        || Failure::No("--expires takes 12h, 7d, or a time like 2026-05-01T08:00:00Z, later than now".to_owned());
    let until_ms = match text.split_at_checked(text.len().saturating_sub(1)) {
        Some((count, unit @ ("m" | "h" | "d"))) => {
            let minutes = match unit {
                "m" => 1,
                "h" => 60,
                _ => 24 * 60,
            };
            let length = count.parse::<i64>().ok().and_then(|count| count.checked_mul(minutes * 60_000));
            length.and_then(|length| now_ms.checked_add(length)).ok_or_else(wrong)?
        }
        _ => DateTime::parse_from_rfc3339(text).map_err(|_| wrong())?.timestamp_millis(),
    };
    if until_ms > now_ms { Ok(until_ms) } else { Err(wrong()) }
}

fn issued_before(station: &Station, lane: &str) -> Result<Vec<IssuedCard>, Failure> {
    let mut cards = Vec::new();
    for at in station.proxies_of_shift(lane)? {
        cards.extend(station.proxy_again(at)?);
    }
    Ok(cards)
}

/// Whoever reads the list.
struct Clerk<'a> {
    station: &'a mut Station,
    lane: &'a str,
    expires_ms: Option<i64>,
    words: &'static Words,
    json: bool,
}

impl Clerk<'_> {
    /// The cards of everybody on the list, and how many lines were refused.
    fn all(&mut self, input: impl BufRead) -> Result<(Vec<IssuedCard>, usize), Failure> {
        let unreadable = |source| Failure::Input { path: PathBuf::from("-"), source };
        let mut lines = Lines::new(input, LINE_BYTES_MAX);
        let (mut cards, mut refused, mut number) = (Vec::new(), 0, 0);
        while let Some(line) = lines.next().map_err(unreadable)? {
            number += 1;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let today = Utc::now().with_timezone(&crate::zone()).date_naive();
            let (answer, card) = match person(&line, today, self.expires_ms) {
                Ok(new) => self.station.issue_proxy(self.lane, &new)?,
                Err(problems) => (refusal(problems), None),
            };
            self.tell(number, &answer, card.as_ref())?;
            match card {
                Some(card) => cards.push(card),
                None => refused += 1,
            }
        }
        Ok((cards, refused))
    }

    fn tell(&self, line: usize, answer: &Answer, card: Option<&IssuedCard>) -> Result<(), Failure> {
        if self.json {
            let (name, expires) = (card.map(|card| card.card.to_string()), card.map(|card| card.expires_ms));
            return out::json(&json!({
                "line": line, "subject": answer.subject, "card": name, "expires_ms": expires, "problems": answer.problems
            }));
        }
        let what = match (card, answer.problems.first()) {
            (Some(_), _) => answer.note.map_or("", |note| self.words.remark(note)),
            (None, problem) => problem.map(|problem| self.words.problem(problem)).unwrap_or_default(),
        };
        out::line(format!("{line}: {} {what}", answer.subject.as_deref().unwrap_or("-")))
    }
}

fn refusal(problems: Vec<String>) -> Answer {
    Answer { problems, ..Answer::new(fieldcore::Outcome::Refused, Cue::Refused) }
}

/// The person of a line: number, name, telephone and, where the number has no check digit of its own, the kind of
/// document, with tabs between. Without a number it is the name that counts.
fn person(line: &str, today: NaiveDate, expires_ms: Option<i64>) -> Result<NewProxy, Vec<String>> {
    let wrong = |problem: &str| vec![problem.to_owned()];
    if line.len() > LINE_BYTES_MAX {
        return Err(wrong("too_long"));
    }
    let mut columns = line.split('\t').map(str::trim);
    let mut next = || columns.next().filter(|text| !text.is_empty());
    let (number, name, contact, kind) = (next(), next(), next(), next());
    let name = name.map(|name| Sensitive::new(name.to_owned()));
    let identity = match number {
        Some(text) => {
            let document =
                kind.map(|kind| DocumentKind::from_text(kind).ok_or_else(|| wrong("document"))).transpose()?;
            let reading = interpret(&Scan::Typed { text: text.to_owned(), document }, today);
            if !reading.verdict.is_accept() && !reading.problems.is_empty() {
                return Err(reading.problems.iter().map(|problem| problem.as_str().to_owned()).collect());
            }
            reading.identity.filter(|_| reading.verdict.is_accept()).ok_or_else(|| wrong("person_due"))?
        }
        None if name.is_some() => Identity { source: ReadSource::Typed, ..Identity::undocumented() },
        None => return Err(wrong("person_due")),
    };
    let identity = Identity { name, ..identity };
    Ok(NewProxy { contact: contact.map(str::to_owned), expires_ms, ..NewProxy::new(identity) })
}

fn labels(cards: &[IssuedCard], words: &Words) -> Result<Vec<Label>, Failure> {
    let label = |card: &IssuedCard| {
        let number = card.number.clone();
        let name = card.name.as_ref().map(|name| name.expose().to_owned());
        let mut lines: Vec<String> = if name.is_some() { number.clone().into_iter().collect() } else { Vec::new() };
        lines.push(fill(words.good_until, &[&crate::local_day(card.expires_ms)]));
        Ok(Label { code: code_text(&card.code)?, title: name.or(number).unwrap_or_default(), lines })
    };
    cards.iter().map(label).collect()
}

/// Writes the sheet; the files that it is.
fn write(file: &Path, form: Form, font: Option<&Path>, labels: &[Label]) -> Result<Vec<PathBuf>, Failure> {
    let parts: Vec<(PathBuf, Vec<u8>)> = match form {
        Form::Svg => {
            let pages = sheet::svg(labels)?.into_iter().enumerate();
            pages.map(|(number, page)| (sheet::page_file(file, number), page.into_bytes())).collect()
        }
        Form::Pdf => {
            let signs = sheet::signs(labels);
            let font = match font {
                Some(path) => Font::open(path, &signs)?,
                None => Font::of_machine(&signs)?,
            };
            vec![(file.to_path_buf(), sheet::pdf(labels, &font)?)]
        }
    };
    parts.iter().try_for_each(|(path, _)| stays(path))?;
    for (path, bytes) in &parts {
        write_private(path, bytes).map_err(|source| Failure::Output { to: path.display().to_string(), source })?;
    }
    Ok(parts.into_iter().map(|(path, _)| path).collect())
}

/// A new file that only its owner can read: names are on it.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(path)?;
    out.write_all(bytes)?;
    out.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldcore::scan::check_character;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day")
    }

    #[test]
    fn a_line_is_a_person_or_says_what_is_wrong() {
        let read = |line: &str| person(line, day(), None).map(|new| new.identity.document.as_str());
        let body = "11010118900101001";
        let check = check_character(body).expect("17 digits");
        let other = if check == '0' { '1' } else { '0' };
        assert_eq!(read(&format!("{body}{other}\tSomebody")), Err(vec!["checksum".to_owned()]));
        assert_eq!(read(&format!("{body}{check}\tSomebody\t13800000000")), Ok("cn_resident"));
        assert_eq!(read("\tSomebody"), Ok("none"));
        assert_eq!(read("\t\t138"), Err(vec!["person_due".to_owned()]));
        assert_eq!(read("E1234567\tSomebody\t\tpassport_number"), Ok("passport_number"));
        assert!(read("E1234567\tSomebody").is_err(), "nothing protects that number");
        assert_eq!(read("E1234567\tSomebody\t\tno such kind"), Err(vec!["document".to_owned()]));
        assert_eq!(read(&"x".repeat(LINE_BYTES_MAX + 1)), Err(vec!["too_long".to_owned()]));
    }

    #[test]
    fn a_time_is_later_than_now() {
        let until = |text: &str| until(text, 1_000).ok();
        assert_eq!(until("2h"), Some(7_201_000));
        assert_eq!(until("1970-01-01T00:00:02Z"), Some(2_000));
        for wrong in ["", "h", "-1h", "0d", "1970-01-01T00:00:01Z", "99999999999999999d", "soon", "某"] {
            assert_eq!(until(wrong), None, "{wrong}");
        }
    }
}
