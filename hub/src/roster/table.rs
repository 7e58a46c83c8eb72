//! A file's rows of text.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::column;

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: u64 = 64 << 20;
/// The most bytes that a workbook may unpack to.
const UNPACKED_MAX: u64 = 512 << 20;
/// The most rows a list may have: the largest street has a tenth of it.
pub const ROWS_MAX: usize = 200_000;
/// The most columns that are looked at.
const COLUMNS_MAX: usize = 128;
/// Rows in which the headers are looked for: a title may stand above them.
const HEADER_WITHIN: usize = 20;
/// How an XLSX file begins (a ZIP archive), and an old or a password-protected workbook.
const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

/// Why a file is no table.
#[derive(Debug, thiserror::Error)]
pub enum NoTable {
    /// Too large.
    #[error("the file has {bytes} bytes, the most is {FILE_BYTES_MAX}; split it")]
    TooLarge {
        /// Its bytes.
        bytes: u64,
    },
    /// Too many rows.
    #[error("the list has more than {ROWS_MAX} rows; split it by area")]
    TooManyRows,
    /// The old format, or one with a password.
    #[error("an old workbook (.xls) or one with a password; save it as .xlsx or CSV without one")]
    OldWorkbook,
    /// A workbook that cannot be read.
    #[error("the workbook is damaged ({0}); save it anew, or as CSV")]
    Workbook(String),
    /// No sheet of that name, or none at all.
    #[error("the workbook has no such sheet; it has: {}", .0.join(", "))]
    NoSheet(Vec<String>),
    /// Bytes that are no text in any encoding that is known.
    #[error("the bytes are no text in UTF-8, UTF-16, GB18030 or Big5; name the encoding with --encoding")]
    NoText,
    /// An encoding that nobody knows.
    #[error("`{0}` is no encoding; use e.g. utf-8, gbk, big5")]
    NoEncoding(String),
    /// No row looks like headers.
    #[error(
        "none of the first {HEADER_WITHIN} rows holds two headers that are known (e.g. 姓名, 身份证号, name, id number); say which with --map name=HEADER"
    )]
    NoHeaders,
    /// A quote that is never closed, or the like.
    #[error("row {row} cannot be told from the next ({why})")]
    Ragged {
        /// The row.
        row: u64,
        /// What is wrong.
        why: String,
    },
}

/// A cell's text, or that a spreadsheet failed to compute it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// What stands in it, without blanks around it; empty if nothing does.
    Text(String),
    /// A figure that a spreadsheet has rounded: more digits than it keeps.
    Rounded,
    /// An error value.
    Failed,
    /// Nothing.
    #[default]
    Empty,
}

/// A row that holds something.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which it is, from 1: of a workbook its row, of other files the line it begins in.
    pub number: u32,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A list below its headers.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its encoding, or `xlsx`.
    pub encoding: String,
    /// The row of its headers, from 1.
    pub header_row: u32,
    /// Its headers.
    pub headers: Vec<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// How a file is to be read, where that is not left to the file.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Its encoding, by any of the names that the web knows.
    pub encoding: Option<String>,
    /// The workbook's sheet; the first one if absent.
    pub sheet: Option<String>,
    /// Headers that it has, beside those that are known.
    pub headers: Vec<String>,
}

impl Table {
    /// Reads a file's bytes.
    pub fn read(bytes: &[u8], form: &Form) -> Result<Self, NoTable> {
        let size = bytes.len() as u64;
        if size > FILE_BYTES_MAX {
            return Err(NoTable::TooLarge { bytes: size });
        }
        if bytes.starts_with(OLE) {
            return Err(NoTable::OldWorkbook);
        }
        if bytes.starts_with(ZIP) {
            return Self::below_headers("xlsx".to_owned(), workbook(bytes, form.sheet.as_deref())?, form);
        }
        let (text, encoding) = decode(bytes, form)?;
        Self::below_headers(encoding.name().to_lowercase(), separated(&text)?, form)
    }

