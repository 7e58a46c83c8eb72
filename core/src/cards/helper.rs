//! What a helper's phone shows to be enrolled: its keys.

use std::fmt;

use super::CodeKind;
use crate::crypto::Domain;
use crate::error::Result;
use crate::id::DeviceId;
use crate::limits::NAME_CHARS_MAX;
use crate::pack::{self, Fixed, Text};
use crate::wire::{DeviceSigned, DeviceStatement, FORMAT_VERSION, Mode, check_text};

const WHAT: &str = "helper's keys";

/// A helper's public keys, signed by the first of them. It names no campaign: whoever signs a link for these keys gives
/// a campaign to them, and nobody else can use that link.
#[derive(Clone, PartialEq, Eq)]
pub struct HelperKeys {
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// The device's X25519 public key.
    pub seal_key: [u8; 32],
    /// Whether its journal counts or only trains.
    pub mode: Mode,
    /// The app and its version.
    pub app: String,
}

/// A helper's keys as they are shown.
pub type SignedHelperKeys = DeviceSigned<HelperKeys>;

type Layout = (u8, Fixed<32>, Fixed<32>, u8, Text);

impl HelperKeys {
    /// The device.
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.device_key)
    }

    /// The keys in a code, if they signed themselves.
    pub fn of_code(code: &[u8]) -> Result<Self> {
        SignedHelperKeys::parse(CodeKind::HelperKeys.body(code)?)?.verify()
    }
}

impl SignedHelperKeys {
    /// The code that the helper's phone shows: some 170 bytes for an app with a short name.
    pub fn to_code(&self) -> Result<Vec<u8>> {
        Ok(CodeKind::HelperKeys.wrap(&self.to_bytes()?))
    }
}

impl DeviceStatement for HelperKeys {
    const DOMAIN: Domain = Domain::HelperKeys;
    const WHAT: &'static str = WHAT;

    fn encode(&self) -> Result<Vec<u8>> {
        check_text("characters of an app's name", &self.app, NAME_CHARS_MAX)?;
        let (device_key, seal_key) = (Fixed(self.device_key), Fixed(self.seal_key));
        let layout: Layout = (FORMAT_VERSION, device_key, seal_key, self.mode.code(), Text(self.app.clone()));
        pack::encode(&layout)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (_, device_key, seal_key, mode, app): Layout = pack::decode(bytes, WHAT)?;
        check_text("characters of an app's name", &app.0, NAME_CHARS_MAX)?;
        Ok(Self { device_key: device_key.0, seal_key: seal_key.0, mode: Mode::read(mode, WHAT)?, app: app.0 })
    }

    fn device_key(&self) -> &[u8; 32] {
        &self.device_key
    }
}

impl fmt::Debug for HelperKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "keys of {}", self.device())
    }
}
