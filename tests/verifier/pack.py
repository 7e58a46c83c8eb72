"""MessagePack as the wire format restricts it (section 1), and shapes of arrays.

A strict reader of its own: the packaged one takes long forms, maps and floats, which this format
refuses. What it read is then checked against the packaged one.
"""

import msgpack

DEPTH_MAX = 8


class Refused(Exception):
    """A check failed; `word` is the one of section 19."""

    def __init__(self, word, why):
        super().__init__(f"{word}: {why}")
        self.word = word


def refuse(word, why):
    raise Refused(word, why)


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if count > len(self.data) - self.at:
            refuse("form", "it ends too early")
        self.at += count
        return self.data[self.at - count : self.at]

    def uint(self, width, least):
        value = int.from_bytes(self.take(width), "big")
        if value < least:
            refuse("form", "a number or length is not in its shortest form")
        return value

    def sint(self, width, above):
        value = int.from_bytes(self.take(width), "big", signed=True)
        if value >= above:
            refuse("form", "a number is not in its shortest form")
        return value

    def text(self, count):
        try:
            return self.take(count).decode("utf-8")
        except UnicodeDecodeError:
            return refuse("form", "a text is not UTF-8")

    def array(self, count, depth):
        if depth >= DEPTH_MAX:
            refuse("form", "it nests too deep")
        if count > len(self.data) - self.at:
            refuse("form", "an array claims more elements than there are bytes")
        return [self.value(depth + 1) for _ in range(count)]

    def value(self, depth=0):
        marker = self.take(1)[0]
        if marker <= 0x7F:
            return marker
        if marker >= 0xE0:
            return marker - 256
        if 0x90 <= marker <= 0x9F:
            return self.array(marker & 15, depth)
        if 0xA0 <= marker <= 0xBF:
            return self.text(marker & 31)
        simple = {0xC0: None, 0xC2: False}
        if marker in simple:
            return simple[marker]
        if marker in (0xC4, 0xC5, 0xC6):
            width = 1 << (marker - 0xC4)
            return self.take(self.uint(width, (0, 1 << 8, 1 << 16)[marker - 0xC4]))
        if 0xCC <= marker <= 0xCF:
            return self.uint(1 << (marker - 0xCC), (1 << 7, 1 << 8, 1 << 16, 1 << 32)[marker - 0xCC])
        if 0xD0 <= marker <= 0xD3:
            return self.sint(1 << (marker - 0xD0), (-32, -128, -32768, -(1 << 31))[marker - 0xD0])
        if marker in (0xD9, 0xDA, 0xDB):
            width = 1 << (marker - 0xD9)
            return self.text(self.uint(width, (32, 1 << 8, 1 << 16)[marker - 0xD9]))
        if marker in (0xDC, 0xDD):
            return self.array(self.uint(2 << (marker - 0xDC), (16, 1 << 16)[marker - 0xDC]), depth)
        return refuse("form", "a float, map, extension or `true`")


def read(data):
    """The value in `data`, all of it."""
    reader = _Reader(data)
    value = reader.value()
    if reader.at != len(data):
        refuse("form", "bytes follow its end")
    if msgpack.unpackb(data, raw=False, strict_map_key=False) != value:
        refuse("form", "another MessagePack reader reads it otherwise")
    return value


def write(value):
    return msgpack.packb(value, use_bin_type=True)


# Shapes: each takes a value and answers it, or refuses.


def integer(least=0, most=2**64 - 1):
    def check(value):
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            refuse("form", "an integer is missing or out of range")
        return value

    return check


u8, u16, u32, u64 = (integer(0, 2**bits - 1) for bits in (8, 16, 32, 64))
sint = integer(-(2**63), 2**63 - 1)
epoch = integer(0, 2**52 - 1)
counted = integer(1)


def octets(length=None, most=None):
    def check(value):
        if not isinstance(value, bytes) or (length is not None and len(value) != length):
            refuse("form", "bytes are missing or not as long as they must be")
        if most is not None and len(value) > most:
            refuse("form", "bytes are longer than the limit")
        return value

    return check


def text(most=None):
    def check(value):
        if not isinstance(value, str) or (most is not None and len(value) > most):
            refuse("form", "a text is missing or longer than the limit")
        return value

    return check


def optional(shape):
    return lambda value: None if value is None else shape(value)


def some(shape, most, least=0):
    def check(value):
        if not isinstance(value, list) or not least <= len(value) <= most:
            refuse("form", "a list is missing or longer than the limit")
        return [shape(one) for one in value]

    return check


def fields(**shapes):
    """An array whose elements have names; answers a dict in that order."""

    def check(value):
        if not isinstance(value, list) or len(value) != len(shapes):
            refuse("form", "an array has not the elements that it must have")
        return {name: shape(one) for (name, shape), one in zip(shapes.items(), value)}

    return check


def statement(data, shape):
    """A statement's fields; of another version it says so first."""
    value = read(data)
    if not isinstance(value, list) or not value or isinstance(value[0], bool) or not isinstance(value[0], int):
        refuse("form", "it does not begin with a version")
    if value[0] != 1:
        refuse("version", f"format version {value[0]}")
    checked = shape(value)
    if checked.get("suite", 1) != 1:
        refuse("version", f"suite {checked['suite']}")
    return checked
