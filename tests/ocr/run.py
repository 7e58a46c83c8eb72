#!/usr/bin/env python3
"""Drawn documents, photographed, read by Tesseract, and what the core makes of its lines.

A protected field with a wrong value fails the run and is printed with its lines: the people are
synthetic.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import subprocess
import sys

import camera
import canvas
import cards
import judge
import lookalikes
import zones

CARDS = ["resident", "resident", "resident", "permit", "foreigner"]
ZONES = ["TD1", "TD2", "TD3", "MRV-A", "MRV-B", "EXIT"]
DOCUMENTS = sorted(set(CARDS)) + ZONES
TODAY = "2026-01-01"
WORKERS = 2
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
# Shares of pictures that nobody has to look at; fewer, and the run proves nothing.
FLOOR = {"card": 0.3, "zone": 0.05}


def case_of(job):
    """Draws, photographs and reads the picture of this number."""
    number, seed, keep = job
    rng = random.Random(f"{seed} {number}")
    document = rng.choice(CARDS if number % 2 else ZONES)
    condition = camera.CONDITIONS[number // 2 % len(camera.CONDITIONS)]
    image, kind, truth = (cards if document in CARDS else zones).draw(rng, document)
    photo = camera.photograph(rng, image, condition)
    if keep:
        photo.save(pathlib.Path(keep) / f"{number:05d}-{document}-{condition}.png")
    form = document if document in ZONES and document != "EXIT" else None
    # Lines of a block, or whatever text there is: what shells' recognisers do differs so, too.
    pages = rng.choice(["6", "6", "11"])
    if document in CARDS:
        lines = tesseract(photo, "chi_sim", pages)
    else:
        # As readers of zones are used, and as one that knows nothing of zones reads them.
        lines = tesseract(photo, "eng", pages, ALPHABET if rng.random() < 0.6 else "")
    return {"id": str(number), "document": document, "condition": condition, "kind": kind, "format": form, "truth": truth, "lines": lines}


def tesseract(photo, language, pages, alphabet=""):
    held = f"P5 {photo.width} {photo.height} 255\n".encode() + photo.tobytes()
    command = ["tesseract", "stdin", "stdout", "-l", language, "--psm", pages, "--dpi", "300", "-c", "thresholding_method=2"]
    if alphabet:
        command += ["-c", f"tessedit_char_whitelist={alphabet}"]
    done = subprocess.run(command, input=held, capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace")[-500:])
    return [line.strip() for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]


def missing():
    """What this machine lacks: fonts, the recogniser, its languages."""
    if not shutil.which("tesseract"):
        return [*canvas.missing_fonts(), "tesseract"]
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, timeout=60).stdout.decode().split()
    return canvas.missing_fonts() + [f"tesseract's {language}" for language in ("chi_sim", "eng") if language not in listed]


def recorded(arguments):
    """The cases of this run, or those that an earlier one wrote down."""
    if arguments.replay:
        with open(arguments.replay, encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    if arguments.keep:
        os.makedirs(arguments.keep, exist_ok=True)
    jobs = [(number, arguments.seed, arguments.keep) for number in range(arguments.count)]
    cases = []
    with multiprocessing.Pool(WORKERS) as pool, open(arguments.record or os.devnull, "w", encoding="utf-8") as record:
        for case in pool.imap(case_of, jobs, chunksize=2):
            cases.append(case)
            print(json.dumps(case, ensure_ascii=False), file=record, flush=True)
            if len(cases) % 100 == 0:
                print(f"{len(cases)} of {arguments.count} pictures read", file=sys.stderr, flush=True)
    return cases


def interpreted(binary, cases):
    asked = [{"id": case["id"], "as": "ocr", "lines": case["lines"], "today": TODAY} for case in cases]
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in asked)
    done = subprocess.run([binary, "interpret"], input=text.encode(), capture_output=True, timeout=600)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    if done.returncode != 0 or [answer["id"] for answer in answers] != [case["id"] for case in cases]:
        raise RuntimeError(f"interpret answered {len(answers)} of {len(cases)}: {done.stderr.decode()[-500:]}")
    return answers


def judged(cases, answers):
    verdicts = judge.Judge()
    for case, answer in zip(cases, answers):
        verdicts.judge(case, answer)
    return verdicts


def lied(case):
    """The case with another number for its truth."""
    name = "document_number" if "document_number" in case["truth"] else "number"
    number = case["truth"][name]
    other = "1" if number[4] != "1" else "2"
    return {**case, "truth": {**case["truth"], name: number[:4] + other + number[5:]}}


def control(cases, answers):
    """A judge who is told wrong numbers must say so for each reading that has a number."""
    verdicts = judged([lied(case) for case in cases], answers)
    numbered = sum(1 for answer in answers if {"number", "document_number"} & set(answer["fields"]))
    print(f"control: {numbered} readings with a number, {verdicts.failures()} called wrong")
    return numbered > 0 and verdicts.failures() >= numbered


def mutation(arguments, cases):
    """What becomes of numbers in which digits are misread so that the check cannot know it."""
    changed = [one for one in (lookalikes.mutated(case, arguments.seed) for case in cases) if one]
    verdicts = judged(changed, interpreted(arguments.binary, changed))
    verdicts.report(["plain", "all"], DOCUMENTS)
    for group in ("card", "zone"):
        wrong = {found["case"]["id"] for found in verdicts.wrong_accepts if (found["case"]["kind"] in ("mrz", "cn_exit_permit")) == (group == "zone")}
        total = sum((case["kind"] in ("mrz", "cn_exit_permit")) == (group == "zone") for case in changed)
        print(f"mutation: {group}: {len(wrong)} of {total} accepted though two digits, or a letter for a digit, are wrong and the check agrees")
    return True


def whole(arguments, cases):
    answers = interpreted(arguments.binary, cases)
    verdicts = judged(cases, answers)
    verdicts.report(camera.CONDITIONS, DOCUMENTS)
    print()
    for found in verdicts.wrong_accepts:
        verdicts.show(found, "WRONG ACCEPT")
    for found in verdicts.wrong_fields:
        verdicts.show(found, "WRONG FIELD")
    if arguments.verbose:
        for found in verdicts.unprotected:
            verdicts.show(found, "wrong text")
    print(f"{len(cases)} pictures, {len(verdicts.wrong_accepts)} wrong accepts, {len(verdicts.wrong_fields)} wrong fields elsewhere")
    low = [group for group, floor in FLOOR.items() if verdicts.accepted(group) < floor]
    for group in low:
        print(f"only {verdicts.accepted(group):.0%} of the pictures of a {group} are accepted")
    return verdicts.failures() == 0 and not low


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", help="fieldcore-terminal")
    parser.add_argument("--check", action="store_true", help="say what is missing here, and nothing else")
    parser.add_argument("--count", type=int, default=50, help="pictures")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keep", help="folder for the pictures")
    parser.add_argument("--record", help="file for the lines that were read")
    parser.add_argument("--replay", help="such a file, instead of pictures")
    parser.add_argument("--control", action="store_true", help="tell the judge wrong numbers; it must find them")
    parser.add_argument("--mutate", action="store_true", help="misread digits so that the checks agree, and report")
    parser.add_argument("--verbose", action="store_true", help="print wrong names and addresses too")
    arguments = parser.parse_args()
    lacking = [] if arguments.replay else missing()
    if lacking or arguments.check:
        sys.exit("missing: " + ", ".join(lacking) if lacking else 0)
    if not arguments.binary:
        parser.error("--binary is needed")
    cases = recorded(arguments)
    if arguments.mutate:
        good = mutation(arguments, cases)
    elif arguments.control:
        good = control(cases, interpreted(arguments.binary, cases))
    else:
        good = whole(arguments, cases)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
