//! The village's own words in both languages. `{}` stands for what is filled in, in order.

use std::path::Path;

use fieldcore::Language;

use super::proof::{About, Whose};
use crate::args::VillageTamper;
use crate::paint::{COLUMNS, wrap};
use crate::words::fill;

/// The words of one language.
pub(super) const fn pick(language: Language, chinese: &'static str, english: &'static str) -> &'static str {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

/// `text` in lines that fit the screen, two columns from its edge.
pub(super) fn paragraph(language: Language, text: &str) -> Vec<String> {
    let (parts, between) = match language {
        Language::English => (text.split(' ').map(str::to_owned).collect(), " "),
        Language::Chinese => (pieces(text), ""),
    };
    wrap(&parts, between, COLUMNS - 2).into_iter().map(|line| format!("  {}", line.trim())).collect()
}

/// A Chinese text where it may be broken: behind each sign, but not within numbers and labels or before a stop.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.chars() {
        let stays = "，。；：、）".contains(c) || last == '（' || (c.is_ascii_graphic() && last.is_ascii_graphic());
        match pieces.last_mut() {
            Some(piece) if stays => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        last = c;
    }
    pieces
}

pub(super) const fn title(language: Language) -> &'static str {
    pick(language, "两天，一个没有信号的村子", "Two days in a village without a signal")
}

pub(super) fn opening(language: Language, seed: u64) -> String {
    let text = pick(
        language,
        "36 个院子，200 户；三个小组、一位负责人、一名送样员、化验室的收样台，还有本进程里的中心。两天里只有路口有信号。种子 {}。",
        "36 courtyards, 200 households; three teams, a chief, a runner, the lab's desk, and a hub in this process. For two \
         days there is a network at the road alone. Seed {}.",
    );
    fill(text, &[&seed])
}

pub(super) const fn tampered(language: Language, what: VillageTamper) -> &'static str {
    match what {
        VillageTamper::Books => pick(
            language,
            "  故意改动：账上多了一个不存在的人。",
            "  Tampered with: the books know of somebody who never was.",
        ),
        VillageTamper::Carry => pick(
            language,
            "  故意改动：中午带走的文件丢了。",
            "  Tampered with: the file that was taken along at noon is lost.",
        ),
    }
}

pub(super) fn kept(language: Language, folder: &Path) -> String {
    let text = pick(
        language,
        "一切留在 {}；再看：fieldcore-hub --dir {}/hub coverage",
        "All of it stays in {}; look again: fieldcore-hub --dir {}/hub coverage",
    );
    fill(text, &[&folder.display(), &folder.display()])
}

/// The headings, in order.
pub(super) const fn heads(language: Language) -> [&'static str; 7] {
    match language {
        Language::Chinese => [
            "前一天晚上，有信号",
            "第一天，没有信号",
            "第一天晚上，在路口",
            "第二天，没有信号",
            "第二天晚上，在路口",
            "丢了的手机",
            "核对",
        ],
        Language::English => [
            "The evening before, with a network",
            "The first day, without",
            "The first evening, at the road",
            "The second day, without",
            "The second evening, at the road",
            "The phone that was lost",
            "Proof",
        ],
    }
}

pub(super) const fn about(language: Language, about: About) -> &'static str {
    let (chinese, english) = match about {
        About::Households => ("每户都有着落", "households accounted for"),
        About::States => ("每户的结果", "what became of each"),
        About::People => ("采样人次", "samples"),
        About::Journals => ("各手机的日志", "journals of the phones"),
        About::Distinct => ("不同的人", "different people"),
        About::Behind => ("已采或已说明，每人一次", "sampled or excused, once"),
        About::Places => ("管号和位置", "tube and position"),
        About::Tubes => ("管数", "tubes"),
        About::Receipts => ("批次和回执", "batches and receipts"),
        About::Conflicts => ("冲突：两处采样的外来人", "conflicts: the stranger"),
        About::Passed => ("转交的开口管中的人", "people of the passed tube"),
        About::Overlaps => ("重复认领的门，谁去过归谁", "contested doors kept"),
        About::Cards => ("代办卡：发、读、拒", "cards: issued, read"),
        About::Helper => ("现场登记的手机", "phone taken in by the chief"),
        About::Boxes => ("箱中各管", "tubes in boxes"),
        About::Missing => ("缺失的管", "missing tubes"),
        About::Again => ("因缺管须重采的人", "to be sampled again"),
        About::Lost => ("没有记录的管", "tubes without records"),
        About::LostDoors => ("随手机丢失、已补访的户", "lost households, redone"),
        About::Signatures => ("全部签名", "every signature"),
    };
    pick(language, chinese, english)
}

pub(super) const fn whose(language: Language, whose: Whose) -> &'static str {
    let (chinese, english) = match whose {
        Whose::Village => ("村里", "village"),
        Whose::Books => ("账上", "books"),
        Whose::Journals => ("日志", "journals"),
        Whose::Hub => ("中心", "hub"),
        Whose::Desk => ("收样台", "desk"),
        Whose::Sealed => ("封好", "sealed"),
        Whose::Opened => ("回执", "receipts"),
    };
    pick(language, chinese, english)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn a_paragraph_fits_and_breaks_no_label() {
        for language in [Language::Chinese, Language::English] {
            let lines = paragraph(language, &opening(language, 12_345));
            assert!(lines.len() > 1 && lines.iter().all(|line| line.width() <= COLUMNS));
        }
        assert_eq!(pieces("管 XH26-10001，共3支。"), ["管", " ", "XH26-10001，", "共", "3", "支。"]);
    }
}
