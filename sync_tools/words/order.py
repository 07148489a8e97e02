"""The default order of threads, from which every schedule departs."""

from __future__ import annotations

from typing import Any


def default_choice(enabled: list[Any], current: Any) -> Any:
    """Go on with the current thread; when it waits, sleeps or has ended, the oldest that has real work to do."""
    willing = [thread for thread in enabled if not (thread.pending and thread.pending.yields())]
    if current in willing:
        return current
    # A yielding thread is demoted until the others have moved: among sleepers, the one that slept longest goes on.
    return willing[0] if willing else min(enabled, key=lambda thread: (thread.last_run, thread.tid))


def preempts(choice: Any, enabled: list[Any], current: Any) -> bool:
    """True when choosing `choice` interrupts a thread that could have gone on."""
    return choice is not current and default_choice(enabled, current) is current
