//! Delegations, links, the codes by which a helper is enrolled, and proxy cards: what holds, what fails, and how each
//! is read.

use fieldcore::cards::{
    CardKey, CardParts, CardPerson, Chain, Delegation, Grant, HelperKeys, Kit, Link, LinkScope, ProxyCard, Rights,
    SignedDelegation, SignedHelperKeys, Welcome, card_key_name, code_bytes, code_text,
};
use fieldcore::record::{DocumentKind, ProxyRefusal};
use fieldcore::scan::{Sensitive, Sex};
use fieldcore::wire::{Dispatch, DispatchKind, KeySet, Mode, seal_for_device};
use fieldcore::{Error, Secret, crypto};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::check::{fixed, form, hub_statement, roots, secret};
use crate::describe::{self, hex, unhex};
use crate::dispatches;
use crate::good;
use crate::material::{CAMPAIGN, Hub, Labelled, NOW_MS, Phone, ROUND, secret as made};
use crate::vector::Vector;

type Checked = Result<Value, &'static str>;

const DAY_MS: i64 = 86_400_000;
const DELEGATION: Uuid = Uuid::from_u128(0x0198_5a5a_0000_7000_8000_0000_0000_de1e);

fn chief() -> Phone {
    Phone::new("chief")
}

fn said(rights: Rights) -> Delegation {
    let (hub_ms, expires_ms) = (NOW_MS, NOW_MS + 7 * DAY_MS);
    Delegation { campaign: CAMPAIGN, id: DELEGATION, device_key: chief().key(), rights, helpers: 3, hub_ms, expires_ms }
}

fn delegation(hub: &Hub, rights: Rights) -> SignedDelegation {
    SignedDelegation::sign(&said(rights), &hub.receipt_seed).unwrap()
}

fn all_rights() -> Rights {
    Rights::WORK.with(Rights::ENROL).with(Rights::ISSUE)
}

fn link(hub: &Hub, helper: &Phone) -> Link {
    let signed = delegation(hub, all_rights());
    let scope = LinkScope { delegation: &signed.bytes, device_key: &helper.key(), seal_key: &helper.seal.1 };
    Link::sign(scope, 2, Rights::WORK, NOW_MS + DAY_MS, &chief().seed).unwrap()
}

/// The chain of a helper's enrolment.
pub(crate) fn chain(hub: &Hub, helper: &Phone) -> Vec<Vec<u8>> {
    vec![delegation(hub, all_rights()).to_bytes().unwrap(), link(hub, helper).to_bytes().unwrap()]
}

fn card_key() -> CardKey {
    CardKey { key: made("card key"), round: ROUND, expires_ms: NOW_MS + 30 * DAY_MS }
}

fn person() -> CardPerson {
    CardPerson {
        document: DocumentKind::CnResident,
        number: Some(Sensitive::new(fieldcore_tests::resident_number(110_101, 1890, 1, 1, 7))),
        issuer: None,
        name: Some(Sensitive::new("某某".to_owned())),
        birth: None,
        sex: None,
        nationality: None,
        contact: Some(Sensitive::new("13800000000".to_owned())),
    }
}

/// Whoever needs the most room.
fn worst() -> CardPerson {
    CardPerson {
        document: DocumentKind::Mrz,
        number: Some(Sensitive::new("E12345678".to_owned())),
        issuer: Some("UTO".to_owned()),
        name: Some(Sensitive::new("某".repeat(40))),
        birth: Some(18_900_101),
        sex: Some(Sex::Female),
        nationality: Some("UTO".to_owned()),
        contact: Some(Sensitive::new("+00 123 456 789 01".to_owned())),
    }
}

fn card(delegation: &SignedDelegation, person: &CardPerson, seed: &Secret) -> Vec<u8> {
    let (card, expires_ms) = (chief().at(4_000_000_000), NOW_MS + 3 * DAY_MS);
    let parts = CardParts { person, card, expires_ms, delegation };
    ProxyCard::seal(parts, seed, &card_key().key, &Labelled::new("proxy card")).unwrap()
}

fn hub_keys(hub: &Hub) -> Value {
    json!({"roots": hub.roots.map(hex), "key_set": hex(hub.key_set.to_bytes().unwrap())})
}

fn with(mut keys: Value, name: &str, value: String) -> Value {
    keys[name] = json!(value);
    keys
}

fn card_keys(hub: &Hub) -> Value {
    with(hub_keys(hub), "card_key", hex(card_key().key.expose()))
}

fn link_keys(hub: &Hub, helper: &Phone) -> Value {
    let keys = with(hub_keys(hub), "delegation", hex(delegation(hub, all_rights()).to_bytes().unwrap()));
    with(with(keys, "device_key", hex(helper.key())), "seal_key", hex(helper.seal.1))
}

