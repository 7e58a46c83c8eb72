"""What the cases of wrong use have in common."""

from contextlib import contextmanager

from shell import EXPECTED, begin, fc, open_journal, resident_numbers

E = fc.FieldError
PERSON = EXPECTED["first"][0]["text"]
# What the binding's own code raises before anything crosses.
PYTHON = (TypeError, ValueError, AttributeError)
REASON_CHARS_MAX = 2_000
CASES = []


def case(function):
    """Marks a case; it gets a fresh folder."""
    CASES.append(function)
    return function


def refuses(kinds, call, *arguments, **named):
    """The call must fail with one of these, in bounded words that hold nobody's number."""
    try:
        done = call(*arguments, **named)
    except kinds as error:
        text = str(error)
        assert len(text) < REASON_CHARS_MAX, f"{len(text)} characters of error"
        assert not resident_numbers(text), "an error names a person"
        return
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} instead: {str(error)[:300]}") from error
    raise AssertionError(f"it succeeded with {str(done)[:200]}")


@contextmanager
def station(folder, **options):
    """A station on a fresh journal."""
    journal = open_journal(folder, **options)
    desk = begin(journal)
    try:
        yield journal, desk
    finally:
        del desk
        try:
            journal.shut_down()
        except E.Closed:
            pass
