"""Which of the waiting threads belong to the explanation of why a scenario can't end."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sync_tools.words.failure import Site

# What a thread can be supposed to have got, without more than that being made up. (An item of a queue would be.)
_SUPPOSED = frozenset({"join", "acquire", "wake"})


@dataclass(frozen=True)
class Waiting:
    """One thread that waits for ever, as a world reports it.

    Attributes:
        tid: the thread.
        kind: the operation that it cannot do.
        target: on what.
        site: where it waits.
        notified: for a condition, whether it was woken already and only waits for the lock.
        daemon: nobody waits for its end, so by itself its wait is nothing wrong.
        idle: it is an executor's worker without work, which is nothing wrong either.
        path: the calls by which it came there, the outermost first.
    """

    tid: int
    kind: str
    target: Any
    site: Site
    notified: bool = False
    daemon: bool = False
    idle: bool = False
    path: tuple[Site, ...] = ()


def holder(waiting: Waiting) -> int | None:
    """The thread that `waiting` waits for, where there is one."""
    target = waiting.target
    if waiting.kind in ("acquire", "result"):
        return getattr(target, "holder", None)
    if waiting.kind == "wake" and waiting.notified:
        return getattr(target.model, "holder", None)
    if waiting.kind == "join" and isinstance(target, threading.Thread):
        ident = target.ident
        return None if ident is None else ident - 1000
    return None


def involved(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Those that the scenario waits for, the daemons that they hold up, and idle workers whose end they wait for."""
    inside = {each.tid for each in waiting if not (each.daemon or each.idle)}
    while True:
        awaited = {holder(each) for each in waiting if each.tid in inside}
        held_up = {each.tid for each in waiting if each.daemon and holder(each) in inside}
        joined = {each.tid for each in waiting if each.idle and each.tid in awaited}
        if held_up | joined <= inside:
            return [each for each in waiting if each.tid in inside]
        inside |= held_up | joined


def daemons_to_suppose(waiting: Sequence[Waiting], inside: Sequence[Waiting]) -> list[Waiting]:
    """The daemons of which it is worth knowing what they would do next: first those that the others hold up."""
    daemons = [each for each in waiting if each.daemon and each.kind in _SUPPOSED]
    return sorted(daemons, key=lambda each: (each not in inside, each.tid))
