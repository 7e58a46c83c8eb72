//! What the sets promise. Without the fonts nothing can be printed: then every test ends early, after a look at the
//! error that says which package is missing.

use super::*;

/// A frame, or nothing where the fonts are not installed.
fn shot(taken: Result<Shot, FontError>) -> Option<Shot> {
    taken.map_err(names_its_package).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn names_its_package(error: FontError) {
    assert!(error.to_string().contains("install the Debian package fonts-"), "{error}");
}

/// The check digit of ICAO Doc 9303 part 3, section 4.9, written anew.
fn icao(text: &str) -> u32 {
    let mut sum = 0;
    for (place, byte) in text.bytes().enumerate() {
        let value = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'A'..=b'Z' => u32::from(byte - b'A') + 10,
            _ => 0,
        };
        sum += value * [7, 3, 1][place % 3];
    }
    sum % 10
}

/// Whether the sign behind `text` is its check digit; a filler stands for 0.
fn holds(text: &str, digit: &str) -> bool {
    icao(text) == digit.parse().unwrap_or(u32::MAX) || digit == "<" && icao(text) == 0
}

/// ISO 7064 MOD 11-2 as the standard's own recursion, over the digits with their check character.
fn mod_11_2(number: &str) -> bool {
    let value = |sign: char| if sign == 'X' { 10 } else { sign.to_digit(10).unwrap_or(99) };
    number.chars().fold(0, |sum, sign| sum * 2 % 11 + value(sign)) % 11 == 1
}

/// Whether every check digit of a zone holds, by the places of Doc 9303 parts 4 to 7 and of the exit permit.
fn zone_holds(kind: DocumentKind, lines: &[PrintedLine]) -> bool {
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let own = |line: &str, from: usize, to: usize| holds(&line[from..to], &line[to..=to]);
    match kind {
        DocumentKind::PrcNumber => mod_11_2(text[0]),
        DocumentKind::Td1 => {
            let (upper, lower) = (text[0], text[1]);
            let all = [&upper[5..30], &lower[0..7], &lower[8..15], &lower[18..29]].concat();
            own(upper, 5, 14) && own(lower, 0, 6) && own(lower, 8, 14) && holds(&all, &lower[29..])
        }
        DocumentKind::ExitPermit => {
            let line = text[0];
            let all = [&line[2..12], &line[13..20], &line[21..28]].concat();
            own(line, 2, 11) && own(line, 13, 19) && own(line, 21, 27) && holds(&all, &line[29..])
        }
        DocumentKind::Td2 | DocumentKind::Td3 | DocumentKind::MrvA | DocumentKind::MrvB => {
            let line = text[1];
            let end = line.len() - 1;
            let all = [&line[0..10], &line[13..20], &line[21..end]].concat();
            let composite = matches!(kind, DocumentKind::MrvA | DocumentKind::MrvB) || holds(&all, &line[end..]);
            let personal = kind != DocumentKind::Td3 || own(line, 28, 42);
            own(line, 0, 9) && own(line, 13, 19) && own(line, 21, 27) && composite && personal
        }
    }
}

#[test]
fn the_checks_of_the_tests_are_those_of_the_standards() {
    // Doc 9303 part 3, section 4.9: the example "520727" has the check digit 3.
    assert!(icao("520727") == 3 && icao("AB2134<<<") == 5);
    // ISO 7064: the example "0794" has the check character 0.
    assert!(mod_11_2("07940") && !mod_11_2("07941"));
}

#[test]
fn a_seed_means_the_same_bytes_and_a_burst_begins_with_the_frame() {
    let Some(one) = shot(document(DocumentKind::Td1, Level::Medium, 3)) else { return };
    let burst = document_burst(DocumentKind::Td1, Level::Medium, 3, 3).unwrap();
    assert_eq!(one, burst[0]);
    assert_eq!(one.data.len(), one.width * one.height);
    for other in &burst[1..] {
        assert!(other.data != one.data && other.lines[0].text == one.lines[0].text);
    }
    assert_ne!(one.data, document(DocumentKind::Td1, Level::Medium, 4).unwrap().data);
    assert_ne!(one.lines[0].text, document(DocumentKind::Td1, Level::Hard, 3).unwrap().lines[0].text);
}

#[test]
fn every_check_digit_is_right() {
    for kind in DocumentKind::ALL {
        for seed in 0..60 {
            let lines = texts(kind, seed, Flaw::None);
            assert!(zone_holds(kind, &lines), "{} {seed}: {lines:?}", kind.name());
            let (count, width) = match kind {
                DocumentKind::PrcNumber => (1, 18),
                DocumentKind::ExitPermit => (1, 30),
                DocumentKind::Td1 => (3, 30),
                DocumentKind::Td2 | DocumentKind::MrvB => (2, 36),
                DocumentKind::Td3 | DocumentKind::MrvA => (2, 44),
            };
            assert!(lines.len() == count && lines.iter().all(|line| line.text.len() == width), "{lines:?}");
        }
    }
}

/// The lines of a document without a picture of it.
fn texts(kind: DocumentKind, seed: u64, flaw: Flaw) -> Vec<PrintedLine> {
    let words = words(kind, seed, flaw);
    let line = |text| PrintedLine { text, corners: [(0.0, 0.0); 4], digits_inside: true };
    match words {
        Words::Number(number) => vec![line(number)],
        Words::Zone(zone) => zone.lines.into_iter().map(line).collect(),
    }
}

