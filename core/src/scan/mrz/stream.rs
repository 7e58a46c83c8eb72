//! A recogniser's lines as one run of characters, with the places where lines begin.

/// Characters that may stand in a zone, and those that recognisers give for them; see [`cell`].
pub(super) struct Stream {
    pub(super) cells: Vec<u8>,
    /// Where each line begins, ascending, none empty.
    pub(super) starts: Vec<usize>,
}

impl Stream {
    pub(super) fn of(lines: &[String]) -> Self {
        let mut stream = Self { cells: Vec::new(), starts: Vec::new() };
        for line in lines.iter().flat_map(|line| line.lines()) {
            let start = stream.cells.len();
            for c in line.chars() {
                match c {
                    '«' | '《' | '≪' => stream.cells.extend(b"<<"),
                    c => stream.cells.extend(cell(c)),
                }
            }
            if stream.cells.len() > start {
                stream.starts.push(start);
            }
        }
        stream
    }

    pub(super) fn get(&self, start: usize, end: usize) -> &[u8] {
        self.cells.get(start..end.min(self.cells.len())).unwrap_or_default()
    }

    pub(super) fn at(&self, place: usize) -> u8 {
        self.cells.get(place).copied().unwrap_or(b'?')
    }

    /// Where the line ends that holds `place`.
    pub(super) fn line_end(&self, place: usize) -> usize {
        let next = self.starts.partition_point(|start| *start <= place);
        self.starts.get(next).copied().unwrap_or(self.cells.len())
    }

    /// Where the line begins that holds `place`.
    pub(super) fn line_start(&self, place: usize) -> usize {
        let next = self.starts.partition_point(|start| *start <= place);
        next.checked_sub(1).and_then(|index| self.starts.get(index)).copied().unwrap_or_default()
    }

    pub(super) fn is_start(&self, place: usize) -> bool {
        self.starts.binary_search(&place).is_ok()
    }
}

/// What a character counts as: letters of either case as capitals, but for `b`, `g`, `q` (digits
/// as a rule) and `l` (as `|`: 1, I or L); signs like fillers as `<`; blanks and specks as
/// nothing; what no zone has as `?`.
fn cell(c: char) -> Option<u8> {
    let c = match u32::from(c) {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
        _ => c,
    };
    match c {
        'b' | 'g' | 'q' => u8::try_from(c).ok(),
        'l' | '|' | '!' => Some(b'|'),
        'A'..='Z' | '0'..='9' => u8::try_from(c).ok(),
        'a'..='z' => u8::try_from(c.to_ascii_uppercase()).ok(),
        '<' | '(' | '{' | '‹' | '〈' | '⟨' | '≤' | '＜' | '❮' | '˂' | 'ᐸ' => Some(b'<'),
        '.' | ',' | '\'' | '"' | '`' | '´' | '’' | '‘' | ':' | ';' | '-' | '_' | '~' | '·' | '*' | '^' | '°' => {
            None
        }
        c if c.is_whitespace() || c.is_control() => None,
        _ => Some(b'?'),
    }
}
