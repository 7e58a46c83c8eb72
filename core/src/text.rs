//! Forms of text that several programs write.

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    data_encoding::HEXLOWER.encode(bytes.as_ref())
}

/// Text as it may stand in HTML or SVG, in an element or in a quoted attribute, whatever somebody called a person or a
/// place. Characters that steer a screen are left out: XML has no way to write them.
pub fn in_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            sign if sign.is_control() => {}
            sign => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_name_is_markup() {
        assert_eq!(in_markup("A<b>&\"hall\"\u{7}\n 3 号"), "A&lt;b&gt;&amp;&quot;hall&quot; 3 号");
        assert_eq!(hex([0x0f, 0xa0]), "0fa0");
    }
}
