"""The name of a bug pattern, with its reasons."""

from __future__ import annotations

from typing import NamedTuple

from sync_tools.words.failure import UNCLASSIFIED

__all__ = ["UNCLASSIFIED", "WAITING", "Pattern"]

WAITING = frozenset({"acquire", "release", "wait", "wake up", "notify", "notify_all", "try"})  # of synchronization


class Pattern(NamedTuple):
    """A bug class, the sentences that say why, and the numbers of the two steps that met, where there are two."""

    bug_class: str
    why: tuple[str, ...]
    conflict: tuple[int, ...] = ()
