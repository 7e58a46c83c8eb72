"""Machine-readable zones of ICAO Doc 9303 and of the exit permit, on the page that bears them."""

from PIL import ImageDraw

import canvas
import people

MM = 10
# Character pitch and line pitch of part 3, section 4, in millimetres.
PITCH, LINE = 2.54, 6.35
SIZES = {"TD1": (85.6, 54), "TD2": (105, 74), "TD3": (125, 88), "MRV-A": (120, 80), "MRV-B": (105, 74), "EXIT": (85.6, 54)}
WEIGHTS = (7, 3, 1)


def check(text):
    value = lambda c: 0 if c == "<" else int(c, 36)  # noqa: E731
    return str(sum(value(c) * WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def filled(text, width):
    return text.replace(" ", "<")[:width].ljust(width, "<")


def lines_of(rng, layout, person):
    """The zone, and its optional data as `interpret` names them."""
    name = f"{person.surname}<<{person.given}"
    nine = filled(person.number, 9)
    numbered = nine + check(nine)
    birth, expiry = person.birth + check(person.birth), person.expiry + check(person.expiry)
    optional = people.sequence(rng, "M") + str(rng.randrange(10_000)) if rng.random() < 0.5 else ""
    if layout == "EXIT":
        body = f"CS{numbered}<{expiry}<{birth}<"
        return [body + check(body[2:12] + body[13:20] + body[21:28])], {}
    if layout == "TD1":
        first = f"I<UTO{numbered}" + filled("", 15)
        second = f"{birth}{person.sex}{expiry}UTO" + filled(optional, 11)
        whole = check(first[5:30] + second[0:7] + second[8:15] + second[18:29])
        return [first, second + whole, filled(name, 30)], {"optional2": optional}
    width = 44 if layout in ("TD3", "MRV-A") else 36
    code = {"TD3": "P<", "TD2": rng.choice(["I<", "A<", "C<"])}.get(layout, "V<")
    head = f"{numbered}UTO{birth}{person.sex}{expiry}"
    if layout == "TD3":
        personal = filled(optional, 14)
        tail = personal + (check(personal) if optional else rng.choice("<0"))
        second = head + tail + check(head[0:10] + head[13:20] + head[21:43] + tail)
    elif layout == "TD2":
        tail = filled(optional, 7)
        second = head + tail + check(head[0:10] + head[13:20] + head[21:28] + tail)
    else:
        second = head + filled(optional, width - 28)
    return [filled(f"{code}UTO{name}", width), second], {"optional1": optional}


def draw(rng, layout):
    """A page with a zone, its kind and what stands in the zone."""
    person = people.traveller(rng, people.permit_number(rng) if layout == "EXIT" else None)
    lines, optional = lines_of(rng, layout, person)
    assert all(len(line) == {"TD1": 30, "EXIT": 30, "TD2": 36, "MRV-B": 36}.get(layout, 44) for line in lines)
    wide, high = (round(side * MM) for side in SIZES[layout])
    image = canvas.paper(rng, wide, high)
    pen = ImageDraw.Draw(image)
    bottom = high - round(5.5 * MM)
    left = (wide - len(lines[0]) * PITCH * MM) / 2
    for row, line in enumerate(lines):
        at = (left, bottom - (len(lines) - 1 - row) * LINE * MM)
        canvas.put(pen, at, line, "ocrb", round(PITCH * MM * 1.64), pitch=PITCH * MM)
    visual(rng, image, person, layout, round(bottom - (len(lines) - 0.2) * LINE * MM))
    if rng.random() < 0.4:
        # Held close, as a shell's frame for a zone asks for it.
        image = image.crop((0, round(high * 0.45), wide, high))
    truth = {"document_number": person.number, "birth_date": person.birth, "expiry_date": person.expiry, "sex": person.sex}
    truth |= {key: value for key, value in optional.items() if value}
    truth |= {"surname": person.surname, "given_names": person.given, "issuing_state": "UTO", "nationality": "UTO"}
    if layout == "EXIT":
        truth = {"document_number": person.number, "number": person.number, "birth_date": person.birth, "expiry_date": person.expiry}
        # The zone has two digits of the year.
        truth["birth"] = f"{person.birth[:2]}-{person.birth[2:4]}-{person.birth[4:]}"
    return image, "cn_exit_permit" if layout == "EXIT" else "mrz", truth


def visual(rng, image, person, layout, end):
    """The part for people above the zone; it repeats the number and dates in other forms."""
    pen = ImageDraw.Draw(image)
    wide = image.width
    canvas.put(pen, (40, 32), "UTOPIA  SPECIMEN 样本", "sans", 30, (120, 40, 40))
    rows = [("Name / Nom", f"{person.surname} {person.given}"), ("No", person.number), ("Birth", f"{person.birth[4:]}.{person.birth[2:4]}.{person.birth[:2]}"), ("Expiry", f"{person.expiry[4:]}.{person.expiry[2:4]}.{person.expiry[:2]}")]
    step = max(1, (end - 80) // len(rows))
    for row, (name, text) in enumerate(rows):
        canvas.put(pen, (wide * 2 // 5, 66 + row * step), name, "sans", 17, (70, 90, 130))
        canvas.put(pen, (wide * 2 // 5, 66 + row * step + min(26, step // 2 + 6)), text, "sans", 25)
    canvas.portrait(rng, image, (40, 62, 40 + wide // 4, max(140, end - 12)))
