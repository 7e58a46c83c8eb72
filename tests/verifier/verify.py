#!/usr/bin/env python3
"""Checks the wire format without a line of the project's own code.

    verify.py vectors FOLDER                  every golden vector: opened, decoded, compared
    verify.py FOLDER                          the same
    verify.py bundle FILE --keys KEYS.json    a bundle as it was made, its counts as JSON
    verify.py control FILE --keys KEYS.json   the same bundle, damaged in many ways: each must be noticed

KEYS.json: {"seal": {key id: X25519 secret}, "roots": [root, root]?, "key_set": bytes?, "token": token?,
"device_seal": X25519 secret?, "expect": {count: number}?}, all in hexadecimal; "seal" are the hub's. Exit
code 1 on any failure.

Written from docs/wire-format.md.
"""

import argparse
import json
import pathlib
import sys

import cards
import frames
import items
from pack import Refused, refuse, write


class Keys:
    """What a vector or KEYS.json gives."""

    def __init__(self, given):
        raw = {name: bytes.fromhex(one) for name, one in given.items() if isinstance(one, str)}
        self.seal = {bytes.fromhex(name): bytes.fromhex(one) for name, one in given.get("seal", {}).items()}
        self.roots = [bytes.fromhex(one) for one in given.get("roots", [])]
        self.key_set = items.KeySet(raw["key_set"], self.roots) if "key_set" in raw else None
        self.device_seal, self.data_key, self.token = (raw.get(name) for name in ("device_seal", "data_key", "token"))
        self.device_key, self.seal_key, self.delegation = (raw.get(name) for name in ("device_key", "seal_key", "delegation"))
        self.card_key = raw.get("card_key")


def by_record(found):
    header = found.get("segment", found["header"])
    return {(found["device"], header["epoch"], one["seq"]): one for one in found["records"]}


def check_chain(blobs, keys):
    previous, digests, records = bytes(32).hex(), [], {}
    for blob in blobs:
        found = items.batch(bytes.fromhex(blob), keys.seal, live=True)
        if found["header"]["previous"] != previous:
            refuse("chain", "it does not follow the batch before")
        previous = found["digest"]
        digests.append(previous)
        records |= by_record(found)
    return {"digests": digests, "figures": items.figures(records)}


def check_bundle_vector(data, keys):
    read, cut_off, oversize = items.bundle(data)
    records = {}
    for kind, payload in read:
        if kind == 1:
            items.enrolment(payload, keys.token)
        elif kind == 2:
            records |= by_record(items.batch(payload, keys.seal, live=True))
        elif kind == 6:
            items.poll(payload)
        elif kind == 9:
            items.outstanding(payload)
    listed = [{"type": kind, "digest": items.item_digest(kind, payload)} for kind, payload in read]
    return {"items": listed, "cut_off": cut_off, "oversize": oversize, "figures": items.figures(records)}


def check_row(vector, data, keys):
    device, epoch, seq = vector["at"]
    return items.row(keys.data_key, items.uuid.UUID(device), epoch, seq, vector["kind"], vector["version"], data)


def check_segment(vector, data, keys):
    found, shown = items.segment(data, bytes.fromhex(vector["signature"]))
    if items.data_key(found, keys.seal) != keys.data_key:
        refuse("wrap", "another data key than the vector's")
    return shown


def read_vector(vector):
    """What is in the vector, or a refusal."""
    keys, what, given = Keys(vector.get("keys", {})), vector["is"], vector.get("bytes", "")
    data = bytes.fromhex(given) if isinstance(given, str) else None
    readers = {
        "certificate": lambda: items.certificate(data, keys.roots)[1],
        "key_set": lambda: items.KeySet(data, keys.roots).shown,
        "invitation": lambda: items.invitation(vector["text"]),
        "enrolment": lambda: items.enrolment(data, keys.token),
        "poll": lambda: items.poll(data),
        "outstanding": lambda: items.outstanding(data),
        "frames": lambda: frames.check(given, vector.get("texts")),
        "tube_pass": lambda: items.tube_pass(vector["text"]),
        "tube_answer": lambda: items.tube_answer(vector["text"]),
        "hand_over": lambda: items.hand_over(vector["text"]),
        "hand_over_receipt": lambda: items.hand_over_receipt(vector["text"]),
        "hand_over_list": lambda: items.hand_over_list(vector["text"]),
        "claims_told": lambda: items.claims_told(vector["text"]),
        "segment": lambda: check_segment(vector, data, keys),
        "row": lambda: check_row(vector, data, keys),
        "batch": lambda: items.batch(data, keys.seal, vector.get("live", False)),
        "outline": lambda: items.outline(data),
        "chain": lambda: check_chain(given, keys),
        "salvage": lambda: items.salvage(data, keys.seal),
        "receipt": lambda: items.receipt(data, keys.key_set),
        "state": lambda: items.state(data, keys.key_set),
        "dispatch": lambda: items.dispatch(data, keys.key_set, keys.device_seal),
        "refusal": lambda: items.refusal(data),
        "bundle": lambda: check_bundle_vector(data, keys),
        "delegation": lambda: items.show(cards.delegation(data, keys.key_set)),
        "link": lambda: items.show(
            cards.link(data, keys.delegation, keys.key_set, keys.device_key, keys.seal_key)[0]
        ),
        "helper_keys": lambda: cards.helper_keys(data, vector.get("text")),
        "welcome": lambda: cards.welcome(data, keys.device_key, keys.seal_key),
        "kit": lambda: cards.kit(data, keys.device_seal),
        "proxy_card": lambda: cards.proxy_card(data, vector.get("text"), keys.card_key, keys.key_set),
    }
    return readers[what]()


