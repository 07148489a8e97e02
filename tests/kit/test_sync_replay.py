"""``pytest --sync-replay TOKEN``: one schedule in the test that it belongs to, under a debugger too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.once

PROGRAM = """
from sync_tools import explored, run_together, stressed

class Counter:
    def __init__(self):
        self.value = 0

    def add(self):
        seen = self.value
        self.value = seen + 1

@explored
def test_two():
    counter = Counter()
    run_together(counter.add, counter.add)
    assert counter.value == 2, f"two additions, the counter shows {counter.value}"

@stressed(rounds=3)
def test_two_under_load():
    pass

def test_ordinary():
    pass
"""


@pytest.fixture
def pytest_run(tmp_path):
    def run(*options, program=PROGRAM, typed="", file="test_it.py"):
        (tmp_path / file).write_text(textwrap.dedent(program), encoding="utf-8")
        (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file, *options]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        done = subprocess.run(
            command, cwd=tmp_path, env={**environment, "COLUMNS": "100"}, input=typed, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    return run


def token_of(said):
    """The token of the report's last lines, which name the command that this file is about."""
    return re.search(r"^Replay: pytest \S+::\S+ --sync-replay (\S+)$", said, re.MULTILINE)[1]


def test_the_command_of_a_report_runs_that_schedule_alone(pytest_run):
    code, said = pytest_run()
    assert code == 1 and "Found on schedule 2; 1 preemption, the least" in said
    token = token_of(said)
    code, said = pytest_run("--sync-replay", token)
    assert code == 1
    assert "1 failed, 2 deselected" in said
    assert "two additions, the counter shows 1" in said
    assert token_of(said) == token, "and the same command is in the report again"


def test_a_schedule_that_does_not_fail_passes_and_says_what_that_does_not_mean(pytest_run):
    _, said = pytest_run()
    harmless = token_of(said).rpartition("-")[0] + "-0"
    code, said = pytest_run("--sync-replay", harmless)
    assert code == 0
    assert f"synclab: the schedule {harmless} does not fail any more: test_it.py::test_two gets past it." in said
    assert "for all schedules" in said


def test_a_token_of_another_version_of_the_program_is_refused(pytest_run):
    token = token_of(pytest_run()[1])
    code, said = pytest_run("--sync-replay", token, program=PROGRAM.replace("seen + 1", "1 + seen"))
    assert code == 1
    assert "another version of the program" in said


def test_what_is_no_token_and_what_belongs_to_no_test_is_a_mistake_in_the_call(pytest_run):
    code, said = pytest_run("--sync-replay", "gibberish")
    assert code == 4 and "--sync-replay: 'gibberish' is not a schedule token" in said
    other = PROGRAM.replace("two additions", "two increments")
    token = token_of(pytest_run(program=other)[1])
    code, said = pytest_run("--sync-replay", token)
    assert code == 4 and "belongs to no explored test here" in said


def test_a_test_whose_inputs_are_drawn_is_told_what_to_do_instead(pytest_run):
    drawn = PROGRAM.replace("@explored\ndef test_two():", "@given(n=st.just(2))\n@explored\ndef test_two(n):")
    drawn = f"from hypothesis import given, strategies as st\n{drawn}"
    _, said = pytest_run(program=drawn)
    token = re.search(r"\b\w{3}-\w{3}-\w+\b", said)[0]
    code, said = pytest_run("--sync-replay", token, program=drawn)
    assert code == 4 and "test_two draws its inputs, which the token does not hold" in said


def test_a_parameter_is_named_in_the_command_in_quotes(pytest_run):
    above = "@pytest.mark.parametrize('n', [2])\n@explored\ndef test_two(n):"
    program = PROGRAM.replace("@explored\ndef test_two():", above)
    _, said = pytest_run(program=f"import pytest\n{program}")
    token = re.search(r'^Replay: pytest "test_it.py::test_two\[2\]" --sync-replay (\S+)$', said, re.MULTILINE)[1]
    code, said = pytest_run("--sync-replay", token, program=f"import pytest\n{program}")
    assert code == 1 and "the counter shows 1" in said


def test_a_breakpoint_stops_in_the_program_with_what_the_thread_has_read(pytest_run):
    token = token_of(pytest_run()[1])
    stopping = PROGRAM.replace("        self.value = seen + 1", "        breakpoint()\n        self.value = seen + 1")
    code, said = pytest_run("--sync-replay", token, program=stopping, typed="p f'saw {seen}'\nc\n" * 2)
    assert code == 1
    assert said.count("saw 0") == 2, "both threads have read 0 by then"
    assert "the counter shows 1" in said


def test_the_post_mortem_debugger_opens_in_the_program_where_it_failed(pytest_run):
    token = token_of(pytest_run()[1])
    code, said = pytest_run("--sync-replay", token, "--pdb", typed="p f'now {counter.value}'\nq\n")
    assert code != 0
    assert re.search(r"> .*test_it\.py\(\d+\)test_two\(\)", said)
    assert "now 1" in said


def test_a_debugger_steps_from_line_to_line_of_one_thread(pytest_run):
    token = token_of(pytest_run()[1])
    stopping = PROGRAM.replace("        seen = self.value", "        breakpoint()\n        seen = self.value")
    over_the_read = "n\n" * (2 if sys.version_info >= (3, 13) else 1)  # older ones stop behind breakpoint(), not at it
    # The first thread is preempted right after its read, so the second one stops next, and goes on to its write.
    typed = f"{over_the_read}{over_the_read}p f'saw {{seen}}'\nc\nc\n"
    _, said = pytest_run("--sync-replay", token, program=stopping, typed=typed)
    assert "-> self.value = seen + 1" in said
    assert "saw 0" in said
