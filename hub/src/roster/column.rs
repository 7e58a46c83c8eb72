//! Which column of a list holds what.

use serde::Serialize;

use super::Taken;

/// What a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The person's name.
    Name,
    /// The number of a document.
    Number,
    /// The date of birth.
    Birth,
    /// The sex.
    Sex,
    /// A telephone number.
    Contact,
    /// An address in one cell.
    Address,
    /// Village, compound or community.
    Area,
    /// Building or courtyard.
    Building,
    /// Stairwell of a building.
    Stairwell,
    /// Door or flat.
    Door,
    /// What the list calls a household.
    Household,
    /// Categories, one or more.
    Category,
    /// Who answers for a child or an incapacitated person.
    Guardian,
    /// When the stairwell is asked to come down.
    Slot,
    /// Anything else worth keeping.
    Note,
}

/// Every column with the headers that lists give it, blanks and punctuation left out, letters lower-case.
const HEADERS: [(Column, &[&str]); 15] = [
    (Column::Name, &["姓名", "名字", "居民姓名", "人员姓名", "name", "fullname", "residentname", "personname"]),
    (
        Column::Number,
        &[
            "身份证号",
            "身份证号码",
            "身份证",
            "公民身份号码",
            "居民身份证号",
            "居民身份证号码",
            "证件号",
            "证件号码",
            "身份證號",
            "身份證號碼",
            "證件號碼",
            "id",
            "idno",
            "idnumber",
            "idcard",
            "idcardnumber",
            "identitynumber",
            "documentnumber",
            "nationalid",
        ],
    ),
    (
        Column::Birth,
        &["出生日期", "出生年月日", "出生年月", "生日", "birth", "birthdate", "dateofbirth", "dob", "birthday"],
    ),
    (Column::Sex, &["性别", "性別", "sex", "gender"]),
    (
        Column::Contact,
        &[
            "联系电话",
            "电话",
            "电话号码",
            "手机",
            "手机号",
            "手机号码",
            "联系方式",
            "電話",
            "聯繫電話",
            "phone",
            "telephone",
            "mobile",
            "contact",
            "phonenumber",
            "mobilenumber",
        ],
    ),
    (
        Column::Address,
        &[
            "地址",
            "住址",
            "家庭住址",
            "家庭地址",
            "现住址",
            "现住地址",
            "居住地址",
            "详细地址",
            "居住地",
            "address",
            "homeaddress",
        ],
    ),
    (
        Column::Area,
        &[
            "社区",
            "村",
            "村居",
            "村组",
            "小区",
            "小区名称",
            "网格",
            "街道",
            "社區",
            "village",
            "community",
            "compound",
            "area",
        ],
    ),
    (
        Column::Building,
        &[
            "楼栋",
            "楼栋号",
            "楼号",
            "楼",
            "栋",
            "栋号",
            "幢",
            "幢号",
            "楼幢",
            "院落",
            "院",
            "院号",
            "樓號",
            "樓棟",
            "building",
            "block",
            "courtyard",
        ],
    ),
    (Column::Stairwell, &["单元", "单元号", "门洞", "單元", "stairwell", "entrance", "staircase"]),
    (
        Column::Door,
        &[
            "门牌",
            "门牌号",
            "室",
            "室号",
            "房号",
            "房间",
            "房间号",
            "房屋号",
            "門牌號",
            "door",
            "doornumber",
            "room",
            "flat",
            "apartment",
        ],
    ),
    (
        Column::Household,
        &["户号", "户编号", "家庭编号", "户籍号", "戶號", "household", "householdid", "householdnumber"],
    ),
    (
        Column::Category,
        &[
            "类别",
            "人员类别",
            "人群类别",
            "人员类型",
            "特殊人群",
            "人群分类",
            "類別",
            "category",
            "categories",
            "group",
        ],
    ),
    (Column::Guardian, &["监护人", "监护人姓名", "監護人", "guardian"]),
    (Column::Slot, &["时段", "采样时段", "时间段", "預約時段", "预约时段", "slot", "timeslot"]),
    (Column::Note, &["备注", "说明", "備註", "note", "notes", "remark", "remarks", "comment"]),
];

impl Column {
    /// What a header stands for.
    pub fn of_header(header: &str) -> Option<Self> {
        let plain = plain(header);
        HEADERS.iter().find(|(_, headers)| headers.contains(&plain.as_str())).map(|(column, _)| *column)
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        HEADERS.iter().map(|(column, _)| *column)
    }