def difference(found, wanted, path=""):
    """The first place where two values differ, without what stands there."""
    if type(found) is not type(wanted):
        return path or "at all"
    if isinstance(found, dict):
        for key in sorted(found.keys() | wanted.keys()):
            if key not in found or key not in wanted:
                return f"{path}.{key}"
            inner = difference(found[key], wanted[key], f"{path}.{key}")
            if inner:
                return inner
        return None
    if isinstance(found, list):
        if len(found) != len(wanted):
            return f"{path} (length)"
        inner = (difference(one, two, f"{path}[{at}]") for at, (one, two) in enumerate(zip(found, wanted)))
        return next((one for one in inner if one), None)
    return None if found == wanted else path or "at all"


def problem(vector):
    """What is wrong with the vector; nothing if it is as it says."""
    try:
        found = read_vector(vector)
    except Refused as refused:
        if vector["valid"]:
            return f"must hold, and fails ({refused})"
        return None if refused.word == vector["fails"] else f"must fail `{vector['fails']}`, and fails ({refused})"
    if not vector["valid"]:
        return f"must fail `{vector['fails']}`, and holds"
    where = difference(found, vector["expect"])
    return f"reads otherwise than expected: {where}" if where else None


def vectors(folder):
    files = sorted(pathlib.Path(folder).glob("*.json"))
    bad, valid = 0, 0
    for file in files:
        vector = json.loads(file.read_text(encoding="utf-8"))
        valid += vector["valid"]
        wrong = "its name is another" if vector["name"] != file.stem else problem(vector)
        if wrong:
            bad += 1
            print(f"FAILED {file.stem}: {wrong}")
    print(f"{len(files)} vectors, {valid} valid, {len(files) - valid} invalid; {bad} not as they say")
    return 1 if bad or not valid or valid == len(files) else 0


NAMES = {1: "enrolments", 2: "batches", 3: "salvages", 4: "receipts", 5: "dispatches", 6: "polls", 7: "states", 8: "refusals",
         9: "outstanding"}


def bundle(file, keys_file):
    given = json.loads(pathlib.Path(keys_file).read_text(encoding="utf-8"))
    counts = judge(pathlib.Path(file).read_bytes(), given)
    print(json.dumps(counts))
    return 1 if counts["errors"] else 0


def judge(data, given):
    """What a bundle holds, and what is wrong with it."""
    keys = Keys(given)
    read, cut_off, oversize = items.bundle(data)
    counts = dict.fromkeys([*NAMES.values(), "notices", "unknown"], 0)
    records, batches, errors = {}, {}, []
    for at, (kind, payload) in enumerate(read):
        counts[NAMES.get(kind, "unknown")] += 1
        try:
            counts["notices"] += take(kind, payload, keys, records, batches)
        except Refused as refused:
            errors.append(f"item {at}, type {kind}: {refused}")
    errors += broken_chains(batches)
    counts |= {"cut_off": cut_off, "oversize": oversize, **items.figures(records)}
    errors += [f"{name} is {counts.get(name)}, must be {wanted}"
               for name, wanted in given.get("expect", {}).items() if counts.get(name) != wanted]
    return counts | {"errors": errors + ([] if read else ["it is empty"])}


