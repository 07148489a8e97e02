"""Which bug pattern a failing schedule shows, read off its steps. It says "unclassified" rather than guess."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sync_tools.detectors.waiting import cycle
from sync_tools.words import failure as kinds
from sync_tools.words.failure import Step, Waiter

WAITING = frozenset({"acquire", "release", "wait", "wake up", "notify", "notify_all", "try"})


class Pattern(NamedTuple):
    """A bug class and the sentences that say why."""

    bug_class: str
    why: tuple[str, ...]


def classify(kind: str, steps: Sequence[Step], locked: bool, waiters: Sequence[Waiter] = ()) -> Pattern:
    """Name the pattern.

    Args:
        kind: the failure's kind.
        steps: the schedule's steps on shared objects.
        locked: True when the program uses any lock at all.
        waiters: the threads that can never run again.
    """
    if kind == kinds.DEADLOCK:
        ring = cycle({waiter.thread: waiter.holder for waiter in waiters})
        if any(waiter.operation != "acquire" for waiter in waiters if waiter.thread in ring):
            return Pattern("unclassified", ("Each thread waits for what only the next one in the circle can do.",))
        return Pattern("lock-order inversion", ("Each thread holds what the next one in the circle waits for.",))
    if kind == kinds.LOST_WAKEUP:
        return Pattern("missed signal", ("A signal wakes only threads that already wait; nobody repeats it.",))
    if kind == kinds.LEAKED_LOCK:
        return Pattern("lock leak", ("The lock was not given back on every way out.",))
    if kind in (kinds.ASSERTION, kinds.EXCEPTION):
        return _race(steps, locked)
    return Pattern("unclassified", ())


def _race(steps: Sequence[Step], locked: bool) -> Pattern:
    """Look for a read and a later write of one thread with another thread's write to the same variable between."""
    checks: Pattern | None = None
    for last in steps:
        if last.reads or last.operation in WAITING:
            continue
        for first in steps[: last.number - 1]:
            if first.thread != last.thread or not first.reads:
                continue
            between = [
                step
                for step in steps[first.number : last.number - 1]
                if step.thread != first.thread
                and step.target == first.target
                and not step.reads
                and step.operation not in WAITING
            ]
            if not between or _kept(steps, first, last) & set(between[0].held):
                continue
            other = between[0]
            if last.target == first.target and last.operation == "write" and other.operation == "write":
                if _reread(steps, first, last):
                    continue
                lost = f"T{first.thread} wrote at #{last.number} what it had read at #{first.number}; "
                lost += f"T{other.thread}'s write at #{other.number} is gone."
                return Pattern("lost update", (lost, _locks(first, other, last, locked)))
            if checks is None:
                decided = f"T{first.thread} decided at #{last.number} by what it had read at #{first.number}; "
                decided += f"T{other.thread} changed it at #{other.number}."
                checks = Pattern("check-then-act", (decided, _locks(first, other, last, locked)))
    return checks or Pattern("unclassified", ())


def _kept(steps: Sequence[Step], first: Step, last: Step) -> set[str]:
    """The locks that a thread held all the way from one step to another; waiting on a condition gives its lock back."""
    kept = set(first.held)
    for step in steps[first.number : last.number]:
        if step.thread == first.thread:
            kept &= set(step.held)
    return kept


def _reread(steps: Sequence[Step], first: Step, last: Step) -> bool:
    """True when the thread read the variable again before it wrote."""
    return any(
        step.thread == first.thread and step.target == first.target and step.reads
        for step in steps[first.number : last.number - 1]
    )


def _locks(first: Step, other: Step, last: Step, locked: bool) -> str:
    if not locked or not (first.held or other.held):
        return f"No lock was held by both at #{first.number}-#{last.number}."
    common = sorted(set(first.held) & set(other.held))
    if common:
        return (
            f"{common[0]} was given back between #{first.number} and #{last.number}: that must be one critical section."
        )
    mine = ", ".join(first.held) or "none"
    theirs = ", ".join(other.held) or "none"
    return f"No lock in common: T{first.thread} held {mine}, T{other.thread} held {theirs}."
