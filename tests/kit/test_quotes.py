"""What a test quotes from its program's docstring stands there, word for word."""

from __future__ import annotations

import pytest
from whole_lab import make_whole_lab

from sync_tools.doors.labrun import run_lab
from sync_tools.doors.quotes import plain, quote_problems
from sync_tools.doors.registry import load
from sync_tools.doors.replaying import replay_lab

pytestmark = pytest.mark.once

PROGRAM = '''
"""Count what happens."""

class Counter:
    """A counter.

    * Each call of :meth:`hit` counts exactly once. A call that is under
      way may be counted or not.
    * Nobody waits: not for long.
    """

    def hit(self, times):
        """Count `times` visits.

        Raises:
            ValueError: `times` is not positive.
            TypeError: it is no number.
        """
        def inner():
            """Deep inside."""

async def later():
    """Count later."""
'''


@pytest.mark.parametrize(
    ("docstring", "text"),
    [
        ("Words as they are, with a * b and f(*args, **kwargs).", None),
        ("Lines\n    and   spaces\n\n    are joined.\n", "Lines and spaces are joined."),
        ("First:\n\n* one;\n* two,\n  and more\n- three", "First: one; two, and more three"),
        ("``total()`` and ``LEVEL name: message``", "total() and LEVEL name: message"),
        ("`amount` cents, ``change(points)``, `a`s", "amount cents, change(points), as"),
        (":meth:`hit` and :meth:`Logger.log`", "hit() and Logger.log()"),
        (":meth:`hit()` of :func:`main` and :py:meth:`hit`", "hit() of main() and hit()"),
        (":meth:`~lab.Logger.log` of :class:`~lab.Logger`, :data:`LIMIT`", "log() of Logger, LIMIT"),
        ("of *one* user, of **all the users**", "of one user, of all the users"),
        ("* *One* user", "One user"),
        ("", None),
    ],
)
def test_a_docstring_becomes_plain_text(docstring, text):
    assert plain(docstring) == (docstring if text is None else text)
    assert plain(plain(docstring)) == plain(docstring)


def problems(decorator, before=""):
    """What is said of one test under a decorator."""
    tests = f"{before}\n@settings(max_examples=3)\n{decorator}\ndef test_it(lab):\n    assert lab\n"
    return list(quote_problems(tests, PROGRAM))


@pytest.mark.parametrize(
    "promise",
    [
        "Count what happens.",
        "A counter.",
        "Each call of hit() counts exactly once.",
        "A call that is under way may be counted or not.",
        "Each call of hit() counts exactly once. A call that is under way may be counted or not.",
        "Nobody waits: not for long.",
        "Count times visits.",
        "ValueError: times is not positive.",
        "Raises: ValueError: times is not positive.",
        "TypeError: it is no number.",
        "Deep inside.",
        "Count later.",
        "",  # "none fits", said aloud
    ],
)
@pytest.mark.parametrize("decorator", ["explored", "stressed", "sync_tools.explored"])
def test_whole_sentences_of_a_docstring_can_be_quoted(promise, decorator):
    assert problems(f"@{decorator}(rounds=3, promise={promise!r})") == []


@pytest.mark.parametrize(
    "promise",
    [
        "Each call of hit() counts once.",
        "each call of hit() counts exactly once.",
        "Each call of :meth:`hit` counts exactly once.",
        "Each call of hit() counts exactly once",
        "Each call of hit()",
        "counts exactly once.",
        "call of hit() counts exactly once.",
        "Count.",
        " ",
    ],
)
def test_anything_else_cannot_be_quoted(promise):
    assert problems(f"@explored(promise={promise!r})") == [
        f"test_it: its promise is no whole sentence of a docstring of the program: {promise}"
    ]


@pytest.mark.parametrize(
    "decorator", ["@explored", "@explored()", "@stressed(rounds=3)", "@sync_tools.explored", "@may_retry"]
)
def test_a_test_without_a_promise_is_named(decorator):
    found = problems(decorator, "may_retry = explored(max_steps=9)\n")
    assert len(found) == 1 and found[0].startswith("test_it has no promise: quote what ")


def test_a_plain_test_needs_none():
    assert problems("@pytest.mark.once") == problems("@explored_by_somebody") == []


def test_the_words_may_be_in_parts_or_have_a_name():
    assert problems('@explored(promise="Each call of hit() "\n    "counts exactly once.")') == []
    assert problems("@explored(promise=ONCE)", 'ONCE = "Each call of hit() counts exactly once."') == []
    assert problems("@once", 'once = explored(promise="A counter.")') == []


def test_words_that_are_computed_cannot_be_looked_up():
    assert problems('@explored(promise="A counter".title())') == [
        "test_it: its promise is no whole sentence of a docstring of the program: 'A counter'.title()"
    ]
    assert problems("@explored(promise=UNKNOWN)")[0].endswith(": UNKNOWN")


def test_each_test_and_each_decorator_is_looked_at():
    tests = "".join(f"@explored\n@stressed\ndef test_{name}(lab): pass\n" for name in "ab")
    assert [each.partition(" ")[0] for each in quote_problems(tests, PROGRAM)] == ["test_a"] * 2 + ["test_b"] * 2


def test_a_failure_carries_what_its_test_quotes_in_either_world_and_when_it_is_replayed(tmp_path):
    registry = load(make_whole_lab(tmp_path))
    lab = registry.find("counter")
    failed = [case for case in run_lab(registry, lab, "labs").cases if case.failure]
    assert [case.world for case in failed] == ["explored", "native", "explored"]
    assert {case.failure.promise for case in failed} == {"Each call of add() counts once."}
    assert replay_lab(registry, lab, failed[0].token, "labs").promise == "Each call of add() counts once."
