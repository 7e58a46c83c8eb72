//! Readiness and closing reports as text to paste: figures and facts, never a person.

use std::fmt::Write as _;

use super::check::{CheckItem, Finding, Surroundings, round_name};
use super::desk::civil_time;
use super::figures::{Ledger, OpenTube};
use super::source::shift_of;
use super::{Station, state};
use crate::error::Result;

/// The language of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    #[default]
    English,
}

impl Language {
    /// The language of a locale's name such as `zh_CN.UTF-8`; English for all it does not know.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }

    pub(super) const fn pick(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

/// Lines of a report: a word and what there is to say.
struct Lines {
    language: Language,
    text: String,
}

impl Lines {
    fn new(language: Language, title: (&'static str, &'static str)) -> Self {
        Self { language, text: format!("{}\n", language.pick(title.0, title.1)) }
    }

    fn line(&mut self, word: (&'static str, &'static str), value: impl std::fmt::Display) {
        let colon = self.language.pick("：", ": ");
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{}{colon}{value}", self.language.pick(word.0, word.1));
    }

    /// A line that belongs to the one above it.
    fn below(&mut self, value: impl std::fmt::Display) {
        let _ = writeln!(self.text, "    {value}");
    }
}

/// Where and when: the head that both reports share.
fn head(station: &Station, lines: &mut Lines, lane: Option<&str>) -> Result<()> {
    let language = lines.language;
    let none = language.pick("无", "none");
    let now = station.wall_ms();
    let shift = station.view(|view| shift_of(view, state::latest_shift(view.conn())?.map(|shift| shift.at)))?;
    lines.line(
        ("时间", "Time"),
        civil_time(now).map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M").to_string()),
    );
    lines.line(("轮次", "Round"), round_name(station)?.as_deref().unwrap_or(none));
    lines.line(("采样点", "Site"), shift.as_ref().map_or(none, |shift| shift.site.as_str()));
    lines.line(("通道", "Lane"), lane.unwrap_or(language.pick("全部", "all")));
    let organisation = shift.and_then(|shift| shift.organisation);
    lines.line(("单位", "Organisation"), organisation.as_deref().unwrap_or(none));
    lines.line(("设备", "Device"), station.journal.device());
    Ok(())
}

/// See [`Station::readiness_report`].
pub(super) fn readiness(station: &Station, lane: Option<&str>, language: Language) -> Result<String> {
    let report = station.check(Surroundings::default())?;
    let mut lines = Lines::new(language, ("开工自检", "Readiness report"));
    head(station, &mut lines, lane)?;
    let verdict = if report.passed { ("可以开工", "ready") } else { ("不可开工", "NOT ready") };
    lines.line(("结论", "Result"), language.pick(verdict.0, verdict.1));
    for item in &report.items {
        let mark = match item.finding {
            Finding::Ok => language.pick("正常", "ok"),
            Finding::Fact => language.pick("说明", "fact"),
            Finding::Warning => language.pick("注意", "warning"),
            Finding::Failed => language.pick("不通过", "FAILED"),
        };
        lines.line(item_word(item.item), format!("[{mark}] {}", item.words(language)));
    }
    Ok(lines.text)
}

fn item_word(item: &'static str) -> (&'static str, &'static str) {
    match item {
        "mode" => ("模式", "Mode"),
        "keys" => ("密钥", "Keys"),
        "profile" => ("配置", "Profile"),
        "shift" => ("班次", "Shift"),
        "clock" => ("时钟", "Clock"),
        "space" => ("空间", "Space"),
        "tubes" => ("采样管", "Tubes"),
        "sync" => ("同步", "Sync"),
        "network" => ("网络", "Network"),
        "notes" => ("提示", "Notes"),
        "store" => ("存储", "Store"),
        other => (other, other),
    }
}

impl CheckItem {
    /// The item's name, for people.
    pub fn name(&self, language: Language) -> &'static str {
        let (chinese, english) = item_word(self.item);
        language.pick(chinese, english)
    }

    /// What there is to say about it, for people.
    pub fn words(&self, language: Language) -> String {
        item_text(self, language)
    }
}

/// The words of an item: the core's own in English, a table's in Chinese.
fn item_text(item: &CheckItem, language: Language) -> String {
    let value = item.value.unwrap_or_default();
    if language == Language::English {
        return item.text.clone();
    }
    match item.code {
        "live" => "正式记录".to_owned(),
        "practice" => "练习模式，不计数，中心不接收".to_owned(),
        "keys_there" => "密钥齐全，可读最近班次".to_owned(),
        "keys_gone" => "密钥缺失；重新打开日志即可继续，记录不会丢失".to_owned(),
        "profile_built_in" => "使用内置配置；请注册或载入本次任务的配置".to_owned(),
        "profile_there" => format!("配置版本 {value}"),
        "shift_none" => "尚未开班；扫描前请先开班".to_owned(),
        "shift_runs" => format!("{value} 个班次进行中"),
        "clock_implausible" => "时钟落后数年，请校准；记录不会因此被拒".to_owned(),
        "clock_unproven" => "开机后尚未对时，同步后即可知道".to_owned(),
        "clock_right" => format!("与中心相差 {value} 毫秒"),
        "clock_off" => format!("与中心相差 {} 秒，请校准；中心会更正记录", value / 1000),
        "capture_stopped" => "存储已满，采集已停止；请清理空间后同步".to_owned(),
        "space_unknown" => "剩余空间未知".to_owned(),
        "space_none" | "space_low" => format!("仅剩 {} MiB，请清理空间", value / (1024 * 1024)),
        "space_enough" => format!("剩余 {} MiB", value / (1024 * 1024)),
        "tubes_young" => format!("{value} 支采样管未封"),
        "tubes_old" => format!("{value} 支采样管打开过久，请装满或封管"),
        "sync_held" => format!("{value} 批被中心暂存或拒收，请联系中心"),
        "sync_never" => format!("{value} 条记录待传；尚未连上过中心"),
        "sync_done" => format!("{value} 条记录待回执"),
        "network_there" => "有网络".to_owned(),
        "network_none" => "无网络；不影响采样".to_owned(),
        "network_unknown" => "未检查网络".to_owned(),
        "notes_there" => format!("日志有 {value} 条提示，请查看状态"),
        "store_durable" => "已写入一条记录并落盘".to_owned(),
        "store_read_only" => "以只读方式打开，未试写".to_owned(),
        _ => item.text.clone(),
    }
}

/// See [`Station::closing_report`].
pub(super) fn closing(station: &Station, lane: Option<&str>, language: Language) -> Result<String> {
    let mut lines = Lines::new(language, ("收工小结", "Closing report"));
    head(station, &mut lines, lane)?;
    let ledger = station.ledger(None)?;
    figures(&mut lines, &ledger, lane);
    let open: Vec<OpenTube> =
        station.open_tubes()?.into_iter().filter(|tube| lane.is_none() || tube.lane.as_deref() == lane).collect();
    lines.line(("未封采样管", "Tubes still open"), open.len());
    for tube in &open {
        let label = tube.tube.as_deref().unwrap_or("-");
        let age = language.pick("分钟", "min");
        lines.below(format!("{label} {}/{}, {} {age}", tube.count, tube.capacity, tube.age_min));
    }
    let status = station.status()?;
    lines.line(("候管人数", "People waiting for a tube"), status.waiting);
    lines.line(("待回执记录", "Records without a receipt"), status.unsent);
    lines.line(("中心暂存批次", "Batches held by the hub"), status.held);
    if status.practice {
        lines.line(("模式", "Mode"), language.pick("练习，不计数", "practice, nothing counts"));
    }
    Ok(lines.text)
}

fn figures(lines: &mut Lines, ledger: &Ledger, lane: Option<&str>) {
    let rows = || ledger.rows.iter().filter(|row| lane.is_none() || row.lane.as_deref() == lane);
    lines.line(("采样人数", "People"), rows().map(|row| row.people).sum::<u32>());
    lines.line(("采样管数", "Tubes"), rows().map(|row| row.tubes).sum::<u32>());
    lines.line(("其中未满管", "Of these, short"), rows().map(|row| row.short).sum::<u32>());
    lines.line(("作废管", "Spoiled tubes"), rows().map(|row| row.spoiled).sum::<u32>());
    lines.line(("作废人次", "Voided"), rows().map(|row| row.voided).sum::<u32>());
}
