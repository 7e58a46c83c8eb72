//! What each verb does, for `:help`.

/// The verbs that only this shell has, with their usage.
pub(super) const OF_THE_SHELL: &[(&str, &str)] = &[("ready", ":ready"), ("end", ":end"), ("quit", ":quit")];

/// English.
pub(super) fn english(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "undo" => "take out the lane's last person",
        "close" => "close the tube before it is full",
        "tube" => "go on with another open tube",
        "void" => "declare a person's place void",
        "move" => "the person belongs in another tube",
        "swap" => "two people change places",
        "spoil" => "a tube is not usable",
        "confirm" => "yes to the question; REASON overrides",
        "person" => "a person without papers",
        "guardian" => "before a child: who answers for it",
        "phone" => "telephone of the last person",
        "temp" => "temperature of the next person",
        "colour" => "code colour of the next person",
        "withdraw" => "someone who waits leaves again",
        "box" => "open a box",
        "pass" => "pass an open tube on to another phone",
        "back" => "take a tube back that nobody took",
        "pack" => "put a tube into the box",
        "unpack" => "take a tube out of its box",
        "seal" => "seal the box, as counted",
        "damage" => "note a damage",
        "cold" => "note a box's temperature",
        "offer" => "offer sealed boxes to another phone",
        "give" => "hand boxes to a person without a phone",
        "count" => "tubes found in a box being received",
        "lane" => "work in another lane",
        "sync" => "send and fetch now",
        "status" => "where this device stands",
        "help" => "this list",
        "ready" => "readiness report",
        "end" => "end the shift, closing report",
        "quit" => "leave; the shift goes on",
        _ => return None,
    })
}

/// Simplified Chinese.
pub(super) fn chinese(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "undo" => "撤销本通道上一人",
        "close" => "提前封管（未满）",
        "tube" => "换到另一支未封的管",
        "void" => "作废某管某位的人员记录",
        "move" => "把人移到另一支管",
        "swap" => "同管两人对调位置",
        "spoil" => "整管作废",
        "confirm" => "确认；写明原因可越过规则",
        "person" => "无证件人员：原因 特征",
        "guardian" => "儿童之前：录入监护人",
        "phone" => "补录上一人的电话",
        "temp" => "下一人的体温",
        "colour" => "下一人的码色",
        "withdraw" => "等待中的人离开",
        "box" => "开箱",
        "pass" => "把未封的管交给另一台设备",
        "back" => "收回无人接管的管",
        "pack" => "装箱",
        "unpack" => "出箱",
        "seal" => "按清点数封箱",
        "damage" => "记录破损",
        "cold" => "记录箱温",
        "offer" => "向另一台设备交接箱",
        "give" => "交给没有设备的人",
        "count" => "所接收箱内清点数",
        "lane" => "换到另一通道",
        "sync" => "立即同步",
        "status" => "本机状态",
        "help" => "本帮助",
        "ready" => "开工自检报告",
        "end" => "结束班次，收工小结",
        "quit" => "退出；班次继续",
        _ => return None,
    })
}
