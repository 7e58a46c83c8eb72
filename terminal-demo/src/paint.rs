//! Colours, where somebody looks at a terminal that has them and did not ask for none.

use std::io::IsTerminal;

use unicode_width::UnicodeWidthStr;

/// Columns that the report fits.
pub(crate) const COLUMNS: usize = 80;

/// Whether to use colours.
#[derive(Clone, Copy)]
pub(crate) struct Paint(bool);

impl Paint {
    /// Colours only on a terminal; `NO_COLOR` (any value but an empty one) and a dumb terminal
    /// want none.
    pub(crate) fn of_screen() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self(std::io::stdout().is_terminal() && !set("NO_COLOR") && !dumb)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub(crate) fn title(self, text: &str) -> String {
        self.with("1;36", text)
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.with("1;31", text)
    }

    pub(crate) fn warn(self, text: &str) -> String {
        self.with("33", text)
    }
}

/// Parts joined by `between` into lines of at most `width` columns, broken only between parts.
pub(crate) fn wrap(parts: &[String], between: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.width() + between.width() + part.width() <= width => {
                line.push_str(between);
                line.push_str(part);
            }
            _ => lines.push(part.clone()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_parts() {
        let parts = ["aa", "bb", "cc"].map(str::to_owned);
        assert_eq!(wrap(&parts, ", ", 6), ["aa, bb", "cc"]);
    }

    #[test]
    fn without_colours_nothing_is_added() {
        assert_eq!(Paint(false).bad("x"), "x");
        assert_eq!(Paint(true).bad("x"), "\x1b[1;31mx\x1b[0m");
        assert_eq!(Paint(true).bad(""), "");
    }
}
