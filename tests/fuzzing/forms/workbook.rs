//! A workbook around a sheet: a ZIP archive of stored files, so that what is changed is what is read.

const TYPES: &[u8] = br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const BOOK_RELS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// The check sum of a file in an archive.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// What stands of a file both before it and in the archive's list.
fn entry(name: &str, bytes: &[u8]) -> Vec<u8> {
    let size = u32::try_from(bytes.len()).expect("a fuzzer's file is small").to_le_bytes();
    let length = u16::try_from(name.len()).expect("a short name").to_le_bytes();
    let head = [20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    [&head[..], &crc32(bytes).to_le_bytes(), &size, &size, &length, &[0, 0]].concat()
}

/// The workbook's bytes.
pub(super) fn workbook(sheet: &[u8]) -> Vec<u8> {
    let files = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let at = u32::try_from(bytes.len()).expect("a small archive").to_le_bytes();
        let entry = entry(name, content);
        bytes.extend_from_slice(&[b"PK\x03\x04", &entry[..], name.as_bytes(), content].concat());
        list.extend_from_slice(&[b"PK\x01\x02\x14\0", &entry[..], &[0; 10], &at, name.as_bytes()].concat());
    }
    let number = |length: usize| u32::try_from(length).expect("a small archive").to_le_bytes();
    let end = [&[5, 0, 5, 0][..], &number(list.len()), &number(bytes.len()), &[0, 0]].concat();
    [&bytes[..], &list, b"PK\x05\x06\0\0\0\0", &end].concat()
}
