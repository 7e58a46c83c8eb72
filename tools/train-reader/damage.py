"""What a camera and a line finder make of a printed line: a strip of 24 rows, capitals 15 high."""

import cv2
import numpy as np

import draw
import texts
from draw import CAPS

ROWS, CAPS_OUT = 24, 15
WIDTH = 416
"""Columns of a training strip; the net itself takes any width."""


def sample(rng, damage):
    """A strip (ROWS, WIDTH) as bytes, and the text that is to be read from it."""
    text, ink, span = content(rng)
    native, caps, place = photograph(rng, ink, span, damage)
    strip = straighten(rng, native, caps, place, span, damage)
    if text and rng.random() < 0.05:
        # Upside down it is to be read as nothing, so that the right way is the more certain one.
        return strip[::-1, ::-1], ""
    return strip, text


def content(rng):
    """A text, its ink, and the columns of the ink from which it is to be read."""
    kind = rng.random()
    if kind < 0.10:
        ink = draw.prose(rng) if rng.random() < 0.7 else draw.pattern(rng)
        return "", draw.weight(rng, ink), (0, min(ink.shape[1], 26 * CAPS))
    path = draw.cut(rng)
    advance = draw.face(path, CAPS).getlength("0")
    before = ""
    if kind < 0.46:
        text, pitch = texts.resident_number(rng), advance * rng.uniform(0.95, 1.22)
        if rng.random() < 0.6:
            before = texts.some(rng, texts.HAN, int(rng.integers(1, 7)))
    elif kind < 0.90:
        text, pitch = texts.zone_piece(rng), advance * rng.uniform(0.95, 1.10)
    else:
        text, pitch = texts.random_signs(rng), advance * rng.uniform(0.92, 1.15)
    ink, start, end = draw.line(rng, text, path, pitch, before)
    return text, draw.weight(rng, ink), (0 if before else start, end)


def photograph(rng, ink, span, damage):
    """A grey picture of the line, the height of a capital in it, and the affine map from ink to it."""
    caps = float(np.exp(rng.uniform(np.log(30 - 21.5 * damage ** 0.5), np.log(30))))
    scale = caps / CAPS
    shear = rng.uniform(-0.14, 0.14) if rng.random() < 0.25 else rng.normal(0, 0.02)
    turn = rng.normal(0, 0.009)
    high, wide = round(6 * caps), round(ink.shape[1] * scale + 6 * caps)
    # Around the middle of the capitals, which lies 1.5 capitals below the ink's top.
    middle = np.array([ink.shape[1] / 2, 1.5 * CAPS])
    linear = scale * np.array([[1, -shear + turn * -1], [turn, 1]])
    place = np.column_stack([linear, np.array([wide / 2, high / 2]) - linear @ middle])
    soft = 0.36 / scale
    inked = cv2.GaussianBlur(ink, (0, 0), soft) if soft > 0.5 else ink
    inked = cv2.warpAffine(inked, place, (wide, high), flags=cv2.INTER_LINEAR)
    for offset in (-1, 1):
        if rng.random() < 0.45:
            lay_neighbour(rng, inked, caps, high / 2 + offset * caps * rng.uniform(1.55, 2.9))
    picture = paper(rng, wide, high, damage)
    dark = rng.uniform(0.45, 0.92) - 0.2 * damage * rng.random()
    picture = picture * (1 - np.clip(dark, 0.2, 0.95) * inked)
    if rng.random() < 0.04:
        picture = 255 - picture
    if rng.random() < 0.2:
        picture = end_card(rng, picture, place, span, caps)
    return sensor(rng, picture, caps, damage), caps, place


def lay_neighbour(rng, inked, caps, middle):
    """Print of another line above or below, which is not to be read."""
    other, _, _ = draw.line(rng, texts.random_signs(rng), draw.cut(rng), CAPS * rng.uniform(0.95, 1.2))
    small = cv2.resize(other, None, fx=caps / CAPS, fy=caps / CAPS, interpolation=cv2.INTER_AREA)
    top, left = round(middle - 1.5 * caps), int(rng.integers(0, max(1, round(3 * caps))))
    rows = slice(max(0, top), min(inked.shape[0], top + small.shape[0]))
    columns = slice(left, min(inked.shape[1], left + small.shape[1]))
    part = inked[rows, columns]
    np.maximum(part, small[rows.start - top:rows.stop - top, :part.shape[1]], out=part)


def end_card(rng, picture, place, span, caps):
    """The card's edge beside the line, and what it lies on."""
    before = span[0] > 0 and rng.random() < 0.5
    end = (place @ np.array([span[0] if before else span[1], 1.5 * CAPS, 1]))[0]
    away = caps * rng.uniform(0.5, 3)
    high, wide = picture.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    x = x + rng.normal(0, 0.12) * (y - high / 2)
    beyond = x < end - away if before else x > end + away
    below = np.full((high, wide), rng.uniform(15, 235), np.float32)
    if rng.random() < 0.4:
        below += rng.uniform(10, 60) * np.sign(np.sin(x * rng.uniform(0.1, 0.6) + y * rng.uniform(-0.6, 0.6)))
    return np.where(beyond, below, picture)


