"""Running a lab's tests in this process: in which order they run, in which they are told, and who hears of them."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from types import ModuleType

import pytest
from small_checkout import RIGHT

from sync_tools.doors import registry as registries
from sync_tools.doors.labrun import run_lab

pytestmark = pytest.mark.once

MIXED = """
from hypothesis import given, settings, strategies as st
from sync_tools import explored, stressed, run_together

@stressed(rounds=2)
def test_under_load(lab):
    lab.Counter().add()

@settings(max_examples=2, database=None)
@given(times=st.integers(1, 2))
@stressed(rounds=2)
def test_drawn_under_load(lab, times):
    lab.Counter().add()

@explored
def test_two(lab):
    counter = lab.Counter()
    run_together(counter.add, counter.add)
    assert counter.n == 2

def test_plain(lab):
    print("not for the screen")
    assert lab.Counter().n == 0
"""
FILE_ORDER = ["test_under_load", "test_drawn_under_load", "test_two", "test_plain"]
RUN_ORDER = ["test_two", "test_plain", "test_under_load", "test_drawn_under_load"]


@pytest.fixture
def mixed(checkout):
    (checkout / "tests" / "labs" / "test_lab01_counter.py").write_text(MIXED)
    return registries.load(checkout)


def test_those_on_os_threads_run_last_and_the_results_are_in_the_order_of_the_file(mixed):
    begun, ended = [], []
    result = run_lab(
        mixed,
        mixed.labs[0],
        "labs",
        lambda name, place, total: begun.append((name, place, total)),
        on_case=lambda case, left: ended.append((case.name, left)),
    )
    assert begun == [(name, place, 4) for place, name in enumerate(RUN_ORDER)]
    assert ended == list(zip(RUN_ORDER, (1, 0, 0, 0), strict=True))
    assert [case.name for case in result.cases] == FILE_ORDER


def test_the_failure_to_begin_with_is_the_same_in_whichever_order_they_run(mixed):
    result = run_lab(mixed, mixed.labs[0], "labs")
    assert result.first_failure().name == "test_two"
    mixed.program(mixed.labs[0]).write_text(RIGHT)
    assert run_lab(mixed, mixed.labs[0], "labs").outcome == "passed"


def test_who_is_told_may_print_and_the_tests_may_not(mixed):
    out, err = io.StringIO(), io.StringIO()

    def told(name, place, total):
        print(name)
        print(place, file=sys.stderr)

    with redirect_stdout(out), redirect_stderr(err):
        run_lab(mixed, mixed.labs[0], "labs", told, on_case=lambda case, left: print(case.outcome))
    assert out.getvalue().split()[::2] == RUN_ORDER
    assert out.getvalue().split()[1::2] == ["failed", "passed", "passed", "passed"]
    assert err.getvalue().split() == ["0", "1", "2", "3"]


def test_a_breakpoint_in_the_program_does_not_wait_for_anybody(mixed, monkeypatch):
    """Its prompt would be caught with all that the tests print, and the command would seem to hang."""
    monkeypatch.setattr("pdb.Pdb.set_trace", lambda *rest: pytest.fail("a debugger was started"))
    program = mixed.program(mixed.labs[0])
    program.write_text(RIGHT.replace("with self.lock", "breakpoint()\n        with self.lock"))
    monkeypatch.setenv("PYTHONBREAKPOINT", "pdb.set_trace")
    result = run_lab(mixed, mixed.labs[0], "labs")
    assert [case.outcome for case in result.cases] == ["passed", "passed", "error", "passed"]
    assert "breakpoint() while schedules are explored" in result.first_failure().text
    assert os.environ["PYTHONBREAKPOINT"] == "pdb.set_trace"


def test_a_module_of_the_same_name_from_elsewhere_is_not_in_the_way_and_stays(mixed, monkeypatch):
    other = ModuleType("test_lab01_counter")
    other.__file__ = os.path.join(os.sep, "elsewhere", "tests", "labs", "test_lab01_counter.py")
    monkeypatch.setitem(sys.modules, "test_lab01_counter", other)
    result = run_lab(mixed, mixed.labs[0], "labs")
    assert [case.name for case in result.cases] == FILE_ORDER
    assert sys.modules["test_lab01_counter"] is other


def test_the_tests_modules_are_imported_anew_each_time_and_left_nowhere(mixed):
    before = set(sys.modules)
    file = mixed.test_file(mixed.labs[0])
    assert len(run_lab(mixed, mixed.labs[0], "labs").cases) == 4
    file.write_text(MIXED.replace("def test_plain", "def test_as_it_is_now"))
    assert run_lab(mixed, mixed.labs[0], "labs").cases[-1].name == "test_as_it_is_now"
    assert "test_lab01_counter" not in set(sys.modules) - before
