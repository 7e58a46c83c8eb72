//! What a chief's phone hands a helper's: all that it needs to start without a network, and the profile with the card
//! keys, which may be a second code or a file.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::grant::{keys_in, keys_out};
use super::{CardKey, Chain, CodeKind};
use crate::crypto::{self, Domain};
use crate::error::Result;
use crate::id::DeviceId;
use crate::limits::{NAME_CHARS_MAX, PROFILE_BYTES_MAX};
use crate::pack::{self, Blob, Fixed, Text};
use crate::platform::Entropy;
use crate::secret::Secret;
use crate::wire::{
    DeviceSigned, DeviceStatement, FORMAT_VERSION, KeySet, check_limit, check_text, check_version, deflate, inflate_of,
};

const WELCOME: &str = "welcome";
const KIT: &str = "helper's kit";
const KIT_INFO: &[u8] = b"fieldcore/helper-kit/1\0";
/// Bytes that a welcome may decompress to.
const WELCOME_BYTES_MAX: usize = 16 * 1024;
/// Bytes that a kit may decompress to: a profile is the largest part.
const KIT_BYTES_MAX: usize = PROFILE_BYTES_MAX + 16 * 1024;
/// Characters of a hub's address.
const URL_CHARS_MAX: usize = 200;

fn open(kind: CodeKind, code: &[u8], limit: usize, what: &'static str) -> Result<Zeroizing<Vec<u8>>> {
    let packed = kind.body(code)?;
    check_limit("bytes of a code", packed.len(), limit)?;
    inflate_of(packed, limit, what)
}

/// All that a helper's phone needs to take part: what an invitation has, with a chain in the place of the token.
/// Nothing in it is secret. The helper trusts its roots as it trusts those of an invitation: by the screen it reads
/// them from.
#[derive(Clone, PartialEq, Eq)]
pub struct Welcome {
    /// The campaign's name, for people.
    pub campaign_name: String,
    /// The two offline roots' Ed25519 public keys.
    pub roots: [[u8; 32]; 2],
    /// The key set ([`KeySet`]) with its signature.
    pub keys: Vec<u8>,
    /// SHA-256 of the profile's text.
    pub profile_digest: [u8; 32],
    /// The profile's version.
    pub profile_version: u32,
    /// Where the hub answers, if it has an address.
    pub hub_url: Option<String>,
    /// The delegation and the link, as they stand in the helper's enrolment.
    pub chain: [Vec<u8>; 2],
}

type WelcomeLayout = (u8, Text, Fixed<32>, Fixed<32>, Blob, Fixed<32>, u32, Option<Text>, Blob, Blob);

impl Welcome {
    /// The code's bytes.
    pub fn to_code(&self) -> Result<Vec<u8>> {
        self.check()?;
        let [delegation, link] = self.chain.clone();
        let layout: WelcomeLayout = (
            FORMAT_VERSION,
            Text(self.campaign_name.clone()),
            Fixed(self.roots[0]),
            Fixed(self.roots[1]),
            Blob(self.keys.clone()),
            Fixed(self.profile_digest),
            self.profile_version,
            self.hub_url.clone().map(Text),
            Blob(delegation),
            Blob(link),
        );
        Ok(CodeKind::Welcome.wrap(&deflate(&pack::encode(&layout)?)?))
    }

    /// The welcome in a code; nothing is verified yet.
    pub fn of_code(code: &[u8]) -> Result<Self> {
        let bytes = open(CodeKind::Welcome, code, WELCOME_BYTES_MAX, WELCOME)?;
        check_version(&bytes, WELCOME)?;
        let layout: WelcomeLayout = pack::decode(&bytes, WELCOME)?;
        let (_, campaign_name, root0, root1, keys, digest, version, hub_url, delegation, link) = layout;
        let welcome = Self {
            campaign_name: campaign_name.0,
            roots: [root0.0, root1.0],
            keys: keys.0,
            profile_digest: digest.0,
            profile_version: version,
            hub_url: hub_url.map(|url| url.0),
            chain: [delegation.0, link.0],
        };
        welcome.check()?;
        Ok(welcome)
    }