fn helper_keys(helper: &Phone) -> Vec<u8> {
    let keys = HelperKeys {
        device_key: helper.key(),
        seal_key: helper.seal.1,
        mode: Mode::Live,
        app: "fieldcore-terminal 0.1.0".to_owned(),
    };
    SignedHelperKeys::sign(&keys, &helper.seed).unwrap().to_code().unwrap()
}

fn welcome(hub: &Hub, helper: &Phone) -> Welcome {
    let invitation = good::invitation(hub);
    let [delegation, link] = chain(hub, helper).try_into().unwrap();
    Welcome {
        campaign_name: invitation.campaign_name,
        roots: invitation.roots,
        keys: invitation.keys,
        profile_digest: invitation.profile_digest,
        profile_version: invitation.profile_version,
        hub_url: invitation.hub_url,
        chain: [delegation, link],
    }
}

fn kit(helper: &Phone) -> Vec<u8> {
    let profile = Some(b"version = 1\n".to_vec());
    let keys = [card_key()];
    let (chief, entropy) = (chief(), Labelled::new("kit"));
    let kit = Kit::new(chief.key(), CAMPAIGN, helper.device(), &helper.seal.1, profile, &keys, &entropy).unwrap();
    kit.to_code(&chief.seed).unwrap()
}

fn kit_keys(phone: &Phone) -> Value {
    json!({"device_seal": hex(phone.seal.0.expose())})
}

fn grant(hub: &Hub) -> Vector {
    let (chief, id) = (chief(), Uuid::from_u128(0x9a));
    let grant = Grant {
        delegation: Some(delegation(hub, all_rights()).to_bytes().unwrap()),
        keys_in_use: Some(hub.key_set.to_bytes().unwrap()),
        card_keys: vec![card_key()],
    };
    let plain = grant.to_bytes().unwrap();
    let payload =
        seal_for_device(&plain, &chief.seal.1, id, CAMPAIGN, chief.device(), &Labelled::new("grant")).unwrap();
    let to = Some(chief.device());
    let one = Dispatch { id, campaign: CAMPAIGN, kind: DispatchKind::Grant, version: 4, to, hub_ms: NOW_MS, payload };
    dispatches::dispatch_vector("dispatch_grant", "a delegation and a round's card key", hub, &chief, &one, &plain)
}

/// The vectors that hold.
pub(crate) fn good(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let signed = delegation(hub, all_rights());
    let mut list = vec![
        Vector::good(
            "delegation",
            "delegation",
            "the hub's word that a device may enrol three helpers and issue cards",
        )
        .bytes(&signed.to_bytes().unwrap())
        .keys(hub_keys(hub)),
        Vector::good("link", "link", "a chief's word for one helper, as it stands in an enrolment's chain")
            .bytes(&link(hub, phone).to_bytes().unwrap())
            .keys(link_keys(hub, phone)),
        Vector::good("helper_keys", "helper_keys", "what a helper's phone shows")
            .bytes(&helper_keys(phone))
            .text(&code_text(&helper_keys(phone)).unwrap()),
        Vector::good("welcome", "welcome", "what a chief's phone shows then")
            .bytes(&welcome(hub, phone).to_code().unwrap())
            .keys(json!({"device_key": hex(phone.key()), "seal_key": hex(phone.seal.1)})),
        Vector::good("kit", "kit", "a profile and a card key for the helper").bytes(&kit(phone)).keys(kit_keys(phone)),
    ];
    for (name, says, who) in [
        ("proxy_card", "somebody with a resident number, a name and a telephone", person()),
        ("proxy_card_largest", "whoever needs the most room; the name is cut", worst()),
    ] {
        let code = card(&signed, &who, &chief().seed);
        list.push(
            Vector::good(name, "proxy_card", says).bytes(&code).text(&code_text(&code).unwrap()).keys(card_keys(hub)),
        );
    }
    let mut list: Vec<Vector> = list.into_iter().map(read_back).collect();
    list.push(grant(hub));
    list
}

/// The vector with what is in it.
fn read_back(vector: Vector) -> Vector {
    let value: Value = serde_json::from_str(&vector.to_text()).unwrap();
    let found = check(&value).unwrap_or_else(|fails| panic!("{}: {fails}", vector.name));
    vector.expect(found)
}

fn changed(bytes: &[u8], from_end: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    let at = changed.len() - from_end;
    changed[at] ^= 0x10;
    changed
}

/// The vectors that fail.
pub(crate) fn bad(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    bad_chains(hub, phone).into_iter().chain(bad_cards(hub)).collect()
}

