//! The day sheet: a page of figures that prints on A4 and is signed by hand. Never a person.

mod custody;
mod doors;

use std::fmt::Write as _;

use super::desk::civil_time;
use super::report::Language;
use super::source::shift_of;
use super::{Station, state};
use crate::error::Result;
use crate::text::in_markup;

/// Words in Chinese and English.
type Words = (&'static str, &'static str);

const STYLE: &str = "@page{size:A4;margin:12mm}\
    body{font:10pt/1.4 sans-serif;color:#000;background:#fff;margin:0 auto;max-width:186mm}\
    h1{font-size:16pt;margin:0 0 2mm}h2{font-size:11pt;margin:5mm 0 1mm}\
    table{border-collapse:collapse;width:100%}thead{display:table-header-group}tr{break-inside:avoid}\
    th,td{border:0.3mm solid #000;padding:0.8mm 1.6mm;text-align:left;overflow-wrap:anywhere}\
    th{background:#eee}td.n,th.n{text-align:right;white-space:nowrap}\
    .facts th{width:32mm}.practice{border:1mm solid #000;padding:2mm;font-weight:bold}\
    .sign{display:flex;gap:8mm;margin-top:12mm}.sign div{flex:1;border-top:0.3mm solid #000;padding-top:1mm}";

/// What a column holds: words run from the left, figures from the right.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Words(Words),
    Figures(Words),
}

/// A page that is being written.
pub(super) struct Sheet {
    language: Language,
    html: String,
}

impl Sheet {
    fn new(language: Language, title: Words) -> Self {
        let title = language.pick(title.0, title.1);
        let tongue = language.pick("zh-CN", "en");
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"{tongue}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n"
        );
        Self { language, html }
    }

    pub(super) fn say(&self, words: Words) -> &'static str {
        self.language.pick(words.0, words.1)
    }

    pub(super) fn head(&mut self, words: Words) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.html, "<h2>{}</h2>", self.say(words));
    }

    fn facts(&mut self, rows: &[(Words, String)]) {
        self.html.push_str("<table class=\"facts\">");
        for (word, value) in rows {
            let _ = write!(self.html, "<tr><th>{}</th><td>{}</td></tr>", self.say(*word), in_markup(value));
        }
        self.html.push_str("</table>\n");
    }

    /// A line of text of its own.
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.html, "<p>{}</p>", in_markup(text));
    }

    /// A table whose head stands on every page; a line instead if it has no rows.
    pub(super) fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        if rows.is_empty() {
            let _ = writeln!(self.html, "<p>{}</p>", self.say(("无", "none")));
            return;
        }
        self.html.push_str("<table><thead><tr>");
        for column in columns {
            let (class, words) = cell(*column);
            let _ = write!(self.html, "<th{class}>{}</th>", self.say(words));
        }
        self.html.push_str("</tr></thead><tbody>");
        for row in rows {
            self.html.push_str("<tr>");
            for (column, value) in columns.iter().zip(row) {
                let _ = write!(self.html, "<td{}>{}</td>", cell(*column).0, in_markup(value));
            }
            self.html.push_str("</tr>");
        }
        self.html.push_str("</tbody></table>\n");
    }

    fn finish(mut self) -> String {
        let (chief, receiver) = (self.say(("组长签名", "Team leader")), self.say(("接收人签名", "Received by")));
        let _ = writeln!(self.html, "<div class=\"sign\"><div>{chief}</div><div>{receiver}</div></div></body></html>");
        self.html
    }
}

const fn cell(column: Column) -> (&'static str, Words) {
    match column {
        Column::Words(words) => ("", words),
        Column::Figures(words) => (" class=\"n\"", words),
    }
}

/// See [`Station::day_sheet`].
pub(super) fn day_sheet(station: &Station, language: Language) -> Result<String> {
    let mut sheet = Sheet::new(language, ("工作台账（日报）", "Day sheet"));
    facts(station, &mut sheet)?;
    ledger(station, &mut sheet)?;
    custody::tubes(station, &mut sheet)?;
    custody::boxes(station, &mut sheet)?;
    doors::sections(station, &mut sheet)?;
    Ok(sheet.finish())
}

fn facts(station: &Station, sheet: &mut Sheet) -> Result<()> {
    let status = station.status()?;
    if status.practice {
        let words = sheet.say(("练习，不计数", "PRACTICE: nothing on this sheet counts"));
        let _ = writeln!(sheet.html, "<p class=\"practice\">{words}</p>");
    }
    let shift = station.view(|view| shift_of(view, state::latest_shift(view.conn())?.map(|shift| shift.at)))?;
    let (site, organisation) = shift.map_or((None, None), |shift| (Some(shift.site), shift.organisation));
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let records = format!("{} / {}", status.unsent, status.held);
    sheet.facts(&[
        (("任务", "Campaign"), or_dash(Some(station.profile()?.name.clone()))),
        (("轮次", "Round"), or_dash(status.round)),
        (("采样点", "Site"), or_dash(site)),
        (("单位", "Organisation"), or_dash(organisation)),
        (("设备", "Device"), status.device),
        (("打印时间", "Printed"), time_of(station.wall_ms(), "%Y-%m-%d %H:%M")),
        (("待回执记录 / 中心暂存批次", "Records without a receipt / batches held"), records),
    ]);
    Ok(())
}

fn time_of(wall_ms: i64, form: &str) -> String {
    civil_time(wall_ms).map_or_else(|| "-".to_owned(), |time| time.format(form).to_string())
}

fn ledger(station: &Station, sheet: &mut Sheet) -> Result<()> {
    let ledger = station.ledger(None)?;
    let all = sheet.say(("合计", "all"));
    let word = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let line = |names: [String; 4], figures: [u32; 5]| {
        names.into_iter().chain(figures.map(|figure| figure.to_string())).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in &ledger.rows {
        let place = row
            .place
            .as_deref()
            .map(|place| sheet.say(if place == "mobile" { ("流动", "mobile") } else { ("固定", "fixed") }));
        let names = [word(row.site.as_deref()), word(place), word(row.lane.as_deref()), word(row.operator.as_deref())];
        rows.push(line(names, [row.people, row.tubes, row.short, row.spoiled, row.voided]));
    }
    let names = [all.to_owned(), String::new(), String::new(), String::new()];
    rows.push(line(names, [ledger.people, ledger.tubes, ledger.short, ledger.spoiled, ledger.voided]));
    sheet.head(("采样", "Samples"));
    sheet.table(
        &[
            Column::Words(("采样点", "Site")),
            Column::Words(("类型", "Kind")),
            Column::Words(("通道", "Lane")),
            Column::Words(("操作员", "Operator")),
            Column::Figures(("人数", "People")),
            Column::Figures(("管数", "Tubes")),
            Column::Figures(("未满", "Short")),
            Column::Figures(("作废管", "Spoiled")),
            Column::Figures(("作废人次", "Voided")),
        ],
        &rows,
    );
    Ok(())
}
