//! What the village shows at its end: the story by days with its figures, what was lost, the proof; in 80 columns.

use std::fmt::Display;
use std::time::Duration;

use fieldcore::Language;

use super::evenings::Desk;
use super::proof::{About, Check, Evidence};
use super::texts::{self, pick};
use crate::local_time;
use crate::paint::{COLUMNS, Paint};
use crate::text::{cut, fit};
use crate::words::fill;

/// Faults of one check that are shown; the JSON has them all.
const WRONG_SHOWN: usize = 5;
/// Columns of a proof's subject.
const ABOUT: usize = 30;

/// The report's language, colours and lines.
pub(super) struct Report {
    language: Language,
    paint: Paint,
    lines: Vec<String>,
}

impl Report {
    pub(super) const fn new(language: Language, paint: Paint) -> Self {
        Self { language, paint, lines: Vec::new() }
    }

    /// Everything, as one text.
    pub(super) fn write(mut self, evidence: &Evidence, checks: &[Check], took: Duration) -> String {
        let [before, first, evening, second, last, lost, proof] = texts::heads(self.language);
        self.head(before);
        self.before(evidence);
        self.head(first);
        self.first_day(evidence);
        self.head(evening);
        self.first_evening(evidence);
        self.head(second);
        self.second_day(evidence);
        self.head(last);
        self.last_evening(evidence);
        self.head(lost);
        self.lost(evidence);
        self.head(proof);
        self.proof(evidence, checks);
        self.verdict(evidence, checks, took);
        self.lines.join("\n")
    }

    fn head(&mut self, text: &str) {
        self.lines.push(String::new());
        self.lines.push(self.paint.title(&cut(text, COLUMNS)));
    }

    fn tell(&mut self, chinese: &'static str, english: &'static str, values: &[&dyn Display]) {
        let text = fill(pick(self.language, chinese, english), values);
        self.lines.extend(texts::paragraph(self.language, &text));
    }

    fn before(&mut self, evidence: &Evidence) {
        let lists = &evidence.lists;
        self.tell(
            "两份名单（村里的，GB 18030 中文表头；卫生院的，UTF-8 英文表头）共 {} 行，合成 {} 户 {} 人；{} 个问题由知情人回答。名单加密发到各手机，负责人另得授权和卡密钥。",
            "Two lists (the village's in GB 18030 with Chinese headers, the health centre's in UTF-8 with English ones), {} \
             rows, make {} households with {} people; {} questions were answered by somebody who knows. The phones get \
             the list sealed, the chief a delegation and the card key.",
            &[&lists.rows, &lists.households, &lists.people, &lists.questions],
        );
    }

    fn first_day(&mut self, evidence: &Evidence) {
        let (books, [issued, read, refused]) = (&evidence.books, evidence.books.cards);
        self.tell(
            "负责人用三个码当场登记了第三组的手机，并为一对老人和一班孩子发了 {} 张代办卡。第三组在礼堂离线读了 {} 张；同一张卡再来，拒绝 {} 次。",
            "The chief takes in the third team's phone by three codes and registers an old couple and a class ahead: {} \
             cards. In the hall the third team reads {} of them offline; one that comes again is refused ({}).",
            &[&issued, &read, &refused],
        );
        if let Some((people, tube)) = &books.passed {
            self.tell(
                "第一组走不到卧床的老人那里，凭码把开口管 {}（已有 {} 人）转给第二组；第二组在床边把她采入，管子封口。",
                "The first team cannot come as far as the bedridden woman: by a code it passes its open tube {} ({} people \
                 in it) to the second, which takes her in at her bed and closes it.",
                &[tube, people],
            );
        }
        self.tell(
            "第二组的另一部手机中午把箱子和记录交给送样员，下午又走了 {} 户、采了 {} 人，然后没电了，再也没有找到。",
            "The second team's other phone gives its box and its records to the runner at noon, works on at {} doors, takes \
             {} samples more, and dies; nobody ever finds it.",
            &[&books.lost_doors().len(), &books.lost().count()],
        );
    }

    fn desk(&mut self, desk: &Desk) {
        self.tell(
            "收样台按中心的清单核对 {} 支管：{} 支在，{} 支缺，多出或读不出 {} 支。",
            "The lab's desk compares {} tubes with the hub's list: {} are there, {} missing, {} extra or unreadable.",
            &[&desk.sent, &desk.present, &desk.missing, &desk.other],
        );
    }

    fn first_evening(&mut self, evidence: &Evidence) {
        let doors = &evidence.heard.doors;
        let figures = &doors.figures;
        self.tell(
            "送样员带着各手机的文件和箱子到路口。中心这才知道：{} 户有着落，{} 户还要去；{} 扇门有两部手机认领，谁去过归谁。第三组的手机经负责人的链条登记，名单由送样员带回。",
            "The runner brings every phone's file and the boxes to the road. Only now the hub knows: {} households are \
             settled, {} left; {} doors were claimed by two phones, and whoever was there keeps them. The third team's \
             phone is known by the chief's chain; the runner takes its list along.",
            &[&(figures.homes - figures.left), &figures.left, &doors.contested.len()],
        );
        self.desk(&evidence.heard.took);
    }

