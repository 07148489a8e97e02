"""The name of a bug pattern, with its reasons."""

from __future__ import annotations

from typing import NamedTuple

UNCLASSIFIED = "unclassified"
WAITING = frozenset({"acquire", "release", "wait", "wake up", "notify", "notify_all", "try"})  # of synchronization


class Pattern(NamedTuple):
    """A bug class and the sentences that say why."""

    bug_class: str
    why: tuple[str, ...]
