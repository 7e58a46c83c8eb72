//! Where parts meet: codes of other devices, and what the lane was asked or has in hand.

use super::{Post, number};
use crate::custody::{SignedTubePass, TubePass};
use crate::id::RecordRef;
use crate::limits::TUBE_POSITIONS_MAX;
use crate::secret::Secret;

fn phone() -> Post {
    Post::profile("capacity = 4")
}

/// What a stranger's device would say of the tube `tube`, after an offer that was seen.
fn by_a_stranger(seen: &str, tube: Option<RecordRef>, change: impl FnOnce(&mut TubePass)) -> crate::Result<String> {
    let seed = Secret::new([7; 32]);
    let mut pass = SignedTubePass::from_code(seen)?.verify()?;
    pass.device_key = crate::crypto::signing_public(&seed);
    pass.tube = tube.unwrap_or(pass.tube);
    change(&mut pass);
    SignedTubePass::sign(&pass, &seed)?.to_code()
}

fn offer(giver: &mut Post, label: &str) -> String {
    giver.run(&[(label, "tube_opened"), (&number(90), "bound")]);
    giver.run(&[(":pass", "tube_passed_on")]).code.expect("a code")
}

/// Whoever was asked about belongs to the tube that the lane had then.
#[test]
fn a_code_of_another_device_ends_what_the_lane_was_asked() {
    let (mut one, mut two) = (phone(), phone());
    let seen = offer(&mut one, "TUBE-0001");
    two.run(&[("TUBE-0002", "tube_opened"), (&number(1), "bound"), (&number(2), "bound")]);
    two.run(&[(&number(1), "duplicate_person")]);
    two.run(&[(&seen, "tube_taken_over")]);
    assert_eq!(two.run(&[(":confirm both swabs", "refused")]).problems, ["nothing_to_confirm"]);
    assert_eq!(two.run(&[(&number(3), "bound")]).tube.as_deref(), Some("TUBE-0001"));
}

/// A tube that never left cannot come back: nobody else knows how many people are in it.
#[test]
fn a_code_for_a_tube_that_never_left_changes_nothing() {
    let (mut one, mut two) = (phone(), phone());
    let seen = offer(&mut two, "TUBE-0009");
    let tube = one.run(&[("TUBE-0001", "tube_opened")]).saved.expect("the opening record");
    one.run(&[(&number(1), "bound")]);
    let forged = by_a_stranger(&seen, Some(tube), |pass| {
        pass.label = "TUBE-0001".to_owned();
        (pass.people, pass.next) = (4, 5);
    });
    let unsent = one.station().status().unwrap().unsent;
    assert_eq!(one.run(&[(&forged.unwrap(), "refused")]).problems, ["code_not_asked"]);
    assert_eq!(one.station().status().unwrap().unsent, unsent);
    assert_eq!(one.run(&[(&number(2), "bound")]).left, Some(2));
}

/// Two people at one position could not be told apart.
#[test]
fn a_tube_whose_positions_are_used_up_is_not_offered() {
    let (mut one, mut two) = (phone(), phone());
    let seen = offer(&mut one, "TUBE-0001");
    let at = |next: u32| by_a_stranger(&seen, None, |pass| pass.next = next);
    assert!(at(TUBE_POSITIONS_MAX + 1).is_err());
    assert!(at(u32::MAX).is_err());
    two.run(&[(&at(TUBE_POSITIONS_MAX).unwrap(), "tube_taken_over")]);
    let positions = [2, 3].map(|n| two.run(&[(&number(n), "bound")]).position.unwrap());
    assert_eq!(positions, [TUBE_POSITIONS_MAX, TUBE_POSITIONS_MAX + 1]);
}
