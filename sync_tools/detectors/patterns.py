"""Which bug pattern a failing schedule shows, read off its steps. It says "unclassified" rather than guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sync_tools.detectors.halves import MOST_STEPS, half_a_change
from sync_tools.detectors.pattern import UNCLASSIFIED, WAITING, Pattern
from sync_tools.detectors.stuck import explain_stuck
from sync_tools.words import failure as kinds
from sync_tools.words.failure import Step, Waiter

__all__ = ["Pattern", "classify"]

LOST_UPDATE = "lost update"
WAITED_FOR = frozenset({kinds.LOST_WAKEUP, kinds.STARVED_SEMAPHORE, kinds.STARVED_QUEUE})
TIMED_OUT = "timed out"
TAKEN_BY = "taken by T"  # how a note begins at the release of a lock that another thread had taken
_ITERATED = re.compile(r"changed size during iteration|mutated during iteration|keys changed during iteration")
_BRANCH = re.compile(r"(if|elif|while|assert)\b")
_NO_NUMBER = frozenset({None, "None", "True", "False"})


def classify(
    kind: str,
    steps: Sequence[Step],
    locked: bool,
    waiters: Sequence[Waiter] = (),
    message: str = "",
    failing: int | None = None,
    raised_after: int = 0,
) -> Pattern:
    """Name the pattern.

    Args:
        kind: the failure's kind.
        steps: the schedule's steps on shared objects.
        locked: True when the program uses any lock at all.
        waiters: the threads that can never run again.
        message: of the failure.
        failing: the thread that raised.
        raised_after: number of the last step before it did.
    """
    if kind not in (kinds.ASSERTION, kinds.EXCEPTION):
        stuck = explain_stuck(kind, steps, waiters)
        # What a thread waits for may have been lost with an update: a count that never reaches zero.
        looked = kind in WAITED_FOR and stuck.bug_class == UNCLASSIFIED and len(steps) <= MOST_STEPS
        cause = _race(steps, locked) if looked else stuck
        return Pattern(cause.bug_class, (*stuck.why, *cause.why)) if cause.bug_class == LOST_UPDATE else stuck
    before = steps[:raised_after] if raised_after else steps
    act = _act(before, failing) if kind == kinds.EXCEPTION else None
    if act is not None:
        for look in (_iterating, _resuming, _releasing):
            found = look(before, act, message)
            if found is not None:
                return found
        checked = _check_before(steps, act, locked)
        if checked is not None:
            return checked
    race = _race(before, locked)
    return race if race.why else half_a_change(steps) or Pattern(UNCLASSIFIED, _too_late(before, failing))


def _too_late(steps: Sequence[Step], failing: int | None) -> tuple[str, ...]:
    """The waits that were given up by a thread which then went on, the failing one before others."""
    late = [step for step in steps if step.note == TIMED_OUT and step.operation in ("acquire", "join", "wake up")]
    own = [step for step in late if step.thread == failing]
    return tuple(
        f"T{step.thread}'s wait for {step.target} timed out at #{step.number}, and it went on all the same."
        for step in (own or late)[-2:]
    )


def _act(steps: Sequence[Step], failing: int | None) -> Step | None:
    """The last thing that a thread did before it raised, leaving aside the locks it gave back on its way out."""
    own = [step for step in steps if step.thread == failing]
    others = [step for step in own if step.operation not in WAITING]
    return (others or own)[-1] if own else None


def _iterating(steps: Sequence[Step], act: Step, message: str) -> Pattern | None:
    """A loop over a container that another thread changed meanwhile."""
    if not _ITERATED.search(message):
        return None
    changes = [s for s in steps if s.thread != act.thread and _whole(s) == _whole(act) and not s.reads]
    if not changes:
        return None
    change = changes[-1]
    loop = f"T{act.thread}'s loop over {_whole(act)} had begun before T{change.thread} changed it at #{change.number}; "
    return Pattern(UNCLASSIFIED, (f"{loop}its next turn, at #{act.number}, met the change.", *_both(act, change)))


def _both(one: Step, other: Step) -> tuple[str, ...]:
    return () if set(one.held) & set(other.held) else ("No lock was held by both.",)


def _releasing(steps: Sequence[Step], act: Step, message: str) -> Pattern | None:
    """A lock that is given back a second time, because somebody else had given it back before."""
    if "release unlocked lock" not in message:
        return None
    for step in reversed(steps):
        if step.operation == "release" and step.note == f"{TAKEN_BY}{act.thread}":
            return Pattern(
                UNCLASSIFIED,
                (f"T{step.thread} released {step.target} at #{step.number}, which T{act.thread} had taken.",),
            )
    return None


def _resuming(steps: Sequence[Step], act: Step, message: str) -> Pattern | None:
    """A generator that another thread was in."""
    inside = [step for step in steps if step.thread != act.thread and step.target == act.target]
    if "generator already executing" not in message or not inside or inside[-1].operation != "resume":
        return None
    since = inside[-1]
    said = (
        f"T{act.thread} resumed {act.target} at #{act.number}, while T{since.thread} was in it since #{since.number}."
    )
    return Pattern(UNCLASSIFIED, (said, *_both(act, since)))


def _check_before(steps: Sequence[Step], act: Step, locked: bool) -> Pattern | None:
    """The act that raised came after a look that another thread's change had made out of date."""
    looks = (first for first in steps[: act.number - 1] if _whole(first) == _whole(act))
    return next(_pairs(steps, looks, act, locked), None)