    /// The column of that name, as JSON and the command line call it.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::all().find(|column| column.as_str() == name)
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Number => "number",
            Self::Birth => "birth",
            Self::Sex => "sex",
            Self::Contact => "contact",
            Self::Address => "address",
            Self::Area => "area",
            Self::Building => "building",
            Self::Stairwell => "stairwell",
            Self::Door => "door",
            Self::Household => "household",
            Self::Category => "category",
            Self::Guardian => "guardian",
            Self::Slot => "slot",
            Self::Note => "note",
        }
    }
}

/// A header without blanks, punctuation and what stands in brackets; letters lower-case.
fn plain(header: &str) -> String {
    let end = header.find(['(', '（']).filter(|end| *end > 0).unwrap_or(header.len());
    header[..end].chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many of these cells are headers that are known, or were said to be.
pub(super) fn known(cells: &[String], said: &[String]) -> usize {
    let said = |cell: &String| said.iter().any(|header| !cell.is_empty() && plain(header) == plain(cell));
    cells.iter().filter(|cell| Column::of_header(cell).is_some() || said(cell)).count()
}

/// Why a list's columns cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmapped {
    /// Nothing says who somebody is.
    #[error(
        "no column is headed as one of names or numbers; say which is with --map name=HEADER or --map number=HEADER"
    )]
    NobodyNamed,
    /// Two columns hold the same.
    #[error("columns {first} and {second} are both headed as `{}`; say which counts with --map {}=HEADER", column.as_str(), column.as_str())]
    Twice {
        /// What they hold.
        column: Column,
        /// The first, from 1.
        first: usize,
        /// The second.
        second: usize,
    },
    /// No column has that header.
    #[error("no column is headed `{header}`, which --map names for `{}`", column.as_str())]
    NoSuchHeader {
        /// What it should hold.
        column: Column,
        /// As it was asked for.
        header: String,
    },
}

/// Which column of a list holds what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Columns and their places from 0, by place.
    places: Vec<(Column, usize)>,
}

impl Mapping {
    /// By headers; what is `said`, a column and its header, goes before what they look like.
    pub fn of(headers: &[String], said: &[(Column, String)]) -> Result<Self, Unmapped> {
        let mut places = Vec::new();
        for (column, header) in said {
            let place = headers.iter().position(|one| plain(one) == plain(header));
            let missing = || Unmapped::NoSuchHeader { column: *column, header: header.clone() };
            places.push((*column, place.ok_or_else(missing)?));
        }
        for (place, header) in headers.iter().enumerate() {
            let Some(column) = Column::of_header(header) else { continue };
            if places.iter().any(|(_, taken)| *taken == place) || said.iter().any(|(one, _)| *one == column) {
                continue;
            }
            // Of several telephone numbers the first one that is there counts; notes are joined.
            let may_repeat = matches!(column, Column::Contact | Column::Note | Column::Category);
            if let Some((_, first)) = places.iter().find(|(one, _)| *one == column && !may_repeat) {
                return Err(Unmapped::Twice { column, first: first + 1, second: place + 1 });
            }
            places.push((column, place));
        }
        places.sort_by_key(|(_, place)| *place);
        if !places.iter().any(|(column, _)| matches!(column, Column::Name | Column::Number)) {
            return Err(Unmapped::NobodyNamed);
        }
        Ok(Self { places })
    }

    /// The mapping with these places, as it was kept.
    pub(super) fn kept(mut places: Vec<(Column, usize)>) -> Self {
        places.sort_by_key(|(_, place)| *place);
        Self { places }
    }

    /// Columns and their places from 0.
    pub fn places(&self) -> &[(Column, usize)] {
        &self.places
    }

    /// What is taken from which header.
    pub(super) fn told(&self, headers: &[String]) -> Vec<Taken> {
        let header = |place: usize| headers.get(place).cloned().unwrap_or_default();
        self.places.iter().map(|(column, place)| Taken { column: *column, header: header(*place) }).collect()
    }

    /// Headers that nothing is taken from.
    pub(super) fn left(&self, headers: &[String]) -> Vec<String> {
        let free = |place: usize| !self.places.iter().any(|(_, taken)| *taken == place);
        let left = headers.iter().enumerate().filter(|(place, header)| free(*place) && !header.is_empty());
        left.map(|(_, header)| header.clone()).collect()
    }
}
