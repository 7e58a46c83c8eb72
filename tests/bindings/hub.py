"""A throw-away hub on the loopback, for the tests of every language.

    hub.py start DIR    makes a campaign in DIR and serves it; returns once it listens
    hub.py stop DIR     ends it
    hub.py ledger DIR   prints its ledger as JSON

DIR then holds hub.json ({"url", "pid"}), invitation.txt (one line), and the profile for phones
without network: profile.toml as text, profile.fcb signed.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 20

PROFILE = """campaign = "{campaign}"
name = "Bindings"
version = 2
order = "tube_then_ids"
capacity = 10
alias = "note"

[tube]
pattern = "FCT[0-9]{{8}}"

[[round]]
id = "{round}"
name = "1"

[[site]]
path = ["Linjiang", "Hall"]
place = "fixed"
lanes = ["A", "B"]

[[site]]
path = ["Linjiang", "Door to door"]
place = "mobile"
"""


def program():
    """The hub's program, built if it is missing."""
    path = TARGET / "debug" / "fieldcore-hub"
    if not path.exists():
        subprocess.run(["cargo", "build", "--locked", "-q", "-p", "fieldcore-hub"], cwd=ROOT, check=True)
    return str(path)


def ask(folder, *words):
    """One command of the hub; its standard output."""
    command = [program(), "--dir", str(folder / "hub"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"hub.py: {' '.join(words)} failed: {done.stderr.strip()}")
    return done.stdout


def free_port():
    """A port that is free now. Someone may take it before the hub does; `start` then tries another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make(folder):
    """A campaign with its profile signed."""
    ask(folder, "init", "--name", "Bindings")
    draft = ask(folder, "profile", "show")
    campaign, round_id = (re.search(rf'^{key} = "(.+)"', draft, re.M).group(1) for key in ("campaign", "id"))
    edited = folder / "profile.toml"
    edited.write_text(PROFILE.format(campaign=campaign, round=round_id), encoding="utf-8")
    ask(folder, "profile", "edit", str(edited))
    ask(folder, "profile", "sign")
    edited.write_text(ask(folder, "profile", "show"), encoding="utf-8")
    ask(folder, "profile", "show", "--out", str(folder / "profile.fcb"))


def serve(folder, port):
    """Starts the hub on a port; its process, or nothing if it does not listen."""
    log, errors = folder / "hub.log", folder / "hub.err"
    command = [program(), "--dir", str(folder / "hub"), "serve", "--listen", f"127.0.0.1:{port}"]
    with open(log, "wb") as out, open(errors, "wb") as err:
        # In a session of its own, so that it outlives this program and no Ctrl-C of a test reaches it.
        hub = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until and hub.poll() is None:
        if b"listening" in log.read_bytes():
            return hub
        time.sleep(0.02)
    hub.kill()
    hub.wait()
    return None


def start(folder):
    """Makes and serves a hub in `folder`, which must be new or empty; what hub.json holds."""
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    make(folder)
    for _ in range(5):
        port = free_port()
        hub = serve(folder, port)
        if hub is not None:
            break
    else:
        raise SystemExit(f"hub.py: the hub does not listen, see {folder / 'hub.err'}")
    url = f"http://127.0.0.1:{port}"
    told = {"url": url, "pid": hub.pid}
    (folder / "hub.json").write_text(json.dumps(told), encoding="utf-8")
    invitation = ask(folder, "token", "--uses", "1000", "--expires", "1h", "--url", url).strip()
    (folder / "invitation.txt").write_text(invitation + "\n", encoding="utf-8")
    return told


def alive(pid):
    """Whether the process is there and is a hub: an old hub.json may name somebody else's."""
    try:
        return b"fieldcore-hub" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def stop(folder):
    """Ends the hub of `folder`; nothing if none runs."""
    file = Path(folder) / "hub.json"
    if not file.exists():
        return
    pid = json.loads(file.read_text(encoding="utf-8"))["pid"]
    for sign in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + STOP_SECONDS_MAX
        if alive(pid):
            os.kill(pid, sign)
        while alive(pid) and time.monotonic() < until:
            reap(pid)
            time.sleep(0.02)
    file.unlink()


def reap(pid):
    """Where the hub is this process's own child, takes its end, which else counts as being there."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def ledger(folder):
    """The hub's ledger."""
    return json.loads(ask(Path(folder).resolve(), "ledger", "--json"))


def main(arguments):
    """One command."""
    if len(arguments) != 2 or arguments[0] not in ("start", "stop", "ledger"):
        sys.stderr.write(__doc__)
        return 2
    command, folder = arguments
    if command == "start":
        print(start(folder)["url"])
    elif command == "stop":
        stop(folder)
    else:
        print(json.dumps(ledger(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
