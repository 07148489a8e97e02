"""The long form of a failure: all that a report file holds, as JSON."""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING, Any

from sync_tools import __version__

if TYPE_CHECKING:
    from sync_tools.words.failure import Failure

FORMAT = 1  # raised when a reader of the older one could be misled


def to_json(failure: Failure) -> str:
    """A failure as JSON: what made it, the schedule, its steps and what is said of them.

    Args:
        failure: any failure; its exception, which is an object, is left out.
    """
    made_by = {"synclab": __version__, "python": platform.python_version(), "platform": platform.system()}
    return json.dumps({"format": FORMAT, "made_by": made_by, **_plain(failure)}, indent=2) + "\n"


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if hasattr(value, "__dataclass_fields__"):
        names = [name for name, each in value.__dataclass_fields__.items() if each.repr]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