def control(file, keys_file):
    """Negative control: whatever is done to the bundle or its keys, `judge` must notice it."""
    given = json.loads(pathlib.Path(keys_file).read_text(encoding="utf-8"))
    data = pathlib.Path(file).read_bytes()
    missed = ["nothing at all, and it fails"] if judge(data, given)["errors"] else []
    tried = 0
    for what, changed, keys in damaged(data, given):
        tried += 1
        try:
            noticed = judge(changed, keys)["errors"]
        except Refused:
            noticed = True
        if not noticed:
            missed.append(what)
    print(json.dumps({"damages": tried, "missed": missed}))
    return 1 if missed or tried < 10 else 0


def damaged(data, given):
    read, _, _ = items.bundle(data)
    frame = [bytes([kind]) + len(payload).to_bytes(4, "big") + payload for kind, payload in read]
    whole = lambda parts: b"FCB1" + b"".join(parts)
    yield "another magic", b"FCB2" + data[4:], given
    yield "the last byte cut off", data[:-1], given
    for at, (kind, payload) in enumerate(read):
        yield f"item {at} left out", whole(frame[:at] + frame[at + 1 :]), given
        yield f"item {at} as another type", whole(frame[:at] + [bytes([99]) + frame[at][1:]] + frame[at + 1 :]), given
        # A refusal is signed by nobody and means nothing; every bit of anything else counts.
        for bit in [] if kind == 8 else range(0, 8 * len(payload), max(1, 8 * len(payload) // 16)):
            changed = bytearray(frame[at])
            changed[5 + bit // 8] ^= 1 << bit % 8
            yield f"bit {bit} of item {at}", whole(frame[:at] + [bytes(changed)] + frame[at + 1 :]), given
    batches = [payload for kind, payload in read if kind == 2]
    if len(batches) > 1:
        one, two = (items.signed_parts(payload, items.SEALED) for payload in batches[:2])
        spliced = write([one["header"], two["body"], one["signature"]])
        other = [bytes([2]) + len(spliced).to_bytes(4, "big") + spliced if part[5:] == batches[0] else part
                 for part in frame]
        yield "a body lifted from another batch", whole(other), given
        yield "no secret of the hub", data, given | {"seal": {}}
        stranger = {name: secret[2:] + secret[:2] for name, secret in given["seal"].items()}
        yield "another secret of the hub", data, given | {"seal": stranger}
    if any(kind == 1 for kind, _ in read):
        yield "another token", data, given | {"token": given["token"][2:] + given["token"][:2]}
    yield "the roots exchanged", data, given | {"roots": given["roots"][::-1]}
    for name, wanted in given["expect"].items():
        yield f"one more of {name}", data, given | {"expect": given["expect"] | {name: wanted + 1}}


def take(kind, payload, keys, records, batches):
    """Checks one item; whether it was a notice."""
    if kind == 1:
        items.enrolment(payload, keys.token)
    elif kind in (2, 3):
        found = items.batch(payload, keys.seal, live=True) if kind == 2 else items.salvage(payload, keys.seal)
        if kind == 3 and found["failed"]:
            refuse("seal", f"{len(found['failed'])} rows do not open")
        device = found["device"] if kind == 2 else found["segment"]["device"]
        for at, one in by_record(found | {"device": device}).items():
            if records.setdefault(at, one) != one:
                refuse("content", "a record is there with other content")
        if kind == 2:
            header = found["header"]
            batches[device, header["epoch"], header["number"]] = (found["digest"], header["previous"])
    elif kind in (4, 5, 7):
        if not keys.key_set:
            refuse("key", "no key set was given to check it by")
        if kind == 5:
            return items.dispatch(payload, keys.key_set, keys.device_seal)["kind"] == 4
        items.receipt(payload, keys.key_set) if kind == 4 else items.state(payload, keys.key_set)
    elif kind == 6:
        items.poll(payload)
    elif kind == 9:
        items.outstanding(payload)
    elif kind == 8:
        items.refusal(payload)
    return False


def broken_chains(batches):
    """Batches whose predecessor is there and is another than they name."""
    return [f"batch {number}: it does not follow batch {number - 1}"
            for (device, epoch, number), (_, previous) in batches.items()
            if (before := batches.get((device, epoch, number - 1))) and before[0] != previous]


def main(arguments):
    if len(arguments) == 1 and pathlib.Path(arguments[0]).is_dir():
        arguments = ["vectors", *arguments]
    parser = argparse.ArgumentParser(description="Checks the wire format without the project's own code.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("vectors").add_argument("folder")
    for name in ("bundle", "control"):
        one = commands.add_parser(name)
        one.add_argument("file")
        one.add_argument("--keys", required=True)
    given = parser.parse_args(arguments)
    try:
        if given.command == "vectors":
            return vectors(given.folder)
        return {"bundle": bundle, "control": control}[given.command](given.file, given.keys)
    except Refused as refused:
        print(f"FAILED: {refused}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
