"""Items, statements and keys: sections 3 to 8 and 10 to 13. Each answers what a vector expects."""

import base64
import binascii
import unicodedata
import uuid

import body
import seals as c
from pack import (
    Refused, counted, epoch, fields, integer, octets, optional, read, refuse, sint, some, statement, text, u8, u16,
    u32, u64, write,
)

ITEM_MAX, BATCH_MAX = 262144, 65536
b8, b16, b32, b64 = (octets(length) for length in (8, 16, 32, 64))
root = integer(0, 1)
mode = integer(1, 2)
wraps_shape = some(fields(key=b8, wrapped=octets(80)), 8)
ref_shape = fields(device=b16, epoch=epoch, seq=u64)

CERTIFICATE = fields(version=u8, purpose=integer(1, 3), key=b32, campaign=b16, not_before=sint, not_after=sint, root=root)
KEY_SET = fields(
    version=u8, campaign=b16, set_version=u32, certificates=some(octets(), 64), revoked=some(b8, 256), root=root
)
INVITATION = fields(
    version=u8, campaign=b16, campaign_name=text(100), root0=b32, root1=b32, keys=octets(), token_id=b8, token=b16,
    profile_digest=b32, profile_version=u32, hub_url=optional(text(200)), expires=sint,
)
ENROLMENT = fields(
    version=u8, campaign=b16, device_key=b32, seal_key=b32, token_id=b8, proof=b32, epoch=epoch, app=text(100),
    wall=sint, chain=some(octets(most=1024), 2),
)
SEGMENT = fields(
    version=u8, suite=u8, mode=mode, device_key=b32, epoch=epoch, segment=counted, first_seq=counted, bucket=b16,
    wraps=wraps_shape,
)
BATCH = fields(
    version=u8, suite=u8, mode=mode, device_key=b32, epoch=epoch, number=counted, first_seq=counted,
    count=integer(1, 500), segment=counted, wraps=wraps_shape, previous=b32, body_length=u32, body_digest=b32,
)
SALVAGE = fields(
    version=u8, suite=u8, mode=mode, device_key=b32, number=counted, campaign=b16, segment=octets(),
    segment_signature=b64, first_seq=counted, last_seq=counted, count=integer(1, 500), rows_length=u32, rows_digest=b32,
)
RECEIPT = fields(
    version=u8, campaign=b16, device_key=b32, epoch=epoch, number=u64, digest=b32, status=integer(1, 2),
    reason=optional(u16), item=integer(2, 3), hub=sint, serial=u64, log_index=optional(u64),
)
REFUSAL = fields(version=u8, digest=b32, code=text(100), what=text(500), next=text(500))
POLL = fields(
    version=u8, campaign=b16, device_key=b32, nonce=b16, profile=u32, keys=u32, revocations=u32, notices=u64,
    held=u64, wall=sint,
)
HELD = fields(
    roster=b16, number=u32, print=b8, gathers=optional(fields(number=u32, base=u32, print=b8, next=u16))
)
LONG_POLL = fields(
    version=u8, campaign=b16, device_key=b32, nonce=b16, profile=u32, keys=u32, revocations=u32, notices=u64,
    held=u64, wall=sint, rosters=some(HELD, 64, 1),
)
ROSTER_PAGE = fields(
    version=u8, roster=b16, area=text(100), number=integer(1, 2**32 - 1), digest=b32, page=integer(1, 4096),
    pages=integer(1, 4096), base=optional(fields(number=u32, digest=b32)), removed=some(b16, 1024), frame=octets(),
)
RESIDENT = fields(
    id=b16, name=text(), document=integer(1, 16), number=optional(text()), birth=optional(u32), sex=optional(text(1)),
    categories=u32, contact=optional(text()), guardian=optional(text()),
)
HOUSEHOLD = fields(
    id=b16, area=text(), building=text(), stairwell=text(), door=text(), slot=optional(text()),
    people=some(RESIDENT, 49152),
)
FRAME_MAX = 81920
OUTSTANDING = fields(
    version=u8, campaign=b16, device_key=b32, wall=sint, epoch=epoch, seq=u64, batch=u64, unsent=u64,
    since=optional(sint), carries=u64,
)
STATE = fields(
    version=u8, campaign=b16, nonce=b16, device_key=b32, hub=sint, store=b16,
    rows=some(fields(epoch=epoch, batches=u64, highest=u64, last_digest=b32, salvages=u64), 4096),
)
DISPATCH = fields(
    version=u8, id=b16, campaign=b16, kind=u16, number=u64, to=optional(b16), hub=sint, payload=octets()
)
PAYLOADS = {
    1: fields(version=u8, profile_version=u32, text=octets(most=131072)),
    3: fields(
        version=u8, list_version=u32, devices=some(fields(device_key=b32, digests=some(b32, ITEM_MAX)), 4096)
    ),
    4: fields(
        version=u8, serial=u64, notice=b16, kind=integer(1, 2), subject=ref_shape, other=ref_shape, other_wall=sint,
        other_site=optional(text(100)), other_tube=optional(text(64)),
    ),
    5: fields(
        version=u8, epoch=epoch, ranges=some(fields(first=u64, last=u64), 1024), digests=some(b32, 1024), why=u16
    ),
}
PASS = fields(
    version=u8, mode=mode, campaign=b16, device_key=b32, round=b16, tube=ref_shape,
    passed=fields(epoch=epoch, seq=u64), label=text(64), symbology=optional(text(8)),
    counts=fields(capacity=u32, profile=u32, people=u32, next=u32),
    first_swab=fields(wall=optional(sint), age=optional(u32)), to=optional(b16),
)
TUBE_ANSWER = fields(
    version=u8, campaign=b16, device_key=b32, passed=ref_shape, taken=fields(epoch=epoch, seq=u64)
)
HAND_OVER = fields(
    version=u8, mode=mode, campaign=b16, hand_over=b16, device_key=b32, to=optional(b16), offered=sint,
    devices=octets(most=16 * 200),
    rounds=some(
        fields(
            round=b16,
            boxes=some(
                fields(
                    device=u8, epoch=epoch, seq=u64, label=text(64), tubes=u32, seal=optional(text(64)),
                    temperature=optional(sint), age=optional(u32),
                ), 200, 1,
            ),
        ), 200, 1,
    ),
)
HAND_OVER_RECEIPT = fields(
    version=u8, campaign=b16, hand_over=b16, device_key=b32, giver=b16, received=sint,
    boxes=some(fields(container=ref_shape, found=u32, measured=optional(sint)), 200, 1),
)
HAND_OVER_LIST = fields(
    version=u8, campaign=b16, device_key=b32, offer=b32, labels=some(some(text(64), 3000), 200)
)
OWN = fields(epoch=epoch, seq=u64)
CLAIMS_TOLD = fields(
    version=u8, mode=mode, campaign=b16, device_key=b32, round=b16, made=OWN,
    claims=some(
        fields(
            claim=OWN, lane=optional(text(100)),
            place=fields(
                area=optional(text(100)), building=text(100), stairwell=optional(text(100)), first=optional(text(100)),
                last=optional(text(100)),
            ),
            until=sint, visited=octets(),
        ), 1024,
    ),
    released=some(fields(claim=OWN, by=OWN), 1024),
)
UUIDS = ("round", "giver", "campaign", "bucket", "id", "notice", "to", "device", "roster")


