//! Frames of one view, read one after the other.

use crate::decoder::{Decoder, Picture, Rx, Text};
use crate::frame::{LumaFrame, Spot};
use crate::guidance::{guidance, is_other_side, number_line, print_guidance};
use crate::limits::{DECODE_SIDE_MIN, SYMBOLS_MAX};
use crate::memory::Memory;
use crate::plane::Plane;
use crate::sight::{Guidance, Sight, Symbol};
use crate::strip::field::Field;
use crate::strip::find::{Finder, Patch};
use crate::strip::upright::picture;
use crate::strip::vote::{Ballot, Effort};
use crate::symbology::{Symbologies, Symbology};
use crate::text::Reader;

/// The part of a frame's middle that is doubled for small two-dimensional codes.
const MIDDLE: (usize, usize) = (640, 360);
/// The longer side of a rectified stacked code, in pixels: three a module for the widest on cards.
const STACKED_SIDE_MAX: usize = 1400;
/// Half the height of a patch below which it holds no stacked code, in pixels.
const STACKED_HALF_MIN: f32 = 16.0;
/// Half the height of the strip laid along a line that a full-frame pass read, in pixels.
const LINE_HALF: f32 = 4.0;

/// Patches that are looked at where one of them was read, and that are worth every effort: what is
/// held to the middle comes first.
const PATCHES_FIRST: usize = 5;
/// How much a textured field is extended to each side, in pixels and as a share of its length: its
/// rim is in blocks that are mostly paper.
const FIELD_MARGIN: f32 = 16.0;
const FIELD_MARGIN_SHARE: f32 = 0.1;
/// The longer side that a field is enlarged to, in pixels, and how far at most.
const FIELD_SIDE: f32 = 400.0;
const FIELD_SCALE_MAX: f32 = 2.0;
/// Pixels of the frame to each side of a pixel that it is sharpened against.
const FIELD_SHARPEN_PIXELS: f32 = 2.0;
const FIELD_SHARPEN: f32 = 2.0;

/// A monotonic clock: the platform's, or a test's.
pub trait Timer {
    /// Microseconds since any fixed moment.
    fn micros(&self) -> u64;
}

/// The system's monotonic clock.
#[derive(Debug)]
pub struct SystemTimer(std::time::Instant);

impl Default for SystemTimer {
    fn default() -> Self {
        Self(std::time::Instant::now())
    }
}

impl Timer for SystemTimer {
    fn micros(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// One thing that a frame may be searched with when its stripes gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    /// Two-dimensional codes at half size: large and blurred ones.
    Half,
    /// Two-dimensional codes in the middle at twice the size: small ones.
    Middle,
    /// Two-dimensional codes in the whole part looked at.
    Whole,
    /// Linear codes in the whole part: very short bars, tilted labels.
    Lines,
    /// Stacked codes in the whole part.
    Stacked,
}

/// A view through which frames pass: one screen with a camera, or one photo.
pub struct Session {
    wanted: Symbologies,
    cap_us: u64,
    timer: Box<dyn Timer + Send>,
    decoder: Rx,
    finder: Finder,
    ballot: Ballot,
    plane: Plane,
    memory: Memory,
    turn: usize,
    field_turn: usize,
    print: Option<PrintTurn>,
}

/// When print is read: every second frame, and three of four while a number's or zone's line is in view;
/// the others are for codes.
#[derive(Default)]
struct PrintTurn {
    reader: Reader,
    frame: u32,
    seen: bool,
    /// Frames in a row that showed lines of a document, but no number and no zone.
    others: u32,
    /// What would have helped to read the print that was looked at last, and where it lies.
    help: Option<(Vec<Guidance>, [Spot; 4])>,
}

/// Frames in a row with print of another kind after which a document shows its other side.
const OTHER_SIDE: u32 = 4;

impl PrintTurn {
    fn take(&mut self) -> bool {
        self.frame = self.frame.wrapping_add(1);
        self.frame % 2 == 1 || self.seen && !self.frame.is_multiple_of(4)
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({:?})", self.wanted)
    }
}

/// What has been read of a frame so far.
struct Found<'f> {
    frame: LumaFrame<'f>,
    sight: Sight,
    began: u64,
}

