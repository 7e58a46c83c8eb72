//! The demo's own words, one table per language. `{}` stands for what is filled in, in order.

use fieldcore::Language;

use super::link::Trick;
use super::proof::{About, Whose};
use super::street::UnderWay;

pub(super) struct Texts {
    pub(super) title: &'static str,
    pub(super) party: &'static str,
    pub(super) bars: [&'static str; 3],
    pub(super) ledger: &'static str,
    pub(super) at_hub: &'static str,
    pub(super) incidents: &'static str,
    pub(super) clock_back: &'static str,
    pub(super) old_card: &'static str,
    pub(super) full_width: &'static str,
    pub(super) kills: &'static str,
    pub(super) killed: &'static str,
    pub(super) link: &'static str,
    pub(super) requests: &'static str,
    pub(super) pauses: &'static str,
    pub(super) trace: &'static str,
    pub(super) no_papers: &'static str,
    pub(super) conflicts: &'static str,
    pub(super) same_person: &'static str,
    pub(super) same_label: &'static str,
    pub(super) people: &'static str,
    pub(super) told_both: &'static str,
    pub(super) proof: &'static str,
    pub(super) verified: &'static str,
    pub(super) explained: &'static str,
    pub(super) and_more: &'static str,
    pub(super) adds_up: &'static str,
    pub(super) does_not: &'static str,
    pub(super) tampered: &'static str,
    pub(super) kept: &'static str,
    pub(super) tricks: fn(Trick) -> &'static str,
    pub(super) about: fn(About) -> &'static str,
    pub(super) whose: fn(Whose) -> &'static str,
    pub(super) under_way: fn(UnderWay) -> &'static str,
}

impl Texts {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Chinese => &ZH,
            Language::English => &EN,
        }
    }
}

static EN: Texts = Texts {
    title: "One morning in {}, {}",
    party: "A hub with its store in this process, two devices enrolled by token without any\nnetwork, three lanes, {} lines of scans; seed {} for link and kills.",
    bars: ["lanes A and B", "lane C", "to the hub"],
    ledger: "Ledger",
    at_hub: "at the hub",
    incidents: "What went otherwise, and what the station said",
    clock_back: "the clock had gone back, which refuses nothing",
    old_card: "a card of the old kind, 15 digits",
    full_width: "typed in full-width characters",
    kills: "Lane C's process, killed without warning {} times in the middle of a tube",
    killed: "{} reported saved, {} found again; scan under way: {}",
    link: "The link",
    requests: "{} requests, {} of them failed:",
    pauses: "Pauses of {} min between tries were not slept: the clocks were moved on.",
    trace: "From tube {} to its {} people (masked here)",
    no_papers: "no papers",
    conflicts: "Conflicts that only the hub can see",
    same_person: "the same person twice",
    same_label: "the same label twice: {}",
    people: "{} people",
    told_both: "Both devices were told: {} notices.",
    proof: "Proof",
    verified: "{} signatures, {} receipts, {} records, again",
    explained: "{} lines",
    and_more: "… and {} more",
    adds_up: "Everything adds up.  {} people, {} different, in {} tubes.  {} s",
    does_not: "It does not add up: {} checks failed.  {} s",
    tampered: "Something was broken on purpose (--tamper): the proof must notice.",
    kept: "The folders are in {}; look around with fieldcore-hub --dir {}/hub ledger",
    tricks: |trick| match trick {
        Trick::Away => "no network",
        Trick::Refuse => "connection closed",
        Trick::CutRequest => "request cut",
        Trick::CutAnswer => "answer cut",
        Trick::LoseAnswer => "answer lost",
        Trick::Portal => "login page",
        Trick::Overrun => "503, later",
        Trick::Repeat => "delivered twice",
        Trick::Late => "late",
        Trick::Pass => "passed",
    },
    about: |about| match about {
        About::People => "people bound",
        About::Tubes => "tubes",
        About::Distinct => "different people",
        About::Places => "each in their place",
        About::Lanes => "ledger, line by line",
        About::Receipts => "batches",
        About::Conflicts => "conflicts",
        About::Notices => "notices",
        About::Kills => "after the kills",
        About::Signatures => "the hub's own check",
        About::Answers => "no answer unexplained",
    },
    whose: |whose| match whose {
        Whose::Told => "told",
        Whose::Journals => "journals",
        Whose::Hub => "hub",
        Whose::Sealed => "sealed",
        Whose::Opened => "receipts",
        Whose::Reported => "saved",
        Whose::Found => "found",
        Whose::Expected => "expected",
    },
    under_way: |under_way| match under_way {
        UnderWay::Answered => "answered",
        UnderWay::Saved => "saved, unanswered",
        UnderWay::NotSaved => "not saved",
    },
};

