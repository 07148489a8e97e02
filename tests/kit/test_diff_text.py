"""The text of a comparison: one line a step, signs for what became of it, long equal runs folded."""

from __future__ import annotations

from dataclasses import replace

import compared_designs as designs
import compared_programs as programs
import pytest
from compared_designs import a_report, opposite_transfers
from compared_programs import comparison, two_additions

from sync_tools.drivers import comparing
from sync_tools.drivers.aligning import Deed, Names, Use, align, names_of
from sync_tools.presentation.diff_lines import Gap, Line, folded, lines_of
from sync_tools.presentation.diff_text import render
from sync_tools.words.comparison import FURTHER, GONE, MOVED, NEW, SAME, Comparison, Row
from sync_tools.words.failure import Failure, Site, Step
from sync_tools.words.position import PASSED

pytestmark = pytest.mark.once


def counters(after):
    return comparison(two_additions, programs.Plain, after)


def words(text):
    return " ".join(text.split())


# ---- sentences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "before", "after", "said"),
    [
        (two_additions, "Plain", "Locked", "that lost an update now waits at step 2: T2 wants Plain.lock ("),
        (two_additions, "Plain", "Permitted", "but no permit is left."),
        (two_additions, "Plain", "Appending", "goes another way at step 3: T2 does append Plain.added ("),
        (two_additions, "Plain", "WithoutARead", "T1 does not read Plain.value (compared_programs.py:"),
        (two_additions, "Plain", "NewLock", "still does: the change makes no difference to this schedule."),
        (two_additions, "Plain", "Renamed", "Names: Plain.value is Plain.count now."),
        (two_additions, "Plain", "Owned", "T1 worker-1 is T2 now; T2 worker-2 is T3 now; T1 Thread-1 (own) is new."),
        (two_additions, "Plain", "NeverReleased", "It fails in another way now: leaked-lock (lock leak) -- "),
        (two_additions, "Plain", "Spinning", "its loop repeats itself until another thread changes what it reads."),
        (two_additions, "Plain", "Silent", "comes to no step any more: it fails in another way now."),
        (two_additions, "Plain", "Endless", "It goes on around compared_programs.py:"),
        (opposite_transfers, "Opposite", "GivesBackBetween", "step by step, but nobody waits for ever any more."),
        (a_report, "NotJoined", "Joined", "now waits at step 1: T0 waits for T1 to end ("),
        (a_report, "NotJoined", "JoinedInTheLoop", "now waits at step 1: T0 waits for T1 to end ("),
        (a_report, "NotJoined", "OneThread", "goes another way at step 4: the thread Thread-2 (book), which did write"),
        (a_report, "NotJoined", "WithoutThreads", "is no more: the program has only one thread now"),
    ],
)  # fmt: skip
def test_it_is_said_in_plain_words(scenario, before, after, said):
    module = programs if hasattr(programs, before) else designs
    found = comparison(scenario, getattr(module, before), getattr(module, after))
    assert said in words(render(found, 80))


def test_a_schedule_that_passes_is_never_said_to_prove_the_program():
    text = render(counters(programs.Locked), 80, "synclab run counter")
    assert text.splitlines()[-2:] == [
        "This schedule passes now. It is one of many, and says nothing of the others.",
        "All schedules: synclab run counter",
    ]
    assert "All schedules" not in render(counters(programs.NewLock), 80, "synclab run counter")


def test_programs_that_differ_too_much_are_said_to(monkeypatch):
    monkeypatch.setattr(comparing, "QUESTIONS", 0)
    found = counters(programs.Locked)
    assert (found.given_up, found.outcome) == (True, PASSED)
    assert "not all steps were looked for" in words(render(found, 80))


def test_the_text_is_ascii_whatever_the_program_is_called():
    found = counters(programs.Locked)
    strange = replace(found, before=replace(found.before, scenario="zähler::\x1b[31m", message="é\x07"))
    text = render(strange, 80)
    assert text.isascii()
    assert "\x1b" not in text
    assert text.startswith("z\\xe4hler: the schedule")


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width):
    for after in ("Locked", "Owned", "Silent", "Endless", "Appending"):
        lines = render(counters(getattr(programs, after)), width, "synclab run counter").splitlines()
        assert max(map(len, lines)) <= max(width, 60), after


# ---- lines -----------------------------------------------------------------------------------------------------------


def test_a_step_stands_beside_its_counterpart_or_the_wait_and_else_its_number_tells_it():
    lines = lines_of(counters(programs.Locked))
    told = [(line.before.number if line.before else 0, line.sign, line.note) for line in lines]
    assert told == [
        (0, "+", ""),
        (1, "=", ""),
        (2, "!", ""),
        (0, "#4", ""),
        (0, "+", ""),
        (0, "+", ""),
        (0, "#2", ""),
        (3, "~", ""),
        (0, "+", ""),
        (4, "", "see above"),
        (5, "~", ""),
    ]


def step(number, thread=1, target="x", value=None):
    return Step(number, thread, "read", target, value, Site("a.py", number, "f", "x"))


