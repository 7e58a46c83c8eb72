//! The proxy card: a person registered ahead, as a code that only phones of the round can read.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::packed::Packed;
use super::{CodeKind, Delegation, Rights, SignedDelegation};
use crate::crypto::{self, Domain, SEAL_OVERHEAD};
use crate::error::{Error, Result};
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::pack::{self, Blob, Text};
use crate::platform::Entropy;
use crate::record::{DocumentKind, ProxyRefusal};
use crate::scan::{Sensitive, Sex};
use crate::secret::Secret;
use crate::wire::{KeySet, Purpose, check_limit};

const WHAT: &str = "proxy card";
const SEAL_TAG: &[u8] = b"fieldcore/proxy-seal/1\0";
const NAME_TAG: &[u8] = b"fieldcore/card-key-name/1\0";
/// Bytes of a card: as text they are a QR code of version 15 at level M (600 signs in alphanumeric mode); as bytes they
/// would leave twelve of its 412 unused.
pub const CARD_BYTES_MAX: usize = 400;
/// Bytes of a name on a card; a longer one is cut, and ends in three dots there.
pub const CARD_NAME_BYTES_MAX: usize = 48;
/// Letters and key name in front of what is sealed.
const HEAD: usize = 3 + 4;

/// The four bytes by which cards name a card key: the first of SHA-256 over a tag and the key.
pub fn card_key_name(key: &Secret) -> [u8; 4] {
    let digest = crypto::sha256(&[NAME_TAG, key.expose()]);
    let mut name = [0; 4];
    name.copy_from_slice(&digest[..4]);
    name
}

/// The text whose keyed hash tells that two readings were of one card.
pub fn proxy_key_text(card: RecordRef) -> String {
    format!("proxy|{card}")
}

/// Whether `code` begins as a proxy card does.
pub fn is_card(code: &[u8]) -> bool {
    CodeKind::of(code) == Some(CodeKind::ProxyCard)
}

/// Who is on a card.
#[derive(Clone, PartialEq, Eq)]
pub struct CardPerson {
    /// What names the person.
    pub document: DocumentKind,
    /// The document's number, folded to its canonical form.
    pub number: Option<Sensitive>,
    /// The state that issued it.
    pub issuer: Option<String>,
    /// The name.
    pub name: Option<Sensitive>,
    /// Birth as YYYYMMDD, where the number does not hold it.
    pub birth: Option<u32>,
    /// The sex, where the number does not hold it.
    pub sex: Option<Sex>,
    /// The nationality.
    pub nationality: Option<String>,
    /// The contact telephone.
    pub contact: Option<Sensitive>,
}

impl fmt::Debug for CardPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardPerson(hidden)")
    }
}

/// What a card says.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyCard {
    /// Who it is for.
    pub person: CardPerson,
    /// The card's number: the issuer's record.
    pub card: RecordRef,
    /// Until when it is taken, milliseconds since 1970 by the hub's clock; whole seconds.
    pub expires_ms: i64,
    /// The issuer's delegation, signed by the hub.
    pub delegation: SignedDelegation,
    issuer: Delegation,
    statement: Zeroizing<Vec<u8>>,
    signature: [u8; 64],
    key: [u8; 4],
}

impl fmt::Debug for ProxyCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "proxy card {}", self.card)
    }
}

type Layout = (
    i64,
    Option<Packed>,
    Option<Text>,
    Option<Text>,
    Option<u32>,
    Option<Text>,
    Option<Text>,
    Option<Packed>,
    u64,
    u64,
    u64,
    Blob,
);

fn associated_data(name: &[u8; 4]) -> Vec<u8> {
    [SEAL_TAG, CodeKind::ProxyCard.letters().as_bytes(), name].concat()
}

fn message(name: &[u8; 4], statement: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([name, statement].concat())
}

/// A name as it stands on a card.
fn cut(name: &str) -> String {
    if name.len() <= CARD_NAME_BYTES_MAX {
        return name.to_owned();
    }
    let dots = '…';
    format!("{}{dots}", &name[..name.floor_char_boundary(CARD_NAME_BYTES_MAX - dots.len_utf8())])
}

/// What a card is made of.
#[derive(Clone, Copy, Debug)]
pub struct CardParts<'a> {
    /// Who it is for.
    pub person: &'a CardPerson,
    /// The issuing record; its device must be that of the delegation.
    pub card: RecordRef,
    /// Until when it is taken, milliseconds since 1970; rounded down to a second.
    pub expires_ms: i64,
    /// The issuer's delegation.
    pub delegation: &'a SignedDelegation,
}

