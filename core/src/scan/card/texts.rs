//! Name and address: texts that nothing protects, as they were read.

use super::ethnic;
use super::facts::{Piece, has_cjk};
use super::labels::Label;
use super::line::{is_cjk, is_latin, is_mark};
use super::surnames;
use crate::limits::NAME_CHARS_MAX;

/// Lines that an address has, at the most.
const ADDRESS_LINES: usize = 3;
/// The longest name that is found without its label, unless a dot stands in it.
const BARE_NAME_MAX: usize = 4;
/// Latin letters in a row that are a word, which addresses and Chinese names do not have.
const LATIN_WORD: usize = 4;
/// What stands in addresses and hardly in names.
const PLACES: &str = "省市区县旗州盟乡镇村路街巷弄号楼栋幢室组屯道里单元";
const PROVINCE_NAMES: &[&str] = &[
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
    "台湾",
];

/// The names in the lines.
#[derive(Default)]
pub(super) struct Names {
    pub(super) chinese: Option<String>,
    pub(super) latin: Option<String>,
    /// The piece that the Chinese name is.
    pub(super) piece: Option<usize>,
    /// Whether two labels stand before different names.
    pub(super) two: bool,
}

pub(super) fn names(pieces: &[Piece]) -> Names {
    let mut names = Names::default();
    for (at, _) in pieces.iter().enumerate().filter(|(_, piece)| piece.label == Some(Label::Name)) {
        // The value, or what stands on the next line where the label stands alone.
        let own = at + usize::from(pieces[at].text.is_empty());
        for (at, piece) in [(own, pieces.get(own)), (at + 1, pieces.get(at + 1))] {
            let Some(piece) = piece.filter(|piece| matches!(piece.label, None | Some(Label::Name))) else { continue };
            match chinese_name(&piece.text) {
                Some(name) if piece.label.is_some() || bare_name(&piece.text) => match &names.chinese {
                    Some(known) if *known != name && piece.label.is_some() => names.two = true,
                    Some(_) => {}
                    None => (names.chinese, names.piece) = (Some(name), Some(at)),
                },
                _ => names.latin = names.latin.take().or_else(|| latin_name(&piece.text)),
            }
        }
    }
    if names.chinese.is_none() {
        names.piece = lone_name(pieces);
        names.chinese = names.piece.and_then(|at| chinese_name(&pieces[at].text));
    }
    names.latin = names.latin.take().or_else(|| lone_latin(pieces));
    names
}

/// The shortest Chinese text without a label that may be a name, if no other is as short. It must
/// begin with a surname or have the dot of other peoples' names: recognisers make scraps of two
/// or three characters out of any pattern.
fn lone_name(pieces: &[Piece]) -> Option<usize> {
    let named = |name: &str| surnames::begins(name) || name.chars().any(is_mark);
    let free = |piece: &Piece| {
        piece.label.is_none() && bare_name(&piece.text) && chinese_name(&piece.text).is_some_and(|name| named(&name))
    };
    let found = || pieces.iter().enumerate().filter(|(_, piece)| free(piece));
    let count = |piece: &Piece| piece.text.chars().filter(|c| is_cjk(*c)).count();
    let (at, shortest) = found().min_by_key(|(_, piece)| count(piece))?;
    let alone = found().all(|(_, other)| other.text == shortest.text || count(other) > count(shortest));
    alone.then_some(at)
}

fn bare_name(text: &str) -> bool {
    let Some(name) = chinese_name(text) else { return false };
    let count = name.chars().count();
    let dotted = name.chars().any(is_mark);
    let value = matches!(name.chars().next(), Some('男' | '女'))
        && count <= BARE_NAME_MAX
        && ethnic::exact(&name.chars().skip(1).collect::<String>()).is_some();
    let short = (2..=BARE_NAME_MAX).contains(&count)
        && !name.ends_with(['省', '市', '县', '镇', '村', '路', '街', '区', '号', '室']);
    (dotted || short) && !value && ethnic::exact(&name).is_none() && !is_province(&name) && !noise(&name)
}

