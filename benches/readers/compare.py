"""Reads the same drawn frames with Tesseract, RapidOCR and `fieldcore-terminal read`: `compare.py [FRAMES]` takes that
many a cell (20 without a number) and prints one row of a table for each cell and reader."""

import atexit
import ctypes
import datetime
import itertools
import json
import math
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

# Tesseract's OpenMP looks at this once, when it is loaded.
os.environ["OMP_THREAD_LIMIT"] = "1"

import cv2
import numpy as np
from rapidocr_onnxruntime import RapidOCR

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BUILD = "cargo build --release -q -p fieldcore-terminal -p fieldcore-frames --features fieldcore-frames/png".split()
KINDS, LEVELS = ["prc", "td1", "td3"], ["easy", "medium", "hard"]
COPIES = 5
"""How often one process of ours reads a frame, against once, to tell reading from starting."""

# What stands where: a letter or filler, a digit or filler, s sex, x any sign.
LAYOUTS = {
    "td1": ["a" * 5 + "x" * 9 + "d" + "x" * 15, "d" * 7 + "s" + "d" * 7 + "aaa" + "x" * 11 + "d", "a" * 30],
    "td3": ["a" * 44, "x" * 9 + "d" + "aaa" + "d" * 7 + "s" + "d" * 7 + "x" * 14 + "dd"],
}
SIGNS = {"a": "[A-Z<]", "d": "[0-9<]", "s": "[MFX<]", "x": "[A-Z0-9<]"}
SHAPES = {kind: [re.compile("".join(SIGNS[it] for it in line)) for line in lines] for kind, lines in LAYOUTS.items()}
TO_DIGIT = str.maketrans("OQDILZSGB", "000112568")
TO_LETTER = str.maketrans("01258", "OIZSB")


def is_date(year, month, day):
    try:
        return bool(datetime.date(int(year), int(month), int(day)))
    except ValueError:
        return False


