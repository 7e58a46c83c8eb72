//! What a row says of somebody.

use std::collections::BTreeSet;

use chrono::NaiveDate;
pub use fieldcore::roster::Category;
use fieldcore::scan::{Identity, Scan, Sensitive, Sex, day_number, interpret};

use super::column::{Column, Mapping};
use super::table::{Cell, Row};
use super::{Flaw, RowProblem, RowRef};

/// The longest cell that is taken, in characters.
const CELL_CHARS_MAX: usize = 500;

/// Categories by words that a list's cell may hold; the first that is in it counts.
const CATEGORIES: [(Category, &[&str]); 9] = [
    (Category::AfterChildbirth, &["产妇", "产后", "哺乳", "after childbirth", "after_childbirth", "postpartum"]),
    (Category::Pregnant, &["孕", "pregnant"]),
    (Category::Bedridden, &["卧床", "失能", "行动不便", "bedridden", "immobile"]),
    (Category::MentallyIll, &["精神", "mentally"]),
    (Category::Disabled, &["残疾", "残障", "disabled"]),
    (Category::UrgentCare, &["透析", "血透", "化疗", "急诊", "dialysis", "urgent"]),
    (Category::Over60, &["60", "老年", "老人", "高龄", "elderly"]),
    (Category::Child, &["儿童", "幼儿", "婴", "未成年", "child", "infant"]),
    (Category::Foreigner, &["外籍", "外国", "foreign"]),
];

/// Where somebody lives, as far as the list says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Village, compound or community.
    pub area: Option<String>,
    /// Building or courtyard.
    pub building: Option<String>,
    /// Stairwell.
    pub stairwell: Option<String>,
    /// Door.
    pub door: Option<String>,
}

/// Somebody of a list.
#[derive(Clone, Debug)]
pub struct Resident {
    /// The document's number with what it holds; `None` without one that is sound.
    pub identity: Option<Identity>,
    /// The name.
    pub name: Option<Sensitive>,
    /// The date of birth as the number YYYYMMDD.
    pub birth: Option<u32>,
    /// The sex.
    pub sex: Option<Sex>,
    /// A telephone number.
    pub contact: Option<Sensitive>,
    /// The address in one line.
    pub address: Option<Sensitive>,
    /// Where that is.
    pub place: Place,
    /// What the list calls the household.
    pub household: Option<String>,
    /// Who answers for them.
    pub guardian: Option<Sensitive>,
    /// When they are asked to come.
    pub slot: Option<String>,
    /// Categories.
    pub categories: BTreeSet<Category>,
    /// Anything else.
    pub note: Option<Sensitive>,
    /// The rows that tell of them.
    pub rows: Vec<RowRef>,
}

impl Resident {
    /// What is the same for people behind one door: the list's household, else the door, else the address.
    pub fn household_key(&self) -> Option<String> {
        self.called_key().or_else(|| self.door_key()).or_else(|| self.address_key())
    }

    /// What is the same for people of what the list calls one household.
    pub fn called_key(&self) -> Option<String> {
        let area = self.place.area.as_deref().unwrap_or_default();
        Some(format!("called\0{area}\0{}", self.household.as_ref()?))
    }

    /// What is the same for people of one door.
    pub fn door_key(&self) -> Option<String> {
        let Place { area, building, stairwell, door } = &self.place;
        let parts = [area, building, stairwell].map(|part| part.as_deref().unwrap_or_default());
        Some(format!("door\0{}\0{}\0{}\0{}", parts[0], parts[1], parts[2], door.as_ref()?))
    }

    /// What is the same for people of one address.
    pub fn address_key(&self) -> Option<String> {
        Some(format!("address\0{}", self.address.as_ref()?.expose()))
    }

    /// What is the same for people of one building.
    pub fn building_key(&self) -> Option<String> {
        let Place { area, building, .. } = &self.place;
        Some(format!("{}\0{}", area.as_deref().unwrap_or_default(), building.as_ref()?))
    }
}

/// A row being read.
struct Reading<'a> {
    at: &'a RowRef,
    row: &'a Row,
    mapping: &'a Mapping,
    problems: &'a mut Vec<RowProblem>,
}

