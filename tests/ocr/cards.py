"""Card fronts of the PRC as they are laid out, drawn at 12 pixels a millimetre."""

from PIL import ImageDraw

import canvas
import people

MM = 12
WIDTH, HEIGHT = 1027, 648
LABEL = (46, 96, 150)
ADDRESS_CHARACTERS = 11


def mm(x, y):
    return round(x * MM), round(y * MM)


def draw(rng, kind):
    """A card, and what stands on it by the names of `interpret`."""
    return bilingual(rng) if kind == "foreigner" else chinese(rng, kind)


def chinese(rng, kind):
    holder = people.resident(rng) if kind == "resident" else people.permit(rng)
    image = canvas.paper(rng, WIDTH, HEIGHT)
    pen, face = ImageDraw.Draw(image), rng.choice(["hei", "hei", "sans"])

    def label(x, y, text):
        canvas.put(pen, mm(x, y), text, face, 31, LABEL)

    def value(x, y, text, size=38, name=None):
        canvas.put(pen, mm(x, y), text, name or face, size)

    label(5, 7.5, "姓名")
    value(15, 7.5, holder.name, 44)
    label(5, 15, "性别")
    value(15, 15, "男" if holder.sex == "M" else "女")
    if holder.ethnicity:
        label(25, 15, "民族")
        value(34, 15, holder.ethnicity)
    label(5, 22, "出生")
    value(15, 22, str(holder.birth.year), name="ocrb" if face == "hei" else None)
    label(25.5, 22, "年")
    value(30.5, 22, str(holder.birth.month))
    label(35, 22, "月")
    value(40, 22, str(holder.birth.day))
    label(45, 22, "日")
    label(5, 29, "住址")
    for row, start in enumerate(range(0, len(holder.address), ADDRESS_CHARACTERS)):
        value(15, 29 + row * 4.4, holder.address[start : start + ADDRESS_CHARACTERS], 36)
    label(5, 47.5, "公民身份号码")
    canvas.put(pen, mm(29, 47.5), holder.number, "ocrb", 46, pitch=31.5)
    canvas.portrait(rng, image, (*mm(57, 6), *mm(81, 38)))
    canvas.put(pen, mm(66, 51.5), "SPECIMEN 样本", face, 24, (190, 60, 60))
    truth = {"number": holder.number, "birth": holder.birth.isoformat(), "sex": holder.sex, "name": holder.name, "address": holder.address}
    if holder.ethnicity:
        truth["ethnicity"] = holder.ethnicity
    return image, holder.kind, truth


def bilingual(rng):
    """The foreigner's card of 2023."""
    holder = people.foreigner(rng)
    image = canvas.paper(rng, WIDTH, HEIGHT)
    pen, face = ImageDraw.Draw(image), rng.choice(["hei", "sans"])
    canvas.put(pen, mm(8, 4.5), "中华人民共和国外国人永久居留身份证", face, 34, (120, 40, 40))
    canvas.put(pen, mm(8, 8.3), "SPECIMEN 样本  PEOPLE'S REPUBLIC OF CHINA", face, 20, (120, 40, 40))
    rows = [
        ("姓名/Name", holder.latin),
        ("性别/Sex", "男/M" if holder.sex == "M" else "女/F"),
        ("出生日期/Date of Birth", f"{holder.birth:%Y.%m.%d}"),
        ("国籍/Nationality", holder.nation),
        ("有效期限/Period of Validity", "2024.01.01-2033.12.31"),
    ]
    for row, (name, text) in enumerate(rows):
        canvas.put(pen, mm(5, 12.5 + row * 6.6), name, face, 22, LABEL)
        canvas.put(pen, mm(5, 15.4 + row * 6.6), text, face, 32)
    canvas.put(pen, mm(5, 47.5), "证件号码/ID No.", face, 24, LABEL)
    canvas.put(pen, mm(24, 47.5), holder.number, "ocrb", 46, pitch=33)
    canvas.portrait(rng, image, (*mm(57, 11), *mm(81, 42)))
    truth = {"number": holder.number, "birth": holder.birth.isoformat(), "sex": holder.sex, "name": holder.latin}
    return image, holder.kind, truth
