"""The benchmarks run: each measurement on as little as it can have, and the tables hold what was measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

TESTS = str(Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from benchmarks import comparisons, peers, run  # noqa: E402
from benchmarks.measure import Ratio, Table, in_turn, judged, spread  # noqa: E402
from benchmarks.measurements import MEASUREMENTS  # noqa: E402
from benchmarks.programs import CORRECT, FAILS, HOLDS, PROGRAMS, TELLING  # noqa: E402
from benchmarks.sizes import TINY  # noqa: E402

OUTSIDE = ("correct", "verdicts")  # these ask every tool that is installed, each in a process of its own


@pytest.mark.parametrize("name", [name for name in MEASUREMENTS if name not in OUTSIDE])
def test_a_measurement_fills_its_table(name):
    found = MEASUREMENTS[name](TINY)
    for table in found if isinstance(found, tuple) else (found,):
        assert table.rows
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert table.data


def test_a_tool_is_asked_in_a_process_of_its_own_and_one_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(peers, "missing", lambda tool: "" if tool == peers.OURS else f"{tool} is not installed")
    exhaustion, *speeds = comparisons.correct_programs(TINY)
    ((program, ours, *others, _),) = exhaustion.rows
    assert program == "counter 2x1"
    assert ours.startswith("2")  # its two classes, and how long they took
    assert others == ["-", "-"]
    assert "frontrun is not installed." in exhaustion.notes
    assert speeds == []


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=lambda program: program.name)
def test_the_programs_hold_and_fail_as_they_are_said_to(program):
    answer = peers.ask_here(peers.OURS, program, budget=60)
    assert answer.verdict == program.truth, answer.why


@pytest.mark.parametrize(
    "program", [one for one in (*CORRECT, *TELLING) if one.truth == HOLDS], ids=lambda one: one.name
)
def test_a_program_that_holds_runs_on_os_threads(program):
    answer = peers.ask_here(peers.THREADS, program, budget=0.01)
    assert answer.schedules >= 1
    assert answer.verdict == peers.NOT_DONE  # some runs prove nothing


def test_a_tool_that_breaks_is_an_answer_too(monkeypatch):
    def broken(program, budget):
        raise RuntimeError("no tracing on this Python")

    monkeypatch.setitem(peers.TOOLS, peers.FRONTRUN, broken)
    answer = peers.ask_here(peers.FRONTRUN, PROGRAMS["counter 2x1"], budget=1)
    assert (answer.verdict, answer.why) == (peers.BROKEN, "RuntimeError: no tracing on this Python")


def test_a_tool_that_gives_no_answer_is_ended(monkeypatch):
    monkeypatch.setattr(peers, "GRACE", 0.0)
    answer = peers.ask(peers.OURS, PROGRAMS["counter 2x1"], budget=0.0)
    assert answer.verdict == peers.KILLED


def test_a_wrong_verdict_is_in_capitals():
    wrong = peers.Answer(peers.FRONTRUN, "spin-wait", HOLDS, 1, 0.5)
    assert comparisons.sentence(wrong, FAILS) == "HOLDS 500 ms"
    assert comparisons.sentence(wrong, HOLDS) == "holds 500 ms"


def test_samples_are_taken_in_turn_and_no_one_is_always_second():
    order = []

    def noting(name):
        def run():
            order.append(name)
            return 1.0

        return run

    samples = in_turn({"a": noting("a"), "b": noting("b")}, 3)
    assert "".join(order) == "abbaab"
    assert samples == {"a": [1.0] * 3, "b": [1.0] * 3}


def test_a_ratio_is_that_of_the_medians_and_says_how_far_the_turns_lie_apart():
    ratio = Ratio.of([10.0, 30.0, 20.0], [10.0, 10.0, 5.0])
    assert (ratio.value, ratio.lowest, ratio.highest) == (2.0, 1.0, 4.0)
    assert ratio.best == 2.0
    assert Ratio.of([10.0, 30.0], [5.0, 10.0], rates=True).best == 3.0
    assert str(ratio) == "2 (1-4)"


def test_the_spread_is_half_of_what_lies_between_the_quartiles():
    assert spread([8.0, 9.0, 10.0, 11.0, 12.0]) == pytest.approx(0.1)
    assert spread([8.0]) == 0.0


@pytest.mark.parametrize(
    ("value", "more_is_better", "word"),
    [
        (1, False, "aim reached"),
        (3, False, "kept"),
        (5, False, "MISSED"),
        (5, True, "aim reached"),
        (1, True, "MISSED"),
    ],
)
def test_a_figure_is_judged_by_what_was_wanted(value, more_is_better, word):
    wanted, aim = (2, 4) if more_is_better else (4, 2)
    assert judged(value, wanted, aim, more_is_better=more_is_better) == word


def test_tables_are_printed_at_80_columns_and_stored(tmp_path, capsys):
    assert run.main(["--tiny", "--only", "operation", "--only", "one-schedule", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()[1:]  # the first line is the versions
    assert max(map(len, printed)) <= 80
    text = (tmp_path / "last.md").read_text(encoding="utf-8")
    stored = json.loads((tmp_path / "last.json").read_text(encoding="utf-8"))
    assert [table["title"] in text for table in stored["tables"]] == [True, True]
    assert stored["about"]["sync_tools"]


@pytest.mark.parametrize(
    ("word", "options", "status"), [("MISSED", ["--strict"], 1), ("kept", ["--strict"], 0), ("MISSED", [], 0)]
)
def test_strictly_a_missed_promise_is_the_exit_status(monkeypatch, tmp_path, word, options, status):
    table = Table("t", ("a", ""), (("x", f"3 {word}"),), data=[1])
    monkeypatch.setitem(MEASUREMENTS, "operation", lambda sizes: table)
    assert run.main(["--tiny", "--only", "operation", "--out", str(tmp_path), *options]) == status