impl Reading<'_> {
    fn flaw(&mut self, column: Option<Column>, code: Flaw) {
        self.problems.push(RowProblem { at: self.at.clone(), column, code });
    }

    /// What the columns of that kind hold, in order.
    fn all(&mut self, column: Column) -> Vec<String> {
        let places = self.mapping.places().iter().filter(|(one, _)| *one == column).map(|(_, place)| *place);
        let cells: Vec<Cell> = places.filter_map(|place| self.row.cells.get(place).cloned()).collect();
        let mut texts = Vec::new();
        for cell in cells {
            match cell {
                Cell::Text(text) if text.chars().count() <= CELL_CHARS_MAX => texts.push(text),
                Cell::Text(_) => self.flaw(Some(column), Flaw::CellTooLong),
                Cell::Failed => self.flaw(Some(column), Flaw::CellFailed),
                Cell::Rounded => self.flaw(Some(column), Flaw::NumberRounded),
                Cell::Empty => {}
            }
        }
        texts
    }

    fn one(&mut self, column: Column) -> Option<String> {
        self.all(column).into_iter().next()
    }

    fn hidden(&mut self, column: Column) -> Option<Sensitive> {
        self.one(column).map(Sensitive::new)
    }

    /// The document that a number is of, if it is sound.
    fn identity(&mut self, today: NaiveDate) -> Option<Identity> {
        let text = self.one(Column::Number)?;
        let reading = interpret(&Scan::typed(&*text), today);
        if let Some(identity) = reading.identity {
            return Some(identity);
        }
        if text.chars().filter(char::is_ascii_digit).count() >= 15 {
            self.flaw(Some(Column::Number), Flaw::NumberUnsound);
            return None;
        }
        self.flaw(Some(Column::Number), Flaw::NumberUnknown);
        Some(Identity::of_alias(text, fieldcore::record::ReadSource::Typed))
    }

    fn birth(&mut self) -> Option<u32> {
        let text = self.one(Column::Birth)?;
        let birth = date(&text);
        if birth.is_none() {
            self.flaw(Some(Column::Birth), Flaw::BirthUnread);
        }
        birth
    }

    fn sex(&mut self) -> Option<Sex> {
        let text = self.one(Column::Sex)?;
        let sex = match text.to_lowercase().as_str() {
            "男" | "m" | "male" | "1" => Some(Sex::Male),
            "女" | "f" | "female" | "2" => Some(Sex::Female),
            "x" => Some(Sex::Unspecified),
            _ => None,
        };
        if sex.is_none() {
            self.flaw(Some(Column::Sex), Flaw::SexUnread);
        }
        sex
    }

    /// Categories, and the words that are none.
    fn categories(&mut self) -> (BTreeSet<Category>, Vec<String>) {
        let (mut known, mut others) = (BTreeSet::new(), Vec::new());
        for cell in self.all(Column::Category) {
            for word in
                cell.split(['、', ',', '，', ';', '；', '/', '|']).map(str::trim).filter(|word| !word.is_empty())
            {
                let lower = word.to_lowercase();
                match CATEGORIES.iter().find(|(_, words)| words.iter().any(|word| lower.contains(word))) {
                    Some((category, _)) => _ = known.insert(*category),
                    None => {
                        self.flaw(Some(Column::Category), Flaw::CategoryUnknown);
                        others.push(word.to_owned());
                    }
                }
            }
        }
        (known, others)
    }
}

/// Whom a row tells of; what is wrong with it is added to `problems`.
pub(super) fn read(
    at: &RowRef,
    row: &Row,
    mapping: &Mapping,
    today: NaiveDate,
    problems: &mut Vec<RowProblem>,
) -> Option<Resident> {
    let mut reading = Reading { at, row, mapping, problems };
    let (name, identity) = (reading.hidden(Column::Name), reading.identity(today));
    if name.is_none() && identity.is_none() {
        reading.flaw(None, Flaw::Nobody);
        return None;
    }
    let (mut birth, mut sex) = (reading.birth(), reading.sex());
    if let Some(held) = &identity {
        let differs = held.birth.zip(birth).is_some_and(|(held, said)| held != said)
            || held.sex.zip(sex).is_some_and(|(held, said)| held != said);
        if differs {
            reading.flaw(None, Flaw::NumberSaysOtherwise);
        }
        (birth, sex) = (held.birth.or(birth), held.sex.or(sex));
    }
    let (categories, others) = reading.categories();
    let notes: Vec<String> = reading.all(Column::Note).into_iter().chain(others).collect();
    Some(Resident {
        identity,
        name,
        birth,
        sex,
        contact: reading.hidden(Column::Contact),
        address: reading.hidden(Column::Address),
        place: Place {
            area: reading.one(Column::Area),
            building: reading.one(Column::Building),
            stairwell: reading.one(Column::Stairwell),
            door: reading.one(Column::Door),
        },
        household: reading.one(Column::Household),
        guardian: reading.hidden(Column::Guardian),
        slot: reading.one(Column::Slot),
        categories,
        note: (!notes.is_empty()).then(|| Sensitive::new(notes.join("; "))),
        rows: vec![at.clone()],
    })
}

/// The date that a text is, in the ways that lists write it: 1905-06-12, 1905/6/12, 1905.6.12, 19050612, 1905年6月12日.
fn date(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split(|one: char| !one.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts[..] {
        [whole] if whole.len() == 8 => (whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?),
        [year, month, day, ..] if year.len() == 4 => (year, month, day),
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    Some(day_number(date))
}