    /// Of all rows the one with the most headers that are known has the headers.
    fn below_headers(encoding: String, mut rows: Vec<Row>, form: &Form) -> Result<Self, NoTable> {
        let texts = |row: &Row| row.cells.iter().map(Cell::text).collect::<Vec<_>>();
        let first = rows.iter().take(HEADER_WITHIN).enumerate();
        let scores = first.map(|(place, row)| (column::known(&texts(row), &form.headers), std::cmp::Reverse(place)));
        let (known, std::cmp::Reverse(place)) = scores.max().ok_or(NoTable::NoHeaders)?;
        let (header_row, headers) = (rows[place].number, texts(&rows[place]));
        if known < 2.min(headers.len()) || known == 0 {
            return Err(NoTable::NoHeaders);
        }
        Ok(Self { encoding, header_row, headers, rows: rows.split_off(place + 1) })
    }
}

impl Cell {
    fn of(text: &str) -> Self {
        // A spreadsheet's way to write digits as text: ="…".
        let text = text.trim().trim_start_matches('\u{feff}');
        let text = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).unwrap_or(text).trim();
        let text = text.strip_prefix('\'').unwrap_or(text);
        if text.is_empty() {
            Self::Empty
        } else if text.starts_with('#')
            && ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"].contains(&text)
        {
            Self::Failed
        } else if is_scientific(text) {
            Self::Rounded
        } else {
            Self::Text(text.to_owned())
        }
    }

    fn of_figure(figure: f64) -> Self {
        // Fifteen digits are kept, no more.
        if figure.fract() == 0.0 && figure.abs() < 1e15 {
            Self::Text(format!("{}", figure as i64))
        } else if figure.fract() == 0.0 {
            Self::Rounded
        } else {
            Self::Text(figure.to_string())
        }
    }

    /// What stands in it.
    pub fn text(&self) -> String {
        if let Self::Text(text) = self { text.clone() } else { String::new() }
    }
}

/// Whether a text is a long number as a spreadsheet shows it: `1.10105E+17`.
fn is_scientific(text: &str) -> bool {
    let Some((head, tail)) = text.split_once(['E', 'e']) else { return false };
    let exponent = tail.strip_prefix('+').unwrap_or_default();
    !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
        && head.contains('.')
        && head.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The text of bytes. Of the encodings that they may be in, the one counts in which most headers are known.
fn decode(bytes: &[u8], form: &Form) -> Result<(String, &'static Encoding), NoTable> {
    let told = match &form.encoding {
        Some(name) => Some(Encoding::for_label(name.as_bytes()).ok_or_else(|| NoTable::NoEncoding(name.clone()))?),
        None => Encoding::for_bom(bytes).map(|(encoding, _)| encoding),
    };
    if let Some(encoding) = told {
        let (text, encoding, failed) = encoding.decode(bytes);
        return if failed { Err(NoTable::NoText) } else { Ok((text.into_owned(), encoding)) };
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        return Ok((text.to_owned(), UTF_8));
    }
    let texts = [GB18030, BIG5, UTF_16LE, UTF_16BE].into_iter().filter_map(|encoding| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        (!text.contains('\0')).then(|| (headers_known(&text, &form.headers), text.into_owned(), encoding))
    });
    // Of two that are as good the first one counts.
    let best = texts.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, text, encoding)| (text, encoding)).ok_or(NoTable::NoText)
}

/// The most headers that are known in one of the first lines.
fn headers_known(text: &str, said: &[String]) -> usize {
    let split =
        |line: &str| line.split([',', ';', '\t']).map(|cell| cell.trim_matches('"').to_owned()).collect::<Vec<_>>();
    text.lines().take(HEADER_WITHIN).map(|line| column::known(&split(line), said)).max().unwrap_or(0)
}

/// The rows of a text whose cells are parted by commas, semicolons or tabs.
fn separated(text: &str) -> Result<Vec<Row>, NoTable> {
    let counts = [b',', b'\t', b';'].map(|delimiter| {
        let most = text.lines().take(HEADER_WITHIN).map(|line| line.bytes().filter(|byte| *byte == delimiter).count());
        (most.max().unwrap_or(0), delimiter)
    });
    // Of two that are as frequent the first one counts.
    let delimiter = counts.into_iter().reduce(|best, next| if next.0 > best.0 { next } else { best });
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.map_or(b',', |(_, delimiter)| delimiter))
        .from_reader(text.as_bytes());
    let (mut rows, mut record) = (Vec::new(), csv::StringRecord::new());
    loop {
        let row = reader.position().line();
        let more = reader.read_record(&mut record);
        if !more.map_err(|error| NoTable::Ragged { row, why: error.to_string() })? {
            return Ok(rows);
        }
        if rows.len() == ROWS_MAX + HEADER_WITHIN {
            return Err(NoTable::TooManyRows);
        }
        push(&mut rows, line_of(&record, text), record.iter().take(COLUMNS_MAX).map(Cell::of).collect());
    }
}

