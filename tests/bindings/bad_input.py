"""What a shell can do wrong, through the Python binding: always a typed error, never a crash, never
success that is none. Exit 0 if all of it is answered so. Needs no hub.

    bad_input.py             every case
    bad_input.py --control   a call that succeeds where it must fail: exit 0 if that is seen
"""

import faulthandler
import subprocess
import sys
import tempfile
import threading

import bad_platform  # noqa: F401  (its cases are among the cases)
from cases import CASES, PERSON, PYTHON, E, case, refuses, station
from shell import HERE, FileVault, fc, open_journal


@case
def nulls_and_wrong_types(folder):
    with station(folder) as (journal, desk):
        before = desk.status().unsent
        for wrong in (None, 7, b"bytes", ["A"], object()):
            refuses(PYTHON, desk.line, wrong, PERSON)
            refuses(PYTHON, desk.line, "A", wrong)
            refuses(PYTHON, desk.scan, "A", wrong)
            refuses(PYTHON, desk.verb, "A", wrong)
            refuses(PYTHON, journal.enrol, wrong)
            refuses(PYTHON, fc.SyncSession, wrong)
        for wrong in (None, "text", 7):
            refuses(PYTHON, journal.take_profile, wrong)
            refuses(PYTHON, desk.look, "A", wrong, shape())
        refuses(PYTHON, desk.line, "A", "\ud800")
        refuses(PYTHON, desk.verb, "A", fc.Verb.VOID(tube="FCT00000123", position=-1, reason="x"))
        refuses(PYTHON, desk.verb, "A", fc.Verb.VOID(tube="FCT00000123", position=2**32, reason="x"))
        refuses(PYTHON, desk.scan, "A", fc.Scan.SYMBOL(text=None, symbology=None))
        assert desk.status().unsent == before, "something was written"


@case
def empty_and_enormous_texts(folder):
    with station(folder) as (journal, desk):
        huge = "9" * 16_000_000
        for text in ("", " ", "\0", "\n", huge, ":" + huge, ":void " + huge, "\u202e" * 100_000):
            answer = desk.line("A", text)
            # A text that no rule knows is kept as a code that somebody showed, and says so.
            kept = answer.outcome == fc.Outcome.ALIAS_KEPT
            assert kept == (answer.saved is not None), repr(text[:20])
            assert answer.outcome not in (fc.Outcome.BOUND, fc.Outcome.TUBE_OPENED), repr(text[:20])
        before = desk.status().unsent
        for text in ("", huge):
            for scan in (
                fc.Scan.SYMBOL(text=text, symbology=text),
                fc.Scan.TYPED(text=text, document=fc.DocumentKind.CN_RESIDENT),
                fc.Scan.RECOGNISED_TEXT(lines=[text]),
                fc.Scan.MACHINE_READABLE_ZONE(lines=[text, text]),
                fc.Scan.FIELDS(fields=[fc.ScanField(name=text, value=text)]),
            ):
                assert desk.scan("A", scan).saved is None
        assert desk.scan("A", fc.Scan.RECOGNISED_TEXT(lines=[""] * 100_000)).saved is None
        for text in ("", huge):
            refuses(E, desk.start_shift, None, fc.ShiftPlan(site=text, operator="Lin"))
            refuses(E, desk.start_shift, "B", fc.ShiftPlan(site="Hall", operator=text))
            assert desk.line(text, PERSON).problems == ["lane_name"]
            refuses(E.Invalid, journal.enrol, text)
            refuses(E.Invalid, journal.take_profile, text.encode())
            refuses(E.Invalid, fc.read_invitation, text)
        refuses(E.Invalid, fc.check_typing, PERSON, None, 0)
        assert not fc.check_typing(huge, None, 20260101).complete
        assert desk.status().unsent == before, "something was written"
    refuses(E, fc.Journal.open, fc.JournalOptions(folder="", app="x"), FileVault(folder + "/v"), None)
    refuses(E, fc.Journal.open, fc.JournalOptions(folder="/proc/none", app="x"), FileVault(folder + "/v"), None)
    refuses(E, fc.Journal.open, fc.JournalOptions(folder="a\0b", app="x"), FileVault(folder + "/v"), None)


def shape(**changed):
    """A frame of 64 by 48."""
    return fc.FrameShape(**{"width": 64, "height": 48, "row_stride": 64, "rotation": 0, "region": None, **changed})


@case
def wrong_frames(folder):
    with station(folder) as (_, desk):
        plane, most = bytes(64 * 48), 2**32 - 1
        assert desk.look("A", plane, shape()).answer is None
        reader = fc.CodeReader()
        assert reader.look(plane, shape()).texts == []
        region = lambda left, top, width, height: fc.FrameRegion(left=left, top=top, width=width, height=height)
        for wrong in (
            shape(width=0),
            shape(height=0),
            shape(row_stride=63),
            shape(row_stride=most),
            shape(width=most, row_stride=most),
            shape(height=most),
            shape(width=most, height=most, row_stride=most),
            shape(rotation=45),
            shape(rotation=-(2**31) + 1),
            shape(region=region(0, 0, 65, 1)),
            shape(region=region(most, most, most, most)),
            shape(region=region(0, 0, 0, 0)),
        ):
            refuses(E.Invalid, desk.look, "A", plane, wrong)
            refuses(E.Invalid, reader.look, plane, wrong)
        refuses(E.Invalid, desk.look, "A", plane[:-1], shape())
        refuses(E.Invalid, desk.look, "A", b"", shape())
        refuses(PYTHON, desk.look, "A", plane, shape(width=-1))
        desk.look_away("nobody's lane")


