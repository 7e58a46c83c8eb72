//! Certificates, key sets and invitations.

use super::material::Seeded;
use super::{CAMPAIGN, refuses_every_change};
use crate::crypto;
use crate::secret::Secret;
use crate::wire::{Certificate, CertificatePlan, Invitation, KeySet, KeySetPlan, Purpose, token_id};

pub(super) const NOW_MS: i64 = 1_767_229_200_000;

/// A campaign's keys, secrets and all.
pub(super) struct Keys {
    pub(super) root_seeds: [Secret; 2],
    pub(super) roots: [[u8; 32]; 2],
    pub(super) receipt_seed: Secret,
    pub(super) set: KeySet,
}

fn certificate(purpose: Purpose, key: [u8; 32], from: i64, root: u8, seed: &Secret) -> Certificate {
    let plan = CertificatePlan {
        purpose,
        key,
        campaign: CAMPAIGN,
        not_before_ms: from,
        not_after_ms: from + 90 * 86_400_000,
        root,
    };
    Certificate::issue(&plan, seed).unwrap()
}

pub(super) fn keys() -> Keys {
    let random = Seeded::new(70);
    let root_seeds = [random.secret(), random.secret()];
    let receipt_seed = random.secret();
    let roots = [crypto::signing_public(&root_seeds[0]), crypto::signing_public(&root_seeds[1])];
    let certificates = vec![
        certificate(Purpose::Receipt, crypto::signing_public(&receipt_seed), NOW_MS - 1000, 0, &root_seeds[0]),
        certificate(Purpose::Seal, crypto::wrap_keypair(&random).unwrap().1, NOW_MS - 1000, 0, &root_seeds[0]),
        certificate(Purpose::Recovery, crypto::wrap_keypair(&random).unwrap().1, NOW_MS - 1000, 1, &root_seeds[1]),
    ];
    let plan = KeySetPlan { campaign: CAMPAIGN, version: 4, certificates, revoked: vec![[9; 8]], root: 1 };
    let set = KeySet::issue(plan, &root_seeds[1]).unwrap();
    Keys { root_seeds, roots, receipt_seed, set }
}

fn plan_of(set: &KeySet) -> KeySetPlan {
    KeySetPlan {
        campaign: set.campaign,
        version: set.version,
        certificates: set.certificates.clone(),
        revoked: set.revoked.clone(),
        root: set.root,
    }
}

#[test]
fn a_key_set_comes_back_and_no_changed_one_passes() {
    let keys = keys();
    let bytes = keys.set.to_bytes().unwrap();
    assert_eq!(KeySet::parse(&bytes).unwrap(), keys.set);
    refuses_every_change(&bytes, |bytes| KeySet::parse(bytes).is_ok_and(|set| set.verify(&keys.roots).is_ok()));
}

#[test]
fn a_certificate_comes_back_and_no_changed_one_passes() {
    let keys = keys();
    let bytes = keys.set.certificates[2].to_bytes().unwrap();
    assert_eq!(Certificate::parse(&bytes).unwrap(), keys.set.certificates[2]);
    refuses_every_change(&bytes, |bytes| Certificate::parse(bytes).is_ok_and(|one| one.verify(&keys.roots).is_ok()));
}

#[test]
fn a_set_signed_by_a_hub_key_or_by_no_root_is_refused() {
    let keys = keys();
    let forged = KeySet::issue(plan_of(&keys.set), &keys.receipt_seed).unwrap();
    assert!(forged.verify(&keys.roots).is_err());
    let swapped = KeySet::issue(KeySetPlan { root: 0, ..plan_of(&keys.set) }, &keys.root_seeds[1]).unwrap();
    assert!(swapped.verify(&keys.roots).is_err());
}

#[test]
fn a_set_with_a_certificate_of_another_root_or_campaign_is_refused() {
    let keys = keys();
    let issue = |stranger: Certificate| {
        let mut plan = plan_of(&keys.set);
        plan.certificates.push(stranger);
        KeySet::issue(plan, &keys.root_seeds[1]).unwrap().verify(&keys.roots)
    };
    let stranger = Seeded::new(71).secret();
    assert!(issue(certificate(Purpose::Receipt, [1; 32], 0, 0, &stranger)).is_err());
    let elsewhere = CertificatePlan {
        purpose: Purpose::Seal,
        key: [2; 32],
        campaign: uuid::Uuid::from_u128(99),
        not_before_ms: 0,
        not_after_ms: 1,
        root: 0,
    };
    assert!(issue(Certificate::issue(&elsewhere, &keys.root_seeds[0]).unwrap()).is_err());
    issue(certificate(Purpose::Receipt, [1; 32], 0, 0, &keys.root_seeds[0])).unwrap();
}

#[test]
fn the_newest_seal_and_recovery_keys_are_wrapped_to_unless_revoked() {
    let keys = keys();
    let newer = certificate(Purpose::Seal, [5; 32], NOW_MS + 50, 0, &keys.root_seeds[0]);
    let mut plan = plan_of(&keys.set);
    plan.certificates.insert(0, newer.clone());
    let set = KeySet::issue(plan.clone(), &keys.root_seeds[1]).unwrap();
    assert_eq!(set.wrap_keys(), [[5; 32], keys.set.certificates[2].key]);
    plan.revoked.push(newer.id());
    let set = KeySet::issue(plan, &keys.root_seeds[1]).unwrap();
    assert_eq!(set.wrap_keys(), keys.set.wrap_keys());
    assert!(set.find(Purpose::Seal, &newer.id()).is_none());
}

fn invitation(keys: &Keys) -> Invitation {
    let token = [0x42; 16];
    Invitation {
        campaign: CAMPAIGN,
        campaign_name: "浦东新区 spring round".to_owned(),
        roots: keys.roots,
        keys: keys.set.to_bytes().unwrap(),
        token_id: token_id(&token),
        token,
        profile_digest: [3; 32],
        profile_version: 2,
        hub_url: Some("https://hub.district-17.example:8443".to_owned()),
        expires_ms: NOW_MS,
    }
}

#[test]
fn an_invitation_fits_a_code_and_comes_back() {
    let invitation = invitation(&keys());
    let text = invitation.to_text().unwrap();
    assert!(text.len() < 1200, "{} characters", text.len());
    assert_eq!(Invitation::from_text(&text).unwrap(), invitation);
    let wrapped = format!("  {}\n {} \r\n", &text[..70], &text[70..]);
    assert_eq!(Invitation::from_text(&wrapped).unwrap(), invitation, "as a mail program breaks it");
    let without = Invitation { hub_url: None, ..invitation };
    assert_eq!(Invitation::from_text(&without.to_text().unwrap()).unwrap(), without);
}

#[test]
fn an_invitation_cut_off_or_with_foreign_keys_is_refused() {
    let keys = keys();
    let text = invitation(&keys).to_text().unwrap();
    for end in 0..text.len() {
        assert!(Invitation::from_text(&text[..end]).is_err(), "cut to {end}");
    }
    let forged = Invitation { roots: [keys.roots[0]; 2], ..invitation(&keys) };
    assert!(Invitation::from_text(&forged.to_text().unwrap()).is_err(), "its set is signed by root 1");
    let other_token = Invitation { token: [1; 16], ..invitation(&keys) };
    assert!(Invitation::from_text(&other_token.to_text().unwrap()).is_err());
    let endless = "FC1:".to_owned() + &"A".repeat(1_000_000);
    assert!(Invitation::from_text(&endless).is_err());
}
