"""Digits mistaken for digits in such a way that the check digit cannot know it."""

import itertools
import random

DIGITS = {"0": "689", "1": "74", "2": "7", "3": "89", "4": "19", "5": "63", "6": "580", "7": "12", "8": "3069", "9": "804"}
# Letters whose value in ICAO's sum ends as the digit that they look like.
BLIND = {"S": "8", "8": "S", "G": "6", "6": "G", "D": "3", "L": "1", "1": "L"}


def icao(text):
    return sum((0 if c == "<" else int(c, 36)) * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10


def resident(text):
    return sum((10 if c == "X" else int(c)) * pow(2, 17 - i, 11) for i, c in enumerate(text)) % 11


def mutated(case, seed):
    """The same lines with one number in which lookalikes agree with the check; None where there is none."""
    rng = random.Random(f"{seed} {case['id']}")
    card = "number" in case["truth"] and case["kind"] != "cn_exit_permit"
    number = case["truth"]["number" if card else "document_number"]
    at = next((i for i, line in enumerate(case["lines"]) if number in line), None)
    if at is None:
        return None
    total = resident if card else icao
    found = [other for other in pairs(number, card) if total(other) == total(number)]
    if not card:
        found += [number[:i] + BLIND[c] + number[i + 1 :] for i, c in enumerate(number) if c in BLIND]
    if not found:
        return None
    lines = list(case["lines"])
    lines[at] = lines[at].replace(number, rng.choice(found))
    return {**case, "lines": lines}


def pairs(number, card):
    """Every text with two lookalikes, the check character of a card left alone."""
    places = [i for i, c in enumerate(number[: 17 if card else None]) if c in DIGITS]
    for i, j in itertools.combinations(places, 2):
        for a, b in itertools.product(DIGITS[number[i]], DIGITS[number[j]]):
            yield number[:i] + a + number[i + 1 : j] + b + number[j + 1 :]
