"""A deadlock that is final while others still run."""

from __future__ import annotations

from typing import Any

from sync_tools.detectors.waiting import cycle
from sync_tools.models.locks import RLock


def circle_of_owners(world: Any) -> list[int]:
    """The threads of a circle of re-entrant locks, empty where there is none.

    Only its holder can give such a lock back. A plain lock may be given back by anyone who still runs.
    """
    stuck = [t for t in world.threads if not (t.done or t.daemon) and not world.can_run(t)]
    return cycle({t.tid: t.pending.target.holder for t in stuck if isinstance(t.pending.target, RLock)})
