//! Delegations, helpers' codes and proxy cards.

use fieldcore::cards::{
    Chain, Grant, HelperKeys, Kit, Link, LinkScope, ProxyCard, SignedDelegation, Welcome, card_key_name, code_bytes,
    code_text,
};
use fieldcore::crypto::{self, Domain};
use fieldcore::pack::{self, Blob, Fixed};
use fieldcore::wire::HubStatement;
use fieldcore::{DeviceId, Secret};
use uuid::Uuid;

use crate::corpus::{KEY, SEED, key_set};
use crate::rng::SeededEntropy;

/// A code in either form, given to everybody who reads codes. Its text is its bytes again.
pub(super) fn text(bytes: &[u8]) -> bool {
    let of_text = std::str::from_utf8(bytes).ok().and_then(code_bytes);
    let code = match of_text {
        Some(Ok(code)) => {
            let text = code_text(&code).expect("what was a text becomes one");
            assert_eq!(code_bytes(&text).and_then(Result::ok), Some(code.clone()), "a text says something else");
            code
        }
        Some(Err(_)) => return false,
        None => bytes.to_vec(),
    };
    let taken = [
        HelperKeys::of_code(&code).is_ok(),
        Welcome::of_code(&code).is_ok(),
        Kit::of_code(&code).is_ok(),
        ProxyCard::open(&code, &KEY).is_ok(),
    ];
    assert!(taken.iter().filter(|taken| **taken).count() <= 1, "one code is of two kinds");
    taken.contains(&true)
}

/// The hub's statement, and the chain that somebody makes with it.
pub(super) fn delegation(statement: &[u8]) -> bool {
    let signed = pack::encode(&(Blob(statement.to_vec()), Fixed([1; 8]), Fixed([2; 64]))).expect("it encodes");
    let Ok(delegation) = SignedDelegation::parse(&signed).and_then(|signed| signed.peek()) else { return false };
    assert_eq!(delegation.encode().expect("it encodes"), statement, "a delegation has two forms");
    let chain = Chain::verify(&[signed, vec![0x90]], key_set(), &[1; 32], &[2; 32]);
    assert!(chain.is_err(), "nobody signed it");
    true
}

pub(super) fn link(bytes: &[u8]) -> bool {
    let Ok(link) = Link::parse(bytes) else { return false };
    assert_eq!(link.to_bytes().expect("it encodes"), bytes, "a link has two forms");
    let scope = LinkScope { delegation: &[3; 40], device_key: &[1; 32], seal_key: &[2; 32] };
    assert!(link.verify(scope, &crypto::signing_public(&SEED)).is_err(), "it is of another delegation");
    true
}

fn signed(domain: Domain, statement: &[u8]) -> Vec<u8> {
    let signature = crypto::sign(&SEED, domain, statement);
    pack::encode(&(Blob(statement.to_vec()), Fixed(signature))).expect("it encodes")
}

fn compressed(plain: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(plain, 1).expect("it can be compressed")
}

/// A helper's statement, signed by a device that may sign what it likes.
pub(super) fn helper_keys(statement: &[u8]) -> bool {
    let code = [b"FH1", &signed(Domain::HelperKeys, statement)[..]].concat();
    HelperKeys::of_code(&code).is_ok_and(|keys| DeviceId::of_key(&keys.device_key) == keys.device())
}

/// What stands in a welcome's frame.
pub(super) fn welcome(plain: &[u8]) -> bool {
    let code = [b"FW1", &compressed(plain)[..]].concat();
    let Ok(welcome) = Welcome::of_code(&code) else { return false };
    let again = welcome.to_code().expect("what was read can be written");
    assert!(Welcome::of_code(&again).expect("and read again") == welcome);
    let keys = welcome.verify(&[1; 32], &[2; 32]);
    assert!(keys.is_err(), "a welcome for other keys");
    true
}

/// A chief's statement in a kit's frame.
pub(super) fn kit(statement: &[u8]) -> bool {
    let code = [b"FK1", &compressed(&signed(Domain::HelperKit, statement))[..]].concat();
    let Ok(kit) = Kit::of_code(&code) else { return false };
    assert!(kit.card_keys(&Secret::new([4; 32])).is_err(), "it is sealed to somebody else");
    true
}

pub(super) fn grant(bytes: &[u8]) -> bool {
    let Ok(grant) = Grant::parse(bytes) else { return false };
    assert_eq!(grant.to_bytes().expect("it encodes"), bytes, "a grant has two forms");
    true
}

/// What somebody seals who has the card key: these bytes.
pub(super) fn proxy(plain: &[u8]) -> bool {
    let name = card_key_name(&KEY);
    let bound = [b"fieldcore/proxy-seal/1\0FP1", &name[..]].concat();
    let sealed = crypto::seal(&KEY, &SeededEntropy::new(1), &bound, plain).expect("it can be sealed");
    let code = [b"FP1", &name[..], &sealed].concat();
    let Ok(card) = ProxyCard::open(&code, &KEY) else { return false };
    assert!(card.check(Uuid::from_u128(1), key_set(), Some(0)).is_err(), "its hub is not this one");
    let told = format!("{card:?}");
    assert!(told.len() < 80, "the debug output tells the person");
    assert!(ProxyCard::open(&code, &SEED).is_err());
    true
}
