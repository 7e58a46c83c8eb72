//! The words that stand before a card's values, as recognisers read and misread them.

use super::ethnic;
use super::line::{Line, is_cjk};
use super::number::digit_like;

/// What a label announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Name,
    Sex,
    Ethnicity,
    Birth,
    Address,
    Number,
    /// A label of the other side, or of a value that is not kept.
    Other,
}

/// A label of two characters, each with what it is mistaken for.
struct Pair {
    label: Label,
    exact: &'static str,
    first: &'static str,
    second: &'static str,
}

/// Mistakes as recognisers make them: characters of the same outline.
const PAIRS: &[Pair] = &[
    Pair { label: Label::Name, exact: "姓名", first: "姓娃妇性胜牲姪", second: "名各容吉铭夕客" },
    Pair { label: Label::Sex, exact: "性别", first: "性姓牲胜忤住惟", second: "别另刑剐列剧引" },
    Pair {
        label: Label::Ethnicity, exact: "民族", first: "民昆艮氏良尼巳", second: "族旅旋康旗路簇放"
    },
    Pair { label: Label::Birth, exact: "出生", first: "出岀山击屮", second: "生牛主土坐" },
    Pair { label: Label::Address, exact: "住址", first: "住佳主往任隹注佐", second: "址扯趾止祉圵杜" },
];
/// Words that begin a label of the other side, or of a value that is not kept.
const OTHERS: &[&str] = &[
    "签发",
    "发机关",
    "有效期",
    "效期限",
    "国籍",
    "Nationality",
    "NATIONALITY",
    "Period",
    "PERIOD",
    "Issuing",
    "换证次数",
    "通行证号",
];
const LATIN: &[(&str, Label)] =
    &[("dateofbirth", Label::Birth), ("name", Label::Name), ("sex", Label::Sex), ("idno", Label::Number)];
const NUMBER_STARTS: &[&str] =
    &["公民身", "公民", "身份号", "身分号", "身份证号", "身份证", "身分证", "证件号", "号码", "号吗", "号玛", "号妈"];
const NUMBER_CHARS: &str = "公民身份分证件编号码吗玛妈碼昆艮么";

/// The label at `at` of a line and the place behind it.
pub(super) fn at(line: &Line, at: usize) -> Option<(Label, usize)> {
    let chars = line.chars.get(at..)?;
    number(line, at)
        .or_else(|| PAIRS.iter().find_map(|pair| of_pair(pair, line, at)))
        .or_else(|| half(line, at))
        .or_else(|| latin(line, at))
        .or_else(|| OTHERS.iter().any(|word| line.starts(at, word)).then(|| (Label::Other, at + other(chars))))
}

fn of_pair(pair: &Pair, line: &Line, at: usize) -> Option<(Label, usize)> {
    let (first, second) = (line.chars.get(at)?, line.chars.get(at + 1)?);
    if !pair.first.contains(*first) || !pair.second.contains(*second) {
        return None;
    }
    let exact = line.starts(at, pair.exact);
    // What is misread is a label only where one can begin.
    let (start, end) = (at == 0 || line.gap(at) && !line.gap(at + 1), behind(line, at + 2));
    let next = line.chars.get(end).copied();
    let stands = match pair.label {
        Label::Sex => exact || start || is_sex(next),
        Label::Ethnicity => ethnicity_stands(line, at, end, exact),
        Label::Birth => next.map_or(exact || start, |c| digit(c) || exact && (c == '日' || c == '年')),
        _ => exact || start,
    };
    let end = if pair.label == Label::Birth { date_words(line, end) } else { end };
    stands.then_some((pair.label, end))
}

/// 民族 also begins the names of streets, so what follows decides.
fn ethnicity_stands(line: &Line, at: usize, end: usize, exact: bool) -> bool {
    let rest = line.chars.get(end..).unwrap_or_default();
    let after_sex = at > 0 && is_sex(line.chars.get(at - 1).copied());
    if rest.is_empty() {
        return (exact && at <= 2) || at == 0 || after_sex;
    }
    let group = ethnic::leading(rest).is_some_and(|(_, count)| ends(line, end + count));
    group
        || (exact && after_sex)
        || (exact && at == 0 && rest.len() <= 4 && !rest.iter().any(char::is_ascii_digit) && !rest.contains(&'路'))
}

