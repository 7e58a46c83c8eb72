"""Lines of documents that a drawn camera has seen, as `fieldcore-frames`' program `strips` writes them."""

import numpy as np

from damage import ROWS, WIDTH

LINES = []


def load(paths):
    """Reads the files' lines into LINES: text, middles of its signs, levels."""
    for path in paths:
        content, at = np.fromfile(path, np.uint8), 0
        while at < len(content):
            count, width = (int(number) for number in content[at:at + 4].copy().view("<u2"))
            at += 4
            text = content[at:at + count].tobytes().decode()
            at += count
            middles = content[at:at + 4 * count].copy().view("<f4")
            at += 4 * count
            LINES.append((text, middles, content[at:at + ROWS * width].reshape(ROWS, width)))
            at += ROWS * width


def sample(rng):
    """A strip (ROWS, WIDTH) as bytes, and the text that is to be read from it."""
    text, middles, levels = LINES[int(rng.integers(len(LINES)))]
    # Windows of fillers alone teach little.
    begins = [place for place in range(len(text) - 7) if len(text[place:].strip("<")) >= 4] or [0]
    first = 0 if rng.random() < 0.25 else begins[int(rng.integers(len(begins)))]
    between = (middles[1:] + middles[:-1]) / 2
    left = round(float(between[first - 1])) if first else int(rng.integers(0, max(1, int(middles[0]) - 8)))
    room = left + WIDTH
    last = len(text) if levels.shape[1] <= room else int(np.searchsorted(between, room))
    right = levels.shape[1] if last == len(text) else round(float(between[last - 1]))
    strip = levels[:, left:min(right, room)]
    # The net takes any width; here all have one.
    border = {"mode": "edge"} if rng.random() < 0.5 else {"constant_values": int(strip.mean())}
    strip = np.pad(strip, ((0, 0), (0, WIDTH - strip.shape[1])), **border)
    if rng.random() < 0.04:
        strip = 255 - strip
    if rng.random() < 0.03:
        return strip[::-1, ::-1], ""
    return strip, text[first:last]