    /// The key set and the chain, if the set is valid under the welcome's roots and the chain leads from it to these
    /// keys.
    pub fn verify(&self, device_key: &[u8; 32], seal_key: &[u8; 32]) -> Result<(KeySet, Chain)> {
        let keys = KeySet::parse(&self.keys)?;
        keys.verify(&self.roots)?;
        let chain = Chain::verify(&self.chain, &keys, device_key, seal_key)?;
        Ok((keys, chain))
    }

    fn check(&self) -> Result<()> {
        check_text("characters of a campaign's name", &self.campaign_name, NAME_CHARS_MAX)?;
        self.hub_url.as_ref().map_or(Ok(()), |url| check_text("characters of a hub's address", url, URL_CHARS_MAX))
    }
}

impl fmt::Debug for Welcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "welcome with profile {}", self.profile_version)
    }
}

/// The profile and the card keys for one helper, signed by the chief. The keys are sealed to the helper: of this code a
/// photo tells nothing but the profile.
#[derive(Clone, PartialEq, Eq)]
pub struct Kit {
    /// The chief's Ed25519 public key.
    pub chief_key: [u8; 32],
    /// The campaign.
    pub campaign: Uuid,
    /// The helper's device.
    pub to: DeviceId,
    /// The profile's text; absent for the built-in one.
    pub profile: Option<Vec<u8>>,
    /// Card keys, sealed to the helper's X25519 key.
    sealed: Vec<u8>,
}

type KitLayout = (u8, Fixed<32>, Fixed<16>, Fixed<16>, Option<Blob>, Blob);

fn kit_info(campaign: Uuid, to: DeviceId) -> Vec<u8> {
    [KIT_INFO, campaign.as_bytes(), to.as_bytes()].concat()
}

impl Kit {
    /// A kit for the helper `to`, whose X25519 public key is `seal_key`.
    pub fn new(
        chief_key: [u8; 32],
        campaign: Uuid,
        to: DeviceId,
        seal_key: &[u8; 32],
        profile: Option<Vec<u8>>,
        card_keys: &[CardKey],
        entropy: &dyn Entropy,
    ) -> Result<Self> {
        let plain = Zeroizing::new(pack::encode(&(FORMAT_VERSION, keys_out(card_keys)))?);
        let sealed = crypto::wrap(seal_key, &kit_info(campaign, to), &plain, entropy)?;
        Ok(Self { chief_key, campaign, to, profile, sealed })
    }

    /// The card keys, opened with the helper's X25519 secret.
    pub fn card_keys(&self, secret: &Secret) -> Result<Vec<CardKey>> {
        let plain = crypto::unwrap(secret, &kit_info(self.campaign, self.to), &self.sealed)?;
        check_version(&plain, KIT)?;
        let (_, keys): (u8, Vec<_>) = pack::decode(&plain, KIT)?;
        keys_in(keys, KIT)
    }

    /// The code's bytes, signed with the chief's Ed25519 seed.
    pub fn to_code(&self, seed: &Secret) -> Result<Vec<u8>> {
        Ok(CodeKind::Kit.wrap(&deflate(&DeviceSigned::sign(self, seed)?.to_bytes()?)?))
    }

    /// The kit in a code, if whoever it names as chief signed it.
    pub fn of_code(code: &[u8]) -> Result<Self> {
        DeviceSigned::<Self>::parse(&open(CodeKind::Kit, code, KIT_BYTES_MAX, KIT)?)?.verify()
    }
}

impl DeviceStatement for Kit {
    const DOMAIN: Domain = Domain::HelperKit;
    const WHAT: &'static str = KIT;

    fn encode(&self) -> Result<Vec<u8>> {
        let layout: KitLayout = (
            FORMAT_VERSION,
            Fixed(self.chief_key),
            Fixed(*self.campaign.as_bytes()),
            Fixed(*self.to.as_bytes()),
            self.profile.clone().map(Blob),
            Blob(self.sealed.clone()),
        );
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (_, chief_key, campaign, to, profile, sealed): KitLayout = pack::decode(bytes, KIT)?;
        let profile = profile.map(|blob| blob.0);
        check_limit("bytes of a profile", profile.as_ref().map_or(0, Vec::len), PROFILE_BYTES_MAX)?;
        Ok(Self {
            chief_key: chief_key.0,
            campaign: Uuid::from_bytes(campaign.0),
            to: DeviceId::from_bytes(to.0),
            profile,
            sealed: sealed.0,
        })
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.chief_key
    }
}

impl fmt::Debug for Kit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kit for {}", self.to)
    }
}
