"""The body of a batch: section 9."""

import uuid

import zstandard

from pack import Refused, read, refuse

FRAMES_MAX, TEXTS_MAX, COLUMNS_MAX, FREE_MAX, ORIGINS_MAX, ANCHORS_MAX = 262144, 1048576, 255, 4096, 4096, 64
MASK = 2**64 - 1


def need(holds, why):
    if not holds:
        refuse("content", why)


def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def signed(value):
    value &= MASK
    return value - 2**64 if value >= 2**63 else value


def inflate(frame, limit):
    try:
        length = zstandard.frame_content_size(frame)
        need(0 <= length <= limit, "a frame hides its length or is too long")
        worker = zstandard.ZstdDecompressor().decompressobj()
        # One frame: `decompressobj` stops at its end and keeps what follows.
        content = worker.decompress(frame)
    except zstandard.ZstdError:
        refuse("content", "a frame does not decompress")
    need(worker.eof and not worker.unused_data, "a frame is cut off, or something follows it")
    need(len(content) == length, "a frame is not as long as it says")
    return content


def _chunk(data):
    need(len(data) >= 4, "a frame's length is cut off")
    length = int.from_bytes(data[:4], "big")
    need(length <= len(data) - 4, "a frame is cut off")
    return data[4 : 4 + length], data[4 + length :]


def _frames(plain):
    main, rest = _chunk(plain)
    free, padding = _chunk(rest)
    need(len(plain) % 128 == 0 and len(padding) < 128 and not any(padding), "padding")
    main = inflate(main, FRAMES_MAX)
    return main, (inflate(free, FRAMES_MAX - len(main)) if free else b"")


class _Columns:
    def __init__(self, header, device, origins, free):
        self.origins = [(str(device), header["epoch"])] + origins
        self.free, self.next_free, self.budget = free, 0, TEXTS_MAX

    def ref(self, cell):
        need(len(cell) == 2 and all(is_int(one) and one >= 0 for one in cell), "a reference has two numbers")
        need(cell[0] < len(self.origins), "an origin that is not listed")
        return {"ref": [*self.origins[cell[0]], cell[1]]}

    def spend(self, value):
        if isinstance(value, dict) and "text" in value:
            self.budget -= len(value["text"].encode())
        if isinstance(value, dict) and "bytes" in value:
            self.budget -= len(value["bytes"]) // 2
        need(self.budget >= 0, "texts and bytes beyond the limit")
        return value

    def plain(self, cell):
        if isinstance(cell, list):
            return self.ref(cell)
        if isinstance(cell, str):
            return self.spend({"text": cell})
        if isinstance(cell, bytes):
            return self.spend({"bytes": cell.hex()})
        need(cell is None or (is_int(cell) and cell < 2**63), "no plain cell")
        return cell

    def delta(self, cells):
        before, values = 0, []
        for cell in cells:
            need(cell is None or (is_int(cell) and cell < 2**63), "a difference is no number")
            before = before if cell is None else signed(before + cell)
            values.append(None if cell is None else before)
        return values

    def repeat(self, cells):
        values = []
        for cell in cells:
            if cell is False:
                values.append(self.spend(values[-1] if values else None))
            else:
                values.append(self.plain(cell))
        return values

    def refs(self, cells, seqs):
        before, values = None, []
        for cell, seq in zip(cells, seqs):
            if cell is None:
                values.append(None)
                continue
            if cell is False:
                need(before is not None, "the first reference repeats")
            elif isinstance(cell, list):
                before = self.ref(cell)
            else:
                need(is_int(cell) and cell < 2**63, "no reference")
                before = self.ref([0, (seq - cell) & MASK])
            values.append(before)
        return values

    def values(self, column, seqs):
        need(isinstance(column, list) and column and is_int(column[0]), "no column")
        layout = column[0]
        if layout == 0:
            need(len(column) == 1, "an absent column has no data")
            return [None] * len(seqs)
        need(len(column) == 2, "a column is a layout and data")
        data = column[1]
        if layout == 5:
            need(is_int(data) and data == self.next_free and data < len(self.free), "free columns")
            self.next_free, layout, data = self.next_free + 1, 1, self.free[data]
        need(isinstance(data, list) and len(data) == len(seqs), "one cell for each record")
        if layout == 1:
            return [self.plain(cell) for cell in data]
        if layout == 2:
            return self.delta(data)
        if layout == 3:
            return self.repeat(data)
        need(layout == 4, "an unknown layout")
        return self.refs(data, seqs)


