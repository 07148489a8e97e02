"""What became of the signal that a thread waits for."""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.detectors.pattern import UNCLASSIFIED, Pattern
from sync_tools.detectors.waiting import CLEARED, NEVER_NOTIFIED, NEVER_SET
from sync_tools.words.failure import Step, Waiter

MISSED = "missed signal"
FORGOTTEN = "forgotten signal"
_SIGNALS = frozenset({"notify", "notify_all"})


def signal(steps: Sequence[Step], waiters: Sequence[Waiter]) -> Pattern:
    """Whether nobody gave the signal, or it came and was not heard.

    Args:
        steps: the schedule's steps on shared objects.
        waiters: the threads that can never run again.
    """
    waiting = [waiter for waiter in waiters if waiter.operation == "wait" and not waiter.would]
    if not waiting:
        return Pattern(UNCLASSIFIED, ())
    never = [waiter for waiter in waiting if waiter.reason == NEVER_NOTIFIED]
    if not never and all(waiter.reason == NEVER_SET for waiter in waiting):
        never = waiting  # else who would set it may be one of those that missed a signal
    if never:
        verb = "sets" if never[0].reason == NEVER_SET else "notifies"
        return Pattern(FORGOTTEN, (f"Nobody {verb} {never[0].target} in this schedule, before the wait or after it.",))
    waiter = next(waiter for waiter in waiting if waiter.reason != NEVER_SET)
    who, what = f"T{waiter.thread}", waiter.target
    began = _last(steps, waiter.thread, what, {"wait"})
    if waiter.reason == CLEARED:
        gone = [step for step in steps if step.target == what and step.operation == "clear"]
        before = [step for step in gone if began is None or step.number < began.number]
        at = f" at #{before[-1].number}" if before else ""
        by = f"T{before[-1].thread} cleared {what}{at}" if before else f"{what} was cleared"
        came = "it" if before and before[-1].thread == waiter.thread else who
        said = f"{by} before {came} came to wait{f' at #{began.number}' if began else ''}: clear takes the signal away."
        return Pattern(MISSED, (said,), _pair(began, before[-1] if before else None))
    signals = [step for step in steps if step.target == what and step.operation in _SIGNALS]
    rule = "A notify wakes only threads that already wait; nobody repeats it."
    if began is None or not signals:
        return Pattern(MISSED, (rule,))
    last = signals[-1]
    if last.thread == waiter.thread:
        return Pattern(UNCLASSIFIED, ())  # it gave the last signal itself, and waits for something else than that
    if last.number < began.number:
        said = f"T{last.thread}'s {last.operation} at #{last.number} came before {who}'s wait at #{began.number}."
    else:
        said = f"T{last.thread}'s {last.operation} at #{last.number} woke another thread than {who}."
    return Pattern(MISSED, (said, rule), _pair(began, last))


def _pair(one: Step | None, other: Step | None) -> tuple[int, ...]:
    """The numbers of two steps, if there are two and they are two threads'."""
    if one is None or other is None or one.thread == other.thread:
        return ()
    return (one.number, other.number)


def _last(steps: Sequence[Step], thread: int, target: str, operations: set[str]) -> Step | None:
    found = [s for s in steps if s.thread == thread and s.target == target and s.operation in operations]
    return found[-1] if found else None
