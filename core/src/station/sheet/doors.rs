//! The day sheet's doors: figures by building and by category, never a household or a person.

use super::super::Station;
use super::super::doors::building_name;
use super::{Column, Sheet, Words};
use crate::doors::{Doors, Figures};
use crate::error::Result;
use crate::roster::Category;

/// What became of the doors; nothing where none is known.
pub(super) fn sections(station: &Station, sheet: &mut Sheet) -> Result<()> {
    let doors = station.doors()?;
    if !doors.homes.is_empty() {
        buildings(&doors, sheet);
        people(&doors.figures, sheet);
    }
    Ok(())
}

fn buildings(doors: &Doors, sheet: &mut Sheet) {
    let line = |name: String, figures: &Figures| {
        let Figures { homes, done, refused, moved_away, left, .. } = figures;
        let counts = [homes, done, refused, moved_away, left].map(|count| count.to_string());
        std::iter::once(name).chain(counts).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<String>> =
        doors.buildings.iter().map(|of| line(building_name(of, sheet.language), &of.figures)).collect();
    rows.push(line(sheet.say(ALL).to_owned(), &doors.figures));
    sheet.head(("入户", "From door to door"));
    sheet.table(
        &[
            Column::Words(("楼栋", "Building")),
            Column::Figures(("户数", "Homes")),
            Column::Figures(("完成", "Done")),
            Column::Figures(("拒采", "Refused")),
            Column::Figures(("搬离", "Moved away")),
            Column::Figures(("剩余", "Left")),
        ],
        &rows,
    );
}

/// The people behind these doors, and of these those of each category; somebody may be of several.
fn people(figures: &Figures, sheet: &mut Sheet) {
    let line = |words: Words, people: u32, sampled: u32, excused: u32| {
        let missed = people.saturating_sub(sampled.saturating_add(excused));
        let counts = [people, sampled, excused, missed].map(|count| count.to_string());
        std::iter::once(sheet.say(words).to_owned()).chain(counts).collect::<Vec<_>>()
    };
    let mut rows = vec![line(ALL, figures.people, figures.sampled, figures.excused)];
    rows.extend(
        figures.categories.iter().map(|(of, count)| line(category(*of), count.people, count.sampled, count.excused)),
    );
    sheet.head(("入户人员（可属多类）", "People behind these doors (one may be of several kinds)"));
    sheet.table(
        &[
            Column::Words(("类别", "Kind")),
            Column::Figures(("人数", "People")),
            Column::Figures(("已采", "Sampled")),
            Column::Figures(("已说明", "Excused")),
            Column::Figures(("未采", "Missed")),
        ],
        &rows,
    );
}

const ALL: Words = ("合计", "all");

const fn category(of: Category) -> Words {
    match of {
        Category::Over60 => ("60岁以上", "over 60"),
        Category::Disabled => ("残疾人", "disabled"),
        Category::Bedridden => ("卧床或无法出门", "cannot leave bed or house"),
        Category::Pregnant => ("孕妇", "pregnant"),
        Category::AfterChildbirth => ("产后", "after childbirth"),
        Category::MentallyIll => ("精神疾病", "mentally ill"),
        Category::Child => ("儿童", "child"),
        Category::Foreigner => ("外籍", "of another country"),
        Category::UrgentCare => ("需及时治疗（透析、化疗等）", "care that cannot wait"),
    }
}
