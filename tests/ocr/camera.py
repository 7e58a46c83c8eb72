"""What a phone's camera makes of a card: one condition at a time, and all of them together."""

import io
import math

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

CONDITIONS = ["plain", "skew", "blur", "motion", "glare", "low_light", "noise", "jpeg", "all"]


def photograph(rng, document, condition):
    """A grey picture as a text recogniser is given it."""
    harsh = 0.55 if condition == "all" else 1.0
    chosen = {"skew", "blur", "glare", "low_light", "noise", "jpeg"} if condition == "all" else {condition}
    if condition == "all":
        chosen -= set(rng.sample(sorted(chosen), 2))
    # Two in three pictures are taken so close that the table is not seen.
    close = rng.random() < 0.67
    image = place(rng, document, rng.uniform(0.4, 1.0) * harsh if "skew" in chosen else 0.12, close)
    image = light(rng, image, 0.12)
    if "glare" in chosen:
        image = glare(rng, image, rng.uniform(0.5, 1.0) * harsh)
    if "blur" in chosen:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(1.2, 3.2) * harsh))
    if "motion" in chosen:
        image = motion(rng, image, rng.randrange(4, 11))
    if "low_light" in chosen:
        image = low_light(rng, image, rng.uniform(0.45, 1.0) * harsh)
    image = image.filter(ImageFilter.GaussianBlur(0.7))
    image = noise(rng, image, rng.uniform(14, 40) * harsh if "noise" in chosen else 4)
    quality = rng.randrange(8, 30) if "jpeg" in chosen else rng.randrange(78, 92)
    return jpeg(image, quality)


def place(rng, document, strength, close):
    """Lays the document on a table and looks at it from a hand's position."""
    wide, high = document.size
    edge = round(0.07 * wide)
    table = Image.new("RGB", (wide + 2 * edge, high + 2 * edge), rng.choice([(104, 84, 66), (70, 74, 80), (150, 146, 140), (52, 60, 50)]))
    grain = Image.frombytes("L", (table.width // 8, table.height), rng.randbytes(table.width // 8 * table.height)).resize(table.size)
    table = Image.blend(table, Image.merge("RGB", [grain] * 3), 0.06)
    mask = Image.new("L", document.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide - 1, high - 1), radius=wide // 28, fill=255)
    table.paste(document, (edge, edge), mask)
    angle = math.radians(rng.uniform(-7, 7) * strength)
    lean = [rng.uniform(-0.05, 0.05) * strength * wide for _ in range(8)]
    corners = [(0, 0), (table.width, 0), (table.width, table.height), (0, table.height)]
    middle_x, middle_y = table.width / 2, table.height / 2
    seen = []
    for i, (x, y) in enumerate(corners):
        dx, dy = x - middle_x, y - middle_y
        seen.append((
            middle_x + dx * math.cos(angle) - dy * math.sin(angle) + lean[2 * i],
            middle_y + dx * math.sin(angle) + dy * math.cos(angle) + lean[2 * i + 1],
        ))
    back = table.getpixel((2, 2))
    seen_table = table.transform(table.size, Image.Transform.PERSPECTIVE, perspective(corners, seen), Image.Resampling.BICUBIC, fillcolor=back)
    cut = edge + round(0.02 * wide) if close else 0
    return seen_table.crop((cut, cut, table.width - cut, table.height - cut))


def perspective(corners, seen):
    """The eight numbers by which a seen point is found on the table."""
    rows = []
    for (x, y), (u, v) in zip(corners, seen):
        rows.append([u, v, 1, 0, 0, 0, -x * u, -x * v, x])
        rows.append([0, 0, 0, u, v, 1, -y * u, -y * v, y])
    for i in range(8):
        best = max(range(i, 8), key=lambda row: abs(rows[row][i]))
        rows[i], rows[best] = rows[best], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for row in range(8):
            if row != i:
                factor = rows[row][i]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[i])]
    return [row[8] for row in rows]


def slope(rng, size, darkest):
    """Light that falls from one side, 255 where it is full."""
    ramp = Image.linear_gradient("L").resize((max(size) * 2, max(size) * 2)).rotate(rng.uniform(0, 360), Image.Resampling.BILINEAR)
    left, top = (ramp.width - size[0]) // 2, (ramp.height - size[1]) // 2
    ramp = ramp.crop((left, top, left + size[0], top + size[1]))
    return ramp.point(lambda value: round(255 * (darkest + (1 - darkest) * value / 255)))


def light(rng, image, strength):
    return ImageChops.multiply(image, Image.merge("RGB", [slope(rng, image.size, 1 - strength * rng.uniform(1, 3))] * 3))


def glare(rng, image, strength):
    """A lamp in the laminate: a soft white patch, burnt out in its middle."""
    wide, high = image.size
    spot = Image.new("L", (wide // 4, high // 4), 0)
    pen = ImageDraw.Draw(spot)
    for _ in range(rng.choice([1, 1, 2])):
        x, y = rng.uniform(0.1, 0.9) * spot.width, rng.uniform(0.1, 0.95) * spot.height
        a, b = rng.uniform(0.05, 0.16) * spot.width, rng.uniform(0.03, 0.09) * spot.width
        pen.ellipse((x - a, y - b, x + a, y + b), fill=255)
    spot = spot.rotate(rng.uniform(-30, 30)).filter(ImageFilter.GaussianBlur(spot.width * 0.03)).resize(image.size, Image.Resampling.BICUBIC)
    spot = spot.point(lambda value: min(255, round(value * 1.25 * strength)))
    return Image.composite(Image.new("RGB", image.size, (255, 255, 252)), image, spot)


def motion(rng, image, length):
    """A hand that moved while the shutter was open: the mean of shifted pictures."""
    angle = rng.uniform(0, math.pi)
    total = image
    for step in range(1, length):
        shift = (round(step * math.cos(angle)), round(step * math.sin(angle)))
        total = Image.blend(total, ImageChops.offset(image, *shift), 1 / (step + 1))
    return total


def low_light(rng, image, strength):
    """Little light, uneven, and what the sensor's gain makes of it."""
    image = ImageChops.multiply(image, Image.merge("RGB", [slope(rng, image.size, 1 - 0.7 * strength)] * 3))
    dark = ImageEnhance.Brightness(image).enhance(1 - 0.7 * strength)
    return noise(rng, dark, 22 * strength)


def noise(rng, image, deviation):
    """Noise of about this standard deviation: the mean of three uniform fields is nearly normal."""
    size, count = image.size, image.width * image.height
    fields = [Image.frombytes("L", size, rng.randbytes(count)) for _ in range(3)]
    field = Image.blend(Image.blend(fields[0], fields[1], 0.5), fields[2], 1 / 3)
    # The mean of three uniform fields has a standard deviation of 255 / 6.
    gain = deviation / (255 / 6)
    grey = image.convert("L")
    return ImageChops.add(grey, field.point(lambda value: max(0, min(255, round(128 + (value - 127.5) * gain)))), offset=-128)


def jpeg(image, quality):
    held = io.BytesIO()
    image.convert("L").save(held, "JPEG", quality=quality)
    return Image.open(io.BytesIO(held.getvalue())).convert("L")
