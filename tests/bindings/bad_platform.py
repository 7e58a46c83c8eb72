"""Cases of a vault, a log or a file that is not as it should be; bad_input.py runs them."""

from pathlib import Path

import hub
from cases import PERSON, E, case, refuses, station
from shell import FileVault, fc, open_journal, resident_numbers


class Vault(FileVault):
    """A vault that does something wrong, once told to."""

    def __init__(self, folder, create=None, read=None):
        super().__init__(folder)
        self.wrong_create, self.wrong_read = create, read

    def create(self, name, secret):
        return self.wrong_create(name) if self.wrong_create else super().create(name, secret)

    def read(self, name):
        return self.wrong_read(name) if self.wrong_read else super().read(name)


def failing(error):
    """A function that raises."""

    def fail(_):
        raise error

    return fail


@case
def vaults_that_fail(folder):
    def opened(where, **wrong):
        vault = Vault(f"{folder}/{where}-vault", **wrong)
        return fc.Journal.open(fc.JournalOptions(folder=f"{folder}/{where}", app="x"), vault, None)

    ways = {
        "locked": failing(fc.VaultError.Failed("the device is locked")),
        "throws": failing(RuntimeError(f"a stack with {PERSON} in it")),
        "exits": failing(KeyError("x")),
        "short": lambda _: bytes(31),
        "long": lambda _: bytes(33),
        "empty": lambda _: b"",
        "text": lambda _: "a text",
        "number": lambda _: 7,
    }
    for name, way in ways.items():
        refuses(E.Keys, opened, f"read-{name}", read=way)
        if name in ("locked", "throws", "exits"):
            refuses(E.Keys, opened, f"create-{name}", create=way)
    refuses(E.Keys, opened, "forgets", create=lambda _: None)
    # A journal that exists is not thrown away because its vault fails for now.
    journal = opened("kept")
    device = journal.device()
    journal.shut_down()
    for way in ways.values():
        refuses(E.Keys, opened, "kept", read=way)
    again = opened("kept")
    assert again.device() == device and not again.notes(), "the journal did not go on as it was"
    again.shut_down()


@case
def a_vault_that_lost_its_keys(folder):
    with station(folder) as (journal, desk):
        desk.line("A", "FCT00000123")
        assert desk.line("A", PERSON).outcome == fc.Outcome.BOUND
        device = journal.device()
    for path in FileVault(f"{folder}/vault").folder.iterdir():
        path.unlink()
    journal = open_journal(folder)
    codes = [note.code for note in journal.notes()]
    assert codes, "the loss of the keys is not told"
    assert journal.device() != device, "another key, so another device"
    assert not resident_numbers(" ".join(note.text for note in journal.notes()))
    journal.shut_down()


@case
def a_log_that_fails_or_asks_back(folder):
    class Sink(fc.LogSink):
        lines, desk, way = [], None, "fail"

        def log(self, level, text):
            self.lines.append(text)
            if self.way == "fail":
                raise fc.SinkError.Lost("full")
            if self.way == "throw":
                raise RuntimeError("no")
            self.desk.status()

    sink = Sink()
    journal = fc.Journal.open(fc.JournalOptions(folder=f"{folder}/j", app="x"), FileVault(f"{folder}/v"), sink)
    sink.desk = fc.Station.open(journal)
    for sink.way in ("fail", "throw", "ask"):
        count = len(sink.lines)
        refuses(E, sink.desk.start_shift, None, fc.ShiftPlan(site="", operator=PERSON))
        assert len(sink.lines) > count, "nothing was logged"
    assert not resident_numbers(" ".join(sink.lines)), "the log names a person"


@case
def files_that_are_not_the_hubs(folder):
    hub.start(f"{folder}/hub")
    hub.stop(f"{folder}/hub")
    read = lambda name: (Path(folder) / "hub" / name).read_bytes()
    good, text, invitation = read("profile.fcb"), read("profile.toml"), read("invitation.txt").decode()
    with station(folder) as (journal, desk):
        refuses(E.Invalid, journal.enrol, invitation.strip()[:-9])
        refuses(E.Invalid, journal.enrol, invitation.replace("FC1:", "FC9:"))
        journal.enrol(invitation)
        refuses(E.Untrusted, journal.take_profile, text.replace(b"capacity = 10", b"capacity = 20"))
        refuses(E.Invalid, journal.take_profile, b"capacity = 10")
        changed = bytearray(good)
        changed[-10] ^= 1
        for name, bad in (("changed", bytes(changed)), ("cut off", good[:-30]), ("none", b"FCB1" + bytes(1000))):
            try:
                refuses(E, journal.take_profile, bad)
            except AssertionError as error:
                raise AssertionError(f"a profile bundle that is {name}: {error}") from error
        assert desk.profile().version == 0, "a profile that is not the hub's is in force"
        journal.take_profile(good)
        assert desk.profile().version == 2