#[test]
fn a_flaw_is_one_digit_and_fails_the_check() {
    for kind in [DocumentKind::PrcNumber, DocumentKind::Td1, DocumentKind::Td3] {
        for seed in 0..60 {
            let (right, wrong) = (texts(kind, seed, Flaw::None), texts(kind, seed, Flaw::OneDigit));
            let joined = |lines: &[PrintedLine]| lines.iter().map(|line| line.text.clone()).collect::<String>();
            let (before, after) = (joined(&right), joined(&wrong));
            let changed: Vec<(char, char)> = before.chars().zip(after.chars()).filter(|(a, b)| a != b).collect();
            assert!(before.len() == after.len() && changed.len() == 1, "{before} {after}");
            assert!(changed[0].1.is_ascii_digit() && zone_holds(kind, &right) && !zone_holds(kind, &wrong), "{after}");
        }
    }
}

#[test]
fn the_flawed_frames_show_the_flawed_text() {
    let Some(wrong) = shot(wrong_digit(Level::Easy, 2)) else { return };
    let right = document(DocumentKind::PrcNumber, Level::Easy, 2).unwrap();
    assert_eq!(wrong.lines[0].corners[3], right.lines[0].corners[3], "nothing else has changed");
    assert!(mod_11_2(&right.lines[0].text) && !mod_11_2(&wrong.lines[0].text));
    let zone = wrong_zone(Level::Hard, 1).unwrap();
    assert!(zone.lines.len() == 2 && !zone_holds(DocumentKind::Td3, &zone.lines));
}

#[test]
fn lines_lie_in_the_frame_and_ink_lies_in_their_corners() {
    let mut whole = 0;
    for (seed, kind) in (0..).zip(DocumentKind::ALL) {
        let Some(shot) = shot(document(kind, Level::Easy, seed)) else { return };
        whole += usize::from(shot.is_whole());
        for line in shot.lines.iter().filter(|line| line.digits_inside) {
            // The middle of a line crosses strokes and gaps: at an easy level both are far apart.
            let levels: Vec<u8> = (0..=400_u16).map(|step| across(&shot, line, f32::from(step) / 400.0)).collect();
            let (dark, light) = (levels.iter().min().unwrap(), levels.iter().max().unwrap());
            assert!(light - dark > 60, "{} {seed}: {dark} to {light} in {}", kind.name(), line.text);
        }
    }
    assert!(whole >= 6, "{whole} of 7");
}

/// Level of a point on the middle of a line, from its left to its right.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole line lies in the frame")]
fn across(shot: &Shot, line: &PrintedLine, share: f32) -> u8 {
    let [a, b, c, d] = line.corners;
    let (left, right) = (((a.0 + d.0) / 2.0, (a.1 + d.1) / 2.0), ((b.0 + c.0) / 2.0, (b.1 + c.1) / 2.0));
    let (x, y) = (left.0 + (right.0 - left.0) * share, left.1 + (right.1 - left.1) * share);
    shot.data[y as usize * shot.width + x as usize]
}

#[test]
fn a_worse_level_blurs_more() {
    let mut sharpness = [0.0; 3];
    for seed in 0..4 {
        let Ok(fonts) = Fonts::get(Cut::Sharp).map_err(names_its_package) else { return };
        let still = still(print(fonts, DocumentKind::MrvB, seed, Flaw::None), seed);
        for (level, sum) in Level::ALL.into_iter().zip(&mut sharpness) {
            let drawn = Moment::draw(level, &mut Rng::part(seed, 0x100));
            // Blur alone: with neither noise nor darkness nor JPEG's own loss.
            let mut moment = Moment::draw(Level::Easy, &mut Rng::part(seed, 0x100));
            (moment.defocus_px, moment.motion_px) = (drawn.defocus_px, drawn.motion_px);
            (moment.noise, moment.gain, moment.quality) = (0.0, 1.0, 100);
            *sum += steepness(&still.take(&moment));
        }
    }
    let [easy, medium, hard] = sharpness;
    assert!(easy > 1.15 * medium && medium > 1.15 * hard, "{sharpness:?}");
}

/// Mean square of the steps from pixel to pixel.
#[expect(clippy::cast_precision_loss, reason = "a million pixels")]
fn steepness(shot: &Shot) -> f64 {
    let steps = shot.data.windows(2).map(|pair| f64::from(pair[0].abs_diff(pair[1])).powi(2));
    steps.sum::<f64>() / shot.data.len() as f64
}

#[test]
fn pages_hold_no_number_and_every_name_has_a_frame() {
    let Some(page) = shot(number_page(5)) else { return };
    assert!(page.lines.len() > 20);
    for line in &page.lines {
        let year = line.text[6..10].parse::<u32>().unwrap_or(0);
        let sound = line.text.len() == 18 && mod_11_2(&line.text) && (1800..=2030).contains(&year);
        assert!(line.text.len() >= 11 && !sound, "{}", line.text);
    }
    assert!(clutter(2).unwrap().lines.is_empty());
    assert_eq!(names().len(), 29);
    for name in ["permit-medium", "wrong-digit-hard", "wrong-zone-easy", "clutter"] {
        assert!(names().contains(&name.to_owned()) && named(name, 1).is_some());
    }
    assert!(named("td9-easy", 1).is_none() && named("any-angle", 1).is_none());
}

#[test]
fn a_hint_of_defocus_keeps_the_light() {
    let Ok(fonts) = Fonts::get(Cut::Sharp).map_err(names_its_package) else { return };
    let still = still(print(fonts, DocumentKind::ExitPermit, 1, Flaw::None), 1);
    let mut moment = Moment::draw(Level::Easy, &mut Rng::part(1, 0x100));
    let mut light = |defocus_px: f32| {
        moment.defocus_px = defocus_px;
        still.take(&moment).data.iter().map(|level| u64::from(*level)).sum::<u64>()
    };
    let sharp = light(0.0);
    for radius in [0.06, 0.3, 0.55, 3.0] {
        assert!(light(radius).abs_diff(sharp) < sharp / 100, "{radius}");
    }
}
