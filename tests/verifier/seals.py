"""The cryptography of section 2, by other people's libraries."""

import hashlib
import hmac
import uuid

import blake3
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.signing import VerifyKey

from pack import Refused, refuse

SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tagged(name):
    return b"fieldcore/" + name.encode() + b"/1\0"


def verify(key, name, data, signature, what="signature"):
    """libsodium's check: canonical, no small order, no cofactor."""
    try:
        VerifyKey(key).verify(tagged(name) + data, signature)
    except (BadSignatureError, CryptoError, ValueError):
        refuse("signature", f"{what}: not by the key that is named")


def key_id(public):
    return sha256(tagged("key-id"), public)[:8]


def device_id(public):
    raw = bytearray(sha256(tagged("device-id"), public)[:16])
    raw[6] = (raw[6] & 0x0F) | 0x80
    raw[8] = (raw[8] & 0x3F) | 0x80
    return uuid.UUID(bytes=bytes(raw))


def token_id(token):
    return sha256(tagged("token-id"), token)[:8]


def proof(token, *parts):
    key = blake3.blake3(token, derive_key_context="fieldcore 1 enrolment proof").digest()
    return blake3.blake3(tagged("enrolment-proof") + b"".join(parts), key=key).digest()


def same(one, other):
    return hmac.compare_digest(one, other)


def open_sealed(data_key, context, aad, sealed):
    """XChaCha20-Poly1305 under the data key's derived key."""
    return open_with(blake3.blake3(data_key, derive_key_context=context).digest(), aad, sealed)


def open_with(key, aad, sealed):
    """XChaCha20-Poly1305: nonce, ciphertext, tag."""
    if len(sealed) < 40:
        refuse("seal", "shorter than a nonce and a tag")
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[24:], aad, sealed[:24], key)
    except CryptoError:
        return refuse("seal", "it does not open under its key")


def unwrap(secret, info, wrapped, word):
    """HPKE base mode, one message."""
    try:
        return SUITE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(secret), info=info)
    except (InvalidTag, ValueError):
        return refuse(word, "a wrap does not open")


def wrap_public(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