def _race(steps: Sequence[Step], locked: bool) -> Pattern:
    """Look for a read and a later write of one thread with another thread's write to the same variable between."""
    checks: Pattern | None = None
    for last in steps:
        if last.reads or last.operation in WAITING:
            continue
        for pattern in _pairs(steps, steps[: last.number - 1], last, locked):
            if pattern.bug_class == LOST_UPDATE:
                return pattern
            checks = checks or pattern
    return checks or Pattern(UNCLASSIFIED, ())


def _pairs(steps: Sequence[Step], looks: Iterable[Step], last: Step, locked: bool) -> Iterator[Pattern]:
    """The patterns that end in `last`: what its thread had read before, and another changed in between."""
    for first in looks:
        if first.thread != last.thread or not first.reads or first.operation in WAITING:
            continue
        between = [
            step
            for step in steps[first.number : last.number - 1]
            if step.thread != first.thread
            and _touches(step, first)
            and not step.reads
            and step.operation not in WAITING
        ]
        kept = _kept(steps, first, last)
        if _is_update(first, last):
            writes = between[:1] if between and between[0].operation == "write" else []
            if writes and not kept & set(writes[0].held) and not _reread(steps, first, last):
                yield _lost(first, writes[0], last, locked)
        elif between and not kept & set(between[-1].held) and _last_look(steps, first, between[-1], last):
            yield _checked(steps, first, between[-1], last, locked)


def _is_update(first: Step, last: Step) -> bool:
    """True where a thread writes what it made of its own read of the variable, and not just after having looked."""
    if last.target != first.target or last.operation != "write":
        return False
    if first.site == last.site and not _BRANCH.match(first.site.source):
        return True
    return first.value not in _NO_NUMBER and not _BRANCH.match(first.site.source)


def _lost(first: Step, other: Step, last: Step, locked: bool) -> Pattern:
    lost = f"T{first.thread} wrote at #{last.number} what it had read at #{first.number}; "
    lost += f"T{other.thread}'s write at #{other.number} is gone."
    return Pattern(LOST_UPDATE, (lost, _locks(first, other, last, locked)))


def _checked(steps: Sequence[Step], first: Step, other: Step, last: Step, locked: bool) -> Pattern:
    decided = f"T{first.thread} decided at #{last.number} by what it had read at #{first.number}; "
    decided += f"T{other.thread} changed it at #{other.number}."
    woken = [
        step
        for step in steps[first.number : last.number - 1]
        if step.thread == first.thread and step.operation == "wake up" and step.held
    ]
    if woken and set(first.held) & set(last.held):
        again = f"T{first.thread} did not look again after it woke up at #{woken[-1].number}: "
        return Pattern("check-then-act", (decided, f"{again}wait in a while loop, not in an if."))
    return Pattern("check-then-act", (decided, _locks(first, other, last, locked)))


def _whole(step: Step) -> str:
    """The container of an element, else the target itself."""
    return step.target[: step.target.index("[", 1)] if "[" in step.target[1:] else step.target


def _touches(change: Step, look: Step) -> bool:
    """True when a change may have made a look out of date: the same variable, or an element and its container."""
    if change.target == look.target:
        return True
    return _whole(change) == _whole(look) and _whole(look) in (change.target, look.target)


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


def _last_look(steps: Sequence[Step], first: Step, change: Step, last: Step) -> bool:
    """True when the thread did not look again, be it before the change or after it.

    After it the read that the act itself begins with, on the line of the act, is no look.
    """
    again = [step for step in steps if step.thread == first.thread and step.target == first.target and step.reads]
    return not any(
        first.number < step.number < last.number and (step.number < change.number or step.site != last.site)
        for step in again
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
