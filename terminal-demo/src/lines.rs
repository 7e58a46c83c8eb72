//! Lines of any length and any bytes, one at a time, in bounded memory.

use std::io::{self, BufRead};

/// Reads lines. A longer one than `limit` bytes is cut one byte above that, so that whoever
/// judges it sees that it is too long; bytes that are no UTF-8 become U+FFFD.
pub(crate) struct Lines<R> {
    input: R,
    limit: usize,
}

impl<R: BufRead> Lines<R> {
    pub(crate) const fn new(input: R, limit: usize) -> Self {
        Self { input, limit }
    }

    /// The next line without its end; `None` at the end of the input.
    pub(crate) fn next(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut any = false;
        loop {
            let part = match self.input.fill_buf() {
                Ok(part) => part,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if part.is_empty() {
                return Ok(any.then(|| text(line)));
            }
            any = true;
            let end = part.iter().position(|byte| *byte == b'\n');
            let used = end.unwrap_or(part.len());
            let room = (self.limit + 1).saturating_sub(line.len());
            line.extend_from_slice(&part[..used.min(room)]);
            self.input.consume(end.map_or(used, |end| end + 1));
            if end.is_some() {
                return Ok(Some(text(line)));
            }
        }
    }
}

fn text(mut line: Vec<u8>) -> String {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    String::from_utf8(line).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one_whatever_they_hold() {
        let long = "x".repeat(300);
        let input = [b"a\r\n\n\xff\n", long.as_bytes(), b"\nlast"].concat();
        let mut lines = Lines::new(io::BufReader::with_capacity(7, &*input), 100);
        assert_eq!(lines.next().unwrap().as_deref(), Some("a"));
        assert_eq!(lines.next().unwrap().as_deref(), Some(""));
        assert_eq!(lines.next().unwrap().as_deref(), Some("\u{fffd}"));
        assert_eq!(lines.next().unwrap().map(|line| line.len()), Some(101));
        assert_eq!(lines.next().unwrap().as_deref(), Some("last"));
        assert_eq!(lines.next().unwrap(), None);
    }
}
