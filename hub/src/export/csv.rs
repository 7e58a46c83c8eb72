//! One line a person.

use std::io::Write;

use chrono::{DateTime, SecondsFormat};

use super::{Exported, each_tube};
use crate::error::{Error, Result};
use crate::reports::lookup::Lookup;
use crate::reports::model::{TracedPerson, TubeTrace};

const HEAD: &str = "round,site,place,lane,operator,device,tube,tube_state,position,document,number,issuer,name,birth,sex,\
nationality,address,contact,guardian,alias,reason,description,temperature,overridden,at,error_ms,record,class,colour";

/// A field by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe in front:
/// some texts are a stranger's to choose.
fn field(text: &str) -> String {
    let number = text.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b' '));
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Writes the people of a round, or of all.
pub(crate) fn csv(lookup: &Lookup<'_>, round: Option<&str>, out: &mut dyn Write) -> Result<Exported> {
    let mut exported = Exported::default();
    let failed = |error: std::io::Error| Error::io("the export", error);
    write!(out, "{HEAD}\r\n").map_err(failed)?;
    each_tube(lookup, round, |_, tube| {
        for person in &tube.people {
            write!(out, "{}\r\n", line(&tube, person)).map_err(failed)?;
        }
        exported.add(&tube);
        Ok(())
    })?;
    Ok(exported)
}

fn line(tube: &TubeTrace, person: &TracedPerson) -> String {
    let open = if tube.tube.is_empty() { "" } else { "open" };
    let state = if tube.spoiled { "spoiled" } else { tube.closed.unwrap_or(open) };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let at = person.at.at_ms.and_then(DateTime::from_timestamp_millis);
    let cells = [
        text(&person.at.round),
        text(&person.at.site),
        person.at.place.unwrap_or_default().to_owned(),
        text(&person.at.lane),
        text(&person.at.operator),
        tube.device.clone(),
        tube.tube.clone(),
        state.to_owned(),
        person.position.to_string(),
        person.document.to_owned(),
        text(&person.number),
        text(&person.issuer),
        text(&person.name),
        person.birth.map(|birth| birth.to_string()).unwrap_or_default(),
        text(&person.sex),
        text(&person.nationality),
        text(&person.address),
        text(&person.contact),
        text(&person.guardian),
        text(&person.alias),
        text(&person.reason),
        text(&person.description),
        person.temperature.map(|tenths| tenths.to_string()).unwrap_or_default(),
        person.overridden.unwrap_or_default().to_owned(),
        at.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true)).unwrap_or_default(),
        person.at.error_ms.map(|error| error.to_string()).unwrap_or_default(),
        person.record.clone(),
        text(&person.class),
        text(&person.colour),
    ];
    cells.iter().map(|cell| field(cell)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_no_formula_leaves() {
        assert_eq!(field("plain"), "plain");
        assert_eq!(field("a,b"), "\"a,b\"");
        assert_eq!(field("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
        assert_eq!(field("+86 100"), "+86 100");
        assert_eq!(field("-x"), "'-x");
    }
}