def _groups(groups, header):
    """Each group with the seqs of its records; together they are the batch's."""
    need(isinstance(groups, list) and len(groups) <= 500, "groups")
    out, keys, seen = [], [], set()
    for group in groups:
        need(isinstance(group, list) and len(group) == 4, "a group")
        kind, version, steps, columns = group
        need(all(is_int(one) and 0 <= one < 2**16 for one in (kind, version)), "kind and version")
        need(isinstance(columns, list) and len(columns) <= COLUMNS_MAX, "columns")
        need(isinstance(steps, list) and len(steps) <= 500, "seqs")
        seq, seqs = header["first_seq"], []
        for step in steps:
            need(is_int(step) and step >= 0, "a step of seqs")
            seq += step
            need(seq < header["first_seq"] + header["count"] and seq not in seen, "a seq outside, or twice")
            seen.add(seq)
            seqs.append(seq)
        keys.append((kind, version, len(columns)))
        out.append((kind, version, columns, seqs))
    need(all(one < two for one, two in zip(keys, keys[1:])), "groups out of order")
    need(len(seen) == header["count"], "a seq without a record")
    return out


def stamp(wall, mono, clock, shift, lane):
    """A stamp's fields, checked; references and texts in the form of `values`."""
    need(is_int(wall) and is_int(mono) and 0 <= mono < 2**63 and is_int(clock) and clock >= 0, "a stamp's clocks")
    need(shift is None or (isinstance(shift, dict) and "ref" in shift), "a stamp's shift")
    need(lane is None or (isinstance(lane, dict) and "text" in lane), "a stamp's lane")
    return {
        "wall": wall,
        "mono": mono,
        "clock": clock,
        "shift": shift and shift["ref"],
        "lane": None if lane is None else lane["text"],
    }


def _origins(listed):
    need(isinstance(listed, list) and len(listed) <= ORIGINS_MAX, "origins")
    out = []
    for one in listed:
        need(isinstance(one, list) and len(one) == 2 and isinstance(one[0], bytes) and len(one[0]) == 16, "an origin")
        need(is_int(one[1]) and 0 <= one[1] < 2**52, "an origin's epoch")
        out.append((str(uuid.UUID(bytes=one[0])), one[1]))
    return out


def _anchors(listed):
    need(isinstance(listed, list) and len(listed) <= ANCHORS_MAX, "anchors")
    out = []
    for one in listed:
        need(isinstance(one, list) and len(one) == 5 and all(is_int(cell) for cell in one), "an anchor")
        need(one[4] in (1, 2) and min(one[0], one[1], one[3]) >= 0, "an anchor's values")
        out.append(dict(zip(("clock", "mono", "hub", "error", "kind"), one)))
    return out


def _decode(plain, header, device):
    main, free = _frames(plain)
    main, free = read(main), (read(free) if free else [])
    need(isinstance(main, list) and len(main) == 4, "the first frame")
    stamps, groups, origins, anchors = main
    need(isinstance(stamps, list) and len(stamps) == 5, "stamps")
    need(isinstance(free, list) and len(free) <= FREE_MAX, "free columns")
    columns = _Columns(header, device, _origins(origins), free)
    seqs = list(range(header["first_seq"], header["first_seq"] + header["count"]))
    groups = _groups(groups, header)
    wall, ahead, clock, shift, lane = (columns.values(column, seqs) for column in stamps)
    records = {}
    for at, seq in enumerate(seqs):
        need(is_int(wall[at]) and is_int(ahead[at]), "a stamp's clocks")
        records[seq] = {"seq": seq} | stamp(wall[at], signed(wall[at] - ahead[at]), clock[at], shift[at], lane[at])
    for kind, version, group, own in groups:
        table = [columns.values(column, own) for column in group]
        for at, seq in enumerate(own):
            records[seq] |= {"kind": kind, "version": version, "values": [column[at] for column in table]}
    need(columns.next_free == len(free), "a free column that no kind has")
    return [records[seq] for seq in seqs], _anchors(anchors)


def decode(plain, header, device):
    """Records and anchors of the plaintext body."""
    try:
        return _decode(plain, header, device)
    except Refused as refused:
        # Whatever is wrong inside, the batch opened and its contents break the format.
        raise Refused("content", str(refused)) from None