static ZH: Texts = Texts {
    title: "{}的一个早晨，{}",
    party: "中心及其数据库在本进程内；两台设备凭令牌离线注册；三个通道，{} 行扫描；\n网络故障与强制终止的随机种子为 {}。",
    bars: ["通道 A、B", "通道 C", "上传中心"],
    ledger: "台账",
    at_hub: "中心所计",
    incidents: "意外情况与采样站的应答",
    clock_back: "时钟曾倒退，记录照常",
    old_card: "15 位旧证",
    full_width: "以全角字符输入",
    kills: "通道 C 的进程在采样中途被强制终止 {} 次",
    killed: "已报保存 {} 人，重启后找到 {} 人；当时的扫描{}",
    link: "网络",
    requests: "{} 次请求，其中 {} 次失败：",
    pauses: "重试间隔共 {} 分钟，未真正等待，只拨快了时钟。",
    trace: "由采样管 {} 追溯到 {} 人（此处已遮盖）",
    no_papers: "无证件",
    conflicts: "只有中心才能发现的冲突",
    same_person: "同一人采样两次",
    same_label: "同一管号用了两次：{}",
    people: "{} 人",
    told_both: "两台设备均已收到通知，共 {} 条。",
    proof: "核对",
    verified: "重新核验签名 {}、回执 {}、记录 {}",
    explained: "{} 行",
    and_more: "……另有 {} 项",
    adds_up: "全部相符。{} 人次，{} 人，{} 管。{} 秒",
    does_not: "不相符：{} 项核对未通过。{} 秒",
    tampered: "已故意破坏一处（--tamper），核对必须发现。",
    kept: "数据保留在 {}；可用 fieldcore-hub --dir {}/hub ledger 查看",
    tricks: |trick| match trick {
        Trick::Away => "无网络",
        Trick::Refuse => "连接被关",
        Trick::CutRequest => "请求中断",
        Trick::CutAnswer => "应答中断",
        Trick::LoseAnswer => "应答丢失",
        Trick::Portal => "上网登录页",
        Trick::Overrun => "503 稍后再来",
        Trick::Repeat => "重复送达",
        Trick::Late => "迟到",
        Trick::Pass => "通过",
    },
    about: |about| match about {
        About::People => "绑定人次",
        About::Tubes => "采样管",
        About::Distinct => "不同的人",
        About::Places => "各在其位",
        About::Lanes => "台账逐行",
        About::Receipts => "批次",
        About::Conflicts => "冲突",
        About::Notices => "通知",
        About::Kills => "强制终止之后",
        About::Signatures => "中心自查",
        About::Answers => "应答均有解释",
    },
    whose: |whose| match whose {
        Whose::Told => "应答",
        Whose::Journals => "日志",
        Whose::Hub => "中心",
        Whose::Sealed => "已封",
        Whose::Opened => "回执",
        Whose::Reported => "已报",
        Whose::Found => "找到",
        Whose::Expected => "应有",
    },
    under_way: |under_way| match under_way {
        UnderWay::Answered => "已有应答",
        UnderWay::Saved => "已保存，应答丢失",
        UnderWay::NotSaved => "未保存，也未报保存",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_take_the_same_values() {
        let patterns = |texts: &Texts| {
            [
                texts.title,
                texts.party,
                texts.kills,
                texts.killed,
                texts.requests,
                texts.pauses,
                texts.trace,
                texts.same_label,
                texts.people,
                texts.told_both,
                texts.verified,
                texts.explained,
                texts.and_more,
                texts.adds_up,
                texts.does_not,
                texts.kept,
            ]
            .map(|text| text.matches("{}").count())
        };
        assert_eq!(patterns(&ZH), patterns(&EN));
    }
}
