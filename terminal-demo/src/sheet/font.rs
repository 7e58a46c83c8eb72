//! A font with every sign that a sheet needs: the one that was named, or one of this machine.

use std::path::{Path, PathBuf};

use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId, Tag};

use super::SheetError;

/// Bytes of a font file that are read; the largest collections have some 30 MiB.
const BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Font files of one machine that are looked at.
const FILES_MAX: usize = 4_000;
/// Folders below a font folder that are gone into.
const DEPTH_MAX: usize = 5;
/// Names of fonts that have the signs of Chinese names, best first; every other font comes after them.
const KNOWN: &[&str] = &[
    "notosanscjk-regular",
    "notosanssc-regular",
    "notosanscjksc-regular",
    "sourcehansanssc-regular",
    "sourcehansans",
    "pingfang",
    "msyh",
    "notoserifcjk-regular",
    "wqy-microhei",
    "wqy-zenhei",
    "simhei",
    "simsun",
    "stheiti",
    "droidsansfallback",
    "arialuni",
];

/// One face of a font file.
pub(crate) struct Font {
    data: Vec<u8>,
    index: u32,
}

/// What a PDF needs of a face.
pub(super) struct Part {
    /// The file to embed: the `CFF` table, or a TrueType file.
    pub(super) file: Vec<u8>,
    /// Whether the outlines are those of PostScript.
    pub(super) is_cff: bool,
    /// Signs with the numbers that they have in the file, and their widths in thousandths of an em.
    pub(super) glyphs: Vec<(char, u16, f32)>,
    /// Ascent, descent, height of capitals and the box around all signs, in thousandths of an em.
    pub(super) ascent: f32,
    pub(super) descent: f32,
    pub(super) capitals: f32,
    pub(super) bounds: [f32; 4],
}

fn broken(path: &Path, why: impl ToString) -> SheetError {
    SheetError::Font { path: path.to_path_buf(), why: why.to_string() }
}

fn read(path: &Path) -> Result<Vec<u8>, SheetError> {
    let size = std::fs::metadata(path).map_err(|error| broken(path, error))?.len();
    if size > BYTES_MAX {
        return Err(broken(path, "it is larger than any font"));
    }
    std::fs::read(path).map_err(|error| broken(path, error))
}

fn has(face: &Face<'_>, signs: &[char]) -> usize {
    signs.iter().filter(|sign| face.glyph_index(**sign).is_some()).count()
}

/// The first face in `data` that has every sign; else how many signs the best one lacks.
fn face_with(data: &[u8], signs: &[char]) -> Result<u32, Option<usize>> {
    let faces = ttf_parser::fonts_in_collection(data).unwrap_or(1);
    let mut lacks = None;
    for index in 0..faces {
        let Ok(face) = Face::parse(data, index) else { continue };
        let missing = signs.len() - has(&face, signs);
        if missing == 0 {
            return Ok(index);
        }
        lacks = Some(lacks.map_or(missing, |least: usize| least.min(missing)));
    }
    Err(lacks)
}

impl Font {
    /// The font in a file, if it has every sign.
    pub(crate) fn open(path: &Path, signs: &[char]) -> Result<Self, SheetError> {
        let data = read(path)?;
        match face_with(&data, signs) {
            Ok(index) => Ok(Self { data, index }),
            Err(Some(missing)) => {
                Err(broken(path, format!("it lacks {missing} of the {} signs of these names", signs.len())))
            }
            Err(None) => Err(broken(path, "it is no TrueType or OpenType font")),
        }
    }

    /// A font of this machine that has every sign.
    pub(crate) fn of_machine(signs: &[char]) -> Result<Self, SheetError> {
        Self::among(files(), signs)
    }

    /// The first of these font files that has every sign.
    pub(super) fn among(files: Vec<PathBuf>, signs: &[char]) -> Result<Self, SheetError> {
        let tried = files.len();
        // What is broken is passed over: it is not the only font.
        let found = files.iter().find_map(|path| Self::open(path, signs).ok());
        found.ok_or(SheetError::NoFont { tried })
    }

    /// The part of the font that these signs need.
    pub(super) fn part(&self, signs: &[char]) -> Result<Part, SheetError> {
        let here = Path::new("the font");
        let face = Face::parse(&self.data, self.index).map_err(|error| broken(here, error))?;
        let scale = 1000.0 / f32::from(face.units_per_em());
        let mut remapper = GlyphRemapper::new();
        let mut glyphs = Vec::new();
        for sign in signs {
            let glyph = face.glyph_index(*sign).unwrap_or(GlyphId(0));
            let width = f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
            glyphs.push((*sign, remapper.remap(glyph.0), width));
        }
        let subset = subsetter::subset(&self.data, self.index, &remapper).map_err(|error| broken(here, error))?;
        let cff = table(&subset, b"CFF ");
        let bounds = face.global_bounding_box();
        Ok(Part {
            is_cff: cff.is_some(),
            file: cff.unwrap_or(subset),
            glyphs,
            ascent: f32::from(face.ascender()) * scale,
            descent: f32::from(face.descender()) * scale,
            capitals: f32::from(face.capital_height().unwrap_or_else(|| face.ascender())) * scale,
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|edge| f32::from(edge) * scale),
        })
    }
}

fn table(font: &[u8], tag: &[u8; 4]) -> Option<Vec<u8>> {
    let raw = ttf_parser::RawFace::parse(font, 0).ok()?;
    raw.table(Tag::from_bytes(tag)).map(<[u8]>::to_vec)
}

/// Where fonts usually lie.
fn folders() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let own = [".local/share/fonts", ".fonts", "Library/Fonts"];
    let mut folders: Vec<PathBuf> = home.iter().flat_map(|home| own.map(|folder| home.join(folder))).collect();
    let system = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"];
    folders.extend(system.map(PathBuf::from));
    folders.extend(std::env::var_os("WINDIR").map(|dir| PathBuf::from(dir).join("Fonts")));
    folders
}

/// The font files of this machine, those that are known to have Chinese signs first.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    folders().iter().for_each(|folder| gather(folder, 0, &mut files));
    sorted(files)
}

fn sorted(mut files: Vec<PathBuf>) -> Vec<PathBuf> {
    let rank = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        KNOWN.iter().position(|known| name.starts_with(known)).unwrap_or(KNOWN.len())
    };
    files.sort_by_cached_key(|path| (rank(path), path.clone()));
    files
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_font = path
            .extension()
            .is_some_and(|end| ["ttf", "otf", "ttc", "otc"].iter().any(|known| end.eq_ignore_ascii_case(known)));
        if files.len() >= FILES_MAX {
            return;
        }
        if is_font {
            files.push(path);
        } else if depth < DEPTH_MAX && path.is_dir() {
            gather(&path, depth + 1, files);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_of_chinese_signs_come_first() {
        let names = ["a.ttf", "wqy-zenhei.ttc", "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"];
        let files = sorted(names.map(PathBuf::from).to_vec());
        let order: Vec<_> = files.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        assert_eq!(order, ["NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "NotoSansCJK-Bold.ttc", "a.ttf"]);
    }

    #[test]
    fn a_machine_without_a_font_is_told_so() {
        let error = Font::among(Vec::new(), &['某']).err().expect("no font");
        assert!(error.to_string().contains("--font"), "{error}");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("broken.ttf");
        std::fs::write(&path, b"no font").expect("written");
        assert!(matches!(Font::open(&path, &['a']), Err(SheetError::Font { .. })));
        assert!(matches!(Font::among(vec![path], &['a']), Err(SheetError::NoFont { tried: 1 })));
    }
}
