//! From a phone's screen to another one's camera: codes drawn, photographed and read by the core's own eyes.

use fieldcore::carry::{self, FrameMaker, FrameTaker, Way};
use fieldcore::optics::{LumaFrame, Session, Symbologies, SystemTimer};
use fieldcore_tests::Rng;
use fieldcore_tests::screen::{View, frame_of};
use fieldcore_tests::workload::Workload;

use crate::phone::Site;

#[test]
fn a_days_work_goes_from_a_screen_to_a_camera_and_on_to_the_hub() {
    let site = Site::new(21);
    let mut sender = site.phone(210, Workload::new(210, 400, 10).plain());
    let carrier = site.phone(211, Workload::new(211, 20, 10).plain());
    sender.work(60);
    let (bundle, done) = carry::export_bytes(&sender.journal(), usize::MAX, Way::Screen).expect("it is packed");
    assert_eq!(done.left, 0);
    let maker = FrameMaker::new(&bundle).expect("it is for a screen");
    let mut taker = FrameTaker::new();
    let mut eyes = Session::new(
        Symbologies::NONE.with(fieldcore::optics::Symbology::Qr),
        u64::MAX,
        Box::new(SystemTimer::default()),
    );
    let mut rng = Rng::new(21);
    let (mut shown, mut missed) = (0, 0);
    while taker.bundle().is_none() {
        assert!(shown < 4 * maker.needed() as u32 + 20, "{missed} of {shown} frames were not read");
        let frame = frame_of(&maker.text(shown), &View::steady(), u64::from(shown));
        shown += 1;
        // Now and then the screen changes while the camera looks.
        let sight = if rng.percent(10) {
            None
        } else {
            Some(
                eyes.look(&LumaFrame::new(&frame.data, frame.width, frame.height, frame.width).expect("a sound frame")),
            )
        };
        let told =
            sight.is_some_and(|sight| sight.symbols.iter().any(|symbol| taker.take_text(&symbol.text).wrong.is_none()));
        missed += u32::from(!told);
    }
    assert_eq!(taker.bundle(), Some(&bundle[..]));
    assert!(missed * 3 <= shown, "{missed} of {shown} frames were not read");
    println!("{} bytes: {} frames needed, {shown} shown, {missed} not read", bundle.len(), maker.needed());
    let taken =
        carry::import_bytes(&carrier.journal(), taker.bundle().expect("it is there"), Way::Screen).expect("taken");
    assert_eq!((taken.taken, taken.refused), (done.items, 0));
    let up = carry::export_bytes(&carrier.journal(), usize::MAX, Way::Share).expect("it is packed").0;
    site.hub.ingest_carried(&up, None).expect("the hub answers");
    site.counts(&sender.people(), &sender.labels());
}
