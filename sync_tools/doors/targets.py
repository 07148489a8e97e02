"""Targets: whose program a lab's tests are run against."""

from __future__ import annotations

from pathlib import Path

from sync_tools.doors.registry import Lab
from sync_tools.words.errors import UserError

LABS, SOLUTIONS = "labs", "solutions"


def check_target(target: str) -> None:
    """Say so when a target can't be one for any lab.

    Raises:
        UserError: it is neither labs nor solutions, nor is there such a folder or .py file.
    """
    path = Path(target)
    if target not in (LABS, SOLUTIONS) and not path.is_dir() and path.suffix != ".py":
        raise UserError(f"there is no target {target!r}: say labs, solutions, a folder, or the program's .py file.")


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
    else:
        check_target(target)
        path = Path(target)
    if not path.is_file():
        raise UserError(f"{path} is missing: the target {target!r} has no program for {lab.slug}.")
    return path
