"""What stands on the lines: synthetic numbers and zones, and what is to be read as nothing.

No number can be a person's: resident numbers have years before 1880 or after 2099, zones random names.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
LETTERS = ALPHABET[10:36]
DIGITS = ALPHABET[:10]
STATES = "UTO,D<<,XXX,XXA,XXB,XXC,CHN,FRA,RUS,USA,GBR,ROM,KOR,JPN,VNM,MMR,AUS,CAN".split(",")
HAN = "公民身份号码姓名性别男女民族汉出生年月日住址省市区县镇村路街号室王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁"
LOWER = "abcdefghijklmnopqrstuvwxyz ,.-"


def some(rng, signs, count):
    """`count` signs at random."""
    return "".join(signs[i] for i in rng.integers(0, len(signs), count))


def resident_number(rng):
    """A resident number that has the shape and every digit everywhere, and is nobody's."""
    year = int(rng.integers(1000, 1880) if rng.random() < 0.5 else rng.integers(2100, 3000))
    last = "X" if rng.random() < 0.12 else some(rng, DIGITS, 1)
    return some(rng, DIGITS, 6) + f"{year:04d}" + some(rng, DIGITS, 7) + last


def name(rng):
    """A name in a zone's letters, of one to three parts."""
    parts = [some(rng, LETTERS, int(rng.integers(2, 11))) for _ in range(int(rng.integers(1, 4)))]
    return parts[0] + "<<" + "<".join(parts[1:])


def filled(text, width):
    """`text` with fillers up to `width`."""
    return (text + "<" * width)[:width]


def number(rng):
    """A document number: letters and digits, now and then short."""
    signs = some(rng, ALPHABET[:36] if rng.random() < 0.5 else DIGITS, int(rng.integers(5, 10)))
    return filled(some(rng, LETTERS, int(rng.integers(0, 3))) + signs, 9)


def zone_line(rng):
    """A line of a machine-readable zone, whatever its format; its checks need not hold."""
    state, width = STATES[int(rng.integers(len(STATES)))], int(rng.choice([30, 36, 44]))
    digit = lambda count: some(rng, DIGITS, count)
    kind = rng.random()
    if kind < 0.35:
        return filled("PIAVC"[int(rng.integers(5))] + some(rng, LETTERS + "<<<<", 1) + state + name(rng), width)
    if kind < 0.5:
        return filled(name(rng), width)
    sex = "MF<"[int(rng.integers(3))]
    middle = number(rng) + digit(1) + state + digit(7) + sex + digit(7)
    if kind < 0.8:
        optional = filled(some(rng, ALPHABET[:36], int(rng.integers(0, 14))), width - len(middle) - 1)
        return middle + optional + digit(1)
    if kind < 0.9:
        return filled("I" + some(rng, LETTERS + "<", 1) + state + number(rng) + digit(1), width)
    return filled(digit(7) + sex + digit(7) + state, width - 1) + digit(1)


def zone_piece(rng):
    """A window of a zone's line, so that any sign may be the first and the last one."""
    line = zone_line(rng)
    if rng.random() < 0.12:
        # Long runs of fillers are where a recogniser loses count.
        line = some(rng, ALPHABET[:36], int(rng.integers(2, 8))) + "<" * 30
    length = int(rng.integers(12, 24))
    # Windows of fillers alone teach little.
    last = max(0, min(len(line) - length, len(line.rstrip("<")) - 4))
    start = int(rng.integers(0, last + 1))
    return line[start:start + length]


def random_signs(rng):
    """Signs without any order."""
    return some(rng, ALPHABET, int(rng.integers(12, 23)))
