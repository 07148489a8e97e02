"""Put a lab's program back as it came, and lose nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sync_tools.doors import progress
from sync_tools.doors.registry import Lab, Registry
from sync_tools.words.errors import UserError

# Outside of the labs: nothing that looks for a lab's files finds an old version there.
BACKUPS = ".synclab-backups"


@dataclass(frozen=True)
class Reset:
    """What was done.

    Attributes:
        backup: where the student's version is kept now, from the checkout on; "" where there was none to keep.
        others: names of further files in the lab's folder that did not come with it; they were left alone.
    """

    backup: str
    others: tuple[str, ...]


def reset_lab(registry: Registry, lab: Lab) -> Reset:
    """Put the program back, keep the student's version as a backup, and forget how far the lab was.

    Raises:
        UserError: there is no copy of the program as it came, or a file cannot be written.
    """
    program, shipped = registry.program(lab), registry.shipped(lab)
    try:
        came = shipped.read_bytes()
    except OSError as error:
        raise UserError(f"{lab.slug} cannot be put back: the program as it came is not there ({error}).") from None
    try:
        present = program.read_bytes() if program.is_file() else came
        backup = ""
        if present != came:
            backup = _keep(registry.root, lab, present).relative_to(registry.root).as_posix()
        program.parent.mkdir(parents=True, exist_ok=True)
        beside = program.with_suffix(".py.new")
        beside.write_bytes(came)
        os.replace(beside, program)
        progress.forget(registry, lab)
    except OSError as error:
        raise UserError(f"{lab.slug} could not be put back: {error}") from None
    came_with = {lab.program_name, "README.md", "__main__.py", "__pycache__"}
    others = sorted(path.name for path in program.parent.iterdir() if path.name not in came_with)
    return Reset(backup, tuple(others))


def told(lab: Lab, done: Reset) -> str:
    """What was done, in a few lines."""
    lines = [f"{lab.program_name} is as it came."]
    if done.backup:
        lines.append(f"Your version is kept: {done.backup}")
        lines.append(f"To have it back, copy it over labs/{lab.id}/{lab.program_name}.")
    if done.others:
        lines.append(f"Left alone in labs/{lab.id}: {', '.join(done.others)}")
    return "\n".join(lines)


def _keep(root: Path, lab: Lab, text: bytes) -> Path:
    """Write a backup under the next name that is free."""
    folder = root / BACKUPS
    folder.mkdir(exist_ok=True)
    number = 1
    while True:
        path = folder / f"{lab.slug}-{number}.py"
        try:
            with path.open("xb") as file:
                file.write(text)
        except FileExistsError:
            number += 1
        else:
            return path
