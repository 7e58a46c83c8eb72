//! The decoders of delegations, helpers' codes and proxy cards, and a sound example for each.

use fieldcore::cards::{
    CardKey, CardParts, CardPerson, Delegation, Grant, HelperKeys, Kit, Link, LinkScope, ProxyCard, Rights,
    SignedDelegation, SignedHelperKeys, Welcome, card_key_name, code_bytes, code_text,
};
use fieldcore::record::DocumentKind;
use fieldcore::scan::Sensitive;
use fieldcore::wire::Mode;
use fieldcore::{DeviceId, Epoch, RecordRef, Result, Secret, crypto};
use uuid::Uuid;

use crate::people::people;
use crate::rng::SeededEntropy;

pub(crate) const SEED: Secret = Secret::new([0x55; 32]);
pub(crate) const KEY: Secret = Secret::new([7; 32]);

pub(crate) fn delegation(bytes: &[u8]) -> bool {
    SignedDelegation::parse(bytes).and_then(|signed| signed.peek()).is_ok()
}

pub(crate) fn link(bytes: &[u8]) -> bool {
    Link::parse(bytes).is_ok()
}

pub(crate) fn grant(bytes: &[u8]) -> bool {
    Grant::parse(bytes).is_ok()
}

/// A code in either form; the answer is that of what its letters say it is.
pub(crate) fn code(bytes: &[u8]) -> bool {
    let of_text = std::str::from_utf8(bytes).ok().and_then(code_bytes);
    let code = match of_text {
        Some(Ok(code)) => code,
        Some(Err(_)) => return false,
        None => bytes.to_vec(),
    };
    HelperKeys::of_code(&code).is_ok()
        || Welcome::of_code(&code).is_ok()
        || Kit::of_code(&code).is_ok()
        || ProxyCard::open(&code, &KEY).is_ok()
}

/// What somebody seals who has the card key: these bytes.
pub(crate) fn sealed_card(plain: &[u8]) -> bool {
    let name = card_key_name(&KEY);
    let bound = [b"fieldcore/proxy-seal/1\0FP1", &name[..]].concat();
    let sealed = crypto::seal(&KEY, &SeededEntropy::new(1), &bound, plain).expect("it can be sealed");
    ProxyCard::open(&[b"FP1", &name[..], &sealed].concat(), &KEY).is_ok()
}

fn signed() -> Result<SignedDelegation> {
    let said = Delegation {
        campaign: Uuid::from_u128(1),
        id: Uuid::from_u128(2),
        device_key: crypto::signing_public(&SEED),
        rights: Rights::WORK.with(Rights::ENROL).with(Rights::ISSUE),
        helpers: 3,
        hub_ms: 0,
        expires_ms: 1_767_571_200_000,
    };
    SignedDelegation::sign(&said, &Secret::new([3; 32]))
}

fn sound_link() -> Result<Vec<u8>> {
    let signed = signed()?;
    let scope = LinkScope { delegation: &signed.bytes, device_key: &[1; 32], seal_key: &[2; 32] };
    Link::sign(scope, 1, Rights::WORK, 1, &SEED)?.to_bytes()
}

fn card() -> Result<Vec<u8>> {
    let person = CardPerson {
        document: DocumentKind::CnResident,
        number: Some(Sensitive::new(people(1, 1)[0].number.clone())),
        issuer: None,
        name: Some(Sensitive::new("某某".to_owned())),
        birth: None,
        sex: None,
        nationality: None,
        contact: Some(Sensitive::new("13800000000".to_owned())),
    };
    let delegation = signed()?;
    let device = DeviceId::of_key(&crypto::signing_public(&SEED));
    let card = RecordRef { device, epoch: Epoch::new(1, 9), seq: 12 };
    let parts = CardParts { person: &person, card, expires_ms: 1_767_571_200_000, delegation: &delegation };
    ProxyCard::seal(parts, &SEED, &KEY, &SeededEntropy::new(2))
}

fn kit() -> Result<Vec<u8>> {
    let entropy = SeededEntropy::new(4);
    let (_, seal_key) = crypto::wrap_keypair(&entropy)?;
    let keys = [CardKey { key: KEY, round: Uuid::from_u128(4), expires_ms: 1 }];
    let (chief, campaign) = (crypto::signing_public(&SEED), Uuid::from_u128(1));
    let profile = Some(b"version = 1\n".to_vec());
    Kit::new(chief, campaign, DeviceId::of_key(&[1; 32]), &seal_key, profile, &keys, &entropy)?.to_code(&SEED)
}

fn welcome() -> Result<Vec<u8>> {
    let welcome = Welcome {
        campaign_name: "Spring".to_owned(),
        roots: [[1; 32], [2; 32]],
        keys: vec![1, 2, 3],
        profile_digest: [4; 32],
        profile_version: 1,
        hub_url: Some("https://hub.example".to_owned()),
        chain: [signed()?.to_bytes()?, sound_link()?],
    };
    welcome.to_code()
}

/// A sound example for one of these decoders.
pub(crate) fn example(name: &str) -> Option<Result<Vec<u8>>> {
    let keys = HelperKeys {
        device_key: crypto::signing_public(&SEED),
        seal_key: [2; 32],
        mode: Mode::Live,
        app: "test".to_owned(),
    };
    Some(match name {
        "delegation" => signed().and_then(|signed| signed.to_bytes()),
        "link" => sound_link(),
        "grant" => Grant {
            delegation: Some(vec![1, 2]),
            keys_in_use: None,
            card_keys: vec![CardKey { key: KEY, round: Uuid::from_u128(4), expires_ms: 1 }],
        }
        .to_bytes(),
        "helper_keys" => SignedHelperKeys::sign(&keys, &SEED).and_then(|signed| signed.to_code()),
        "welcome" => welcome(),
        "kit" => kit(),
        "proxy_card" => card(),
        "code_text" => card().and_then(|code| code_text(&code)).map(String::into_bytes),
        "sealed_card" => card().and_then(|code| {
            let bound = [b"fieldcore/proxy-seal/1\0", &code[..7]].concat();
            crypto::open(&KEY, &bound, &code[7..], "card").map(|plain| plain.to_vec())
        }),
        _ => return None,
    })
}
