//! How lists and rosters lie in the store: packed and compressed.

use std::collections::BTreeMap;

use fieldcore::crypto;
use fieldcore::pack::{self, Blob, Fixed, Text};
use fieldcore::roster::{self, Household, HouseholdId, RosterPage};
use zeroize::Zeroizing;

use super::column::{Column, Mapping};
use super::table::{Cell, Row, Table};
use crate::error::{Error, Result};

const FORM: u8 = 1;
const LEVEL: i32 = 6;

/// Form, encoding, header row, headers, mapping, rows with their cells.
type ListLayout = (u8, Text, u32, Vec<Text>, Vec<(Text, u32)>, Vec<(u32, Vec<(u8, Text)>)>);

fn squeeze(plain: &[u8]) -> Result<Vec<u8>> {
    zstd::bulk::compress(plain, LEVEL).map_err(|error| Error::Store { what: "compressing", why: error.to_string() })
}

fn unsqueeze(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    zstd::stream::decode_all(bytes)
        .map(Zeroizing::new)
        .map_err(|_| Error::Damaged { what: "a list's or roster's bytes do not decompress".to_owned() })
}

/// A list's bytes.
pub(super) fn write_list(table: &Table, mapping: &Mapping) -> Result<Vec<u8>> {
    let text = |text: &String| Text(text.clone());
    let cell = |cell: &Cell| match cell {
        Cell::Empty => (0, Text::default()),
        Cell::Text(text) => (1, Text(text.clone())),
        Cell::Rounded => (2, Text::default()),
        Cell::Failed => (3, Text::default()),
    };
    let place = |(column, place): &(Column, usize)| {
        (Text(column.as_str().to_owned()), u32::try_from(*place).unwrap_or(u32::MAX))
    };
    let layout: ListLayout = (
        FORM,
        text(&table.encoding),
        table.header_row,
        table.headers.iter().map(text).collect(),
        mapping.places().iter().map(place).collect(),
        table.rows.iter().map(|row| (row.number, row.cells.iter().map(cell).collect())).collect(),
    );
    squeeze(&Zeroizing::new(pack::encode(&layout)?))
}

/// A list as it was read, and what its columns hold.
pub(super) fn read_list(bytes: &[u8]) -> Result<(Table, Mapping)> {
    let damaged = || Error::Damaged { what: "a kept list is none".to_owned() };
    let (form, encoding, header_row, headers, places, rows): ListLayout =
        pack::decode(&unsqueeze(bytes)?, "kept list")?;
    if form != FORM {
        return Err(damaged());
    }
    let place = |(column, place): (Text, u32)| Some((Column::of_name(&column.0)?, usize::try_from(place).ok()?));
    let places = places.into_iter().map(place).collect::<Option<Vec<_>>>().ok_or_else(damaged)?;
    let cell = |(kind, text): (u8, Text)| match kind {
        1 => Cell::Text(text.0),
        2 => Cell::Rounded,
        3 => Cell::Failed,
        _ => Cell::Empty,
    };
    let row = |(number, cells): (u32, Vec<_>)| Row { number, cells: cells.into_iter().map(cell).collect() };
    let table = Table {
        encoding: encoding.0,
        header_row,
        headers: headers.into_iter().map(|text| text.0).collect(),
        rows: rows.into_iter().map(row).collect(),
    };
    Ok((table, Mapping::kept(places)))
}

/// What was said of columns.
pub(super) fn write_said(said: &[(Column, String)]) -> Result<Vec<u8>> {
    let said: Vec<_> =
        said.iter().map(|(column, header)| (Text(column.as_str().to_owned()), Text(header.clone()))).collect();
    Ok(pack::encode(&said)?)
}

/// The same, read.
pub(super) fn read_said(bytes: &[u8]) -> Result<Vec<(Column, String)>> {
    let said: Vec<(Text, Text)> = pack::decode(bytes, "kept mapping")?;
    Ok(said.into_iter().filter_map(|(column, header)| Some((Column::of_name(&column.0)?, header.0))).collect())
}

/// What lists with the same headers have in common.
pub(super) fn headers_digest(headers: &[String]) -> Result<[u8; 32]> {
    let headers: Vec<Text> = headers.iter().map(|header| Text(header.clone())).collect();
    Ok(crypto::sha256(&[&pack::encode(&headers)?]))
}

/// A roster's pages.
pub(super) fn write_pages(pages: &[RosterPage]) -> Result<Vec<u8>> {
    let pages = pages.iter().map(|page| Ok(Blob(page.to_bytes()?))).collect::<Result<Vec<_>>>()?;
    Ok(pack::encode(&pages)?)
}

/// The same as they are sent.
pub(super) fn read_pages(body: &[u8]) -> Result<Vec<Vec<u8>>> {
    let pages: Vec<Blob> = pack::decode(body, "kept roster")?;
    Ok(pages.into_iter().map(|page| page.0).collect())
}

/// The households of a kept roster, in order.
pub(super) fn read_households(body: &[u8]) -> Result<Vec<Household>> {
    let mut households = Vec::new();
    for page in read_pages(body)? {
        households.extend(RosterPage::parse(&page)?.households);
    }
    Ok(households)
}

/// What later differences need to know of a state.
pub(super) fn write_prints(households: &[Household]) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(households.len() * 32);
    for household in households {
        out.extend_from_slice(&household.id.0);
        out.extend_from_slice(&roster::print(household)?);
    }
    Ok(out)
}

/// The same, read.
pub(super) fn read_prints(bytes: &[u8]) -> BTreeMap<HouseholdId, [u8; 16]> {
    let (pairs, _) = bytes.as_chunks::<32>();
    let pair = |pair: &[u8; 32]| Some((Fixed(*pair.first_chunk()?), *pair.last_chunk()?));
    pairs.iter().filter_map(pair).collect()
}