/// The line that a record begins in, from 1. Its place as it was read lies before the blank lines above it.
fn line_of(record: &csv::StringRecord, text: &str) -> u32 {
    let Some(place) = record.position() else { return 0 };
    let before = text.as_bytes().get(place.byte() as usize..).unwrap_or_default();
    let blank = before.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| **byte == b'\n');
    place.line() as u32 + blank.count() as u32
}

/// Keeps a row, if anything stands in it.
fn push(rows: &mut Vec<Row>, number: u32, cells: Vec<Cell>) {
    if cells.iter().any(|cell| *cell != Cell::Empty) {
        rows.push(Row { number, cells });
    }
}

/// The bytes that a workbook unpacks to, as it says itself.
fn unpacked(bytes: &[u8]) -> zip::result::ZipResult<u64> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    (0..archive.len()).try_fold(0u64, |sum, file| Ok(sum.saturating_add(archive.by_index_raw(file)?.size())))
}

/// The rows of a workbook's sheet. What was merged over several rows stands in each of them.
/// A workbook's rows. Its reader is another project's and stops at some damage (regions that end before they begin, for
/// one); that is this file's fault and nobody else's.
fn workbook(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, NoTable> {
    let rows = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| rows_of_workbook(bytes, sheet)));
    rows.unwrap_or_else(|_| Err(NoTable::Workbook("its reader gave up".to_owned())))
}

fn rows_of_workbook(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, NoTable> {
    let damaged = |error: calamine::XlsxError| NoTable::Workbook(error.to_string());
    if unpacked(bytes).map_err(|error| NoTable::Workbook(error.to_string()))? > UNPACKED_MAX {
        return Err(NoTable::Workbook("it unpacks to more than 512 MiB".to_owned()));
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(sheet) => names.iter().find(|name| *name == sheet),
        None => names.first(),
    };
    let name = name.cloned().ok_or(NoTable::NoSheet(names))?;
    let merged = book.merge_cells_by_sheet_name(&name).map_err(damaged)?;
    let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut rows: Vec<(u32, Vec<Cell>)> = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        if column as usize >= COLUMNS_MAX {
            continue;
        }
        if rows.last().is_none_or(|(last, _)| *last != row) {
            if rows.len() == ROWS_MAX + HEADER_WITHIN {
                return Err(NoTable::TooManyRows);
            }
            rows.push((row, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            let columns = cells.len().max(column as usize + 1);
            cells.resize(columns, Cell::Empty);
            cells[column as usize] = of_sheet(cell.get_value());
        }
    }
    spread(&mut rows, &merged);
    let mut kept = Vec::new();
    rows.into_iter().for_each(|(row, cells)| push(&mut kept, row + 1, cells));
    Ok(kept)
}

/// Writes what stands in the first cell of a merged region into all of its rows.
fn spread(rows: &mut [(u32, Vec<Cell>)], merged: &[calamine::Dimensions]) {
    for region in merged {
        let column = region.start.1 as usize;
        let at = |rows: &[(u32, Vec<Cell>)], row: u32| rows.binary_search_by_key(&row, |(number, _)| *number).ok();
        let Some(first) = at(rows, region.start.0) else { continue };
        let Some(value) = rows[first].1.get(column).cloned() else { continue };
        for (_, cells) in rows[first + 1..].iter_mut().take_while(|(row, _)| *row <= region.end.0) {
            let columns = cells.len().max(column + 1);
            cells.resize(columns, Cell::Empty);
            cells[column] = value.clone();
        }
    }
}

fn of_sheet(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Int(figure) => Cell::of_figure(*figure as f64),
        DataRef::Float(figure) => Cell::of_figure(*figure),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            Cell::Text(format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTimeIso(text) => Cell::of(text.split('T').next().unwrap_or(text)),
        DataRef::Error(_) => Cell::Failed,
        DataRef::Bool(_) | DataRef::Empty | DataRef::DurationIso(_) => Cell::Empty,
        DataRef::String(text) => Cell::of(text),
        DataRef::SharedString(text) => Cell::of(text),
    }
}
