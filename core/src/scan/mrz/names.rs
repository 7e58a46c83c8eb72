//! The name field: the primary part, two fillers, the secondary part (Doc 9303-3, section 4.6).
//!
//! The names of a zone are keys to compare by, transliterated and often cut short; they are not
//! the names to write on a form.

/// Primary and secondary part with blanks for their fillers; either may be empty. Two fillers in
/// a row split; a zone with no two of them before its end names the primary part alone.
pub(super) fn names(field: &[u8]) -> (String, String) {
    let split = field.windows(2).position(|pair| pair == b"<<").unwrap_or(field.len());
    let (primary, secondary) = field.split_at_checked(split).unwrap_or((field, &[]));
    (words(primary), words(secondary))
}

fn words(part: &[u8]) -> String {
    let words: Vec<String> = part
        .split(|c| *c == b'<')
        .filter(|word| !word.is_empty())
        .map(|word| word.iter().map(|byte| char::from(*byte)).collect())
        .collect();
    words.join(" ")
}

/// The name field as a recogniser read it, for [`names`]: `None` where it holds what no name
/// does, so that what was read is no name. Behind the secondary part only fillers follow; signs
/// that recognisers take fillers for are dropped there.
pub(super) fn read(field: &[u8]) -> Option<Vec<u8>> {
    let mut parts = Vec::new();
    let mut rest = field;
    while parts.len() < 2 && !rest.is_empty() {
        let end = rest.windows(2).position(|pair| pair == b"<<").unwrap_or(rest.len());
        let (part, tail) = rest.split_at_checked(end)?;
        parts.push(part);
        let run = tail.iter().take_while(|c| **c == b'<').count();
        rest = tail.get(run..)?;
        if run >= 3 {
            break;
        }
    }
    let letters = |part: &[u8]| part.iter().all(|c| c.is_ascii_uppercase() || *c == b'<');
    let like_fillers = rest.iter().all(|c| matches!(c, b'<' | b'K' | b'C' | b'E' | b'L' | b'S' | b'X' | b'?' | b'|'));
    (like_fillers && parts.iter().all(|part| letters(part))).then(|| parts.join(&b"<<"[..]))
}
