"""A small checkout with one whole lab: every file that a lab has, in order."""

from __future__ import annotations

import textwrap
from pathlib import Path

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
bug_lines = [16]
goal = "lose an addition"
goal_test = "test_two_additions_count_two"
max_schedules = 100
"""

SHIPPED = '''
"""A counter."""
import threading


class Counter:
    """What was added.

    * Each call of :meth:`add` counts once. One that
      is under way may count already.
    """

    def __init__(self):
        self.n = 0

    def add(self):
        self.n += 1
'''
LOCKED = SHIPPED.replace("self.n = 0", "self.n = 0\n        self.lock = threading.Lock()").replace(
    "self.n += 1", "with self.lock:\n            self.n += 1"
)
SEMAPHORE = LOCKED.replace("Lock()", "Semaphore()")
CONDITION = LOCKED.replace("Lock()", "Condition()")
APPENDING = '''
"""A counter."""


class Counter:
    def __init__(self):
        self.added = []

    def add(self):
        self.added.append(1)

    @property
    def n(self):
        return len(self.added)
'''


def wrong(program: str, lines: str, kind: str = "assertion", bug_class: str = "lost update") -> str:
    """A wrong variant: the program with a header that names its failure."""
    header = f"A wrong counter.\n\nkind: {kind}\nclass: {bug_class}\nlines: {lines}\n"
    return program.replace('"""A counter."""', f'"""{header}"""')


NEW_LOCK = wrong(LOCKED.replace("with self.lock:", "with threading.Lock():"), "23")
ONLY_THE_WRITE = wrong(LOCKED.replace("self.n += 1", "pass\n        self.n += 1"), "24")
TWO_SECTIONS = wrong(
    LOCKED.replace("    self.n += 1", "    n = self.n\n        with self.lock:\n            self.n = n + 1"),
    "23, 25",
)
NOT_RELEASED = wrong(
    LOCKED.replace("with self.lock:\n            ", "self.lock.acquire()\n        "), "22", "leaked-lock", "lock leak"
)

TESTS = """
from hypothesis import given, settings
from hypothesis import strategies as st
from sync_tools import explored, run_together, stressed

@explored(promise="A counter.")
def test_additions_count(lab):
    counter = lab.Counter()
    counter.add()
    assert counter.n == 1

@explored(promise="Each call of add() counts once.")
def test_two_additions_count_two(lab):
    counter = lab.Counter()
    run_together(counter.add, counter.add)
    assert counter.n == 2

@stressed(rounds=50, promise="Each call of add() counts once.")
def test_no_addition_is_lost_under_load(lab):
    counter = lab.Counter()
    run_together(*[counter.add] * 4)
    assert counter.n == 4

@settings(max_examples=3)
@given(times=st.integers(1, 2))
@explored(promise="Each call of add() counts once.")
def test_as_many_as_were_drawn(lab, times):
    counter = lab.Counter()
    run_together(*[counter.add] * times)
    assert counter.n == times
"""

WORDS = "Some words about this that a student who is stuck can read and think about."
README = f"""# Lab 1: A counter

## The program

## 1. Break it first

    synclab break counter
    synclab run counter

## 2. Fix it

## 3. Prove it

## What you learn

## Hints

<details>
<summary>Hint 1: a nudge</summary>

{WORDS}

</details>
<details>
<summary>Hint 2: the direction</summary>

{WORDS}

</details>
<details>
<summary>Hint 3: nearly there</summary>

{WORDS}

</details>
"""
EQUIVALENT = """
[[equivalent]]
mutants = ["one-lock"]
programs = ["*"]
why = "Nobody asks for two at once."
"""

FILES = {
    "labs/labs.toml": REGISTRY,
    "labs/lab01_counter/counter.py": SHIPPED,
    "labs/lab01_counter/__main__.py": "\n",
    "labs/lab01_counter/README.md": README,
    "solutions/lab01_counter/counter.py": LOCKED,
    "solutions/lab01_counter/__main__.py": "\n",
    "tests/labs/test_lab01_counter.py": TESTS,
    "tests/variants/lab01_counter/shipped.py": SHIPPED,
    "tests/variants/lab01_counter/equivalent.toml": EQUIVALENT,
    "tests/variants/lab01_counter/other_semaphore.py": SEMAPHORE,
    "tests/variants/lab01_counter/other_condition.py": CONDITION,
    "tests/variants/lab01_counter/other_appending.py": APPENDING,
    "tests/variants/lab01_counter/wrong_new_lock.py": NEW_LOCK,
    "tests/variants/lab01_counter/wrong_only_the_write.py": ONLY_THE_WRITE,
    "tests/variants/lab01_counter/wrong_two_sections.py": TWO_SECTIONS,
    "tests/variants/lab01_counter/wrong_not_released.py": NOT_RELEASED,
}


def make_whole_lab(folder: Path, **changed: str) -> Path:
    """Write the checkout.

    Args:
        folder: where.
        changed: other texts, by the files' paths; "" leaves a file out.
    """
    for name, text in {**FILES, **changed}.items():
        if text:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text).removeprefix("\n"), encoding="utf-8", newline="\n")
    return folder
