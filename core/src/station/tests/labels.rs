//! Labels that say more than a tube's name: GS1, ISBT 128, Codabar.

use super::super::Target;
use super::{Post, number};

#[test]
fn a_gs1_label_opens_no_tube_unless_the_profile_says_which_part() {
    let label = |serial: &str| format!("]d201069012345678921726053110LOT1\u{1d}21{serial}");
    let mut post = Post::new();
    assert_eq!(post.run(&[(&label("S00001"), "wrong_kind")]).problems, ["label_symbology"]);
    post.run(&[("TUBE-0001", "tube_opened")]);
    post.run(&[(&label("S00001"), "wrong_kind"), (&number(1), "bound")]);

    let mut post = Post::profile("\n[tube]\ngs1 = \"serial\"\npattern = \"S[0-9]{5}\"\n");
    let answer = post.run(&[(&label("S00001"), "tube_opened")]);
    assert_eq!(answer.tube.as_deref(), Some("S00001"));
    post.run(&[(&number(1), "bound"), (&label("S00001"), "repeated"), (&label("X00001"), "wrong_kind")]);
    post.run(&[(":close", "tube_closed"), (&label("S00001"), "tube_already_used")]);
    // Another symbol of the same tube, without lot and separators, is the same tube.
    post.run(&[("]C1010690123456789221S00001", "tube_already_used"), ("S00001", "tube_already_used")]);
    // A misread or doubted label opens nothing.
    assert_eq!(post.run(&[("]d2010690123456789321S00002", "refused")]).problems, ["checksum"]);
    assert_eq!(post.run(&[("]d2010690123456789221S0000217260531", "refused")]).problems, ["separator"]);
    post.run(&[("]d2010690123456789221S00002", "tube_opened")]);
}

#[test]
fn one_donation_number_is_one_tube_whatever_its_flags() {
    let mut post = Post::profile("\n[tube]\nisbt128 = \"din\"\npattern = \"[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{10}\"\n");
    let answer = post.run(&[("]C0=G12341765432107", "tube_opened")]);
    assert_eq!(answer.tube.as_deref(), Some("G123417654321"));
    post.run(&[(&number(1), "bound"), ("=G12341765432100=%6200", "repeated"), ("G1234 17 654321 A", "repeated")]);
    post.run(&[(":void \"G1234 17 654321 A\" 1 mistake", "voided"), (":void G123417654321B 1 mistake", "refused")]);
    post.run(&[(&number(2), "bound"), (":close", "tube_closed"), ("]C0=G12341765432170", "tube_already_used")]);
    assert_eq!(post.run(&[("]C0=G12341765432171", "refused")]).problems, ["checksum"]);
    assert_eq!(post.run(&[("G1234 17 654322 A", "refused")]).problems, ["checksum"]);
    assert_eq!(post.run(&[(":tube G123417654322A", "refused")]).problems, ["checksum"]);
    // Keyed without its check character nothing protects it.
    post.run(&[("A999921123456", "wrong_kind"), ("A9999 21 123456 3", "tube_opened")]);
}

#[test]
fn a_codabar_is_one_tube_with_and_without_its_letters() {
    let mut post = Post::profile("\n[tube]\ncodabar = \"strip\"\npattern = \"[0-9]{6,10}\"\n");
    let answer = post.run(&[("]F0A00123456B", "tube_opened")]);
    assert_eq!(answer.tube.as_deref(), Some("00123456"));
    post.run(&[(&number(1), "bound"), ("]F000123456", "repeated"), ("A00123456B", "repeated")]);
    post.run(&[(":close", "tube_closed"), ("]C0A00123457B", "wrong_kind"), (":spoil A00123456B leaks", "spoiled")]);
    for called in ["00123456", "A00123456B"] {
        assert!(post.station().trace(called, Target::Screen).unwrap().is_some(), "{called}");
    }
    assert!(post.station().trace("A00123457B", Target::Screen).unwrap().is_none());
}
