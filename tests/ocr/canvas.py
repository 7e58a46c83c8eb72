"""What every drawn document needs: fonts, paper, a portrait, the mark of a specimen."""

import functools
import os

from PIL import Image, ImageDraw, ImageFont

FONTS = {
    "hei": "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "sans": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "ocrb": "/usr/share/fonts/opentype/ocr-b/OCRB.otf",
}


def missing_fonts():
    return [path for path in FONTS.values() if not os.path.exists(path)]


@functools.lru_cache(maxsize=64)
def font(name, size):
    # Of the Noto collection, the third face is the one for simplified Chinese.
    return ImageFont.truetype(FONTS[name], size, index=2 if name == "sans" else 0)


def paper(rng, width, height):
    """A pale ground with the fine curves that documents have below their text."""
    base = rng.choice([(226, 236, 242), (238, 232, 226), (228, 240, 230), (240, 240, 246)])
    image = Image.new("RGB", (width, height), base)
    draw = ImageDraw.Draw(image)
    line = tuple(c - rng.randrange(10, 24) for c in base)
    for top in range(-height // 4, height, rng.randrange(14, 24)):
        bend = rng.randrange(30, 90)
        points = [(x, top + bend * (x / width) * (1 - x / width) * 4) for x in range(0, width + 1, width // 24)]
        draw.line(points, fill=line, width=2)
    return image


def put(draw, at, text, name, size, fill=(25, 25, 28), pitch=None):
    """Writes text from its left end on its middle line, character by character at a pitch if given."""
    face, (x, y) = font(name, size), at
    if pitch is None:
        draw.text((x, y), text, font=face, fill=fill, anchor="lm")
        return
    for i, character in enumerate(text):
        draw.text((x + (i + 0.5) * pitch, y), character, font=face, fill=fill, anchor="mm")


def portrait(rng, image, box):
    """A grey head, and across it the mark that this is nobody's document."""
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = box
    middle, wide, high = (left + right) // 2, right - left, bottom - top
    draw.rectangle(box, fill=(214, 218, 224))
    skin, coat = rng.choice([(168, 140, 120), (150, 120, 100)]), rng.choice([(60, 66, 84), (90, 60, 60)])
    draw.pieslice((middle - wide // 2, bottom - high // 3, middle + wide // 2, bottom + high // 3), 180, 360, fill=coat)
    draw.ellipse((middle - wide // 4, top + high // 6, middle + wide // 4, top + high * 2 // 3), fill=skin)
    draw.chord((middle - wide // 4, top + high // 8, middle + wide // 4, top + high * 3 // 5), 180, 360, fill=(40, 36, 34))
    mark = Image.new("RGBA", (wide * 3 // 2, high // 4), (0, 0, 0, 0))
    pen = ImageDraw.Draw(mark)
    pen.text((wide * 3 // 4, high // 8), "样本 SPECIMEN", font=font("hei", wide // 7), fill=(200, 30, 30, 255), anchor="mm")
    mark = mark.rotate(24, expand=True, resample=Image.Resampling.BICUBIC)
    mark = mark.crop(mark.getbbox())
    mark.thumbnail((wide, high))
    image.paste(mark, (left + (wide - mark.width) // 2, bottom - mark.height - high // 12), mark)
