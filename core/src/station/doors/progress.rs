//! Progress as a line to paste into a chat: figures and places, never a person.

use crate::doors::{BuildingFigures, Doors, Figures};
use crate::station::Language;

/// A line of all, and one of each building.
pub(super) fn text(doors: &Doors, language: Language, by_building: bool) -> String {
    let all = language.pick("进度", "Progress");
    let mut lines = vec![line(all, &doors.figures, language)];
    if by_building {
        lines.extend(doors.buildings.iter().map(|of| line(&building_name(of, language), &of.figures, language)));
    }
    lines.join("\n")
}

/// What a building is called: area and building.
pub(in super::super) fn building_name(of: &BuildingFigures, language: Language) -> String {
    let parts: Vec<&str> = [of.area.trim(), of.building.trim()].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { language.pick("地址不详", "No address").to_owned() } else { parts.join(" ") }
}

fn line(name: &str, figures: &Figures, language: Language) -> String {
    let Figures { homes, done, refused, moved_away, left, not_visited, people, sampled, excused, .. } = figures;
    let missed = people.saturating_sub(sampled + excused);
    match language {
        Language::Chinese => format!(
            "{name}：共{homes}户，完成{done}，拒采{refused}，搬离{moved_away}，剩余{left}（未上门{not_visited}）；\
             共{people}人，已采{sampled}，已说明{excused}，未采{missed}"
        ),
        Language::English => format!(
            "{name}: {homes} households, {done} done, {refused} refused, {moved_away} moved away, {left} left \
             ({not_visited} not visited); {people} people, {sampled} sampled, {excused} excused, {missed} missed"
        ),
    }
}
