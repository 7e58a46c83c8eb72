"""A shell over the Python binding, as small as one can be: a vault of files, HTTP, and the steps of
expected.json played on a station."""

import importlib
import json
import os
import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
SYNC_SECONDS_MAX = 60


def load():
    """The generated module, its library beside it."""
    folder = TARGET / "bindings" / "python"
    library = folder / "libfieldcore_ffi.so"
    if not library.exists():
        library.unlink(missing_ok=True)
        library.symlink_to(TARGET / "debug" / "libfieldcore_ffi.so")
    sys.path.insert(0, str(folder))
    return importlib.import_module("fieldcore")


fc = load()
EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))


class FileVault(fc.KeyVault):
    """Secrets as files of a folder. A phone has a better place."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, name):
        """Where the secret called `name` is."""
        return self.folder / name.encode().hex()

    def create(self, name, secret):
        """Keeps a secret, on the disk before it returns."""
        try:
            with open(self.path(name), "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(secret)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise fc.VaultError.Failed(str(error)) from error

    def read(self, name):
        """The secret, or nothing."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise fc.VaultError.Failed(str(error)) from error

    def destroy(self, name):
        """Destroys the secret."""
        self.path(name).unlink(missing_ok=True)


def open_journal(folder, practice=False, **options):
    """The journal in `folder` with its vault beside it; practice has secrets of its own."""
    vault = FileVault(f"{folder}/{'practice-' if practice else ''}vault")
    plan = fc.JournalOptions(folder=f"{folder}/journal", practice=practice, app="bindings-test", **options)
    return fc.Journal.open(plan, vault, None)


def begin(journal):
    """The station on `journal` with the scenario's shift."""
    station = fc.Station.open(journal)
    station.start_shift(None, fc.ShiftPlan(**EXPECTED["shift"]))
    return station


def word(value):
    """A value of the binding as expected.json has it: a variant by its word."""
    return value.name.lower() if hasattr(value, "name") and hasattr(value, "value") else value


def given(arguments):
    """Arguments of a step, words of documents as the binding's."""
    if arguments.get("document") is not None:
        arguments = dict(arguments, document=getattr(fc.DocumentKind, arguments["document"].upper()))
    return arguments


def play(station, step):
    """Plays one step; what it came to."""
    lane = step.get("lane", EXPECTED["lane"])
    if step["do"] == "line":
        return station.line(lane, step["text"])
    if step["do"] == "scan":
        return station.scan(lane, getattr(fc.Scan, step["scan"].upper())(**given(step["with"])))
    return station.verb(lane, getattr(fc.Verb, step["verb"].upper())(**step["with"]))


def differences(step, answer):
    """What an answer is otherwise than the step expects."""
    candidates = [candidate.kind for candidate in answer.candidates]
    said = dict(vars(answer), saved=answer.saved is not None, candidates=candidates)
    return [
        f"{key} is {word(said[key])!r}, not {value!r}"
        for key, value in step["expect"].items()
        if word(said[key]) != value
    ]


def play_all(station, part):
    """Plays a part of the scenario; what went otherwise."""
    wrong = []
    for number, step in enumerate(EXPECTED[part], 1):
        what = step.get("text") or step.get("verb") or step.get("scan")
        wrong += [f"{part} {number} ({what}): {one}" for one in differences(step, play(station, step))]
    return wrong


def compare(name, value, expected):
    """Which of the expected figures `value` has otherwise."""
    get = value.get if isinstance(value, dict) else lambda key: getattr(value, key)
    return [f"{name}: {key} is {get(key)}, not {want}" for key, want in expected.items() if get(key) != want]


def exchange(url, step):
    """One request over HTTP: status, headers and body; nothing where no answer came."""
    request = urllib.request.Request(url + step.path, method=step.method, data=step.body or None)
    for header in step.headers:
        request.add_header(header.name, header.value)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers.items(), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.items(), error.read()
    except OSError:
        return None


def sync(journal):
    """Talks with the hub until everything is there; the codes of the news."""
    session, url, codes = fc.SyncSession(journal), journal.hub_url(), []
    until = time.monotonic() + SYNC_SECONDS_MAX
    while time.monotonic() < until:
        step = session.next_step()
        if step.is_WAKE():
            if step.why == fc.Waiting.NOTHING_TO_SEND:
                return codes
            time.sleep(min(step.after_ms / 1000, 1))
            continue
        answer = exchange(url, step)
        if answer is None:
            news = session.not_answered(step.id)
        else:
            status, headers, body = answer
            news = session.answered(step.id, status, [fc.Header(name=n, value=v) for n, v in headers], body)
        codes += [one.code for one in news]
    raise RuntimeError(f"not everything was with the hub after {SYNC_SECONDS_MAX} s: {codes}")


def resident_numbers(text):
    """Runs that look like resident numbers: none may stand in an error or a log."""
    return re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", text)
