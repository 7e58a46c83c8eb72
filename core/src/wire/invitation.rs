//! What a person scans to enrol a device: the campaign, its roots and keys, and a token.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::keys::KeySet;
use super::{FORMAT_VERSION, check_limit, check_text, check_version};
use crate::crypto;
use crate::error::{Error, Result};
use crate::limits::NAME_CHARS_MAX;
use crate::pack::{self, Blob, Fixed, Text};

const WHAT: &str = "invitation";
const PREFIX: &str = "FC1:";
const TOKEN_TAG: &[u8] = b"fieldcore/token-id/1\0";
/// Characters of an invitation's text; one QR code holds 2,953 bytes at the least.
const TEXT_MAX: usize = 2400;
/// Characters of a hub's address.
const URL_CHARS_MAX: usize = 200;

/// The public id of a token: the first 8 bytes of SHA-256 over a tag and the token.
pub fn token_id(token: &[u8; 16]) -> [u8; 8] {
    let digest = crypto::sha256(&[TOKEN_TAG, token]);
    let mut id = [0u8; 8];
    id.copy_from_slice(&digest[..8]);
    id
}

/// An invitation to enrol, as text or QR. It holds a secret (the token) and no person.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The campaign.
    pub campaign: Uuid,
    /// Its name, for people.
    pub campaign_name: String,
    /// The two offline roots' Ed25519 public keys. Whoever trusts the invitation trusts these.
    pub roots: [[u8; 32]; 2],
    /// The key set in use ([`KeySet`]), with its signature.
    pub keys: Vec<u8>,
    /// The token's public id ([`token_id`]).
    pub token_id: [u8; 8],
    /// The token.
    pub token: [u8; 16],
    /// SHA-256 of the profile's text; the profile itself is a second QR or file.
    pub profile_digest: [u8; 32],
    /// The profile's version.
    pub profile_version: u32,
    /// Where the hub answers, if it has an address: `https://…` without the path.
    pub hub_url: Option<String>,
    /// When the token ends, milliseconds since 1970 by the hub's clock.
    pub expires_ms: i64,
}

type Layout = (u8, Fixed<16>, Text, Fixed<32>, Fixed<32>, Blob, Fixed<8>, Fixed<16>, Fixed<32>, u32, Option<Text>, i64);

impl Invitation {
    /// The text that a QR code or a file holds: `FC1:` and base64url without padding.
    pub fn to_text(&self) -> Result<String> {
        self.check()?;
        let layout: Layout = (
            FORMAT_VERSION,
            Fixed(*self.campaign.as_bytes()),
            Text(self.campaign_name.clone()),
            Fixed(self.roots[0]),
            Fixed(self.roots[1]),
            Blob(self.keys.clone()),
            Fixed(self.token_id),
            Fixed(self.token),
            Fixed(self.profile_digest),
            self.profile_version,
            self.hub_url.clone().map(Text),
            self.expires_ms,
        );
        let text = format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&pack::encode(&layout)?));
        check_limit("characters of an invitation", text.len(), TEXT_MAX)?;
        Ok(text)
    }

    /// The invitation in `text` (white space around and inside it is ignored), with its key set
    /// verified by its own roots.
    pub fn from_text(text: &str) -> Result<Self> {
        check_limit("characters of an invitation", text.len(), 4 * TEXT_MAX)?;
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        check_limit("characters of an invitation", text.len(), TEXT_MAX)?;
        let body = text
            .strip_prefix(PREFIX)
            .ok_or_else(|| Error::invalid(WHAT, "it does not begin with FC1:; scan the enrolment code again"))?;
        let bytes = BASE64URL_NOPAD
            .decode(body.as_bytes())
            .map_err(|_| Error::invalid(WHAT, "it is cut off or mistyped; scan the enrolment code again"))?;
        let invitation = Self::decode(&bytes)?;
        invitation.key_set()?;
        Ok(invitation)
    }

    /// The key set, verified by the invitation's roots.
    pub fn key_set(&self) -> Result<KeySet> {
        let keys = KeySet::parse(&self.keys)?;
        if keys.campaign != self.campaign {
            return Err(Error::untrusted(WHAT, "its keys belong to another campaign"));
        }
        keys.verify(&self.roots)?;
        Ok(keys)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        check_version(bytes, WHAT)?;
        let layout: Layout = pack::decode(bytes, WHAT)?;
        let (
            _,
            campaign,
            campaign_name,
            root0,
            root1,
            keys,
            id,
            token,
            profile_digest,
            profile_version,
            hub_url,
            expires_ms,
        ) = layout;
        if token_id(&token.0) != id.0 {
            return Err(Error::decode(WHAT, "its token and the token's id do not belong together"));
        }
        let invitation = Self {
            campaign: Uuid::from_bytes(campaign.0),
            campaign_name: campaign_name.0,
            roots: [root0.0, root1.0],
            keys: keys.0,
            token_id: id.0,
            token: token.0,
            profile_digest: profile_digest.0,
            profile_version,
            hub_url: hub_url.map(|url| url.0),
            expires_ms,
        };
        invitation.check()?;
        Ok(invitation)
    }

    fn check(&self) -> Result<()> {
        check_text("characters of a campaign's name", &self.campaign_name, NAME_CHARS_MAX)?;
        self.hub_url.as_ref().map_or(Ok(()), |url| check_text("characters of a hub's address", url, URL_CHARS_MAX))
    }
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invitation to {}", self.campaign)
    }
}