fn bad_chains(hub: &Hub, phone: &Phone) -> Vec<Vector> {
    let stranger = Phone::new("another device");
    let vector = |name: &str, is: &str, says: &str, fails: &str, bytes: &[u8], keys: Value| {
        Vector::bad(name, is, says, fails).bytes(bytes).keys(keys)
    };
    let signed = delegation(hub, all_rights()).to_bytes().unwrap();
    let unknown = SignedDelegation::sign(&said(all_rights()), &made("no hub")).unwrap().to_bytes().unwrap();
    let (link, shown) = (link(hub, phone).to_bytes().unwrap(), helper_keys(phone));
    let one_bit = "one bit of its signature";
    let (of_link, of_another, theirs) = (link_keys(hub, phone), link_keys(hub, &stranger), kit_keys(&stranger));
    let their_keys = json!({"device_key": hex(stranger.key()), "seal_key": hex(stranger.seal.1)});
    let welcome = welcome(hub, phone).to_code().unwrap();
    let for_other = "shown with other keys than it was signed for";
    vec![
        vector("delegation_changed", "delegation", one_bit, "signature", &changed(&signed, 3), hub_keys(hub)),
        vector(
            "delegation_by_a_stranger",
            "delegation",
            "by a key that no root certified",
            "key",
            &unknown,
            hub_keys(hub),
        ),
        vector("link_for_another_helper", "link", for_other, "signature", &link, of_another),
        vector("link_changed", "link", one_bit, "signature", &changed(&link, 3), of_link),
        vector("helper_keys_changed", "helper_keys", one_bit, "signature", &changed(&shown, 3), json!({})),
        vector(
            "welcome_for_another_helper",
            "welcome",
            "read by a phone whose keys it was not signed for",
            "signature",
            &welcome,
            their_keys,
        ),
        vector("kit_for_another_helper", "kit", "opened with another secret", "seal", &kit(phone), theirs),
    ]
}

fn bad_cards(hub: &Hub) -> Vec<Vector> {
    let signed = delegation(hub, all_rights());
    let (stranger, own) = (Phone::new("another device").seed, chief().seed);
    let card = |delegation: &SignedDelegation, seed: &Secret| card(delegation, &person(), seed);
    let sound = card(&signed, &own);
    let elsewhere = Delegation { campaign: Uuid::from_u128(7), ..said(all_rights()) };
    let elsewhere = SignedDelegation::sign(&elsewhere, &hub.receipt_seed).unwrap();
    let unknown = SignedDelegation::sign(&said(all_rights()), &made("no hub")).unwrap();
    let enrols = delegation(hub, Rights::WORK.with(Rights::ENROL));
    let cases = [
        ("proxy_card_changed", "one bit of what is sealed", "seal", changed(&sound, 60)),
        ("proxy_card_cut_off", "its last byte is missing", "seal", sound[..sound.len() - 1].to_vec()),
        (
            "proxy_card_by_another_device",
            "signed by somebody who has the card key alone",
            "forged",
            card(&signed, &stranger),
        ),
        ("proxy_card_without_the_right", "by a device that may enrol and not issue", "forged", card(&enrols, &own)),
        ("proxy_card_of_another_campaign", "its delegation is another campaign's", "campaign", card(&elsewhere, &own)),
        (
            "proxy_card_under_an_unknown_hub_key",
            "its delegation is by a key that no root certified",
            "key",
            card(&unknown, &own),
        ),
    ];
    let vector = |(name, says, fails, bytes): (&str, &str, &str, Vec<u8>)| {
        Vector::bad(name, "proxy_card", says, fails).bytes(&bytes).keys(card_keys(hub))
    };
    cases.into_iter().map(vector).collect()
}

fn delegated(one: &Delegation) -> Value {
    json!({
        "version": 1,
        "campaign": one.campaign.to_string(),
        "id": one.id.to_string(),
        "device_key": hex(one.device_key),
        "rights": one.rights.0,
        "helpers": one.helpers,
        "hub": one.hub_ms,
        "expires": one.expires_ms,
    })
}

fn linked(link: &Link) -> Value {
    json!({
        "version": 1,
        "ordinal": link.ordinal,
        "rights": link.rights.0,
        "expires": link.expires_ms,
        "signature": hex(link.signature),
    })
}

fn listed(keys: &[CardKey]) -> Vec<Value> {
    let one = |one: &CardKey| {
        json!({
            "name": hex(card_key_name(&one.key)),
            "key": hex(one.key.expose()),
            "round": one.round.to_string(),
            "expires": one.expires_ms,
        })
    };
    keys.iter().map(one).collect()
}

/// What stands in a grant.
pub(crate) fn granted(payload: &[u8]) -> Value {
    let grant = Grant::parse(payload).unwrap();
    json!({
        "version": 1,
        "delegation": grant.delegation.map(hex),
        "keys_in_use": grant.keys_in_use.map(hex),
        "card_keys": listed(&grant.card_keys),
    })
}

