//! The commonest surnames: what tells a name that stands without its label from a misread scrap.

/// The hundred or so surnames that by far the most people have (the Ministry of Public Security
/// counts them in its yearly reports on names).
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕\
                        苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史\
                        顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文肖闫";
/// Surnames of two characters that are met.
const COMPOUND: &[&str] =
    &["欧阳", "上官", "司马", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "司徒", "东方", "令狐"];

/// Whether a text begins with a surname of these.
pub(super) fn begins(text: &str) -> bool {
    text.starts_with(|c| SURNAMES.contains(c)) || COMPOUND.iter().any(|surname| text.starts_with(surname))
}

#[cfg(test)]
mod tests {
    use super::begins;

    #[test]
    fn a_surname_is_told_from_the_scraps_of_a_recogniser() {
        assert!(["王", "欧阳某", "肖某"].into_iter().all(begins));
        assert!(!["人和人", "国男全", "证作", "全", ""].into_iter().any(begins));
    }
}
