"""Draws a line of signs as it is printed, dark on light, before any camera sees it."""

from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from texts import HAN, LOWER

OCR_B = "/usr/share/fonts/opentype/ocr-b/OCRB{}.otf"
# Cut S is for tests alone: what is measured with it was never trained on. E and X are white on black boxes.
CUTS, CUT_SHARES = ("", "L", "F"), (0.73, 0.23, 0.04)
HAN_FONTS = ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
OTHER_FONTS = tuple(f"/usr/share/fonts/truetype/dejavu/DejaVu{cut}.ttf" for cut in ("Sans", "Serif", "SansMono"))
CAPS = 36
"""Height of a capital in a drawing, in pixels."""


@lru_cache(maxsize=None)
def face(path, caps):
    """The font at the size at which a capital is `caps` high, and where its foot is."""
    font = ImageFont.truetype(path, caps)
    _, top, _, foot = font.getbbox("H", anchor="ls")
    return ImageFont.truetype(path, round(caps * caps / (foot - top)))


@lru_cache(maxsize=None)
def glyph(path, sign, caps):
    """Ink of a sign, from 0 to 1, on a field of 2 by 2 capitals with its foot line at 1.5."""
    image = Image.new("L", (2 * caps, 2 * caps), 0)
    ImageDraw.Draw(image).text((caps, round(1.5 * caps)), sign, font=face(path, caps), fill=255, anchor="ms")
    return np.asarray(image, np.float32) / 255


def cut(rng):
    """A cut of OCR-B."""
    return OCR_B.format(CUTS[int(rng.choice(len(CUTS), p=CUT_SHARES))])


def line(rng, text, path, pitch, before=""):
    """Ink of `text` at `pitch` pixels a sign, with Chinese signs `before` it.

    Returns the ink, its foot line at 2 capitals, and the columns where the text begins and ends.
    """
    han = HAN_FONTS[int(rng.integers(len(HAN_FONTS)))]
    lead = round(len(before) * 1.15 * CAPS + (CAPS * rng.uniform(0.2, 1.5) if before else 0))
    width = lead + round(len(text) * pitch) + 2 * CAPS
    ink = np.zeros((3 * CAPS, width), np.float32)
    for place, sign in enumerate(before):
        add(ink, glyph(han, sign, CAPS), round(CAPS * 0.6 + place * 1.15 * CAPS))
    start = lead + CAPS * 0.5
    for place, sign in enumerate(text):
        jitter = rng.normal(0, 0.012) * CAPS
        add(ink, glyph(path, sign, CAPS), round(start + (place + 0.5) * pitch - CAPS + jitter))
    return ink, start, start + len(text) * pitch


def add(ink, sign, left):
    """Lays a glyph's field into the line, its foot at 2 capitals."""
    top, right = round(0.5 * CAPS), min(left + sign.shape[1], ink.shape[1])
    first = max(left, 0)
    if first < right:
        part = ink[top:top + sign.shape[0], first:right]
        np.maximum(part, sign[:part.shape[0], first - left:right - left], out=part)


def prose(rng):
    """Ink of a line that is to be read as nothing: Chinese, lower case or other prints of words."""
    if rng.random() < 0.5:
        signs, path = HAN, HAN_FONTS[int(rng.integers(len(HAN_FONTS)))]
    else:
        signs, path = LOWER, OTHER_FONTS[int(rng.integers(len(OTHER_FONTS)))]
    text = "".join(signs[i] for i in rng.integers(0, len(signs), int(rng.integers(8, 26))))
    font = face(path, CAPS)
    width = max(2 * CAPS, round(font.getlength(text)) + CAPS)
    image = Image.new("L", (width, 3 * CAPS), 0)
    ImageDraw.Draw(image).text((CAPS // 2, 2 * CAPS), text, font=font, fill=255, anchor="ls")
    return np.asarray(image, np.float32) / 255


def pattern(rng):
    """Ink that is no text: stripes, a grid, blots, nothing."""
    high, wide = 3 * CAPS, int(rng.integers(300, 900))
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    kind = rng.random()
    if kind < 0.3:
        widths = rng.integers(2, 14, 400)
        bars = np.repeat(np.arange(400) % 2, widths)[:wide]
        return np.tile(np.pad(bars, (0, wide - len(bars))).astype(np.float32), (high, 1))
    if kind < 0.5:
        return (np.sin(x * rng.uniform(0.1, 1)) * np.sin(y * rng.uniform(0.1, 1)) > 0).astype(np.float32)
    if kind < 0.8:
        blots = cv2.GaussianBlur(rng.normal(0, 1, (high, wide)).astype(np.float32), (0, 0), rng.uniform(2, 9))
        return (blots > blots.std()).astype(np.float32)
    return np.zeros((high, wide), np.float32)


def weight(rng, ink):
    """Thicker or thinner strokes, and ink that did not take everywhere."""
    kind = rng.random()
    if kind < 0.2:
        ink = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    elif kind < 0.4:
        ink = cv2.erode(ink, np.ones((3, 3), np.uint8))
    if rng.random() < 0.2:
        # The dots of a printer: ink on a fine grid that is seldom in step with the signs.
        step, turn = rng.uniform(3, 6), rng.uniform(0, np.pi)
        y, x = np.mgrid[0:ink.shape[0], 0:ink.shape[1]].astype(np.float32)
        u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        dots = np.cos(u * 2 * np.pi / step) + np.cos(v * 2 * np.pi / step)
        ink = ink * (1 - rng.uniform(0.2, 0.7) * (dots < -0.3))
    if rng.random() < 0.15:
        gaps = cv2.GaussianBlur(rng.normal(0, 1, ink.shape).astype(np.float32), (0, 0), rng.uniform(1, 4))
        ink = ink * (gaps > -1.6 * gaps.std())
    return ink
