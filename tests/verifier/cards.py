"""Delegations, links, helpers' codes and proxy cards: section 20."""

import body
import items
import seals as c
from items import b8, b16, b32, b64, show
from pack import fields, integer, octets, optional, read, refuse, sint, some, statement, text, u8, u32, u64, write

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SIGNS = "0123456789X+- "
CARD_MAX = 400

DELEGATION = fields(
    version=u8, campaign=b16, id=b16, device_key=b32, rights=u32, helpers=u32, hub=sint, expires=sint
)
LINK = fields(version=u8, ordinal=u32, rights=u32, expires=sint, signature=b64)
HELPER_KEYS = fields(version=u8, device_key=b32, seal_key=b32, mode=integer(1, 2), app=text(100))
WELCOME = fields(
    version=u8, campaign_name=text(100), root0=b32, root1=b32, keys=octets(), profile_digest=b32, profile_version=u32,
    hub_url=optional(text(200)), delegation=octets(), link=octets(),
)
KIT = fields(
    version=u8, chief_key=b32, campaign=b16, to=b16, profile=optional(octets(most=131072)), sealed=octets()
)
CARD_KEYS = some(fields(name=octets(4), key=b32, round=b16, expires=sint), 64)
KIT_KEYS = fields(version=u8, card_keys=CARD_KEYS)
GRANT = fields(
    version=u8, delegation=optional(octets(most=16384)), keys_in_use=optional(octets(most=16384)), card_keys=CARD_KEYS
)


def base45(code):
    """RFC 9285."""
    out = bytearray()
    for at in range(0, len(code), 3):
        group = code[at : at + 3]
        value = sum(ALPHABET.index(sign) * 45**place for place, sign in enumerate(group))
        if len(group) == 1 or value >= 256 ** (len(group) - 1):
            refuse("form", "no base45")
        out += value.to_bytes(len(group) - 1, "big")
    return bytes(out)


def body_of(letters, data, given):
    """What stands behind the letters; the text, where there is one, is the same."""
    if given is not None and (given[:4] != letters + ":" or letters.encode() + base45(given[4:]) != data):
        refuse("form", "its text is another")
    if data[:3] != letters.encode():
        refuse("form", "other letters")
    return data[3:]


def inflated(data, limit):
    return body.inflate(data, limit)


def named_keys(listed):
    for one in listed:
        if c.sha256(c.tagged("card-key-name"), one["key"])[:4] != one["name"]:
            refuse("form", "a card key and its name")
    return [show(one) | {"round": str(items.uuid.UUID(bytes=one["round"]))} for one in listed]


def grant(data):
    found = statement(data, GRANT)
    return show(found) | {"card_keys": named_keys(found["card_keys"])}


def delegation(data, keys):
    return items.hub_statement(data, DELEGATION, "delegation", keys)


def link(data, signed, keys, device_key, seal_key):
    """A link under the delegation whose signed form is given, for these two keys."""
    found, given = statement(data, LINK), delegation(signed, keys)
    parts = items.TRIPLE(read(signed))
    values = [1, c.sha256(parts["statement"]), device_key, seal_key, found["ordinal"], found["rights"], found["expires"]]
    c.verify(given["device_key"], "helper-link", write(values), found["signature"], "link")
    sound = given["rights"] & 2 and 1 <= found["ordinal"] <= given["helpers"]
    sound = sound and found["rights"] and found["rights"] & given["rights"] & 1 == found["rights"]
    if not sound or found["expires"] > given["expires"] or given["device_key"] == device_key:
        refuse("signature", "it gives what it has not")
    return found, given


def helper_keys(data, given):
    return show(items.device_statement(body_of("FH1", data, given), HELPER_KEYS, "helper-keys"))


def welcome(data, device_key, seal_key):
    found = statement(inflated(body_of("FW1", data, None), 16384), WELCOME)
    keys = items.KeySet(found["keys"], [found["root0"], found["root1"]])
    linked, delegated = link(found["link"], found["delegation"], keys, device_key, seal_key)
    return show(found) | {"keys": keys.shown, "delegation": show(delegated), "link": show(linked)}


def kit(data, device_seal):
    parts = items.PAIR(read(inflated(body_of("FK1", data, None), 131072 + 16384)))
    found = statement(parts["statement"], KIT)
    c.verify(found["chief_key"], "helper-kit", parts["statement"], parts["signature"], "kit")
    info = c.tagged("helper-kit") + found["campaign"] + found["to"]
    inside = statement(c.unwrap(device_seal, info, found["sealed"], "seal"), KIT_KEYS)
    shown = show(found)
    del shown["sealed"]
    return shown | {"card_keys": named_keys(inside["card_keys"])}


def packed(value):
    """A number as it stands on a card: half bytes, or a text."""
    if isinstance(value, bytes):
        halves = [half for byte in value for half in (byte >> 4, byte & 15)]
        if halves and halves[-1] == 15:
            halves.pop()
        if any(half >= len(SIGNS) for half in halves):
            refuse("form", "a half byte that stands for nothing")
        return "".join(SIGNS[half] for half in halves)
    value = text()(value)
    if all(sign in SIGNS for sign in value):
        refuse("form", "not in its shortest form")
    return value


CARD = fields(
    document=integer(1, 16), number=optional(packed), issuer=optional(text()), name=optional(text()),
    birth=optional(u32), sex=optional(text()), nationality=optional(text()), contact=optional(packed),
    epoch=items.epoch, seq=u64, expires=u64, delegation=octets(),
)


def proxy_card(data, given, key, keys):
    rest = body_of("FP1", data, given)
    if len(data) > CARD_MAX or len(rest) < 4:
        refuse("form", "longer or shorter than any card")
    name, sealed = rest[:4], rest[4:]
    plain = c.open_with(key, c.tagged("proxy-seal") + b"FP1" + name, sealed)
    if len(plain) < 64:
        refuse("form", "no signature")
    said, signature = plain[:-64], plain[-64:]
    found = CARD(read(said))
    delegated = DELEGATION(read(items.TRIPLE(read(found["delegation"]))["statement"]))
    if delegated["campaign"] != keys.found["campaign"]:
        refuse("campaign", "another campaign")
    delegated = delegation(found.pop("delegation"), keys)
    try:
        c.verify(delegated["device_key"], "proxy-card", name + said, signature, "card")
    except c.Refused:
        refuse("forged", "not by the device that it names")
    if not delegated["rights"] & 4:
        refuse("forged", "no right to issue")
    card = [str(c.device_id(delegated["device_key"])), found.pop("epoch"), found.pop("seq")]
    return {"key": name.hex()} | found | {"card": card, "delegation": show(delegated), "digest": c.sha256(data).hex()}
