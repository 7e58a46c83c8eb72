//! A camera over a lane: what is handed over, how often, and what is asked.

use fieldcore_frames::{Background, Frame, Kind, Scene, Setup, render};
use fieldcore_optics::{LumaFrame, Session, Symbologies, SystemTimer};

use super::{Post, number};
use crate::{Answer, Eyes, Outcome};

/// A code on a tube, or on a card, at a place.
fn setup(kind: Kind, text: &str, place_px: (f32, f32)) -> Setup {
    let base = Setup::base(7);
    let card = matches!(kind, Kind::Qr);
    Setup {
        kind,
        text: text.to_owned(),
        place_px,
        module_mm: if card { 0.6 } else { 0.25 },
        diameter_mm: if card { None } else { base.diameter_mm },
        background: Background::Plain(0.4),
        ..base
    }
}

fn scene(setups: &[Setup]) -> Scene {
    let mut scene = setups[0].scene().unwrap();
    for more in &setups[1..] {
        scene.objects.extend(more.scene().unwrap().objects);
    }
    scene
}

fn tube(label: &str) -> Frame {
    render(&scene(&[setup(Kind::Code128, label, (0.0, 0.0))]))
}

struct Camera {
    post: Post,
    eyes: Eyes,
}

impl Camera {
    fn over(post: Post) -> Self {
        let session = Session::new(Symbologies::ALL, u64::MAX, Box::new(SystemTimer::default()));
        Self { post, eyes: Eyes::new(session) }
    }

    /// Shows a frame so many times, a thirtieth of a second apart; the answers there were.
    fn show(&mut self, frame: &Frame, times: usize) -> Vec<Answer> {
        let look = |_| {
            self.post.pass(33);
            let view = LumaFrame::new(&frame.data, frame.width, frame.height, frame.width).unwrap();
            self.post.station().look("1", &mut self.eyes, &view).unwrap().answer
        };
        (0..times).filter_map(look).collect()
    }
}

fn outcomes(answers: &[Answer]) -> Vec<Outcome> {
    answers.iter().map(|answer| answer.outcome).collect()
}

#[test]
fn a_tube_in_view_is_one_scan_once_two_frames_agree() {
    let mut camera = Camera::over(Post::new());
    let first = tube("TUBE-0001");
    assert!(camera.show(&first, 1).is_empty(), "one frame proves nothing");
    assert_eq!(outcomes(&camera.show(&first, 30)), [Outcome::TubeOpened], "however long it lies there");
    camera.post.run(&[(&number(1), "bound")]);
    let empty = vec![120; 1280 * 720];
    let empty = Frame { data: empty, width: 1280, height: 720, expected: Vec::new() };
    assert!(camera.show(&empty, 20).is_empty());
    camera.post.pass(5_000);
    assert_eq!(outcomes(&camera.show(&first, 3)), [Outcome::Repeated], "put away and shown again, it is a new scan");
}

#[test]
fn two_tubes_in_view_are_a_question() {
    let mut camera = Camera::over(Post::new());
    let labels = ["TUBE-0001", "TUBE-0002"];
    let both = scene(&[setup(Kind::Code128, labels[0], (0.0, -160.0)), setup(Kind::Code128, labels[1], (0.0, 160.0))]);
    let answers = camera.show(&render(&both), 4);
    assert_eq!(outcomes(&answers), [Outcome::NeedsConfirmation]);
    assert_eq!(answers[0].problems, ["two_codes"]);
    let mut offered: Vec<&str> = answers[0].candidates.iter().filter_map(|one| one.subject.as_deref()).collect();
    offered.sort_unstable();
    assert_eq!(offered, labels);
    let second = answers[0].candidates.iter().find(|one| one.subject.as_deref() == Some(labels[1])).unwrap();
    let answer = camera.post.run(&[(&format!(":confirm {}", second.number), "tube_opened")]);
    assert_eq!(answer.tube.as_deref(), Some(labels[1]));
}

#[test]
fn a_makers_label_beside_the_tubes_own_is_passed_over() {
    let mut camera = Camera::over(Post::new());
    let both = scene(&[
        setup(Kind::Code128, "TUBE-0001", (0.0, -160.0)),
        setup(Kind::Gs1_128, "0106901234567892", (0.0, 160.0)),
    ]);
    let answers = camera.show(&render(&both), 4);
    assert_eq!(outcomes(&answers), [Outcome::TubeOpened]);
    assert_eq!(answers[0].tube.as_deref(), Some("TUBE-0001"));
}

#[test]
fn a_person_by_their_code_and_codes_of_two_people_at_once() {
    let mut camera = Camera::over(Post::new());
    camera.post.run(&[("TUBE-0001", "tube_opened")]);
    let one = render(&scene(&[setup(Kind::Qr, &number(1), (0.0, 0.0))]));
    assert_eq!(outcomes(&camera.show(&one, 12)), [Outcome::Bound]);
    camera.eyes.reset();
    camera.post.pass(5_000);
    assert_eq!(outcomes(&camera.show(&one, 12)), [Outcome::Repeated]);
}
