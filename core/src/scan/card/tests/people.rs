//! Cards of people who never were: all born 1880 to 1905.

use crate::scan::check_character;

/// A small generator of chance (xorshift), so that a failing card can be made again by its seed.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % limit as u64).unwrap()
    }

    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(super) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// What stands on a card.
#[derive(Clone)]
pub(super) struct Card {
    pub(super) number: String,
    pub(super) birth: (u32, u32, u32),
    pub(super) male: bool,
    pub(super) name: String,
    pub(super) ethnicity: &'static str,
    pub(super) address: Vec<String>,
}

const REGIONS: &[&str] = &["110101", "110105", "120104", "310115", "330106", "410105", "510107", "654022", "540121"];
const NAMES: &[&str] = &[
    "王伟",
    "李秀英",
    "欧阳建国",
    "张敏",
    "诸葛亮明",
    "阿依古丽·买买提",
    "扎西顿珠",
    "赵胜男",
    "陈亚女",
    "水生",
    "白桂兰",
    "京华",
];
const GROUPS: &[&str] = &["汉", "回", "维吾尔", "藏", "满", "土家", "水", "穿青人", "柯尔克孜"];
const ADDRESSES: &[&[&str]] = &[
    &["北京市朝阳区某某路1号"],
    &["河北省石家庄市长安区民族路", "12号院3号楼1单元301室"],
    &["新疆维吾尔自治区伊宁市", "巴彦岱镇中心街居民点", "第三组18号"],
    &["贵州省黔南布依族苗族自治", "州三都县水库村二组"],
];

impl Card {
    pub(super) fn new(chance: &mut Chance) -> Self {
        let region = chance.pick(REGIONS).to_owned();
        Self::of_region(&region, chance)
    }

    /// Of a head of six digits: a region, or 9, a province and a country.
    pub(super) fn of_region(region: &str, chance: &mut Chance) -> Self {
        let small = |limit, chance: &mut Chance| u32::try_from(chance.below(limit)).unwrap();
        let birth = (1880 + small(26, chance), 1 + small(12, chance), 1 + small(28, chance));
        let order = 1 + small(998, chance);
        let body = format!("{region}{:04}{:02}{:02}{order:03}", birth.0, birth.1, birth.2);
        let number = format!("{body}{}", check_character(&body).unwrap());
        Self {
            number,
            birth,
            male: order % 2 == 1,
            name: chance.pick(NAMES).to_owned(),
            ethnicity: chance.pick(GROUPS),
            address: ADDRESSES[chance.below(ADDRESSES.len())].iter().map(|line| (*line).to_owned()).collect(),
        }
    }

    pub(super) fn sex(&self) -> &'static str {
        if self.male { "男" } else { "女" }
    }

    pub(super) fn sex_letter(&self) -> &'static str {
        if self.male { "M" } else { "F" }
    }

    pub(super) fn birth_field(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.birth.0, self.birth.1, self.birth.2)
    }

    pub(super) fn birth_line(&self) -> String {
        format!("{}年{}月{}日", self.birth.0, self.birth.1, self.birth.2)
    }

    /// The lines as printed.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!("姓名 {}", self.name),
            format!("性别 {} 民族 {}", self.sex(), self.ethnicity),
            format!("出生 {}", self.birth_line()),
        ];
        for (at, line) in self.address.iter().enumerate() {
            lines.push(if at == 0 { format!("住址 {line}") } else { line.clone() });
        }
        lines.push(format!("公民身份号码 {}", self.number));
        lines
    }
}
