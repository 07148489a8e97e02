"""Targets: whose program a lab's tests are run against."""

from __future__ import annotations

from pathlib import Path

from sync_tools.doors.registry import Lab
from sync_tools.words.errors import UserError

LABS, SOLUTIONS = "labs", "solutions"


def program_path(root: Path, lab: Lab, target: str) -> Path:
    """A lab's program in a target.

    Args:
        root: the checkout.
        lab: the lab.
        target: "labs", "solutions", a folder that is laid out like ``labs``, or the program's file itself.

    Raises:
        UserError: it is not there; the message says where it was looked for.
    """
    if target in (LABS, SOLUTIONS):
        path = root / target / lab.id / lab.program_name
    elif Path(target).is_dir():
        path = Path(target) / lab.id / lab.program_name
    elif Path(target).suffix == ".py":
        path = Path(target)
    else:
        raise UserError(f"there is no target {target!r}: say labs, solutions, a folder, or the program's .py file.")
    if not path.is_file():
        raise UserError(f"{path} is missing: the target {target!r} has no program for {lab.slug}.")
    return path
