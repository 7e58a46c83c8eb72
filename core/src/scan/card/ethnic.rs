//! The ethnic groups that a card may name.

/// The 56 groups of GB/T 3304 as cards print them (without 族), and the names that cards of some
/// regions print for people who are of no recognised group. Longer names come before those they
/// begin with.
const GROUPS: &[&str] = &[
    "柯尔克孜",
    "乌孜别克",
    "维吾尔",
    "哈萨克",
    "达斡尔",
    "塔吉克",
    "鄂温克",
    "俄罗斯",
    "塔塔尔",
    "鄂伦春",
    "穿青人",
    "夏尔巴人",
    "蒙古",
    "布依",
    "朝鲜",
    "土家",
    "哈尼",
    "傈僳",
    "高山",
    "拉祜",
    "东乡",
    "纳西",
    "景颇",
    "仫佬",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "德昂",
    "保安",
    "裕固",
    "独龙",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
    "僜人",
    "革家人",
    "亻革家人",
    "克木人",
    "老品人",
    "摩梭人",
    "其他",
    "汉",
    "回",
    "藏",
    "苗",
    "彝",
    "壮",
    "满",
    "侗",
    "瑶",
    "白",
    "傣",
    "黎",
    "佤",
    "畲",
    "水",
    "土",
    "羌",
    "怒",
    "京",
];

/// The group that `chars` begin with, and the number of characters it takes, 族 included.
pub(super) fn leading(chars: &[char]) -> Option<(&'static str, usize)> {
    let group = GROUPS.iter().find(|group| group.chars().eq(chars.iter().take(group.chars().count()).copied()))?;
    let count = group.chars().count();
    Some((group, count + usize::from(chars.get(count) == Some(&'族'))))
}

/// The group that `text` is, and nothing else.
pub(super) fn exact(text: &str) -> Option<&'static str> {
    let chars: Vec<char> = text.chars().take(8).collect();
    leading(&chars).filter(|(_, count)| *count == chars.len()).map(|(group, _)| group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_groups_of_the_standard_are_told() {
        let recognised = GROUPS.iter().filter(|group| !group.ends_with('人') && **group != "其他");
        assert_eq!(recognised.count(), 56);
        for group in GROUPS {
            assert_eq!(exact(group), Some(*group));
        }
        assert_eq!(exact("土家族"), Some("土家"));
        assert_eq!(exact("水库"), None);
        assert_eq!(exact(""), None);
    }
}