impl Session {
    /// A view that looks for `wanted`, at most `cap_us` microseconds a frame. The cap is kept
    /// between passes; a pass that has begun is ended.
    pub fn new(wanted: Symbologies, cap_us: u64, timer: Box<dyn Timer + Send>) -> Self {
        Self {
            wanted,
            cap_us,
            timer,
            decoder: Rx::new(),
            finder: Finder::default(),
            ballot: Ballot::default(),
            plane: Plane::default(),
            memory: Memory::default(),
            turn: 0,
            field_turn: 0,
            print: None,
        }
    }

    /// Reads the lines of card numbers and machine-readable zones too, from now on: by turns with the
    /// passes for codes. Where no codes are wanted, in every frame.
    #[must_use]
    pub fn with_print(mut self) -> Self {
        self.print.get_or_insert_default();
        self
    }

    /// Looks for other symbologies from now on.
    pub fn look_for(&mut self, wanted: Symbologies) {
        self.wanted = wanted;
    }

    /// Forgets the frames before: the view shows something else now.
    pub fn reset(&mut self) {
        self.memory.clear();
        (self.turn, self.field_turn) = (0, 0);
        if let Some(turn) = &mut self.print {
            (turn.seen, turn.others, turn.help) = (false, 0, None);
        }
    }

    /// Reads the next frame of the view: its stripes, and by turns one of the other passes.
    pub fn look(&mut self, frame: &LumaFrame<'_>) -> Sight {
        let no_codes = self.wanted.is_empty();
        if self.print.as_mut().is_some_and(|turn| turn.take() || no_codes) {
            return self.look_at_print(frame);
        }
        let passes = self.passes();
        let mut found = self.begin(frame);
        let patches = self.stripes(&mut found);
        if found.sight.symbols.is_empty() {
            self.one_field(&mut found);
        }
        if found.sight.symbols.is_empty() && !passes.is_empty() && self.within_cap(&mut found) {
            self.run(passes[self.turn % passes.len()], &mut found);
            // What gave something is the first to be tried on the next frame, which should agree.
            if found.sight.symbols.is_empty() {
                self.turn = self.turn.wrapping_add(1);
            }
        }
        self.finish(found, &patches)
    }

    /// Reads a frame's print, after those of its stripes that are read with little effort.
    fn look_at_print(&mut self, frame: &LumaFrame<'_>) -> Sight {
        let mut found = self.begin(frame);
        let patches = self.finder.patches(&found.frame);
        self.patches(&patches, Effort::Little, &mut found);
        self.print(&mut found);
        self.finish(found, &patches)
    }

    /// Reads the lines of a frame's print.
    fn print(&mut self, found: &mut Found<'_>) {
        let Some(mut turn) = self.print.take() else { return };
        let frame = found.frame;
        let print = turn.reader.read(&frame, || self.within_cap(found));
        turn.seen = number_line(&print.looks).is_some();
        turn.others = if is_other_side(&print.looks) { turn.others.saturating_add(1) } else { 0 };
        turn.help = print_guidance(&frame, &print.looks);
        if turn.others >= OTHER_SIDE {
            turn.help = print.looks.first().map(|look| (vec![Guidance::TurnOver], look.outline));
        }
        found.sight.lines = print.lines;
        self.print = Some(turn);
    }

    /// Reads a photo that stands alone with every pass at every scale.
    pub fn still(&mut self, frame: &LumaFrame<'_>) -> Sight {
        self.reset();
        self.study(frame)
    }

