//! Code 128 (ISO/IEC 15417): sets B and C, FNC1 at the start for GS1-128.

use super::push_runs;

const START_B: usize = 104;
const START_C: usize = 105;
const TO_C: usize = 99;
const TO_B: usize = 100;
const FNC1: usize = 102;

/// Widths of bars and spaces, in modules, by symbol value.
const PATTERNS: [&str; 106] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232",
];
const STOP: &str = "2331112";

/// One cell per module, or `None` for a text that is empty or not printable ASCII.
pub(super) fn encode(text: &str, gs1: bool) -> Option<Vec<bool>> {
    let codes = codes(text.as_bytes(), gs1)?;
    let weighted: usize = codes.iter().enumerate().map(|(place, code)| place.max(1) * code).sum();
    let mut cells = Vec::with_capacity(codes.len() * 11 + 24);
    for code in codes.iter().chain([&(weighted % 103)]) {
        push_runs(&mut cells, PATTERNS[*code].bytes().map(digit));
    }
    push_runs(&mut cells, STOP.bytes().map(digit));
    Some(cells)
}

fn digit(byte: u8) -> usize {
    usize::from(byte - b'0')
}

fn codes(text: &[u8], gs1: bool) -> Option<Vec<usize>> {
    if text.is_empty() {
        return None;
    }
    let mut in_c = wants_c(text, true);
    let mut codes = vec![if in_c { START_C } else { START_B }];
    if gs1 {
        codes.push(FNC1);
    }
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if gs1 && byte == 0x1D {
            codes.push(FNC1);
            at += 1;
            continue;
        }
        let pair = text.get(at..at + 2).filter(|pair| pair.iter().all(u8::is_ascii_digit));
        match (in_c, pair) {
            (true, Some(pair)) => {
                codes.push(digit(pair[0]) * 10 + digit(pair[1]));
                at += 2;
            }
            (true, None) => {
                codes.push(TO_B);
                in_c = false;
            }
            (false, _) if wants_c(&text[at..], false) => {
                codes.push(TO_C);
                in_c = true;
            }
            (false, _) => {
                codes.push((0x20..0x7F).contains(&byte).then(|| usize::from(byte - 0x20))?);
                at += 1;
            }
        }
    }
    Some(codes)
}

/// Set C pays from four digits on at an end of the text and from six within; an odd run starts in B.
fn wants_c(rest: &[u8], at_start: bool) -> bool {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let at_end = digits == rest.len();
    digits % 2 == 0 && (digits >= 6 || (digits >= 2 && at_start && at_end) || (digits >= 4 && (at_start || at_end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_eleven_modules_and_unlike_the_others() {
        for (index, pattern) in PATTERNS.iter().enumerate() {
            assert_eq!(pattern.bytes().map(digit).sum::<usize>(), 11, "{pattern}");
            assert_eq!(pattern.bytes().step_by(2).map(digit).sum::<usize>() % 2, 0, "{pattern}");
            assert!(!PATTERNS[..index].contains(pattern), "{pattern}");
        }
    }

    #[test]
    fn digits_go_two_to_a_symbol() {
        assert_eq!(codes(b"123456", false).unwrap(), [START_C, 12, 34, 56]);
        assert_eq!(codes(b"AB1234", false).unwrap(), [START_B, 33, 34, TO_C, 12, 34]);
        assert_eq!(codes(b"12345", false).unwrap(), [START_B, 17, TO_C, 23, 45]);
        assert_eq!(codes("Ä".as_bytes(), false), None);
    }
}
