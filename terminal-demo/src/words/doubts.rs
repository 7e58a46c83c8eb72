//! Words for the doubts that a zone, a card's front or a structured label raises: those codes of
//! [`fieldcore::scan::Problem`] that a typed number does not have.

/// English.
pub(super) fn english(code: &str) -> Option<&'static str> {
    Some(match code {
        "document_number" => "the document number and its check digit do not fit: scan again, or type the number",
        "birth_date" => "the date of birth is contradicted: compare it with the document",
        "birth_date_calendar" => "the date of birth does not exist, or lies in the future",
        "expiry_date" => "the date of expiry and its check digit do not fit: scan again",
        "expiry_date_calendar" => "the date of expiry does not exist",
        "optional1" => "the personal number and its check digit do not fit: scan again",
        "composite" => "the check digit over all lines does not fit: scan again",
        "issuing_state" => "no issuer has this code: compare it with the document",
        "nationality" => "no nationality has this code: compare it with the document",
        "sex" => "the sex cannot be right or is contradicted: compare it with the document",
        "contradiction" => "two places contradict each other, or two cards are in the picture: show one card",
        "several_repairs" => "what was misread could mean several numbers: scan again, or type the number",
        "signature" => "the signature is not its issuer's: do not take this document",
        "identifier" => "the label has a part that no standard names",
        "separator" => "a separator on the label is missing or out of place: its parts cannot be told apart",
        _ => return None,
    })
}

/// Simplified Chinese.
pub(super) fn chinese(code: &str) -> Option<&'static str> {
    Some(match code {
        "document_number" => "证件号码与校验位不符：请重新扫描或手工输入",
        "birth_date" => "出生日期前后不一致：请与证件核对",
        "birth_date_calendar" => "出生日期不存在，或在将来",
        "expiry_date" => "有效期与校验位不符：请重新扫描",
        "expiry_date_calendar" => "有效期日期不存在",
        "optional1" => "个人号码与校验位不符：请重新扫描",
        "composite" => "机读码总校验位不符：请重新扫描",
        "issuing_state" => "没有这个签发国代码：请与证件核对",
        "nationality" => "没有这个国籍代码：请与证件核对",
        "sex" => "性别有误或前后不一致：请与证件核对",
        "contradiction" => "证件两处内容不一致，或画面中有两张证件：请只出示一张",
        "several_repairs" => "误读的字符有多种可能：请重新扫描或手工输入",
        "signature" => "签名不是签发机关的：不得采用此证件",
        "identifier" => "标签中有标准以外的标识符",
        "separator" => "标签缺少分隔符或位置不对，各部分无法区分",
        _ => return None,
    })
}
