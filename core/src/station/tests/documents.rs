//! Documents that are one two-dimensional code, at the desk.

use super::{Post, plan, text as profile_text};
use crate::record::ProfileSource;
use crate::scan::{SPECIMEN_CERTIFICATE, Scan, specimen_aadhaar};
use crate::station::{Answer, Target, Verb};

const CARD: &str = "@\n\u{1e}\rANSI 636000100101DL00310100DLDAQT00412377\nDCSUTOPIAN\nDDEN\nDACERIKA\nDDFN\nDADNONE\nDDGN\nDBB03151880\nDBA12102034\nDBC2\nDCGUSA\r";

fn symbol(post: &mut Post, text: &str, aim: &str) -> Answer {
    post.pass(3_000);
    post.station().scan("1", &Scan::symbol(text, Some(aim))).unwrap()
}

fn trusting() -> Post {
    Post::profile(&format!("uidai_certificates = [\"\"\"\n{SPECIMEN_CERTIFICATE}\"\"\"]\n"))
}

#[test]
fn a_licence_binds_its_holder_once() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened")]);
    let bound = symbol(&mut post, CARD, "]L0");
    assert_eq!((bound.outcome.as_str(), bound.subject.as_deref()), ("bound", Some("U******* ****A")));
    // The same number in another state is another person.
    assert_eq!(symbol(&mut post, &CARD.replace("636000", "636001"), "]L0").outcome.as_str(), "bound");
    // The card was issued anew, with the number in another form.
    let anew = CARD.replace("DAQT00412377", "DAQT 00412377 ").replace("DBA12102034", "DBA12102044");
    assert_eq!(symbol(&mut post, &anew, "]L0").outcome.as_str(), "duplicate_person");
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!((people[0].document, people[0].number.as_deref()), ("aamva", Some("T00412377")));
    assert_eq!(people[0].birth, Some(18_800_315));
}

#[test]
fn a_qr_signed_by_the_profiles_certificate_binds_and_another_is_asked_about() {
    let mut post = trusting();
    post.run(&[("TUBE-0001", "tube_opened")]);
    assert_eq!(symbol(&mut post, &specimen_aadhaar(), "]Q1").outcome.as_str(), "bound");
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!((people[0].document, people[0].name.as_deref()), ("aadhaar", Some("Erika Utopian")));

    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened")]);
    let asked = symbol(&mut post, &specimen_aadhaar(), "]Q1");
    assert_eq!(
        (asked.outcome.as_str(), asked.problems.as_slice()),
        ("needs_confirmation", ["unchecked".to_owned()].as_slice())
    );
    assert_eq!(asked.candidates.len(), 1);
    post.run(&[(":confirm 1", "bound")]);
}

/// A certificate that a newer profile brings counts from then on.
#[test]
fn a_newer_profile_brings_its_certificates() {
    let mut post = Post::profile("capacity = 5\n");
    post.station = None;
    let keys = format!("uidai_certificates = [\"\"\"\n{SPECIMEN_CERTIFICATE}\"\"\"]\n");
    post.journal().apply_profile(&profile_text(2, &keys), ProfileSource::Unsigned).unwrap();
    post.restart();
    post.station().start_shift(None, &plan()).unwrap();
    post.run(&[("TUBE-0001", "tube_opened")]);
    assert_eq!(symbol(&mut post, &specimen_aadhaar(), "]Q1").outcome.as_str(), "bound");
}

/// Neither the old QR with its open number, nor a signed one that nothing proves, is kept as text.
#[test]
fn a_guardian_is_never_kept_as_the_text_of_a_document() {
    let mut post = Post::new();
    post.run(&[("TUBE-0001", "tube_opened")]);
    let old = "<PrintLetterBarcodeData uid=\"0\" name=\"Erika Utopian\"/>";
    assert_eq!(post.run(&[(&format!(":guardian {old}"), "refused")]).problems, ["unsupported"]);
    let qr = Verb::Guardian { who: specimen_aadhaar() };
    assert_eq!(post.station().verb("1", &qr).unwrap().problems, ["unchecked"]);
    assert_eq!(post.run(&[(old, "refused")]).problems, ["unsupported"]);
    post.run(&[(&super::number(1), "bound")]);
    let people = post.station().trace("TUBE-0001", Target::Screen).unwrap().unwrap().people;
    assert_eq!((people[0].guardian.as_deref(), people[0].alias.as_deref()), (None, None));
}
