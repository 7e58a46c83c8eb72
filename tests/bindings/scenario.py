"""The scenario of expected.json through the Python binding, against a hub that listens.

    scenario.py              plays it; exit 0 if everything is as expected
    scenario.py --control    the same with one expected number changed: must fail, so exit 0 if it does
    scenario.py --first DIR  the first half alone, then waits to be killed (the program calls itself so)
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import hub
from shell import EXPECTED, begin, compare, open_journal, play_all, sync

DONE = "first half done"
FIGURES = ("people", "tubes", "short", "spoiled", "voided")


def first_half(folder):
    """Enrols and plays the first half, then waits for its end."""
    journal = open_journal(folder)
    journal.enrol((Path(folder) / "invitation.txt").read_text(encoding="utf-8"))
    journal.take_profile((Path(folder) / "profile.toml").read_bytes())
    wrong = play_all(begin(journal), "first")
    print(json.dumps(wrong), flush=True)
    print(DONE, flush=True)
    time.sleep(600)


def run_and_kill(folder):
    """The first half in a process of its own, killed as a phone kills one; what went otherwise."""
    command = [sys.executable, __file__, "--first", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        wrong, done = child.stdout.readline(), child.stdout.readline().strip()
        os.kill(child.pid, signal.SIGKILL)
    if done != DONE:
        return ["the first half ended before it was killed"]
    if child.returncode != -signal.SIGKILL:
        return [f"the first half was not killed, it ended with {child.returncode}"]
    return json.loads(wrong)


def practice(folder):
    """Practice beside the live journal."""
    journal = open_journal(folder, practice=True)
    station = begin(journal)
    wrong = play_all(station, "practice")
    if not station.status().practice:
        wrong.append("the practice journal does not say that it is one")
    del station
    journal.shut_down()
    return wrong


def rows(ledger_rows):
    """Rows of a ledger, the binding's or the hub's, in one form and order."""
    get = lambda row, key: row.get(key) if isinstance(row, dict) else getattr(row, key)
    keys = ("site", "lane", "operator", *FIGURES)
    return sorted(tuple(str(get(row, key)) for key in keys) for row in ledger_rows)


def second_half(folder):
    """Opens what was left behind, goes on, syncs and compares."""
    journal = open_journal(folder)
    station = begin(journal)
    wrong = play_all(station, "second")
    tubes = [{"tube": tube.tube, "lane": tube.lane, "count": tube.count} for tube in station.open_tubes()]
    if tubes != EXPECTED["open_tubes"]:
        wrong.append(f"open tubes are {tubes}")
    wrong += practice(folder)
    wrong += compare("end of shift", station.end_shift(None), EXPECTED["shift_end"])
    if station.status().unsent == 0:
        wrong.append("nothing is unsent before the sync")
    codes = sync(journal)
    wrong += [f"no news `{code}` came, only {codes}" for code in EXPECTED["news"] if code not in codes]
    mine, theirs = station.ledger(None), hub.ledger(folder)
    wrong += compare("device", mine, EXPECTED["ledger"])
    wrong += compare("hub", theirs, dict(EXPECTED["ledger"], **EXPECTED["hub"]))
    if rows(mine.rows) != rows(theirs["rows"]):
        wrong.append(f"rows differ: {rows(mine.rows)} and {rows(theirs['rows'])}")
    if station.status().unsent != 0:
        wrong.append(f"{station.status().unsent} records have no receipt after the sync")
    if not journal.is_sound():
        wrong.append("the journal is not sound")
    journal.shut_down()
    return wrong, codes.count("receipt")


def main(arguments):
    """The whole scenario."""
    if arguments[:1] == ["--first"]:
        return first_half(arguments[1])
    control = arguments == ["--control"]
    if control:
        EXPECTED["ledger"]["people"] += 1
    with tempfile.TemporaryDirectory() as folder:
        hub.start(folder)
        try:
            wrong = run_and_kill(folder)
            later, receipts = second_half(folder)
        finally:
            hub.stop(folder)
    wrong += later
    for line in wrong:
        print(line, file=sys.stderr)
    if control:
        seen = len(wrong) == 2 and all("people" in line for line in wrong)
        print("python scenario, control: " + ("the changed number was seen" if seen else "NOT seen, or more was wrong"))
        return 0 if seen else 1
    steps = sum(len(EXPECTED[part]) for part in ("first", "second", "practice"))
    figures = ", ".join(f"{EXPECTED['ledger'][key]} {key}" for key in FIGURES)
    print(f"python scenario: {steps} steps, 1 kill, {receipts} receipts, {figures}; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
