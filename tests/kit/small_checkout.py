"""A small checkout with two labs, and the command line run in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from sync_tools.doors import cli as command

REPOSITORY = Path(__file__).resolve().parents[2]

REGISTRY = """
[[lab]]
id = "lab01_counter"
slug = "counter"
number = 1
title = "A counter"
part = "Shared state"
concepts = ["lost update"]
points = 10
bug_class = "lost update"
goal = "lose an addition"
goal_test = "test_two_additions_count_two"
max_schedules = 100

[[lab]]
id = "lab02_summing"
slug = "summing"
number = 2
title = "A sum that is right"
part = "Shared state"
concepts = ["locals"]
points = 5
bug_class = "none"
goal = "make the sum wrong"
goal_test = "test_sum"
max_schedules = 100
"""
WRONG = "class Counter:\n    def __init__(self):\n        self.n = 0\n\n    def add(self):\n        self.n += 1\n"
RIGHT = WRONG.replace("self.n = 0", "self.n = 0\n        self.lock = threading.Lock()").replace(
    "self.n += 1", "with self.lock:\n            self.n += 1"
)
RIGHT = f"import threading\n\n\n{RIGHT}"
TESTS = """
from sync_tools import explored, run_together

@explored
def test_it_starts_at_zero(lab):
    assert lab.Counter().n == 0

@explored
def test_two_additions_count_two(lab):
    counter = lab.Counter()
    print("made")
    run_together(counter.add, counter.add)
    shown = counter.n
    assert shown == 2, f"shows {shown}"
"""
SUM_TESTS = "def test_sum(lab):\n    assert lab.total([1, 2]) == 3\n"


def make_checkout(folder: Path) -> Path:
    """A small checkout with two labs: one broken, one right as it comes."""
    files = {
        "labs/labs.toml": REGISTRY,
        "labs/lab01_counter/counter.py": WRONG,
        "labs/lab01_counter/README.md": "<details><summary>Hint 1</summary>Look.</details>\n"
        "<details><summary>Hint 2</summary>Lock.</details>",
        "solutions/lab01_counter/counter.py": RIGHT,
        "labs/lab02_summing/summing.py": "def total(numbers):\n    return sum(numbers)\n",
        "tests/labs/test_lab01_counter.py": TESTS,
        "tests/labs/test_lab02_summing.py": SUM_TESTS,
    }
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


class Done(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def synclab(root: Path, *arguments: str, **environment: str) -> Done:
    """Run a command in the folder `root`, inside of this process: starting one for each would take its time."""
    kept = os.getcwd()
    os.chdir(root)
    try:
        # A charset that takes ASCII only: any other character would be an error.
        runner = CliRunner(charset="ascii", env={"COLUMNS": "80", "NO_COLOR": None, "FORCE_COLOR": None, **environment})
        result = runner.invoke(command.cli, arguments, prog_name="synclab")
    finally:
        os.chdir(kept)
    return Done(result.exit_code, result.stdout, result.stderr)


def synclab_process(root: Path, *arguments: str, typed: str = "") -> Done:
    """The same in a process of its own, as a user does, with what the user types."""
    left_out = ("PYTEST", "COLUMNS", "NO_COLOR", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    environment = {**kept, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "ascii:strict", "COLUMNS": "80"}
    call = [sys.executable, "-m", "sync_tools", *arguments]
    done = subprocess.run(call, cwd=root, env=environment, input=typed, capture_output=True, text=True)
    return Done(done.returncode, done.stdout, done.stderr)


def token_in(text: str) -> str:
    """The token of a report's Replay line."""
    words = next(line for line in text.splitlines() if "synclab replay" in line).split()
    return words[words.index("replay") + 2]
