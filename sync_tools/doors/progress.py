"""What the student has done so far: ``.synclab.json`` in the checkout, one readable file."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from sync_tools.doors.registry import Lab, Registry
from sync_tools.doors.results import PASSED, LabResult

STATE = ".synclab.json"
NOT_RUN, SOLVED, FAILING, CHANGED = "not run", "solved", "failing", "changed since"


def _digest(program: Path) -> str:
    try:
        return hashlib.sha256(program.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:16]
    except OSError:
        return ""


def read(root: Path) -> dict[str, Any]:
    """The entries of the state file, by lab id; empty where there is none or it cannot be understood.

    Losing it costs one run of each lab, so a damaged file is no reason to refuse work.
    """
    try:
        labs = json.loads((root / STATE).read_text(encoding="utf-8"))["labs"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {id: entry for id, entry in labs.items() if isinstance(entry, dict)} if isinstance(labs, dict) else {}


def state_of(registry: Registry, lab: Lab, entries: dict[str, Any]) -> str:
    """One of "not run", "solved", "failing", "changed since" (the program was edited after its last run)."""
    entry = entries.get(lab.id)
    if entry is None:
        return NOT_RUN
    if entry.get("program") != _digest(_program(registry, lab)):
        return CHANGED
    return SOLVED if entry.get("outcome") == PASSED else FAILING


def write(registry: Registry, result: LabResult) -> None:
    """Remember a run of the student's own program.

    Raises:
        OSError: the file cannot be written.
    """
    entries = read(registry.root)
    entries[result.lab.id] = {
        "outcome": result.outcome,
        "passed": result.passed,
        "tests": len(result.cases),
        "program": _digest(_program(registry, result.lab)),
    }
    text = json.dumps({"version": 1, "labs": dict(sorted(entries.items()))}, indent=2) + "\n"
    # Written beside it and moved: a run that is killed leaves the old file whole.
    beside = registry.root / f"{STATE}.{os.getpid()}"
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, registry.root / STATE)


def _program(registry: Registry, lab: Lab) -> Path:
    return registry.root / "labs" / lab.id / lab.program_name