    fn second_day(&mut self, evidence: &Evidence) {
        let again = evidence.books.visits.values().flatten().filter(|visit| visit.day == 2).count();
        self.tell(
            "三个小组按送样员带回的中心余户清单（纸上）再走 {} 户：昨天不在家的、收到通知的、没走到的，以及只有丢失的手机去过的。路上见到名单上没有的人家，补录 {} 户。",
            "The teams go on by the hub's list of what is left, which the runner brought on paper, {} doors: those who were out or got a letter, those not \
             reached, and those where only the lost phone had been. Households that no list has are met on the way: {} in \
             both days.",
            &[&again, &evidence.books.added.len()],
        );
    }

    fn last_evening(&mut self, evidence: &Evidence) {
        self.desk(evidence.desks.last().unwrap_or(&evidence.heard.took));
        for missing in &evidence.hub.custody.missing {
            self.tell(
                "缺的是 {} 箱中的 {}：交接时少了一支，两边都签了字。管中 {} 人列为须重采。",
                "The missing one is {} of box {}: it was short at the hand-over, and both sides signed that. Its {} people \
                 stand as to be sampled again.",
                &match self.language {
                    Language::Chinese => [shown(&missing.container), &missing.tube as &dyn Display],
                    Language::English => [&missing.tube as &dyn Display, shown(&missing.container)],
                }
                .into_iter()
                .chain([&evidence.in_missing() as &dyn Display])
                .collect::<Vec<_>>(),
            );
        }
    }

    fn lost(&mut self, evidence: &Evidence) {
        let Some(row) = &evidence.heard.dead else { return };
        let heard = row.said_ms.map_or_else(|| "-".to_owned(), local_time);
        let (records, unsent) = (row.records, row.unsent);
        self.tell(
            "最后的话是 {} 由送样员带来的：到那时共 {} 条记录，未交 {} 条，全部在中心。之后写的只在那部手机里，没有了。",
            "Its last word is of {}, brought by the runner: {} records until then, {} of them outstanding; the hub has them \
             all. What it wrote later was nowhere else and is gone.",
            &[&heard, &records, &unsent],
        );
        let books = &evidence.books;
        self.tell(
            "怎么知道的：送样员按标签装箱的管中有 {} 支没有任何记录；它认领的院子里有 {} 户当晚没有任何音讯。其中 {} 户它其实去过。",
            "How that is known: {} tubes in the runner's box stand in no record, and of its claims {} households had no \
             word that evening. At {} doors it had been, as the team tells.",
            &[&evidence.without_record().len(), &evidence.silent(), &books.lost_doors().len()],
        );
        self.tell(
            "丢失的：{} 人次采样。这些户第二天全部重访重采，那几支管不检测：谁也不知道里面是谁。",
            "Lost: {} samples. All those households were visited and sampled anew; the tubes are not tested, for nobody \
             can say whose they are.",
            &[&books.lost().count()],
        );
    }

    fn proof(&mut self, evidence: &Evidence, checks: &[Check]) {
        for check in checks {
            let mark = if check.holds() { self.paint.good("✓") } else { self.paint.bad("✗") };
            let parts = check.figures.iter();
            let parts: Vec<String> =
                parts.map(|(whose, figure)| format!("{} {figure}", texts::whose(self.language, *whose))).collect();
            let figures = if check.about == About::Signatures {
                let found = &evidence.hub.verification;
                let text = pick(
                    self.language,
                    "{} 件、{} 份回执、{} 条记录，重新验过",
                    "{} items, {} receipts, {} records verified",
                );
                fill(text, &[&found.signatures, &found.receipts, &found.records])
            } else {
                parts.join(if check.holds() { " = " } else { " · " })
            };
            let about = fit(texts::about(self.language, check.about), ABOUT);
            self.lines.push(format!("  {mark} {about}{}", cut(&figures, COLUMNS - ABOUT - 4)));
            for wrong in check.wrong.iter().take(WRONG_SHOWN) {
                self.lines.push(format!("      {}", self.paint.bad(&cut(wrong, COLUMNS - 6))));
            }
            if let Some(more) = check.wrong.len().checked_sub(WRONG_SHOWN).filter(|more| *more > 0) {
                self.lines.push(format!("      {}", fill(pick(self.language, "还有 {} 条", "and {} more"), &[&more])));
            }
        }
    }

    fn verdict(&mut self, evidence: &Evidence, checks: &[Check], took: Duration) {
        let failed = checks.iter().filter(|check| !check.holds()).count();
        let seconds = format!("{:.1}", took.as_secs_f32());
        let (accounted, people) = (evidence.accounted(), evidence.hub.figures.people);
        self.lines.push(String::new());
        let text = if failed == 0 {
            let text = pick(
                self.language,
                "对得上：{} 户都有着落，采样 {} 人次，用时 {} 秒",
                "It adds up: {} households accounted for, {} samples, {} seconds",
            );
            self.paint.good(&self.paint.bold(&fill(text, &[&accounted, &people, &seconds])))
        } else {
            let text = pick(
                self.language,
                "对不上：{} 项核对不符，用时 {} 秒",
                "It does not add up: {} checks failed, {} seconds",
            );
            self.paint.bad(&fill(text, &[&failed, &seconds]))
        };
        self.lines.push(text);
    }
}

fn shown(label: &Option<String>) -> &dyn Display {
    match label {
        Some(label) => label,
        None => &"-",
    }
}
