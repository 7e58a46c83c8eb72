"""Animated codes: section 22. Frames are put together by elimination over sets of parts."""

import seals as c
from pack import refuse

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
LENGTH_MAX, PARTS_MAX = 262144, 1024


def base45(given):
    """RFC 9285."""
    data = b""
    for at in range(0, len(given), 3):
        group = given[at:at + 3]
        value = sum(ALPHABET.index(sign) * 45**place for place, sign in enumerate(group))
        data += value.to_bytes(len(group) - 1, "big")
    return data


def read(frame):
    if len(frame) < 25 or frame[:4] != b"FCQ1":
        refuse("form", "no frame")
    if c.sha256(b"fieldcore/frame/1\0", frame[:-4])[:4] != frame[-4:]:
        refuse("digest", "its check")
    length, number, part = int.from_bytes(frame[12:16], "big"), int.from_bytes(frame[16:20], "big"), frame[20:-4]
    if not 0 < len(part) <= length <= LENGTH_MAX or -(-length // len(part)) > PARTS_MAX:
        refuse("form", "its length")
    return frame[4:12], length, number, part


def parts_of(transfer, number, count):
    """Which parts a frame is the sum of."""
    if number < count:
        return [number]
    found = []
    for block in range(-(-count // 256)):
        digest = c.sha256(b"fieldcore/frame-set/1\0", transfer, number.to_bytes(4, "big"), block.to_bytes(4, "big"))
        found += [256 * block + bit for bit in range(256) if digest[bit // 8] >> bit % 8 & 1]
    return [part for part in found if part < count] or [number % count]


def add(one, other):
    return bytes(a ^ b for a, b in zip(one, other))


def check(given, texts):
    known, listed, first = {}, [], None
    for at, frame in enumerate(bytes.fromhex(one) for one in given):
        if texts and base45(texts[at]) != frame:
            refuse("form", "its text is another frame's")
        transfer, length, number, part = read(frame)
        first = first or (transfer, length, len(part))
        if (transfer, length, len(part)) != first:
            refuse("form", "of another transfer")
        count = -(-length // len(part))
        parts = parts_of(transfer, number, count)
        listed.append({"number": number, "parts": parts})
        parts = set(parts)
        while parts and min(parts) in known:
            others, sum_of_others = known[min(parts)]
            parts, part = parts ^ others, add(part, sum_of_others)
        if parts:
            known[min(parts)] = parts, part
    transfer, length, size = first
    count = -(-length // size)
    if len(known) < count:
        refuse("form", "not all of it")
    for at in reversed(range(count)):
        parts, part = known[at]
        for other in parts - {at}:
            part = add(part, known[other][1])
        known[at] = {at}, part
    bundle = b"".join(known[at][1] for at in range(count))[:length]
    if c.sha256(b"fieldcore/frames/1\0", bundle)[:8] != transfer:
        refuse("digest", "not what its id says")
    return {"id": transfer.hex(), "bundle": bundle.hex(), "parts": count, "frames": listed}
