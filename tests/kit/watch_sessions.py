"""A student before the screen of ``synclab watch``, with saves and keys that the tests hand to it."""

from __future__ import annotations

import json
import shutil

import pytest

from sync_tools.doors import registry as registries
from sync_tools.doors.labrun import run_lab
from sync_tools.doors.terminal_events import Pressed, Saved
from sync_tools.doors.watching import Watching

BROKEN = "lost update -- shows 1"
FAILING = f"{BROKEN}\ncounter: FAILED, 1 of 2 tests passed. Change the program and save it."
PASSING = "counter: passed, all 2 tests."
PROGRAM = "labs/lab01_counter/counter.py"


class Session:
    """A student before the screen: does something, and looks at what is shown then."""

    def __init__(self, root):
        self.root = root
        self.registry = registries.load(root)
        self.screens = []
        self.ended = []  # the tests, as they came to their end
        self.ended_before = []  # how many had when each screen was drawn
        self.runs = []
        self.during_run = None
        self.watching = Watching(self.registry, self.registry.labs[0], self.show, self.run)

    def show(self, text):
        self.screens.append(text)
        self.ended_before.append(len(self.ended))

    def run(self, registry, lab, target, on_case):
        self.runs.append(lab.slug)
        if self.during_run is not None:
            self.during_run()

        def told(case, left):
            self.ended.append(case.name)
            on_case(case, left)

        return run_lab(registry, lab, target, on_case=told)

    def sees(self, *events):
        """What is on the screen after these events."""
        self.watching.loop(iter(events))
        return self.screens[-1]

    def save(self, text, name=PROGRAM):
        """What is on the screen after a save, as an editor does it."""
        (self.root / name).write_text(text)
        return self.sees(Saved())

    def state(self):
        return json.loads((self.root / ".synclab.json").read_text())


@pytest.fixture
def newcomer(checkout, monkeypatch):
    """Before the first lab, which was never run."""
    monkeypatch.setenv("COLUMNS", "80")
    for name, slug in (("lab01_counter", "counter"), ("lab02_summing", "summing")):
        came = checkout / "tests" / "variants" / name / "shipped.py"
        came.parent.mkdir(parents=True)
        shutil.copy(checkout / "labs" / name / f"{slug}.py", came)
    readme = checkout / "labs" / "lab01_counter" / "README.md"
    readme.write_text(f"# Lab 1\n\nA counter\nthat forgets.\n\n{readme.read_text()}")
    return Session(checkout)


@pytest.fixture
def student(newcomer):
    """Comes back to the first lab, which failed the last time: so it is run at once."""
    note(newcomer.root, "lab01_counter")
    return Session(newcomer.root)


def note(root, *labs):
    """Write down a run of each of these labs, in which no test passed."""
    entry = {"outcome": "failed", "passed": 0, "tests": 2, "program": "", "hints": 0}
    state = {"version": 2, "current": labs[0], "labs": dict.fromkeys(labs, entry)}
    (root / ".synclab.json").write_text(json.dumps(state))


def pressed(keys):
    return [Pressed(key) for key in keys]
