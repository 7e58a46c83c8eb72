"""Makes the pictures of the README and of the demos' pages from what the programs show.

`python3 make.py` after `tests/run reader android`: it takes the Android demo's screens from target/android-demo/shots,
draws camera frames with the program `frames`, and has `fieldcore-terminal read` read them. Needs Pillow.
"""

import json
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "target/android-demo/shots"
DOCS = ROOT / "docs"
GAP, PAPER, INK, GREEN = 12, "#f4f4f2", "#1c1c1c", "#1faa59"
COLOURS = 64
STRIPS = {
    "android-day": ["en-day-4-scan-empty", "en-day-10a-scan-number", "en-day-5-cue-ok", "en-day-8-cue-duplicate",
                    "en-day-10b-scan-turn-over", "en-day-11-tubes", "en-day-13-sync"],
    "android-doors": ["en-day-21-doors", "en-day-21a-doors-found", "en-day-22-building", "en-day-24-household",
                      "en-day-24-household-below", "zh-night-23-claims", "zh-night-29-missed", "zh-night-30-progress"],
    "android-leaving": ["en-day-21-boxes", "en-day-25-offer", "en-day-31-receive", "en-day-38-proxy", "zh-night-32-carry",
                        "zh-night-33-carry-screen", "zh-night-39-welcome", "zh-night-40-chief"],
    "android-practice": ["en-practice-1-shift", "en-day-6-scan-pad", "en-practice-cue-full", "en-practice-cue-refused",
                         "en-practice-cue-wrong_kind", "en-practice-cue-attention"],
    "android-night": ["zh-night-1-enrol", "zh-night-1c-enrol-camera", "zh-night-10a-scan-number", "zh-night-11-tubes",
                      "zh-night-12-tube", "zh-night-13-sync", "zh-night-2-enrol-question", "zh-night-3-shift"],
}
FRAMES = {"prc-medium": 3, "td3-medium": 1}


def cargo(*arguments):
    """Output of a program of this workspace."""
    return subprocess.run(["cargo", "run", "--quiet", "--release", *arguments], cwd=ROOT, check=True, capture_output=True,
                          text=True).stdout


def beside(pictures, gap, ground):
    """Pictures of one height side by side."""
    wide = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    whole = Image.new("RGB", (wide, pictures[0].height), ground)
    left = 0
    for picture in pictures:
        whole.paste(picture, (left, 0))
        left += picture.width + gap
    return whole


def strip(names, high=560):
    """Screens side by side."""
    screens = [Image.open(SHOTS / f"{name}.png").convert("RGB") for name in names]
    screens = [screen.resize((screen.width * high // screen.height, high), Image.LANCZOS) for screen in screens]
    return beside(screens, 8, "#808080")


def reading(name, seed, wide=620):
    """A camera frame, where the reader found its lines, and what it read there."""
    with tempfile.TemporaryDirectory() as folder:
        cargo("-p", "fieldcore-frames", "--features", "png", "--bin", "frames", "--", folder, f"{name}:{seed}")
        path = f"{folder}/{name}-{seed}.png"
        frame = Image.open(path).convert("RGB")
        told = json.loads(cargo("-p", "fieldcore-terminal", "--", "read", "--json", path))
    if not told["readings"]:
        raise SystemExit(f"{name}:{seed}: nothing was read, choose another seed")
    read = told["readings"][0]
    pen = ImageDraw.Draw(frame)
    for outline in read["outlines"]:
        corners = [tuple(corner) for corner in outline]
        pen.line([*corners, corners[0]], fill=GREEN, width=5)
    frame = frame.resize((wide, frame.height * wide // frame.width), Image.LANCZOS)
    lines = read["text"].split("\n")
    if len(lines) == 1 and len(lines[0]) == 18:
        lines = [f"{lines[0][:6]}  {lines[0][6:14]}  {lines[0][14:]}"]
    whole = Image.new("RGB", (wide, frame.height + 84), PAPER)
    whole.paste(frame, (0, 0))
    size = 40 if len(lines) == 1 else 22
    font = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", size)
    text = "\n".join(lines)
    ImageDraw.Draw(whole).multiline_text((wide / 2, frame.height + 42), text, fill=INK, font=font, anchor="mm", spacing=8)
    return whole


def save(picture, name):
    """A small PNG."""
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(DOCS / f"{name}.png", optimize=True)


def main():
    """All pictures."""
    for name, names in STRIPS.items():
        save(strip(names), name)
    save(beside([reading(name, seed) for name, seed in FRAMES.items()], GAP, PAPER), "reading")


if __name__ == "__main__":
    main()
