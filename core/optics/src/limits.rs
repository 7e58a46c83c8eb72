//! Every bound on what one frame may cost, with its reason.

/// Pixels of a frame's side: four times a phone camera's longest, so that stitched photos pass.
pub const FRAME_SIDE_MAX: usize = 16_384;
/// Pixels of a frame: a 64-megapixel still. Video frames have one.
pub const FRAME_PIXELS_MAX: usize = 64 << 20;
/// Side below which a frame holds no code: decoders upsample thin images without bound.
pub(crate) const DECODE_SIDE_MIN: usize = 24;
/// Pixels of one image given to a decoder; larger ones are halved first. Two full-HD frames.
pub(crate) const DECODE_PIXELS_MAX: usize = 4 << 20;
/// Striped patches looked at in one frame.
pub(crate) const PATCHES_MAX: usize = 8;
/// Textured fields looked at in one frame.
pub(crate) const FIELDS_MAX: usize = 3;
/// Samples along a strip: a code across the diagonal of a 4K frame at two samples a pixel.
pub(crate) const STRIP_SAMPLES_MAX: usize = 9_000;
/// Texts of one strip: more lie in no row of labels that a camera sees sharply.
pub(crate) const STRIP_TEXTS_MAX: usize = 6;
/// Symbols told of one frame.
pub(crate) const SYMBOLS_MAX: usize = 16;
/// Bytes of a decoded text: a QR code's most.
pub(crate) const TEXT_BYTES_MAX: usize = 8_192;
/// Characters of a Code 39, Codabar or ITF text below which it is taken for chance: these have no
/// check digit of their own, and the false reads measured were of one to seven like characters.
pub(crate) const UNCHECKED_CHARS_MIN: usize = 5;