def paper(rng, wide, high, damage):
    """Paper with its ground print, shadows and what shimmers on it."""
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    ground = np.full((high, wide), rng.uniform(150, 245), np.float32)
    ground *= 1 + rng.normal(0, 0.12) * (x / wide - 0.5) + rng.normal(0, 0.08) * (y / high - 0.5)
    if rng.random() < 0.6:
        for _ in range(int(rng.integers(1, 4))):
            wave, lean = rng.uniform(0.05, 0.9), rng.uniform(-1, 1)
            bend = rng.uniform(0, 8) * np.sin(x * rng.uniform(0.01, 0.08))
            ground -= rng.uniform(2, 26) * (np.sin((y + lean * x + bend) * wave) > rng.uniform(-0.2, 0.8))
    if rng.random() < 0.12 + 0.25 * damage:
        ground *= 1 + foil(rng, x, y, damage)
    return ground


def foil(rng, x, y, damage):
    """A laminate's hologram: fringes that brighten and darken a part."""
    centre, size = rng.uniform(0, x.shape[1]), rng.uniform(0.1, 0.5) * x.shape[1]
    within = np.exp(-((x - centre) / size) ** 2)
    fringes = np.sin(x * rng.uniform(0.02, 0.5) + y * rng.uniform(-0.5, 0.5) + rng.uniform(0, 6))
    return within * fringes * rng.uniform(0.05, 0.35) * (0.4 + 0.6 * damage)


def sensor(rng, picture, caps, damage):
    """Lens, movement, light, noise and compression."""
    radius = 0.26 * caps * damage * rng.random() ** 1.3
    if radius > 0.4:
        picture = cv2.filter2D(picture, -1, disc(radius))
    length = 0.75 * caps * damage * rng.random() ** 1.3
    if length > 0.8:
        along = rng.random() < 0.5
        picture = cv2.filter2D(picture, -1, streak(length, rng.normal(0, 0.2) if along else rng.uniform(0, np.pi)))
    if rng.random() < 0.35 * damage:
        picture = picture + glare(rng, picture.shape, caps)
    gain = rng.uniform(1.1 - 0.95 * damage, 1.1)
    picture = np.clip(picture * gain, 0, 255)
    picture = picture + rng.normal(0, 1 + 9 * damage * rng.random(), picture.shape).astype(np.float32)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        quality = int(rng.integers(round(92 - 57 * damage), 96))
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)
    return picture


def disc(radius):
    """The blur of a lens out of focus."""
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach:reach + 1, -reach:reach + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return kernel / kernel.sum()


def streak(length, angle):
    """The blur of a movement."""
    reach = int(np.ceil(length / 2)) + 1
    steps = np.linspace(-length / 2, length / 2, 4 * reach)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    np.add.at(kernel, (np.rint(reach + steps * np.sin(angle)).astype(int), np.rint(reach + steps * np.cos(angle)).astype(int)), 1)
    return cv2.GaussianBlur(kernel, (3, 3), 0.5) / len(steps)


def glare(rng, shape, caps):
    """A lamp's reflection on the laminate."""
    y, x = np.mgrid[0:shape[0], 0:shape[1]].astype(np.float32)
    centre = rng.uniform(0, shape[1]), shape[0] / 2 + rng.normal(0, 1.5 * caps)
    size = caps * rng.uniform(1, 5), caps * rng.uniform(0.5, 2.5)
    return rng.uniform(30, 190) * np.exp(-((x - centre[0]) / size[0]) ** 2 - ((y - centre[1]) / size[1]) ** 2)


def straighten(rng, picture, caps, place, span, damage):
    """The strip as the finder would lay it: not quite in the middle, not quite as high or as straight."""
    size = CAPS_OUT / caps * float(np.exp(rng.uniform(np.log(0.86), np.log(1.16))))
    wide = size * float(rng.uniform(0.88, 1.10))
    ends = [place @ np.array([column, 1.5 * CAPS, 1]) for column in span]
    lean = (ends[1][1] - ends[0][1]) / max(1.0, ends[1][0] - ends[0][0]) + rng.normal(0, 0.004)
    offset = rng.normal(0, 0.07) * caps
    room = WIDTH - 6 - (ends[1][0] - ends[0][0]) * wide
    # What stands before the text may be left out, of the text itself nothing.
    before = min(room * rng.random(), 40) if room > 0 else room
    over = 2 if size < 1 else 1
    down, along = np.mgrid[0:ROWS * over, 0:WIDTH * over].astype(np.float32) / over
    # What is left of the perspective: a line that is higher at one end than at the other.
    grown = 1 + rng.normal(0, 0.06) * (along / WIDTH - 0.5)
    x = ends[0][0] + (along - before) / wide
    y = ends[0][1] + offset + lean * (along - before) / wide + (down - ROWS / 2) / size * grown
    strip = cv2.remap(
        picture, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_CONSTANT,
        borderValue=int(picture[::7, ::7].mean()))
    if over == 2:
        strip = cv2.resize(strip, (WIDTH, ROWS), interpolation=cv2.INTER_AREA)
    return strip
