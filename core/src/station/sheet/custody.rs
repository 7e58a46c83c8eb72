//! The day sheet's tubes and boxes: how old their swabs are, and where the boxes went.

use super::super::ages::{self, BoxLine};
use super::super::{Instant, Station, figures};
use super::{Column, Sheet, Words, time_of};
use crate::error::Result;

/// Hours with one decimal, and a mark where that is longer than the profile likes.
fn hours(age_s: Option<u32>, late: bool) -> String {
    let told = age_s.map_or_else(|| "-".to_owned(), |age_s| format!("{}.{}", age_s / 3600, age_s % 3600 / 360));
    if late { format!("{told} !") } else { told }
}

/// What the mark says, where it stands somewhere.
fn mark(sheet: &mut Sheet, any: bool, limit: u32) {
    if any {
        let text = format!("! = {} {limit} h", sheet.say(("首拭距今已达", "first swab at least")));
        sheet.line(&text);
    }
}

pub(super) fn tubes(station: &Station, sheet: &mut Sheet) -> Result<()> {
    let (now, profile) = (Instant::read(station.journal.platform()), station.profile()?);
    let mut tubes = station.view(|view| figures::aged_tubes(view, &profile, now))?;
    tubes.reverse();
    let any = tubes.iter().any(|(_, _, late)| *late);
    let rows: Vec<Vec<String>> = tubes
        .into_iter()
        .map(|(tube, age_s, late)| {
            let state = match tube.state {
                "open" => sheet.say(("未封", "open")),
                "passed_on" => sheet.say(("已转交", "passed on")),
                "spoiled" => sheet.say(("作废", "spoiled")),
                "full" => sheet.say(("已满", "full")),
                _ => sheet.say(("已封", "closed short")),
            };
            vec![
                tube.tube.unwrap_or_else(|| "-".to_owned()),
                tube.lane.unwrap_or_else(|| "-".to_owned()),
                state.to_owned(),
                time_of(tube.opened_ms, "%H:%M"),
                format!("{} / {}", tube.count, tube.capacity),
                hours(age_s, late),
            ]
        })
        .collect();
    sheet.head(("本班采样管", "Tubes of the shift"));
    sheet.table(
        &[
            Column::Words(("管号", "Tube")),
            Column::Words(("通道", "Lane")),
            Column::Words(("状态", "State")),
            Column::Figures(("开管时间", "Opened")),
            Column::Figures(("人数 / 容量", "People / capacity")),
            Column::Figures(AGE),
        ],
        &rows,
    );
    mark(sheet, any, profile.swab_hours_max);
    Ok(())
}

const AGE: Words = ("首拭距今至少（小时）", "First swab, hours ago at least");

/// The boxes of the round; nothing where there are none.
pub(super) fn boxes(station: &Station, sheet: &mut Sheet) -> Result<()> {
    let boxes = station.boxes()?;
    if boxes.is_empty() {
        return Ok(());
    }
    let waits = |line: &BoxLine| line.late && line.state != ages::GIVEN;
    let any = boxes.iter().any(waits);
    let rows: Vec<Vec<String>> = boxes
        .into_iter()
        .map(|line| {
            let late = waits(&line);
            let state = match line.state {
                ages::GIVEN => sheet.say(("已交出", "handed over")),
                "sealed" => sheet.say(("已封", "sealed")),
                _ => sheet.say(("未封", "open")),
            };
            vec![
                match (line.container, line.other_round) {
                    (label, None) => label.unwrap_or_else(|| "-".to_owned()),
                    (label, Some(round)) => format!("{} ({round})", label.as_deref().unwrap_or("-")),
                },
                line.tubes.to_string(),
                state.to_owned(),
                line.sealed_ms.map_or_else(|| "-".to_owned(), |at| time_of(at, "%H:%M")),
                hours(line.age_s, late),
                line.given_to.unwrap_or_else(|| "-".to_owned()),
            ]
        })
        .collect();
    sheet.head(("转运箱", "Boxes"));
    sheet.table(
        &[
            Column::Words(("箱号", "Box")),
            Column::Figures(("管数", "Tubes")),
            Column::Words(("状态", "State")),
            Column::Figures(("封箱时间", "Sealed")),
            Column::Figures(AGE),
            Column::Words(("交给", "Handed over to")),
        ],
        &rows,
    );
    mark(sheet, any, station.profile()?.swab_hours_max);
    Ok(())
}