def show(value, name=None):
    """A checked value as a vector writes it."""
    if isinstance(value, bytes):
        return str(uuid.UUID(bytes=value)) if name in UUIDS and len(value) == 16 else value.hex()
    if isinstance(value, dict):
        if tuple(value) == ("device", "epoch", "seq"):
            return [str(uuid.UUID(bytes=value["device"])), value["epoch"], value["seq"]]
        return {key: show(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [show(one) for one in value]
    return value


def signed_parts(data, shape, limit=ITEM_MAX):
    if len(data) > limit:
        refuse("form", "longer than the limit")
    return shape(read(data))


PAIR = fields(statement=octets(), signature=b64)
TRIPLE = fields(statement=octets(), key=b8, signature=b64)
SEALED = fields(header=octets(), body=octets(), signature=b64)


def certificate(data, roots):
    parts = signed_parts(data, PAIR)
    found = statement(parts["statement"], CERTIFICATE)
    if roots:
        c.verify(roots[found["root"]], "certificate", parts["statement"], parts["signature"], "certificate")
    return found, show(found) | {"id": c.key_id(found["key"]).hex()}


class KeySet:
    """A key set, valid under `roots` where they are given."""

    def __init__(self, data, roots):
        self.roots, parts = roots, signed_parts(data, PAIR)
        self.found = statement(parts["statement"], KEY_SET)
        listed = [certificate(one, None) for one in self.found["certificates"]]
        if roots:
            c.verify(roots[self.found["root"]], "key-set", parts["statement"], parts["signature"], "key set")
            if any(one["campaign"] != self.found["campaign"] for one, _ in listed):
                refuse("campaign", "a certificate of another campaign")
            for one in self.found["certificates"]:
                certificate(one, roots)
        self.certificates = [one for one, _ in listed]
        self.shown = show(self.found) | {"certificates": [shown for _, shown in listed]}
        self.shown["wrap_to"] = [one["key"].hex() for one in map(self.newest, (2, 3)) if one]

    def trusted(self, purpose):
        revoked = self.found["revoked"]
        return [one for one in self.certificates if one["purpose"] == purpose and c.key_id(one["key"]) not in revoked]

    def newest(self, purpose):
        return max(self.trusted(purpose), key=lambda one: (one["not_before"], one["not_after"], one["key"]), default=None)


def invitation(given):
    if len(given) > 4 * 2400:
        refuse("form", "longer than the limit")
    given = "".join(given.split())
    if not given.startswith("FC1:") or len(given) > 2400:
        refuse("form", "no invitation")
    coded = given[4:]
    try:
        data = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        refuse("form", "no base64url")
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != coded:
        refuse("form", "base64url with bits left over")
    found = statement(data, INVITATION)
    if c.token_id(found["token"]) != found["token_id"]:
        refuse("form", "token and its id")
    keys = KeySet(found["keys"], [found["root0"], found["root1"]])
    if keys.found["campaign"] != found["campaign"]:
        refuse("campaign", "keys of another campaign")
    return show(found) | {"keys": keys.shown}


def device_statement(data, shape, name):
    parts = signed_parts(data, PAIR)
    found = statement(parts["statement"], shape)
    c.verify(found["device_key"], name, parts["statement"], parts["signature"], name)
    return found


def enrolment(data, token=None):
    found = device_statement(data, ENROLMENT, "enrolment")
    if token is not None:
        wanted = c.proof(token, found["campaign"], found["device_key"], found["seal_key"])
        if c.token_id(token) != found["token_id"] or not c.same(wanted, found["proof"]):
            refuse("proof", "not by this token")
    return show(found) | {"device": str(c.device_id(found["device_key"]))}


def code(given, prefix, shape, name):
    """A statement of a device that is shown as letters and digits."""
    given = "".join(given.split()).upper()
    if not given.startswith(prefix):
        refuse("form", "no code of this kind")
    coded = given[4:]
    try:
        data = base64.b32decode(coded + "=" * (-len(coded) % 8))
    except (binascii.Error, ValueError):
        refuse("form", "no base32")
    if base64.b32encode(data).rstrip(b"=").decode() != coded:
        refuse("form", "base32 with bits left over")
    found = device_statement(data, shape, name)
    return found, {"device": str(c.device_id(found["device_key"]))}


def label_of(one):
    if not one or any(unicodedata.category(char) in ("Cc", "Cf") for char in one):
        refuse("form", "a label is empty or has characters that are not seen")


def tube_pass(given):
    found, derived = code(given, "FCP:", PASS, "tube-pass")
    label_of(found["label"])
    if found["counts"]["next"] <= found["counts"]["people"]:
        refuse("form", "more people than positions")
    return show(found) | derived


def tube_answer(given):
    found, derived = code(given, "FCA:", TUBE_ANSWER, "tube-answer")
    return show(found) | derived


def hand_over(given):
    found, derived = code(given, "FCH:", HAND_OVER, "hand-over")
    table, rounds, boxes = found.pop("devices"), found.pop("rounds"), []
    devices = [table[at : at + 16] for at in range(0, len(table), 16)]
    laid = [(one["round"], box) for one in rounds for box in one["boxes"]]
    labels = [one["label"] for _, one in laid]
    if len(table) % 16 or devices != sorted({devices[one["device"]] for _, one in laid if one["device"] < len(devices)}):
        refuse("form", "the table of devices is not that of the boxes")
    if len(set(labels)) != len(labels) or any(one["device"] >= len(devices) for _, one in laid) or len(laid) > 200:
        refuse("form", "a box twice, too many, or of no device")
    if len({one["round"] for one in rounds}) != len(rounds):
        refuse("form", "a round twice")
    for round_id, one in laid:
        label_of(one["label"])
        container = {"device": devices[one["device"]], "epoch": one["epoch"], "seq": one["seq"]}
        kept = {name: one[name] for name in ("label", "tubes", "seal", "temperature", "age")}
        boxes.append({"round": round_id, "container": container} | kept)
    return show(found | {"boxes": boxes}) | derived


def hand_over_receipt(given):
    found, derived = code(given, "FCR:", HAND_OVER_RECEIPT, "hand-over-receipt")
    return show(found) | derived


def hand_over_list(given):
    found, derived = code(given, "FCL:", HAND_OVER_LIST, "hand-over-list")
    for label in (one for labels in found["labels"] for one in labels):
        label_of(label)
    return show(found) | derived


def claims_told(given):
    found, derived = code(given, "FCC:", CLAIMS_TOLD, "claims-told")
    for rows in (found["claims"], found["released"]):
        at = [(one["claim"]["epoch"], one["claim"]["seq"]) for one in rows]
        if at != sorted(set(at)):
            refuse("form", "claims that are not in order")
    for one in found["claims"]:
        seen, places = one["visited"], [one["lane"], *one["place"].values()]
        doors = [seen[at : at + 5] for at in range(0, len(seen), 5)]
        if len(seen) % 5 or doors != sorted(set(doors)):
            refuse("form", "doors that are not in order")
        for place in places:
            if place is not None:
                label_of(place.strip())
        one["visited"] = doors
    return show(found) | derived


def poll(data):
    """A device that has or gathers a roster says so in an eleventh element."""
    long = len(read(signed_parts(data, PAIR)["statement"])) == 11
    return show(device_statement(data, LONG_POLL if long else POLL, "poll"))


def roster_page(data, whole):
    """Section 13: a page of a roster or of a difference, with its households."""
    page = statement(data, ROSTER_PAGE)
    base = page["base"]
    if whole != (base is None) or page["page"] > page["pages"]:
        refuse("form", "a page of another kind, or none of those it counts")
    if (base and base["number"] >= page["number"]) or (whole and page["removed"]):
        refuse("content", "it leads back, or takes away from nothing")
    frame = body.inflate(page.pop("frame"), FRAME_MAX)
    shown = show(page)
    shown["households"] = [household(one) for one in some(HOUSEHOLD, FRAME_MAX)(read(frame))]
    return shown


def household(one):
    people = [person | {"id": person["id"].hex()} for person in one["people"]]
    return one | {"id": one["id"].hex(), "people": people}


def outstanding(data):
    return show(device_statement(data, OUTSTANDING, "outstanding"))


def hub_statement(data, shape, name, keys):
    """Section 4, in its order."""
    parts = signed_parts(data, TRIPLE)
    own = [one for one in keys.trusted(1) if c.key_id(one["key"]) == parts["key"]]
    if not own:
        refuse("key", "not in the key set, or revoked")
    c.verify(own[0]["key"], name, parts["statement"], parts["signature"], name)
    found = statement(parts["statement"], shape)
    if found["campaign"] != keys.found["campaign"]:
        refuse("campaign", "another campaign")
    if not own[0]["not_before"] <= found["hub"] <= own[0]["not_after"]:
        refuse("key", "not in its time")
    return found


def receipt(data, keys):
    found = hub_statement(data, RECEIPT, "receipt", keys)
    if (found["status"] == 1) != (found["reason"] is not None):
        refuse("form", "held with a reason, opened without")
    return show(found)


def state(data, keys):
    return show(hub_statement(data, STATE, "state", keys))


def dispatch(data, keys, device_seal=None):
    found = hub_statement(data, DISPATCH, "dispatch", keys)
    inside, kind = found["payload"], found["kind"]
    if kind in (4, 6, 7, 8):
        if found["to"] is None:
            refuse("form", "what is sealed is for one device")
        info = c.tagged("dispatch-payload") + found["id"] + found["campaign"] + found["to"]
        inside = c.unwrap(device_seal, info, inside, "seal")
    if kind == 2:
        payload = KeySet(inside, keys.roots).shown
    elif kind in (6, 7):
        payload = roster_page(inside, kind == 6)
        if payload["number"] != found["number"]:
            refuse("content", "another number than the dispatch around it")
    elif kind == 8:
        import cards  # which is made of this module

        payload = cards.grant(inside)
    elif kind in PAYLOADS:
        payload = show(statement(inside, PAYLOADS[kind]))
    else:
        payload = None
    if kind == 5:
        payload["ranges"] = [[one["first"], one["last"]] for one in payload["ranges"]]
    return show(found) | {"payload": payload}


def domain(name, header):
    return name if header["mode"] == 1 else f"{name}/practice"


def data_key(header, seal):
    """From the wraps for keys at hand, which must agree."""
    info = c.tagged("data-key") + bytes([1, header["mode"]]) + header["device_key"]
    info += header["epoch"].to_bytes(8, "big") + header["segment"].to_bytes(8, "big")
    found = set()
    for wrap in header["wraps"]:
        secret = seal.get(wrap["key"])
        if secret is not None:
            if c.key_id(c.wrap_public(secret)) != wrap["key"]:
                refuse("wrap", "it names another key")
            found.add(c.unwrap(secret, info, wrap["wrapped"], "wrap"))
    if len(found) != 1 or len(next(iter(found))) != 32:
        refuse("wrap", "no wrap for a key at hand, or two data keys")
    return found.pop()


def segment(data, signature):
    found = statement(data, SEGMENT)
    c.verify(found["device_key"], domain("segment", found), data, signature, "segment")
    return found, show(found) | {"device": str(c.device_id(found["device_key"]))}


def row(key, device, of_epoch, seq, kind, version, sealed):
    """A record from its sealed row: section 7."""
    aad = c.tagged("row") + device.bytes + of_epoch.to_bytes(8, "big") + seq.to_bytes(8, "big")
    plain = c.open_sealed(key, "fieldcore 1 row key", aad + kind.to_bytes(2, "big") + version.to_bytes(2, "big"), sealed)
    try:
        values = [row_value(one) for one in some(lambda one: one, 8192, 5)(read(plain))]
    except Refused as refused:
        raise Refused("content", str(refused)) from None
    return {"seq": seq, "kind": kind, "version": version, "values": values[5:]} | body.stamp(*values[:5])


def row_value(value):
    if isinstance(value, list):
        return {"ref": show(ref_shape(value))}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    return value if value is None else sint(value)


def outline(data):
    """Section 8, "later versions": the header's ends and the signature."""
    parts = signed_parts(data, SEALED, BATCH_MAX)
    header = read(parts["header"])
    if not isinstance(header, list) or len(header) < 8:
        refuse("form", "no header of any version")
    first = fields(version=u8, suite=u8, mode=mode, device_key=b32, epoch=epoch, number=u64)(header[:6])
    last = fields(body_length=u64, body_digest=b32)(header[-2:])
    c.verify(first["device_key"], domain("batch", first), parts["header"], parts["signature"], "batch")
    check_digest(parts["body"], last["body_length"], last["body_digest"])
    return show(first) | {"digest": c.sha256(c.tagged("batch-digest"), parts["header"]).hex()}


def check_digest(data, length, digest):
    if len(data) != length or c.sha256(data) != digest:
        refuse("digest", "not the bytes that were signed for")


def batch(data, seal, live=False):
    """Section 16, as far as a reader without a store can go."""
    parts = signed_parts(data, SEALED, BATCH_MAX)
    header = statement(parts["header"], BATCH)
    if (header["number"] == 1) != (header["previous"] == bytes(32)):
        refuse("form", "the first batch alone has none before it")
    if header["first_seq"] + header["count"] >= 2**63:
        refuse("form", "seqs beyond 2^63")
    c.verify(header["device_key"], domain("batch", header), parts["header"], parts["signature"], "batch")
    check_digest(parts["body"], header["body_length"], header["body_digest"])
    if live and header["mode"] != 1:
        refuse("practice", "practice where live is meant")
    device, tail = c.device_id(header["device_key"]), write(header["body_length"]) + write(header["body_digest"])
    aad = parts["header"][: -len(tail)]
    plain = c.open_sealed(data_key(header, seal), "fieldcore 1 batch body key", aad, parts["body"])
    records, anchors = body.decode(plain, header, device)
    return {
        "header": show(header),
        "digest": c.sha256(c.tagged("batch-digest"), parts["header"]).hex(),
        "device": str(device),
        "records": records,
        "anchors": anchors,
    }


def salvage(data, seal):
    parts = signed_parts(data, fields(header=octets(), rows=octets(), signature=b64), BATCH_MAX)
    header = statement(parts["header"], SALVAGE)
    if header["first_seq"] > header["last_seq"]:
        refuse("form", "its seqs")
    c.verify(header["device_key"], "salvage", parts["header"], parts["signature"], "salvage")
    check_digest(parts["rows"], header["rows_length"], header["rows_digest"])
    own, shown = segment(header["segment"], header["segment_signature"])
    if own["mode"] != header["mode"]:
        refuse("practice", "the segment's mode is another")
    body.need(header["first_seq"] >= own["first_seq"], "rows from before the segment")
    key, device = data_key(own, seal), c.device_id(own["device_key"])
    rows = some(fields(seq=u64, kind=u16, version=u16, sealed=octets()), 500)(read(parts["rows"]))
    seqs = [one["seq"] for one in rows]
    body.need(all(one < two for one, two in zip(seqs, seqs[1:])) and len(seqs) == header["count"], "rows out of order")
    body.need((seqs[0], seqs[-1]) == (header["first_seq"], header["last_seq"]), "not the header's rows")
    records, failed = [], []
    for one in rows:
        try:
            records.append(row(key, device, own["epoch"], **one))
        except Refused:
            failed.append(one["seq"])
    header = {name: one for name, one in show(header).items() if not name.startswith("segment")}
    digest = c.sha256(c.tagged("salvage-digest"), parts["header"]).hex()
    return {"header": header, "segment": shown, "digest": digest, "records": records, "failed": failed}


def refusal(data):
    return show(statement(data, REFUSAL))


def bundle(data):
    """Items as (type, payload), the bytes of one cut off, and how many were too long: section 3."""
    if data[:4] != b"FCB1":
        refuse("form", "no bundle")
    items, at, oversize = [], 4, 0
    while len(data) - at >= 5:
        length = int.from_bytes(data[at + 1 : at + 5], "big")
        if length > len(data) - at - 5:
            break
        if length > ITEM_MAX:
            oversize += 1
        else:
            items.append((data[at], data[at + 5 : at + 5 + length]))
        at += 5 + length
    if len(items) + oversize > 4096:
        refuse("form", "more than 4,096 items")
    return items, len(data) - at, oversize


def item_digest(kind, data):
    return c.sha256(c.tagged("item"), bytes([kind]), data).hex()


def figures(records):
    """Section 14: `records` by (device id, epoch, seq)."""
    tube_of, spoiled = {}, set()
    for at in sorted(records):
        record = records[at]
        values = record["values"]
        target = [tuple(value["ref"]) if isinstance(value, dict) and "ref" in value else None for value in values]
        known = (record["kind"], record["version"], len(values))
        if known == (30, 1, 24):
            tube_of[at] = target[0]
        elif known == (36, 1, 3):
            tube_of[target[0]] = target[1]
        elif known == (34, 1, 1) or known == (35, 1, 2):
            tube_of.pop(target[0], None)
        elif known == (22, 1, 3):
            spoiled.add(target[0])
    return {"records": len(records), "people": len(tube_of), "tubes": len(set(tube_of.values()) - spoiled)}