def made(*rows):
    """A comparison of these rows: step before, step after, mark."""
    threads = ("T0", "T1", "T2")
    before = sorted((row[0] for row in rows if row[0] is not None), key=lambda each: each.number)
    failure = Failure("s", "assertion", "lost update", "m", "t", threads, tuple(before))
    all_rows = tuple(Row(*row) for row in rows)
    return Comparison(failure, threads, (0, 1, 2), (), all_rows, (), PASSED, None, "t")


def test_a_step_that_is_done_earlier_leaves_the_others_beside_each_other():
    found = made((step(3), step(1), MOVED), (step(1), step(2), SAME), (step(2), step(3), SAME))
    lines = lines_of(found)
    assert [(line.before.number if line.before else 0, line.sign, line.note) for line in lines] == [
        (0, "#3", ""),
        (1, "=", ""),
        (2, "=", ""),
        (3, "", "see above"),
    ]


def test_what_is_gone_stands_where_it_was_missed():
    found = made((step(1), None, GONE), (step(2), step(1), SAME), (None, step(2), NEW))
    assert [(line.sign, line.before is None) for line in lines_of(found)] == [("-", False), ("=", False), ("+", True)]


def test_a_long_run_of_equal_steps_is_folded_and_a_short_one_is_not():
    def run(length):
        return folded(lines_of(made(*[(step(n), step(n), SAME) for n in range(1, length + 1)])), 40)

    assert all(isinstance(item, Line) for item in run(6))
    assert [item.text if isinstance(item, Gap) else item.before.number for item in run(9)] == [
        1,
        2,
        "... 5 steps as before, #3-#7 ...",
        8,
        9,
    ]


def test_what_goes_on_behind_the_failure_is_folded_to_its_ends():
    rows = [(step(1), step(1), SAME), *((None, step(n), FURTHER) for n in range(2, 30))]
    items = folded(lines_of(made(*rows)), 40)
    assert [item.text for item in items if isinstance(item, Gap)] == ["... 24 more steps ..."]


def test_the_places_where_the_programs_part_stay_when_there_is_no_room():
    rows = []
    for n in range(1, 60):
        rows.append((step(n), step(n, value="1"), SAME) if n % 2 else (step(n), None, GONE))
    items = folded(lines_of(made(*rows)), 20)
    assert len(items) <= 20
    assert isinstance(items[-1], Line)
    assert any(isinstance(item, Gap) and "lines left out" in item.text for item in items)


# ---- counterparts ----------------------------------------------------------------------------------------------------

NONE = Names(frozenset(), frozenset(), {})


def deeds(*texts):
    """``read x @line``: word, target and the line's text."""
    return [Deed(*text.partition(" @")[0].split(), text.partition(" @")[2]) for text in texts]


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        (["read x", "write x"], ["acquire l", "read x", "write x", "release l"], [1, 2]),
        (["read x", "read x"], ["read x"], [0, None]),
        (["read x"], ["read x", "read x"], [0]),
        (["read x @b"], ["read x @a", "read x @b"], [1]),
        (["read x @a", "write x @b"], ["read x @c", "write x @b", "read x @a"], [0, 1]),
        (["write x", "read y"], ["read y", "write x"], [1, None]),
        (["acquire l#2"], ["acquire l", "acquire l#2"], [1]),
        (["acquire l#2"], ["acquire l"], [0]),
        (["read x"], ["read y", "write x"], [None]),
    ],
)
def test_the_counterparts_of_a_threads_operations(before, after, places):
    assert align(deeds(*before), deeds(*after), NONE) == places


def test_what_weighs_more_keeps_its_counterpart():
    before, after = deeds("read x", "acquire l"), deeds("acquire l", "read x")
    assert align(before, after, NONE, [5, 1]) == [1, None]
    assert align(before, after, NONE, [1, 5]) == [None, 0]


def uses(*texts):
    return [Use(int(text[0]), Deed(*text[2:].split(), "", reads=text[2:].startswith("read"))) for text in texts]


def test_a_name_is_another_one_only_where_nothing_else_has_changed():
    before = uses("1 read A.n", "1 write A.n", "2 read A.n", "2 write A.n")
    assert names_of(before, uses("1 read A.m", "1 write A.m", "2 read A.m", "2 write A.m")).renamed == {"A.n": "A.m"}
    assert names_of(before, uses("1 read A.m", "1 write A.m", "2 read A.m")).renamed == {}
    both = uses(*(f"{thread} {word} A.{name}" for thread in (1, 2) for word in ("read", "write") for name in "mk"))
    assert names_of(before, both).renamed == {}, "it may be either"
    assert names_of(uses("1 read A.d['k']"), uses("1 read A.e['k']")).now("A.d['k']") == "A.e['k']"


def test_a_variable_that_nobody_changes_is_constant():
    assert names_of([], uses("1 read A.lock", "1 read A.n", "2 write A.n")).constant == {"A.lock"}
