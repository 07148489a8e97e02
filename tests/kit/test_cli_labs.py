"""The command line, running labs: verdicts, reports, exit codes, replay and grades."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from small_checkout import REPOSITORY, RIGHT, TESTS, WRONG, synclab, synclab_process, token_in

from sync_tools.doors import registry as registries
from sync_tools.doors.labrun import run_lab
from sync_tools.words.schedule import Token

pytestmark = pytest.mark.once


def test_a_wrong_lab_fails_with_its_schedule_and_the_schedule_can_be_replayed(checkout):
    done = synclab_process(checkout, "run", "counter")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "1. A counter",
        "",
        "  passed  it starts at zero        1 interleaving, all",
        "  FAILED  two additions count two  schedule 2",
    ]
    assert "shows 1" in done.stdout
    assert "counter.py:6" in done.stdout
    assert "This test alone: pytest tests/labs/test_lab01_counter.py::test_two_additions_count_two" in lines
    assert lines[-1] == "counter (labs): FAILED, 1 of 2 tests passed"
    assert max(map(len, lines)) <= 100

    token = token_in(done.stdout)
    again = synclab_process(checkout, "replay", "counter", token)
    assert (again.returncode, again.stderr) == (1, "")
    assert "shows 1" in again.stdout
    assert token_in(again.stdout) == token
    assert again.stdout.startswith("made\n"), "what the program prints comes through while it is replayed"


def test_a_right_program_passes_and_is_remembered_until_it_changes(checkout):
    program = checkout / "labs" / "lab01_counter" / "counter.py"
    program.write_text(RIGHT)
    done = synclab(checkout, "run", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-2:] == [
        "counter (labs): passed, 2 tests, all 3 classes of schedules explored",
        "Next: synclab next",
    ]
    state = json.loads((checkout / ".synclab.json").read_text())
    assert state["labs"]["lab01_counter"] | {"program": ""} == {
        "outcome": "passed",
        "passed": 2,
        "tests": 2,
        "program": "",
        "hints": 0,
    }
    listed = synclab(checkout, "list").stdout
    assert ">  1  counter       solved " in listed
    assert "1 of 2 labs solved.\nYou are at counter (>). Next: synclab next" in listed
    program.write_text(WRONG)
    assert ">  1  counter       changed, run again " in synclab(checkout, "list").stdout


def test_another_target_is_run_in_place_of_the_student_s_and_not_remembered(checkout):
    handed_in = checkout / "handed_in"
    (handed_in / "lab01_counter").mkdir(parents=True)
    shutil.copy(checkout / "solutions" / "lab01_counter" / "counter.py", handed_in / "lab01_counter")
    for target in ("solutions", "handed_in", str(handed_in / "lab01_counter" / "counter.py")):
        done = synclab(checkout, "run", "counter", "--target", target)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"counter ({target}): passed" in done.stdout.replace("\n", "")
    assert not (checkout / ".synclab.json").exists()


def test_a_budget_that_ends_first_is_inconclusive_and_exit_code_3(checkout):
    file = checkout / "tests" / "labs" / "test_lab01_counter.py"
    file.write_text(TESTS.replace("@explored", "@explored(max_schedules=1)"))
    done = synclab(checkout, "run", "counter", "--target", "solutions")
    assert done.returncode == 3
    assert "  INCONCLUSIVE  two additions count two  1 schedule, not all" in done.stdout.splitlines()
    assert "max_schedules" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("counter (solutions): INCONCLUSIVE")


def test_a_syntax_error_in_the_lab_is_named_with_its_line(checkout):
    (checkout / "labs" / "lab01_counter" / "counter.py").write_text("x = 1\ndef add(:\n")
    done = synclab(checkout, "run", "counter")
    assert (done.returncode, done.stdout) == (2, "")
    assert "counter.py" in done.stderr
    assert "line 2" in done.stderr or ":2" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("gone", "said"),
    [("labs/lab01_counter/counter.py", "has no program"), ("tests/labs/test_lab01_counter.py", "has no tests")],
)
def test_a_missing_file_is_named(checkout, gone, said):
    (checkout / gone).unlink()
    done = synclab(checkout, "run", "counter")
    assert (done.returncode, done.stdout) == (2, "")
    assert Path(gone).name in done.stderr
    assert said in done.stderr


def test_tests_that_cannot_be_loaded_are_shown(checkout):
    (checkout / "tests" / "labs" / "test_lab01_counter.py").write_text("import no_such_module\n")
    done = synclab(checkout, "run", "counter")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no_such_module" in done.stderr


def test_a_token_that_does_not_fit_is_told_why(checkout):
    token = token_in(synclab(checkout, "run", "counter").stdout)
    program = checkout / "labs" / "lab01_counter" / "counter.py"
    program.write_text(RIGHT)
    for lab, wrong, said in (
        ("counter", "nonsense", "not a schedule token"),
        ("counter", "000" + token[3:], "belongs to no test of counter"),
        ("summing", token, "belongs to no test of summing"),
        ("counter", token, "another version of the program"),
    ):
        done = synclab(checkout, "replay", lab, wrong)
        assert (done.returncode, done.stdout) == (2, ""), (lab, wrong)
        assert said in done.stderr


def test_without_a_lab_a_token_is_one_of_the_lab_you_were_at(checkout):
    token = token_in(synclab(checkout, "run", "counter").stdout)
    again = synclab(checkout, "replay", token)
    assert (again.returncode, again.stderr) == (1, "")
    assert "shows 1" in again.stdout
    synclab(checkout, "run", "summing")
    assert "belongs to no test of summing" in synclab(checkout, "replay", token).stderr
    assert "not a schedule token" in synclab(checkout, "replay", "counter").stderr


def test_a_breakpoint_put_into_the_program_keeps_its_token_and_opens_the_debugger_there(checkout):
    token = token_in(synclab(checkout, "run", "counter").stdout)
    program = checkout / "labs" / "lab01_counter" / "counter.py"
    program.write_text(WRONG.replace("self.n += 1", "breakpoint()\n        self.n += 1"))
    again = synclab_process(checkout, "replay", "counter", token, typed="p f'n is {self.n}'\nc\n" * 2)
    assert (again.returncode, again.stderr) == (1, "")
    assert again.stdout.count("counter.py(") == 2, "each thread stops there"
    assert again.stdout.count("n is 0") == 2
    assert "shows 1" in again.stdout
    assert token_in(again.stdout) == token
    program.write_text(WRONG.replace("self.n += 1", "breakpoint(); self.n += 1"))
    assert "another version of the program" in synclab(checkout, "replay", "counter", token).stderr


def test_a_schedule_that_fails_no_longer_is_exit_code_0(checkout):
    token = token_in(synclab(checkout, "run", "counter").stdout)
    harmless = token.rpartition("-")[0] + "-0"
    done = synclab(checkout, "replay", "counter", harmless)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"The schedule {harmless} does not fail" in done.stdout


def test_a_failure_with_drawn_inputs_shows_them_and_is_replayed_by_drawing_again(checkout):
    (checkout / "tests" / "labs" / "test_lab01_counter.py").write_text(
        "from hypothesis import given, settings, strategies as st\n"
        "from sync_tools import explored, run_together\n\n"
        "@settings(max_examples=5, database=None)\n@given(times=st.integers(2, 3))\n@explored\n"
        "def test_any_number(lab, times):\n"
        "    counter = lab.Counter()\n    run_together(*[counter.add] * times)\n    assert counter.n == times\n"
    )
    done = synclab(checkout, "run", "counter")
    assert done.returncode == 1
    assert "times=2" in done.stdout.replace(" ", "")
    registry = registries.load(checkout)
    token = run_lab(registry, registry.find("counter"), "labs").cases[0].token
    assert str(Token.parse(token)) == token
    again = synclab(checkout, "replay", "counter", token)
    assert again.returncode == 1, again.stderr
    assert "any_number" in again.stdout


def test_grade_gives_all_points_or_none_and_writes_junit(checkout):
    (checkout / "tests" / "labs" / "test_lab01_counter.py").write_text(TESTS.replace("shows", "\\x00<shows>"))
    done = synclab(checkout, "grade", "--junit", "out.xml")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[:4] == [
        "lab      verdict  tests  points",
        "counter  FAILED     1/2    0/10",
        "summing  passed     1/1     5/5",
        "total                      5/15",
    ]
    suites = ElementTree.parse(checkout / "out.xml").getroot().findall("testsuite")
    assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("errors")) for s in suites] == [
        ("lab01_counter", "2", "1", "0"),
        ("lab02_summing", "1", "0", "0"),
    ]
    failure = suites[0].find("testcase[@name='test_two_additions_count_two']/failure")
    assert failure is not None
    assert failure.get("type") == "assertion"
    assert "?<shows> 1" in (failure.get("message") or "")
    points = {p.get("name"): p.get("value") for p in suites[1].iter("property")}
    assert points == {"points": "5", "of": "5", "target": "labs"}


def test_grade_goes_on_after_a_lab_that_cannot_be_run(checkout):
    done = synclab(checkout, "grade", "--target", "solutions", "--junit", "out.xml")
    assert done.returncode == 1, done.stderr
    assert "counter  passed     2/2   10/10" in done.stdout
    assert "summing  ERROR        -     0/5" in done.stdout
    assert "summing.py is missing" in done.stdout.replace("\n", "")
    suites = ElementTree.parse(checkout / "out.xml").getroot().findall("testsuite")
    assert [suite.get("errors") for suite in suites] == ["0", "1"]


def test_grade_of_full_points_is_exit_code_0(checkout):
    done = synclab(checkout, "grade", "summing", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].split() == ["total", "5/5"]


def test_grade_refuses_what_cannot_work_before_it_runs_anything(checkout):
    for arguments, said in (
        (("--junit", "no/such/folder/out.xml"), "is not a folder"),
        (("--junit", "labs"), "is a folder"),
        (("--target", "nowhere"), "no target 'nowhere'"),
        (("--target", "labs/lab01_counter/counter.py"), "name the lab too"),
    ):
        done = synclab(checkout, "grade", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


def test_the_same_run_says_the_same_every_time_whatever_pytest_is_told_elsewhere(checkout):
    (checkout / "pytest.ini").write_text("[pytest]\naddopts = -x --no-such-option\nfilterwarnings = error\n")
    first = synclab(checkout, "run", "counter")
    second = synclab(checkout, "run", "counter", PYTEST_ADDOPTS="--no-such-option")
    assert first.returncode == 1
    assert first.stdout == second.stdout


def test_colour_is_for_terminals_and_no_color_forbids_it(checkout):
    assert "\x1b" not in synclab(checkout, "grade", "2").stdout
    assert "\x1b[" in synclab(checkout, "grade", "2", FORCE_COLOR="1", TERM="xterm").stdout
    coloured = synclab(checkout, "grade", "2", FORCE_COLOR="1", NO_COLOR="1", TERM="xterm").stdout
    assert "\x1b[32m" not in coloured


def test_demo_of_a_lab_that_is_solved_already_says_so(checkout):
    shutil.copy(checkout / "solutions" / "lab01_counter" / "counter.py", checkout / "labs" / "lab01_counter")
    done = synclab(checkout, "demo")
    assert done.returncode == 1
    assert "You have solved counter already" in done.stdout


# The real labs.


def test_demo_shows_the_first_lab_failing_and_its_solution_passing(tmp_path):
    for folder in ("labs", "solutions", "tests/labs"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    done = synclab_process(tmp_path, "demo")
    assert (done.returncode, done.stderr) == (0, "")
    shipped, _, solution = done.stdout.partition("The same tests with the solution")
    assert "expected 2 hits, the counter shows 1" in shipped
    assert "hit_counter.py:28  self.hits += 1" in shipped
    assert "hit_counter (labs): FAILED" in shipped
    assert "2 interleavings, all" in solution
    assert "hit_counter (solutions): passed" in solution