def questions(journal, desk):
    """Every call that works with the journal."""
    session = fc.SyncSession(journal)
    return [
        *(lambda one=one: one() for one in (desk.status, desk.open_tubes, desk.profile, journal.figures, journal.campaign_name)),
        *(lambda one=one: one() for one in (journal.is_enrolled, journal.hub_url, journal.is_sound, journal.seal_now)),
        lambda: desk.line("A", PERSON),
        lambda: desk.verb("A", fc.Verb.UNDO()),
        lambda: desk.scan("A", fc.Scan.LINE(text=PERSON)),
        lambda: desk.ledger(None),
        lambda: desk.shift_tubes(None),
        lambda: desk.trace("FCT00000123", fc.Target.SCREEN),
        lambda: desk.end_shift(None),
        lambda: desk.start_shift(None, fc.ShiftPlan(site="Hall", operator="Lin")),
        lambda: desk.closing_report(None, fc.Language.ENGLISH),
        lambda: journal.maintain(True),
        lambda: session.next_step(),
        lambda: session.pack(1_000_000),
        lambda: fc.Station.open(journal),
    ]


@case
def calls_after_suspend_and_shut_down(folder):
    with station(folder) as (journal, desk):
        desk.line("A", "FCT00000123")
        journal.suspend()
        for call in questions(journal, desk):
            refuses((E.Closed, E.Refused), call)
        journal.resume()
        assert desk.line("A", PERSON).outcome == fc.Outcome.BOUND
        journal.shut_down()
        for call in questions(journal, desk):
            refuses((E.Closed, E.Refused), call)


@case
def two_writers(folder):
    with station(folder) as (journal, desk):
        refuses(E.Locked, open_journal, folder)
        refuses(E.Refused, fc.Station.open, journal)
        code = "import sys, shell; shell.open_journal(sys.argv[1])"
        other = subprocess.run([sys.executable, "-c", code, folder], cwd=HERE, capture_output=True, text=True)
        assert other.returncode == 1 and "Locked" in other.stderr, other.stderr[-300:]
        reader = open_journal(folder, read_only=True)
        reading = fc.Station.open(reader)
        assert reading.status().device == journal.device()
        refuses(E, reading.line, "A", PERSON)
        refuses(E, reading.start_shift, None, fc.ShiftPlan(site="Hall", operator="Lin"))
        assert desk.line("A", "FCT00000123").saved is not None


@case
def a_sync_that_is_answered_with_anything(folder):
    with station(folder) as (journal, _):
        session = fc.SyncSession(journal)
        assert session.next_step().is_WAKE(), "it is not enrolled"
        # An answer that nobody waits for is passed over: the process may have died in between.
        assert session.answered(7, 200, [], b"x") == [] and session.not_answered(2**64 - 1) == []
        refuses(PYTHON, session.answered, 7, 70_000, [], b"x")
        refuses(PYTHON, session.answered, -1, 200, [], b"x")
        refuses(PYTHON, session.answered, 7, 200, None, b"x")
        for junk in (b"", b"FCB", b"\xff" * 100_000):
            refuses(E.Invalid, session.take, junk)
        refuses(E, session.pack, 1_000_000)


@case
def many_threads_and_an_end(folder):
    with station(folder) as (journal, desk):
        odd = []

        def work(lane):
            try:
                for number in range(10_000):
                    desk.line(lane, f"FCT{number:08}")
            except E.Closed:
                pass
            except BaseException as error:
                odd.append(error)

        threads = [threading.Thread(target=work, args=(lane,)) for lane in "ABCD"]
        for thread in threads:
            thread.start()
        journal.shut_down()
        for thread in threads:
            thread.join(60)
        assert not odd and not any(thread.is_alive() for thread in threads), odd[:1]


def run(one):
    """Runs a case in a folder of its own; whether it was as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            one(folder)
        except Exception as error:
            print(f"{one.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
            return False
    return True


def main(arguments):
    """All cases, or the control."""
    # A call that hangs is as bad as a crash.
    faulthandler.dump_traceback_later(300, exit=True)
    if arguments == ["--control"]:
        seen = not run(lambda folder: refuses(E, open_journal, folder))
        print("python bad input, control: " + ("a call that succeeds was seen" if seen else "NOT seen"))
        return int(not seen)
    wrong = sum(not run(one) for one in CASES)
    print(f"python bad input: {len(CASES)} cases, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
