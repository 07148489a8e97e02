"""The commands that a lab's reports name."""

from __future__ import annotations

from typing import Any

from sync_tools.doors.targets import LABS


def lab_commands(slug: str, target: str) -> dict[str, Any]:
    """Options of ``explore`` and ``replay``: how to go on from a failure of a lab.

    Args:
        slug: the lab's name.
        target: whose program failed; the commands name it where it is not the student's.
    """
    where = "" if target == LABS else f" --target {target}"
    return {
        "replay_command": f"synclab replay {slug} {{token}}{where}",
        "look_command": f"synclab show {slug} {{token}}{where}",
        "hint": f"synclab hint {slug}",
    }