    /// Reads the next of several photos of one view with every pass at every scale.
    pub fn study(&mut self, frame: &LumaFrame<'_>) -> Sight {
        let mut found = self.begin(frame);
        let patches = self.stripes(&mut found);
        self.fields(&mut found);
        self.smaller_stripes(&mut found);
        for pass in self.passes() {
            let linear = found.sight.symbols.iter().any(|symbol| symbol.symbology.is_linear());
            if pass == Pass::Lines && linear {
                continue;
            }
            if !self.within_cap(&mut found) {
                break;
            }
            self.run(pass, &mut found);
        }
        self.print(&mut found);
        self.finish(found, &patches)
    }

    fn begin<'f>(&mut self, frame: &LumaFrame<'f>) -> Found<'f> {
        self.memory.next_frame();
        Found { frame: *frame, sight: Sight::default(), began: self.timer.micros() }
    }

    /// Whether there is time for another pass; notes it where there is none.
    fn within_cap(&self, found: &mut Found<'_>) -> bool {
        let within = self.timer.micros().saturating_sub(found.began) < self.cap_us;
        found.sight.cut_short |= !within;
        within
    }

    fn passes(&self) -> Vec<Pass> {
        let mut passes = Vec::new();
        if !self.wanted.matrix().is_empty() {
            passes.extend([Pass::Middle, Pass::Half, Pass::Whole]);
        }
        if !self.wanted.linear().is_empty() {
            passes.push(Pass::Lines);
        }
        if self.wanted.has(Symbology::Pdf417) {
            passes.push(Pass::Stacked);
        }
        passes
    }

    /// Reads the striped patches, every one with some effort before one with every effort; answers
    /// those that are there.
    fn stripes(&mut self, found: &mut Found<'_>) -> Vec<Patch> {
        let patches = self.finder.patches(&found.frame);
        self.patches(&patches, Effort::Fair, found);
        if found.sight.symbols.is_empty() {
            self.patches(&patches[..patches.len().min(PATCHES_FIRST)], Effort::Full, found);
        }
        patches
    }

    fn patches(&mut self, patches: &[Patch], effort: Effort, found: &mut Found<'_>) {
        let mut read: Vec<&Patch> = Vec::new();
        for (rank, patch) in patches.iter().enumerate() {
            let enough = rank >= PATCHES_FIRST && !found.sight.symbols.is_empty();
            if enough || !self.within_cap(found) {
                return;
            }
            // A slanted patch is another view of blocks that an upright one has given already.
            if patch.slant != 0.0 && read.iter().any(|read| read.holds(patch)) {
                continue;
            }
            // Beside a code that was read, only one that is as easy to read is worth the time.
            let effort = if found.sight.symbols.is_empty() { effort } else { Effort::Little };
            if self.patch(patch, effort, (found.frame, 1.0), found) {
                read.push(patch);
            }
        }
    }

    /// Reads one of the textured fields, by turns: most of what is textured is print.
    fn one_field(&mut self, found: &mut Found<'_>) {
        let fields = self.fields_to_read(found);
        if let Some(field) = fields.get(self.field_turn % fields.len().max(1)) {
            self.field(*field, found);
            if found.sight.symbols.is_empty() {
                self.field_turn = self.field_turn.wrapping_add(1);
            }
        }
    }

    /// Reads all textured fields.
    fn fields(&mut self, found: &mut Found<'_>) {
        for field in self.fields_to_read(found) {
            self.field(field, found);
        }
    }

    fn fields_to_read(&self, found: &Found<'_>) -> Vec<Field> {
        if self.wanted.matrix().is_empty() { Vec::new() } else { self.finder.fields(&found.frame) }
    }

    /// Reads a textured field, upright and enlarged: a two-dimensional code that is too small or
    /// too much turned as it is.
    fn field(&mut self, field: Field, found: &mut Found<'_>) {
        let (x, y) = field.middle();
        let half = (0.5 + FIELD_MARGIN_SHARE) * field.side as f32 + FIELD_MARGIN;
        let scale = (FIELD_SIDE / (2.0 * half)).clamp(1.0, FIELD_SCALE_MAX);
        let along = field.direction(&found.frame);
        let mut plane = std::mem::take(&mut self.plane);
        let square = Patch { x, y, along, slant: 0.0, half_along: half, half_across: half };
        plane.turned(&found.frame, &square, scale);
        plane.sharpen((FIELD_SHARPEN_PIXELS * scale) as usize, FIELD_SHARPEN);
        self.matrices(&plane, |(x, y)| square.point(x / scale - half, y / scale - half), found);
        self.plane = plane;
    }

    /// Reads the two-dimensional codes of a picture, of which `place` tells where its points lie.
    fn matrices(&mut self, plane: &Plane, place: impl Fn((f32, f32)) -> (f32, f32), found: &mut Found<'_>) {
        for symbology in self.wanted.matrix().iter() {
            if !self.within_cap(found) {
                break;
            }
            if let Some(text) = self.decoder.area(plane.picture(), symbology) {
                let outline = box_of(&text.points).map(&place);
                self.tell(text, 1, outline, found);
            }
        }
    }

    /// The stripes of the photo at half the size, a quarter and so on: bars wider than a block.
    fn smaller_stripes(&mut self, found: &mut Found<'_>) {
        let mut plane = Plane::default();
        let mut scale = plane.half(&found.frame);
        while plane.picture().width.min(plane.picture().height) >= 16 * DECODE_SIDE_MIN {
            let Some(smaller) = plane.frame() else { return };
            for patch in self.finder.patches(&smaller) {
                if !self.within_cap(found) {
                    return;
                }
                self.patch(&patch, Effort::Fair, (smaller, scale), found);
            }
            let mut next = Plane::default();
            scale *= next.half(&smaller);
            plane = next;
        }
    }

    /// Reads one patch of a frame, which is the frame looked at shrunk by `scale`; whether it held
    /// a code.
    fn patch(
        &mut self,
        patch: &Patch,
        effort: Effort,
        (frame, scale): (LumaFrame<'_>, f32),
        found: &mut Found<'_>,
    ) -> bool {
        let place = |(u, v): (f32, f32)| {
            let (x, y) = patch.point(u, v);
            (x * scale, y * scale)
        };
        if !self.wanted.linear().is_empty() {
            let votes = self.ballot.count(&frame, patch, self.wanted, effort, &mut self.decoder);
            let read = !votes.is_empty();
            for vote in votes {
                let (from, to, across) = (vote.span.0, vote.span.1, patch.half_across);
                let outline = [(from, -across), (to, -across), (to, across), (from, across)].map(place);
                let rows = vote.rows();
                self.tell(vote.text, rows, outline, found);
            }
            if read {
                return true;
            }
        }
        let stacked = self.wanted.has(Symbology::Pdf417) && patch.half_across > STACKED_HALF_MIN;
        // Sharpening in more ways is for rows of bars alone.
        if !stacked || effort == Effort::Full || !self.within_cap(found) {
            return false;
        }
        let Some((data, width, height)) = picture(&frame, patch, STACKED_SIDE_MAX) else { return false };
        let Some(text) = self.decoder.area(Picture { data: &data, width, height }, Symbology::Pdf417) else {
            return false;
        };
        self.tell(text, 1, corners(patch).map(|(x, y)| (x * scale, y * scale)), found);
        true
    }

    fn run(&mut self, pass: Pass, found: &mut Found<'_>) {
        let mut plane = std::mem::take(&mut self.plane);
        let (left, top, scale) = match pass {
            Pass::Half => (0, 0, plane.half(&found.frame)),
            Pass::Middle => {
                let middle = (found.frame.width() / 2, found.frame.height() / 2);
                plane.doubled(&found.frame, middle, MIDDLE.0, MIDDLE.1)
            }
            Pass::Whole | Pass::Lines | Pass::Stacked => (0, 0, plane.whole(&found.frame)),
        };
        let place =
            |points: &[(f32, f32)]| box_of(points).map(|(x, y)| (x * scale + left as f32, y * scale + top as f32));
        match pass {
            Pass::Lines => self.lines(&plane, scale, found),
            Pass::Stacked => {
                if let Some(text) = self.decoder.area(plane.picture(), Symbology::Pdf417) {
                    let outline = place(&text.points);
                    self.tell(text, 1, outline, found);
                }
            }
            Pass::Half | Pass::Middle | Pass::Whole => {
                self.matrices(&plane, |(x, y)| (x * scale + left as f32, y * scale + top as f32), found);
            }
        }
        self.plane = plane;
    }

    /// A linear code that the whole frame gave counts only if the rows beside its line agree.
    fn lines(&mut self, plane: &Plane, scale: f32, found: &mut Found<'_>) {
        let Some(text) = self.decoder.linear(plane.picture(), self.wanted) else { return };
        let (Some(frame), [a, .., b]) = (plane.frame(), &text.points[..]) else { return };
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx.hypot(dy);
        if length.is_nan() || length <= 1.0 {
            return;
        }
        let patch = Patch {
            x: f32::midpoint(a.0, b.0),
            y: f32::midpoint(a.1, b.1),
            along: (dx / length, dy / length),
            slant: 0.0,
            half_along: frame.width().max(frame.height()) as f32 / 2.0,
            half_across: LINE_HALF,
        };
        self.patch(&patch, Effort::Fair, (frame, scale), found);
    }

    fn tell(&mut self, text: Text, rows: u32, outline: [(f32, f32); 4], found: &mut Found<'_>) {
        let symbols = &mut found.sight.symbols;
        let same = symbols.iter_mut().find(|known| known.symbology == text.symbology && known.text == text.text);
        if let Some(known) = same {
            known.rows = known.rows.max(rows);
            return;
        }
        if symbols.len() < SYMBOLS_MAX {
            let (frames, agreed) = self.memory.note(&text);
            let outline = outline.map(|(x, y)| found.frame.upright(x, y));
            let Text { symbology, aim, text, .. } = text;
            symbols.push(Symbol { symbology, aim, text, outline, rows, frames, agreed });
        }
    }

    /// Says what would help, where neither a code nor a line was read well.
    fn finish(&self, mut found: Found<'_>, patches: &[Patch]) -> Sight {
        if !found.sight.symbols.is_empty() {
            return found.sight;
        }
        match &self.print {
            Some(PrintTurn { help: Some((help, outline)), .. }) => {
                found.sight.guidance.clone_from(help);
                found.sight.unread = Some(*outline);
            }
            // Print looks like bars; what was read well needs no help.
            Some(PrintTurn { seen: true, .. }) => {}
            _ => {
                found.sight.guidance = guidance(&found.frame, patches);
                let outline = |patch: &Patch| corners(patch).map(|(x, y)| found.frame.upright(x, y));
                found.sight.unread = patches.first().map(outline);
            }
        }
        found.sight
    }
}

fn corners(patch: &Patch) -> [(f32, f32); 4] {
    let (u, v) = (patch.half_along, patch.half_across);
    [(-u, -v), (u, -v), (u, v), (-u, v)].map(|(u, v)| patch.point(u, v))
}

/// The upright box around points.
fn box_of(points: &[(f32, f32)]) -> [(f32, f32); 4] {
    let fold = |pick: fn(&(f32, f32)) -> f32| {
        points.iter().map(pick).fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)))
    };
    if points.is_empty() {
        return [(0.0, 0.0); 4];
    }
    let (left, right) = fold(|p| p.0);
    let (top, bottom) = fold(|p| p.1);
    [(left, top), (right, top), (right, bottom), (left, bottom)]
}