/// Whether a value may end before `at`.
fn ends(line: &Line, at: usize) -> bool {
    line.chars.get(at).is_none_or(|c| !is_cjk(*c) || "出岀住公姓性".contains(*c)) || line.gap(at)
}

/// One character of a label that lost the other, at the beginning of a line.
fn half(line: &Line, at: usize) -> Option<(Label, usize)> {
    let end = behind(line, at + 1);
    let next = line.chars.get(end).copied();
    let label = match line.chars.get(at)? {
        '姓' | '名' => Label::Name,
        '址' | '扯' => Label::Address,
        '别' | '另' if is_sex(next) => Label::Sex,
        '生' if next.is_some_and(digit) => Label::Birth,
        _ => return None,
    };
    (at == 0 && line.chars.len() > 1).then_some((label, end))
}

fn number(line: &Line, at: usize) -> Option<(Label, usize)> {
    let before = at.checked_sub(1).and_then(|i| line.chars.get(i));
    let whole = line.starts(at + 1, "民身");
    let begins = at <= 2 || line.gap(at) || before.is_some_and(|c| !is_cjk(*c)) || whole;
    let word = NUMBER_STARTS.iter().find(|word| line.starts(at, word)).or(whole.then_some(&"公民身"))?;
    let rest = line.chars.get(at..)?;
    let count = rest.iter().skip(1).take(9).take_while(|c| NUMBER_CHARS.contains(**c)).count() + 1;
    let count = count.max(word.chars().count());
    let end = behind(line, at + count);
    let digits = line.chars.get(end).is_some_and(|c| digit(*c));
    // 居民身份证 and the like are titles.
    let stands = begins && (digits || !word.ends_with('证') && (count >= 3 || end == line.chars.len()));
    stands.then_some((Label::Number, end))
}

fn latin(line: &Line, at: usize) -> Option<(Label, usize)> {
    let before = at.checked_sub(1).and_then(|i| line.chars.get(i));
    if before.is_some_and(char::is_ascii_alphanumeric) && !line.gap(at) {
        return None;
    }
    LATIN.iter().find_map(|(word, label)| {
        let end = at + word.len();
        let same = line.chars.get(at..end)?.iter().zip(word.chars()).all(|(c, w)| c.to_ascii_lowercase() == w);
        let next = line.chars.get(end);
        let ends = line.gap(end)
            || next.is_none_or(|c| !c.is_ascii_alphabetic())
            || line.chars[end - 1].is_ascii_lowercase() && next.is_some_and(char::is_ascii_uppercase);
        (same && ends).then(|| (*label, behind(line, end)))
    })
}

/// The place behind punctuation.
fn behind(line: &Line, mut at: usize) -> usize {
    while line.chars.get(at).is_some_and(|c| matches!(c, ':' | '/' | '.' | ',' | ';' | '\u{b7}')) {
        at += 1;
    }
    at
}

/// 出生日期, 出生年月.
fn date_words(line: &Line, at: usize) -> usize {
    let words = ["日期", "年月日", "年月"];
    words.iter().find(|word| line.starts(at, word)).map_or(at, |word| behind(line, at + word.chars().count()))
}

fn other(rest: &[char]) -> usize {
    let cjk = rest.first().is_some_and(|c| is_cjk(*c));
    rest.iter()
        .take(12)
        .take_while(|c| {
            if cjk {
                "签发机关有效期限国籍换证次数通行号码".contains(**c)
            } else {
                c.is_ascii_alphabetic()
            }
        })
        .count()
}

fn is_sex(c: Option<char>) -> bool {
    matches!(c, Some('男' | '女'))
}

fn digit(c: char) -> bool {
    c.is_ascii_digit() || digit_like(c).is_some()
}