/// Pieces of labels and of the other side.
fn noise(name: &str) -> bool {
    ["公民", "身份", "号码", "长期", "机关", "期限", "民族", "姓名", "性别", "出生", "住址"]
        .iter()
        .any(|word| name.contains(word))
}

/// A Chinese name: its Latin and other signs taken away, no digits in it. What stands behind a
/// Latin name is a scrap.
fn chinese_name(text: &str) -> Option<String> {
    let before = text.chars().take_while(|c| !is_cjk(*c)).filter(|c| is_latin(*c)).count();
    if before >= LATIN_WORD || text.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let name: String = text.chars().filter(|c| is_cjk(*c) || is_mark(*c)).collect();
    let name = name.trim_matches(is_mark);
    (name.chars().filter(|c| is_cjk(*c)).count() >= 2 && name.chars().count() <= NAME_CHARS_MAX)
        .then(|| name.to_owned())
}

fn latin_name(text: &str) -> Option<String> {
    let fits = |c: char| is_latin(c) || matches!(c, ' ' | ',' | '-' | '\'' | '.');
    let letters = text.chars().filter(|c| is_latin(*c)).count();
    (letters >= 3 && text.chars().all(fits) && text.chars().count() <= NAME_CHARS_MAX).then(|| text.to_owned())
}

/// The only text in Latin capitals that has a comma or a blank in it.
fn lone_latin(pieces: &[Piece]) -> Option<String> {
    let capitals = |text: &str| !text.chars().any(char::is_lowercase) && text.contains([',', ' ']);
    let mut found = pieces.iter().filter(|piece| piece.label.is_none() && capitals(&piece.text));
    let first = found.next().and_then(|piece| latin_name(&piece.text))?;
    found.next().is_none().then_some(first)
}

/// The address: the text behind its label and the lines that look like its rest, in their order.
pub(super) fn address(pieces: &[Piece], name: Option<usize>) -> Option<String> {
    let labelled = pieces.iter().position(|piece| piece.label == Some(Label::Address));
    let free = |at: usize| pieces[at].label.is_none() && Some(at) != name && !has_latin_word(&pieces[at].text);
    let mut lines: Vec<usize> = labelled.filter(|at| !pieces[*at].text.is_empty()).into_iter().collect();
    let mut next = labelled.map(|at| at + 1);
    let mut rest = Vec::new();
    for at in (0..pieces.len()).filter(|at| free(*at)) {
        let text = &pieces[at].text;
        let follows = next == Some(at)
            && text.chars().count() >= 2
            && has_cjk(text)
            && name.is_some()
            && !noise(text)
            && !is_date(text)
            && ethnic::exact(text).is_none();
        if follows || is_place(text) {
            rest.push(at);
            next = next.map(|_| at + 1);
        }
    }
    // The first line names the province, wherever it stands; then those behind the label.
    rest.sort_by_key(|at| (!is_province(&pieces[*at].text), labelled.is_some_and(|label| *at < label), *at));
    if lines.first().is_some_and(|at| is_province(&pieces[*at].text)) {
        rest.retain(|at| !is_province(&pieces[*at].text));
    }
    lines.extend(rest);
    let address: String = lines.iter().take(ADDRESS_LINES).map(|at| pieces[*at].text.as_str()).collect();
    (has_cjk(&address) && address.chars().count() <= NAME_CHARS_MAX).then_some(address)
}

fn has_latin_word(text: &str) -> bool {
    let mut count = 0;
    text.chars().any(|c| {
        count = if is_latin(c) { count + 1 } else { 0 };
        count >= LATIN_WORD
    })
}

fn is_province(text: &str) -> bool {
    PROVINCE_NAMES.iter().any(|name| text.starts_with(name))
}

fn is_date(text: &str) -> bool {
    text.contains('年') && text.contains('月')
}

fn is_place(text: &str) -> bool {
    let count = text.chars().count();
    let places = text.chars().filter(|c| PLACES.contains(*c)).count();
    let digits = text.chars().any(|c| c.is_ascii_digit());
    let date = is_date(text) || text.starts_with("男") || text.starts_with("女");
    has_cjk(text) && !date && (places >= 2 || places >= 1 && (digits || count >= 5) || is_province(text) && count >= 5)
}
