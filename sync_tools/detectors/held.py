"""Locks that are kept: by an outer call, by a call that has ended, or by a thread that waits for something else."""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.detectors.lines import loop_of, takes_for_others
from sync_tools.detectors.pattern import UNCLASSIFIED, Pattern
from sync_tools.detectors.waiting import HOLDER_ENDED
from sync_tools.words.failure import Site, Waiter

LEAK = "lock leak"
SELF = "self-deadlock"
BLOCKING = "blocking under a lock"
# Waits for another thread, or for something that another thread gives.
_SLOW = frozenset({"wait", "join", "get", "put", "barrier wait", "result", "wait_for", "acquire"})


def of_itself(waiters: Sequence[Waiter]) -> Pattern:
    """A thread that waits for a lock which it holds: in a call inside of the one that took it, or after that one."""
    own = next((waiter for waiter in waiters if waiter.holder == waiter.thread), None)
    if own is None or not own.holder_path or own.would:
        return Pattern(UNCLASSIFIED, ())
    who, taken = f"T{own.thread}", own.holder_path[-1]
    where = f"{who} took {own.target} at {taken.short()}"
    if _goes_on(own):
        said = f"{where}, and {taken.function} has not ended: it leads to {own.site.short()}, "
        return Pattern(SELF, (f"{said}which waits for the same lock.",))
    if taken.function in ("__enter__", "acquire") or takes_for_others(taken):
        said = f"{where} and had not given it back when it came to {own.site.short()}, which waits for the same lock."
        return Pattern(SELF, (said,))
    said = f"{where}, in a call of {taken.function} that has ended without giving it back."
    return Pattern(LEAK, (said,))


def _goes_on(waiter: Waiter) -> bool:
    """True where the call that took a lock is still going on, around the one that waits for it."""
    taken, now = waiter.holder_path, waiter.path
    same = 0
    while same < min(len(taken), len(now)) and _same_call(taken, now, same):
        same += 1
    return same == len(taken)


def _same_call(taken: Sequence[Site], now: Sequence[Site], at: int) -> bool:
    """Whether the calls at one depth, with all the same calls around them, are one."""
    one, other = taken[at], now[at]
    if (one.file, one.function) != (other.file, other.function):
        return False
    if at + 1 < min(len(taken), len(now)):
        return True  # whether what it called is the same call is seen one further
    if at > 0 and taken[at - 1].line != now[at - 1].line:
        return False  # it was called from another line
    # A line that is done a second time in one call is in a loop, or takes two locks; else it is another call.
    return other.line != one.line or one.source.startswith("with ") or loop_of(one) is not None


def kept(waiters: Sequence[Waiter]) -> tuple[str, ...]:
    """The locks that a thread took along to its end."""
    leaks = {
        f"T{waiter.holder} took {waiter.target}{_at(waiter)} and ended without giving it back.": None
        for waiter in waiters
        if waiter.operation == "acquire" and waiter.reason == HOLDER_ENDED
    }
    return tuple(leaks)


def _at(waiter: Waiter) -> str:
    return f" at {waiter.holder_site.short()}" if waiter.holder_site and waiter.holder_site.line else ""


def blocking_under_a_lock(waiters: Sequence[Waiter]) -> Pattern | None:
    """A thread that waits for something else while it holds a lock that a stuck thread needs."""
    for slow in waiters:
        for_a_lock = slow.operation == "acquire" and slow.holder is not None
        if slow.operation not in _SLOW or for_a_lock or not slow.holds:
            continue
        for other in waiters:
            names = [name for name, _ in slow.holds]
            needs = other.operation == "acquire" and other.holder == slow.thread and other.target in names
            if needs and not other.daemon:  # what a daemon would do is found out, and said elsewhere
                verb = {"acquire": "for", "wait": "on", "barrier wait": "at", "result": "for"}.get(slow.operation, "at")
                said = f"T{slow.thread} waits {verb} {slow.target} while it holds {other.target}, which "
                return Pattern(BLOCKING, (f"{said}T{other.thread} needs to go on.",))
    return None
