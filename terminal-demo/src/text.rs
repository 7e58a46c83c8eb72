//! Answers of the reading commands as text.

use fieldcore::{CheckReport, Finding, Language, Ledger, Status, Trace, TracedPerson};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::local_time;
use crate::words::{Words, fill};

/// Where the station stands.
pub(crate) fn status(words: &Words, status: &Status) -> String {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| words.none.to_owned());
    let mut rows = vec![
        (words.device, status.device.clone()),
        (words.epoch, status.epoch.clone()),
        (words.profile, status.profile.to_string()),
        (words.round, or_none(&status.round)),
        (words.shift, or_none(&status.shift)),
        (words.people, status.people.to_string()),
        (words.tubes, status.tubes.to_string()),
        (words.waiting, status.waiting.to_string()),
        (words.unsent, status.unsent.to_string()),
        (words.sealed, status.sealed.to_string()),
        (words.held, status.held.to_string()),
        (words.quarantined, status.quarantined.to_string()),
        (words.last_sync, status.last_sync_ms.map_or_else(|| words.never.to_owned(), local_time)),
    ];
    rows.extend(status.open_tubes.iter().map(|tube| {
        let (label, lane) = (tube.tube.as_deref().unwrap_or("-"), tube.lane.as_deref().unwrap_or("-"));
        let age = fill(words.open_minutes, &[&tube.age_min]);
        (words.tube, format!("{label}  {}/{}  {} {lane}  {age}", tube.count, tube.capacity, words.lane))
    }));
    let width = rows.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let mut lines: Vec<String> =
        rows.into_iter().map(|(name, value)| format!("{}  {value}", pad(name, width))).collect();
    for (holds, warning) in [(status.practice, words.practice), (status.capture_stopped, words.capture_stopped)] {
        if holds {
            lines.insert(0, warning.to_owned());
        }
    }
    lines.join("\n")
}

/// A round's ledger as a table.
pub(crate) fn ledger(words: &Words, ledger: &Ledger) -> String {
    let head =
        [words.site, words.lane, words.operator, words.people, words.tubes, words.short, words.spoiled, words.voided];
    let cell = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(ledger.rows.iter().map(|row| {
        let counts = [row.people, row.tubes, row.short, row.spoiled, row.voided].map(|count| count.to_string());
        let [people, tubes, short, spoiled, voided] = counts;
        [cell(&row.site), cell(&row.lane), cell(&row.operator), people, tubes, short, spoiled, voided]
    }));
    let totals =
        [ledger.people, ledger.tubes, ledger.short, ledger.spoiled, ledger.voided].map(|count| count.to_string());
    let [people, tubes, short, spoiled, voided] = totals;
    rows.push([words.total.to_owned(), String::new(), String::new(), people, tubes, short, spoiled, voided]);
    let round = format!("{} {}", words.round, ledger.round.as_deref().unwrap_or("-"));
    format!("{round}\n{}", table(&rows, 3))
}

/// Rows in columns; the first `texts` columns to the left, figures to the right.
pub(crate) fn table<const N: usize>(rows: &[[String; N]], texts: usize) -> String {
    let widths: Vec<usize> =
        (0..N).map(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0)).collect();
    let line = |row: &[String; N]| {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                let gap = " ".repeat(width.saturating_sub(cell.width()));
                if column < texts { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
            })
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A tube and its people, in the clear.
pub(crate) fn trace(words: &Words, trace: &Trace) -> String {
    // One tube, one place as a rule: told once, and again only for whom it was another.
    let place = trace.people.first().map(|person| whereabouts(words, person)).unwrap_or_default();
    let mut lines = vec![format!(
        "{} {}  {}/{}  {}  {}  {place}",
        words.tube,
        trace.tube,
        trace.count,
        trace.capacity,
        words.trace_state(trace.state),
        local_time(trace.opened_ms),
    )];
    lines.extend(trace.people.iter().map(|traced| person(words, traced, &place)));
    if trace.elsewhere > 0 {
        lines.push(fill(words.elsewhere, &[&trace.elsewhere]));
    }
    if trace.unreadable > 0 {
        lines.push(fill(words.unreadable, &[&trace.unreadable]));
    }
    lines.iter().map(|line| harmless(line.trim_end())).collect::<Vec<_>>().join("\n")
}

fn person(words: &Words, person: &TracedPerson, place: &str) -> String {
    let texts = [
        person.number.as_deref(),
        person.name.as_deref(),
        person.alias.as_deref(),
        person.reason.as_deref(),
        person.description.as_deref(),
    ];
    let mut parts: Vec<String> = texts.into_iter().flatten().map(str::to_owned).collect();
    for (word, value) in [(words.phone, &person.contact), (words.guardian, &person.guardian)] {
        parts.extend(value.iter().map(|value| format!("{word} {value}")));
    }
    if person.state != "bound" {
        parts.push(words.trace_state(person.state).to_owned());
    }
    parts.extend(Some(whereabouts(words, person)).filter(|own| own != place));
    format!("  {:>2}  {}  {}", person.position, local_time(person.wall_ms), parts.join("  "))
}

/// Where and by whom a person was sampled.
fn whereabouts(words: &Words, person: &TracedPerson) -> String {
    let named = [(words.site, &person.site), (words.lane, &person.lane), (words.operator, &person.operator)];
    let named = named.into_iter().filter_map(|(word, text)| Some(format!("{word} {}", text.as_deref()?)));
    named.chain(person.organisation.clone()).collect::<Vec<_>>().join(" · ")
}

/// A text that anybody may have chosen, as a code to be scanned: what a terminal would obey
/// (control characters, changes of the writing direction) is shown as U+FFFD.
pub(crate) fn harmless(text: &str) -> String {
    let obeyed = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if obeyed(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The self-test, one line an item.
pub(crate) fn check(words: &Words, language: Language, report: &CheckReport) -> String {
    let items = || report.items.iter();
    let width = items().map(|item| item.name(language).width()).max().unwrap_or(0);
    let mut lines: Vec<String> = items()
        .map(|item| {
            let mark = match item.finding {
                Finding::Ok => words.check_ok,
                Finding::Fact => words.check_fact,
                Finding::Warning => words.check_warning,
                Finding::Failed => words.check_failed,
            };
            format!("{}  {}  {}", pad(mark, 6), pad(item.name(language), width), item.words(language))
        })
        .collect();
    lines.push(if report.passed { words.passed } else { words.not_passed }.to_owned());
    lines.join("\n")
}

/// `text` in exactly `width` columns: filled with blanks, or cut with an ellipsis.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let text = cut(text, width);
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// `text` in at most `width` columns.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (mut kept, mut used) = (String::new(), 1);
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_both_scripts_fill_their_columns() {
        assert_eq!(fit("lane", 6), "lane  ");
        assert_eq!(fit("采样管", 5).width(), 5);
        assert_eq!(cut("采样管", 5), "采样…");
        assert_eq!(cut("采样管", 6), "采样管");
        assert_eq!(cut("abcdef", 4), "abc…");
    }

    #[test]
    fn a_terminal_obeys_nothing_that_was_scanned() {
        assert_eq!(harmless("a\u{1b}[2Jb\u{7}c\u{202e}d\u{9b}1m采"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}1m采");
    }

    #[test]
    fn columns_line_up_in_both_scripts() {
        let row = |site: &str, count: &str| [site.to_owned(), count.to_owned()];
        let text = table(&[row("采样点", "人数"), row("N", "7"), row("North gate", "127")], 1);
        assert_eq!(text, "采样点      人数\nN              7\nNorth gate   127");
    }
}