def is_number(text):
    """ISO 7064 MOD 11-2, and a date of birth from 1800 on."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text) or not "1800" <= text[6:10] <= "2026":
        return False
    total = sum(int(sign) * pow(2, 17 - place, 11) for place, sign in enumerate(text[:17]))
    return "10X98765432"[total % 11] == text[17] and is_date(text[6:10], text[10:12], text[12:14])


def holds(text, digit):
    """The check digit of ICAO Doc 9303 part 3."""
    values = (0 if sign == "<" else int(sign, 36) for sign in text)
    total = sum(value * weight for value, weight in zip(values, itertools.cycle((7, 3, 1))))
    return str(total % 10) == digit


def is_dated(text):
    """Six digits that are a date, and their check digit."""
    return is_date(f"20{text[:2]}", text[2:4], text[4:6]) and holds(text[:6], text[6])


def is_td1(upper, lower, name):
    own = holds(upper[5:14], upper[14]) and is_dated(lower[:7]) and is_dated(lower[8:15])
    all_of_it = upper[5:] + lower[:7] + lower[8:15] + lower[18:29]
    return own and upper[0] in "ACI" and name[0] != "<" and holds(all_of_it, lower[29])


def is_td3(name, line):
    personal = holds(line[28:42], line[42]) or line[28:43] == "<" * 15
    own = holds(line[:9], line[9]) and is_dated(line[13:20]) and is_dated(line[21:28]) and personal
    return own and name[0] == "P" and name[5] != "<" and holds(line[:10] + line[13:20] + line[21:43], line[43])


def find(kind, rows):
    """The first text in the rows whose checks hold."""
    return find_number(rows) if kind == "prc" else find_zone(kind, rows)


def find_number(rows):
    for row in rows:
        signs = re.sub("[^0-9A-Z]", "", row.upper().replace("×", "X")).translate(TO_DIGIT)
        found = (signs[at : at + 18] for at in range(len(signs) - 17))
        if text := next(filter(is_number, found), None):
            return text
    return None


def find_zone(kind, rows):
    lines = []
    for layout, shape in zip(LAYOUTS[kind], SHAPES[kind]):
        fits = [(at, by_field(text, layout)) for at, row in enumerate(rows) for text in fitted(row, layout)]
        lines.append([(at, text) for at, text in fits if shape.fullmatch(text)])
    check = {"td1": is_td1, "td3": is_td3}[kind]
    for chosen in itertools.product(*lines):
        places, texts = zip(*chosen)
        # In any order: RapidOCR turns what is upside down box by box.
        if len(set(places)) == len(places) and check(*texts):
            return "\n".join(texts)
    return None


def by_field(text, layout):
    """Look-alikes as the place wants them."""
    to = {"a": TO_LETTER, "d": TO_DIGIT}
    return "".join(sign.translate(to[want]) if want in to else sign for sign, want in zip(text, layout))


def fitted(row, layout):
    """A row as a line of this length: without words before or after it, one run of fillers made to fit."""
    words, texts, length, is_name = row.split(), {}, len(layout), "d" not in layout
    for piece in (words, words[1:], words[2:], words[:-1], words[1:-1]):
        text = fillers("".join(piece))
        if is_name and "<<" in text:
            # Two fillers part the names, and behind four there is nothing more.
            text = re.sub("<{3,}", "<<", re.split("<{4,}", text)[0]).rstrip("<").ljust(length, "<")
        if len(text) == length:
            texts[text] = None
        elif length // 2 < len(text):
            for run in sorted(re.finditer("<{2,}", text), key=lambda run: -len(run[0])):
                size = length - len(text) + len(run[0])
                if size > 0:
                    texts[text[: run.start()] + "<" * size + text[run.end() :]] = None
    return texts


def fillers(text):
    """Fillers that were read as quotation marks or letters; capitals only at the end, small ones anywhere."""
    text = re.sub("[‹〈《＜(]", "<", text.replace("«", "<<"))
    text = re.sub(r"(?<=<)[<cekslg]{2,}", lambda run: "<" * len(run[0]), text)
    text = re.sub(r"[^A-Z0-9<]", "", text.upper())
    return re.sub(r"<[<CEKSLG]{4,}(?=[0-9O]{0,2}$)", lambda run: "<" * len(run[0]), text)


def tesseract():
    """Debian's library through its C interface, so that the model is loaded once."""
    library, pointer = ctypes.CDLL("libtesseract.so.5"), ctypes.c_void_p
    library.TessBaseAPICreate.restype = library.TessBaseAPIGetUTF8Text.restype = pointer
    library.TessVersion.restype = ctypes.c_char_p
    engine = pointer(library.TessBaseAPICreate())
    if library.TessBaseAPIInit3(engine, None, b"eng"):
        sys.exit("tesseract: the model eng is not installed")
    # Neither it nor its picture library is to speak between the rows.
    ctypes.CDLL("liblept.so.5").setMsgSeverity(6)
    library.TessBaseAPISetVariable(engine, b"debug_file", b"/dev/null")
    library.TessBaseAPISetPageSegMode(engine, 3)
    atexit.register(library.TessBaseAPIDelete, engine)

    def rows(picture):
        grey = straight(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))
        high, wide = grey.shape
        library.TessBaseAPISetImage(engine, grey.tobytes(), wide, high, 1, wide)
        library.TessBaseAPISetSourceResolution(engine, 300)
        text = pointer(library.TessBaseAPIGetUTF8Text(engine))
        lines = ctypes.string_at(text).decode().splitlines()
        library.TessDeleteText(text)
        return lines

    return f"Tesseract {library.TessVersion().decode()}", lambda kind, path: timed(kind, path, rows)


def straight(grey):
    """Turned so that its print lies level: by what makes the rows of small dark strokes stand out most."""
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, np.ones((9, 9), np.uint8))

    def contrast(angle):
        return float(np.square(np.diff(turned(ink, angle, cv2.BORDER_CONSTANT).mean(axis=1))).sum())

    return turned(grey, max(range(-15, 16), key=contrast), cv2.BORDER_REPLICATE)


def turned(grey, angle, border):
    high, wide = grey.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1)
    return cv2.warpAffine(grey, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderMode=border)


def rapidocr():
    engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def rows(picture):
        found, _ = engine(picture)
        return joined([(box, text) for box, text, _ in found or []])

    return f"RapidOCR {version('rapidocr-onnxruntime')}", lambda kind, path: timed(kind, path, rows)