fn key_set(keys: &Value) -> KeySet {
    KeySet::parse(&unhex(keys["key_set"].as_str().expect("a key set"))).expect("a sound key set")
}

fn of_trust(error: &Error) -> &'static str {
    match error {
        Error::Untrusted { .. } => "signature",
        other => form(other),
    }
}

/// Reads one of this file's vectors.
pub(crate) fn check(vector: &Value) -> Checked {
    let keys = &vector["keys"];
    let bytes = unhex(vector["bytes"].as_str().expect("bytes"));
    if let Some(text) = vector["text"].as_str() {
        assert_eq!(code_bytes(text).expect("a code").expect("a sound one"), bytes, "text and bytes are one");
    }
    match vector["is"].as_str().expect("what it is") {
        "delegation" => hub_statement::<Delegation>(&bytes, keys).map(|one| delegated(&one)),
        "link" => {
            let link = Link::parse(&bytes).map_err(|error| form(&error))?;
            let chain = [unhex(keys["delegation"].as_str().expect("a delegation")), bytes];
            let (device_key, seal_key) = (fixed(&keys["device_key"]), fixed(&keys["seal_key"]));
            Chain::verify(&chain, &key_set(keys), &device_key, &seal_key).map_err(|error| of_trust(&error))?;
            Ok(linked(&link))
        }
        "helper_keys" => {
            let one = HelperKeys::of_code(&bytes).map_err(|error| of_trust(&error))?;
            Ok(json!({
                "version": 1,
                "device_key": hex(one.device_key),
                "seal_key": hex(one.seal_key),
                "mode": one.mode.code(),
                "app": one.app,
            }))
        }
        "welcome" => welcomed(&bytes, keys),
        "kit" => {
            let kit = Kit::of_code(&bytes).map_err(|error| of_trust(&error))?;
            let card_keys = kit.card_keys(&secret(&keys["device_seal"])).map_err(|_| "seal")?;
            Ok(json!({
                "version": 1,
                "chief_key": hex(kit.chief_key),
                "campaign": kit.campaign.to_string(),
                "to": kit.to.to_string(),
                "profile": kit.profile.map(hex),
                "card_keys": listed(&card_keys),
            }))
        }
        "proxy_card" => proxy(&bytes, keys),
        other => panic!("a vector of nothing known: {other}"),
    }
}

fn welcomed(bytes: &[u8], keys: &Value) -> Checked {
    let one = Welcome::of_code(bytes).map_err(|error| form(&error))?;
    let (device_key, seal_key) = (fixed(&keys["device_key"]), fixed(&keys["seal_key"]));
    let (set, chain) = one.verify(&device_key, &seal_key).map_err(|error| of_trust(&error))?;
    Ok(json!({
        "version": 1,
        "campaign_name": one.campaign_name,
        "root0": hex(one.roots[0]),
        "root1": hex(one.roots[1]),
        "keys": describe::key_set(&set),
        "profile_digest": hex(one.profile_digest),
        "profile_version": one.profile_version,
        "hub_url": one.hub_url,
        "delegation": delegated(&chain.delegation),
        "link": linked(&chain.link),
    }))
}

fn proxy(bytes: &[u8], keys: &Value) -> Checked {
    let key = secret(&keys["card_key"]);
    let card = ProxyCard::open(bytes, &key).map_err(|error| match error {
        Error::Untrusted { .. } => "seal",
        other => form(&other),
    })?;
    let set = key_set(keys);
    set.verify(&roots(keys)).expect("a sound key set");
    card.check(set.campaign, &set, None).map_err(|why| match why {
        ProxyRefusal::OtherCampaign => "campaign",
        ProxyRefusal::UnknownKey => "key",
        _ => "forged",
    })?;
    let shown = |text: &Option<Sensitive>| text.as_ref().map(|text| text.expose().to_owned());
    let CardPerson { document, number, issuer, name, birth, sex, nationality, contact } = &card.person;
    Ok(json!({
        "key": hex(ProxyCard::key_of(bytes).expect("a name")),
        "document": document.code(),
        "number": shown(number),
        "issuer": issuer,
        "name": shown(name),
        "birth": birth,
        "sex": sex.map(Sex::as_str),
        "nationality": nationality,
        "contact": shown(contact),
        "card": [card.card.device.to_string(), card.card.epoch.as_u64(), card.card.seq],
        "expires": card.expires_ms / 1000,
        "delegation": delegated(&card.delegation.peek().expect("it was read")),
        "digest": hex(crypto::sha256(&[bytes])),
    }))
}