impl ProxyCard {
    /// Makes a card's bytes: signed with the issuer's Ed25519 seed, sealed under the round's card key. Fails with
    /// [`Error::Limit`] if number, contact and name together do not fit [`CARD_BYTES_MAX`].
    pub fn seal(parts: CardParts<'_>, seed: &Secret, key: &Secret, entropy: &dyn Entropy) -> Result<Vec<u8>> {
        let CardParts { person, card, expires_ms, delegation } = parts;
        let packed = |text: &Option<Sensitive>| text.as_ref().map(|text| Packed(text.expose().to_owned()));
        let text = |text: &Option<String>| text.clone().map(Text);
        let layout: Layout = (
            person.document.code(),
            packed(&person.number),
            text(&person.issuer),
            person.name.as_ref().map(|name| Text(cut(name.expose()))),
            person.birth,
            person.sex.map(|sex| Text(sex.as_str().to_owned())),
            text(&person.nationality),
            packed(&person.contact),
            card.epoch.as_u64(),
            card.seq,
            u64::try_from(expires_ms / 1000).unwrap_or(0),
            Blob(delegation.to_bytes()?),
        );
        let statement = Zeroizing::new(pack::encode(&layout)?);
        let name = card_key_name(key);
        let signature = crypto::sign(seed, Domain::ProxyCard, &message(&name, &statement));
        let plain = Zeroizing::new([&statement[..], &signature].concat());
        check_limit("bytes of a proxy card", HEAD + SEAL_OVERHEAD + plain.len(), CARD_BYTES_MAX)?;
        let sealed = crypto::seal(key, entropy, &associated_data(&name), &plain)?;
        Ok(CodeKind::ProxyCard.wrap(&[&name[..], &sealed].concat()))
    }

    /// The name of the card key that opens a card.
    pub fn key_of(code: &[u8]) -> Result<[u8; 4]> {
        check_limit("bytes of a proxy card", code.len(), CARD_BYTES_MAX)?;
        let body = CodeKind::ProxyCard.body(code)?;
        body.first_chunk::<4>().copied().ok_or_else(|| Error::decode(WHAT, "it is cut off; scan it again"))
    }

    /// Opens a card with its card key. What it says is not verified yet: see [`Self::check`].
    pub fn open(code: &[u8], key: &Secret) -> Result<Self> {
        let name = Self::key_of(code)?;
        let sealed = code.get(HEAD..).unwrap_or_default();
        let plain = crypto::open(key, &associated_data(&name), sealed, WHAT)?;
        let Some((statement, signature)) = plain.split_last_chunk::<64>() else {
            return Err(Error::decode(WHAT, "it has no signature"));
        };
        let layout: Layout = pack::decode(statement, WHAT)?;
        let (document, number, issuer, full_name, birth, sex, nationality, contact, epoch, seq, expires, signed) =
            layout;
        let broken = |why: &str| Error::decode(WHAT, why);
        let delegation = SignedDelegation::parse(&signed.0)?;
        let issued_by = delegation.peek()?;
        let sex = sex.map(|sex| Sex::from_text(&sex.0).ok_or_else(|| broken("it names no sex"))).transpose()?;
        let expires_ms = i64::try_from(expires).ok().and_then(|seconds| seconds.checked_mul(1000));
        let secret = |packed: Option<Packed>| packed.map(|packed| Sensitive::new(packed.0));
        Ok(Self {
            person: CardPerson {
                document: DocumentKind::from_code(document).ok_or_else(|| broken("it names no kind of document"))?,
                number: secret(number),
                issuer: issuer.map(|text| text.0),
                name: full_name.map(|text| Sensitive::new(text.0)),
                birth,
                sex,
                nationality: nationality.map(|text| text.0),
                contact: secret(contact),
            },
            card: RecordRef {
                device: DeviceId::of_key(&issued_by.device_key),
                epoch: Epoch::from_u64(epoch).ok_or_else(|| broken("an epoch above 2^52"))?,
                seq,
            },
            expires_ms: expires_ms.ok_or_else(|| broken("its expiry is no time"))?,
            issuer: issued_by,
            delegation,
            statement: Zeroizing::new(statement.to_vec()),
            signature: *signature,
            key: name,
        })
    }

    /// Whether the card is to be taken in this campaign: its delegation by a hub's key that is held here, with the right
    /// to issue, its issuer's signature, and its time. `reached_ms` is the least that the hub's clock can be by now.
    pub fn check(&self, campaign: Uuid, keys: &KeySet, reached_ms: Option<i64>) -> Result<(), ProxyRefusal> {
        if self.issuer.campaign != campaign {
            return Err(ProxyRefusal::OtherCampaign);
        }
        if keys.find(Purpose::Receipt, &self.delegation.key).is_none() {
            return Err(ProxyRefusal::UnknownKey);
        }
        let issuer = self.delegation.verify(keys).map_err(|_| ProxyRefusal::Forged)?;
        let signed = message(&self.key, &self.statement);
        crypto::verify(&issuer.device_key, Domain::ProxyCard, &signed, &self.signature, WHAT)
            .map_err(|_| ProxyRefusal::Forged)?;
        if !issuer.rights.has(Rights::ISSUE) {
            return Err(ProxyRefusal::Forged);
        }
        let over = reached_ms.is_some_and(|reached| reached > self.expires_ms);
        if over || issuer.is_over(reached_ms) { Err(ProxyRefusal::Expired) } else { Ok(()) }
    }

    /// The Ed25519 public key of the device that issued it.
    pub const fn issuer_key(&self) -> &[u8; 32] {
        &self.issuer.device_key
    }
}
