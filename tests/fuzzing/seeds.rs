//! The texts that a target begins with: one a line of `seeds/NAME.txt`, with `\n`, `\r`, `\t`, `\\`
//! and `\xNN` for bytes that a line cannot hold. Lines that begin with `#` say where they are from.
//! What the fuzzer found is kept there too.

use crate::corpus::example;

const FILES: &[(&str, &str)] = &[
    ("typed", include_str!("seeds/typed.txt")),
    ("line", include_str!("seeds/line.txt")),
    ("symbol", include_str!("seeds/symbol.txt")),
    ("fields", include_str!("seeds/fields.txt")),
    ("typing", include_str!("seeds/typing.txt")),
    ("zone", include_str!("seeds/zone.txt")),
    ("lines", include_str!("seeds/lines.txt")),
    ("card", include_str!("seeds/card.txt")),
    ("gs1", include_str!("seeds/gs1.txt")),
    ("isbt128", include_str!("seeds/isbt128.txt")),
    ("aamva", include_str!("seeds/aamva.txt")),
    ("aadhaar", include_str!("seeds/aadhaar.txt")),
    ("profile", include_str!("seeds/profile.txt")),
    ("frames", include_str!("seeds/frames.txt")),
];
/// A QR that a made-up key signed, as digits.
const AADHAAR_QR: &str = include_str!("../../core/src/scan/aadhaar/specimen/specimen_qr.txt");

/// What the target of that name begins with.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    let file = FILES.iter().find(|(own, _)| *own == name).map_or("", |(_, text)| text);
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut seeds: Vec<Vec<u8>> =
        lines.map(|line| unescaped(line).unwrap_or_else(|| panic!("{name}: {line}"))).collect();
    match name {
        "aadhaar" => {
            seeds.push([b"2", AADHAAR_QR.trim().as_bytes()].concat());
            seeds.push([b"1", &to_bytes(AADHAAR_QR.trim())[..]].concat());
            seeds.push([b"0", &example("aadhaar_payload")[..]].concat());
        }
        "symbol" => seeds.push(AADHAAR_QR.trim().as_bytes().to_vec()),
        "profile" => {
            seeds.push(example("profile"));
            seeds.push(include_bytes!("../../docs/profile.example.toml").to_vec());
        }
        _ => {}
    }
    seeds
}

fn unescaped(line: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::new(), line.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next()? {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'\\' => b'\\',
                b'x' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                _ => return None,
            },
            byte => byte,
        });
    }
    Some(bytes)
}

/// The bytes of a decimal number, the highest first.
fn to_bytes(decimal: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    for digit in decimal.bytes() {
        let mut carry = u32::from(digit.saturating_sub(b'0'));
        for byte in &mut bytes {
            carry += u32::from(*byte) * 10;
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        if carry > 0 {
            bytes.push(carry.to_le_bytes()[0]);
        }
    }
    bytes.reverse();
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_file_is_a_seed() {
        for (name, _) in FILES {
            assert!(!seeds(name).is_empty(), "{name}");
        }
        assert_eq!(unescaped(r"a\x1d\n\\").unwrap(), b"a\x1d\n\\");
        assert_eq!(unescaped(r"a\q"), None);
        assert_eq!(to_bytes("65535"), [255, 255]);
    }
}