def joined(found):
    """Rows from top to bottom: boxes go together that lie in the direction of the widest of them."""
    boxes = [((sum(x for x, _ in box) / 4, sum(y for _, y in box) / 4), box, text) for box, text in found]
    rows = []
    for (x, y), box, text in sorted(boxes, key=lambda one: -math.dist(one[1][0], one[1][1])):
        slope = (box[1][1] - box[0][1]) / max(box[1][0] - box[0][0], 1)
        half = math.dist(box[0], box[3]) / 2
        row = next((row for row in rows if abs(row["y"] + row["slope"] * (x - row["x"]) - y) < half), None)
        if row is None:
            rows.append(row := {"x": x, "y": y, "slope": slope, "words": []})
        row["words"].append((x, text))
    main = rows[0]["slope"] if rows else 0
    rows.sort(key=lambda row: row["y"] - main * row["x"])
    return [" ".join(text for _, text in sorted(row["words"])) for row in rows]


def timed(kind, path, rows):
    """From the file to the text; a picture that gives none is turned by 180 degrees and read again."""
    began = time.process_time()
    picture = cv2.imread(str(path))
    text = find(kind, rows(picture)) or find(kind, rows(cv2.rotate(picture, cv2.ROTATE_180)))
    return [text] if text else [], 1e3 * (time.process_time() - began)


def ours(program):
    """What our program tells of print; it loads a file and looks for barcodes too."""

    def read(_, path):
        (once, texts), (more, _) = run(path), run(*[path] * COPIES)
        return texts, 1e3 * (more - once) / (COPIES - 1)

    def run(*paths):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = subprocess.run([program, "read", "--json", *paths], check=True, capture_output=True, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        readings = json.loads(told.splitlines()[0])["readings"]
        texts = [one["text"] for one in readings if one["source"] in ("number_line", "zone")]
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, texts

    return "Fieldcore", read


def draw(program, folder, cell, count):
    """Frames by path, each with its text; those that the frame's edge cuts are left out."""
    names = [f"{cell}:{seed}" for seed in range(count)]
    told = subprocess.run([program, folder, *names], check=True, capture_output=True, text=True).stdout
    frames, cut = {}, set()
    for name, seen, text in (row.split("\t") for row in told.splitlines()):
        path = Path(folder) / f"{name.replace(':', '-')}.png"
        frames.setdefault(path, []).append(text)
        if seen != "line":
            cut.add(path)
    return [(path, "\n".join(lines)) for path, lines in frames.items() if path not in cut]


def protected(kind, text):
    """The signs that a check covers, check digits included."""
    lines = text.split("\n")
    if kind == "prc" or len(lines) != len(LAYOUTS[kind]):
        return text
    if kind == "td1":
        return lines[0][5:] + lines[1][:7] + lines[1][8:15] + lines[1][18:]
    return lines[1][:10] + lines[1][13:20] + lines[1][21:]


def measure(kind, frames, read):
    """A row's figures: frames, right, wrong, of these where no check looks, milliseconds."""
    right, wrong, unchecked, times = 0, 0, 0, []
    for path, truth in frames:
        texts, cost = read(kind, path)
        times.append(cost)
        others = [text for text in texts if text != truth]
        right += bool(texts) and not others
        wrong += bool(others)
        unchecked += bool(others) and all(protected(kind, text) == protected(kind, truth) for text in others)
    return len(frames), right, wrong, unchecked, round(statistics.median(times))


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    subprocess.run(BUILD, check=True, cwd=ROOT)
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        # Of its own, so that a build meanwhile changes nothing.
        terminal, artist = (shutil.copy(TARGET / "release" / name, folder) for name in ("fieldcore-terminal", "frames"))
        readers = [ours(terminal), tesseract(), rapidocr()]
        print("| kind | level | reader | frames | right | wrong | of these where no check looks | CPU ms a frame |")
        print("|---|---|---|---|---|---|---|---|", flush=True)
        for kind, level in itertools.product(KINDS, LEVELS):
            frames = draw(artist, folder, f"{kind}-{level}", count)
            for name, read in readers:
                # Once without counting it: what is only done the first time.
                read(kind, frames[0][0])
                print("|", " | ".join(map(str, (kind, level, name, *measure(kind, frames, read)))), "|", flush=True)
            for picture in Path(folder).glob(f"{kind}-{level}-*"):
                picture.unlink()


if __name__ == "__main__":
    main()
