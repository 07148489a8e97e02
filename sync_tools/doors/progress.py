"""What the student has done so far: ``.synclab.json`` in the checkout, one readable file.

Losing it costs one run of each lab. So a file that is damaged, or of another version, is no reason to refuse work:
what can be understood is used, and the rest is forgotten.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sync_tools.doors.registry import Lab, Registry
from sync_tools.doors.results import PASSED, LabResult

STATE = ".synclab.json"
VERSION = 2  # 1 had neither the current lab nor the hints
NOT_RUN, SOLVED, FAILING, CHANGED = "not run", "solved", "failing", "changed, run again"


@dataclass(frozen=True)
class Entry:
    """What is known of one lab.

    Attributes:
        outcome: of its last run, one of ``results``; "" when it was not run.
        passed: how many tests passed then.
        tests: of how many.
        program: a digest of the program that was run.
        hints: how many hints were read, counted from the first.
    """

    outcome: str = ""
    passed: int = 0
    tests: int = 0
    program: str = ""
    hints: int = 0


@dataclass(frozen=True)
class Progress:
    """What the state file says.

    Attributes:
        current: id of the lab that was worked at last; "" when that is not known.
        labs: the entries, by lab id.
    """

    current: str = ""
    labs: Mapping[str, Entry] = field(default_factory=dict)

    def entry(self, lab: Lab) -> Entry:
        """What is known of a lab; an empty entry when that is nothing."""
        return self.labs.get(lab.id, Entry())


def read(root: Path) -> Progress:
    """What is known in a checkout; nothing where there is no file, or none that can be understood."""
    try:
        data = json.loads((root / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Progress()
    if not isinstance(data, dict):
        return Progress()
    current, labs = data.get("current"), data.get("labs")
    return Progress(
        current if isinstance(current, str) else "",
        {id: _entry(said) for id, said in labs.items() if isinstance(said, dict)} if isinstance(labs, dict) else {},
    )


def _entry(said: dict[str, Any]) -> Entry:
    """An entry of what fits; a value of another type is as good as none."""
    blank = asdict(Entry())
    return Entry(**{key: said[key] for key in blank if type(said.get(key)) is type(blank[key])})


def state_of(registry: Registry, lab: Lab, progress: Progress) -> str:
    """One of "not run", "solved", "failing", "changed, run again" (the program was edited after its last run)."""
    entry = progress.entry(lab)
    if not entry.outcome:
        return NOT_RUN
    if entry.program != digest(registry.program(lab)):
        return CHANGED
    return SOLVED if entry.outcome == PASSED else FAILING


def current_lab(registry: Registry, progress: Progress) -> Lab:
    """The lab that was worked at last; where that is not known, the first that is not solved, or else the first."""
    for lab in registry:
        if lab.id == progress.current:
            return lab
    return next((lab for lab in registry if state_of(registry, lab, progress) != SOLVED), registry.labs[0])


def next_lab(registry: Registry, lab: Lab, progress: Progress) -> Lab | None:
    """The lab to go on with: the first after `lab` that is not solved, from the start again after the last.

    Returns:
        None when every other lab is solved.
    """
    place = registry.labs.index(lab)
    others = registry.labs[place + 1 :] + registry.labs[:place]
    return next((other for other in others if state_of(registry, other, progress) != SOLVED), None)


def note_run(registry: Registry, result: LabResult) -> None:
    """Remember a run of the student's own program.

    Raises:
        OSError: the file cannot be written.
    """
    lab = result.lab
    program = digest(registry.program(lab))

    def change(entry: Entry) -> Entry:
        return replace(entry, outcome=result.outcome, passed=result.passed, tests=result.tests, program=program)

    _change_entry(registry, lab, change)


def note_hint(registry: Registry, lab: Lab, number: int) -> None:
    """Remember that a lab's hints up to `number` (from 1) were read.

    Raises:
        OSError: the file cannot be written.
    """
    _change_entry(registry, lab, lambda entry: replace(entry, hints=max(entry.hints, number)))


def note_current(registry: Registry, lab: Lab) -> None:
    """Remember that `lab` is the one that is worked at.

    Raises:
        OSError: the file cannot be written.
    """
    progress = read(registry.root)
    if progress.current != lab.id:
        _write(registry.root, replace(progress, current=lab.id))


def forget(registry: Registry, lab: Lab) -> None:
    """Take a lab's entry out of the file.

    Raises:
        OSError: the file cannot be written.
    """
    progress = read(registry.root)
    if lab.id in progress.labs:
        _write(registry.root, replace(progress, labs={id: e for id, e in progress.labs.items() if id != lab.id}))


def digest(program: Path) -> str:
    """A short digest of a program's text, the same on every system; "" where it cannot be read."""
    try:
        return hashlib.sha256(program.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:16]
    except OSError:
        return ""


def _change_entry(registry: Registry, lab: Lab, change: Callable[[Entry], Entry]) -> None:
    # Read anew each time: another command may have written since. (One in the same instant can still be overwritten.)
    progress = read(registry.root)
    _write(registry.root, replace(progress, labs={**progress.labs, lab.id: change(progress.entry(lab))}))


def _write(root: Path, progress: Progress) -> None:
    labs = {id: asdict(entry) for id, entry in sorted(progress.labs.items())}
    text = json.dumps({"version": VERSION, "current": progress.current, "labs": labs}, indent=2) + "\n"
    # Written beside it and moved: a run that is killed leaves the old file whole.
    beside = root / f"{STATE}.{os.getpid()}"
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, root / STATE)
    finally:
        beside.unlink(missing_ok=True)
