//! Which of the project's own codes a text is, for a shell that waits for one of them.

use fieldcore::cards::CodeKind;
use fieldcore::custody::Code;

/// A code that phones show each other or that is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum ShownCode {
    /// An open tube is passed on.
    TubePass,
    /// An open tube was taken over.
    TubeAnswer,
    /// Boxes are offered.
    HandOver,
    /// Boxes were received.
    HandOverReceipt,
    /// The labels of the tubes in boxes that are offered, for the desk.
    HandOverList,
    /// A team's claims.
    Claims,
    /// A helper's keys, for the chief.
    HelperKeys,
    /// A chief's welcome, for the helper.
    Welcome,
    /// A chief's kit, for the helper.
    Kit,
    /// The card of a person who is registered ahead.
    ProxyCard,
}

/// Which code `text` claims to be by its first letters; nothing for any other text, and nothing else of it was looked
/// at. A shell that waits for one code passes over the others by it: it takes none as a scan by mistake.
#[uniffi::export]
pub fn shown_code(text: String) -> Option<ShownCode> {
    let own = match Code::of(&text) {
        Some(Code::Pass) => ShownCode::TubePass,
        Some(Code::Answer) => ShownCode::TubeAnswer,
        Some(Code::HandOver) => ShownCode::HandOver,
        Some(Code::Receipt) => ShownCode::HandOverReceipt,
        Some(Code::List) => ShownCode::HandOverList,
        Some(Code::Claims) => ShownCode::Claims,
        None => return card_code(&text),
    };
    Some(own)
}

fn card_code(text: &str) -> Option<ShownCode> {
    let text = text.trim_start();
    let kind = CodeKind::of(text.as_bytes())?;
    text.strip_prefix(kind.letters())?.starts_with(':').then_some(match kind {
        CodeKind::HelperKeys => ShownCode::HelperKeys,
        CodeKind::Welcome => ShownCode::Welcome,
        CodeKind::Kit => ShownCode::Kit,
        CodeKind::ProxyCard => ShownCode::ProxyCard,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldcore::custody::{Coded, HandOver, TubePass};

    #[test]
    fn a_code_is_told_by_its_first_letters() {
        assert_eq!(shown_code(format!(" {}AAAA", TubePass::PREFIX)), Some(ShownCode::TubePass));
        assert_eq!(shown_code(HandOver::PREFIX.to_lowercase()), Some(ShownCode::HandOver));
        assert_eq!(shown_code(" FW1:ABC".to_owned()), Some(ShownCode::Welcome));
        assert_eq!(shown_code("FP1:ABC".to_owned()), Some(ShownCode::ProxyCard));
        for other in ["", "FC1", "FP1", "FP1234567890", "BOX-1", "HTTPS://EXAMPLE.ORG", "某"] {
            assert_eq!(shown_code(other.to_owned()), None, "{other:?}");
        }
    }
}
