"""The commands that a lab's reports name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sync_tools.doors.targets import LABS


def lab_commands(slug: str, target: str) -> dict[str, Any]:
    """Options of ``explore`` and ``replay``: how to go on from a failure of a lab.

    Args:
        slug: the lab's name.
        target: whose program failed; the commands name it where it is not the student's.
    """
    where = "" if target == LABS else f" --target {_short(target)}"
    return {
        "replay_command": f"synclab replay {slug} {{token}}{where}",
        "look_command": f"synclab show {slug} {{token}}{where}",
        "hint": f"synclab hint {slug}",
    }


def _short(target: str) -> str:
    """A path as it can be typed here: commands are run where reports are read."""
    try:
        return Path(target).relative_to(Path.cwd()).as_posix() if Path(target).is_absolute() else target
    except ValueError:
        return target
