"""Why threads wait for ever, in sentences: what each kind of deadlock rests on, read off the waiters and the steps."""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.detectors.pattern import UNCLASSIFIED, Pattern
from sync_tools.detectors.waiting import CLEARED, HOLDER_ENDED, NEVER_NOTIFIED, NEVER_SET, cycle
from sync_tools.words import failure as kinds
from sync_tools.words.failure import Step, Waiter

_SIGNALS = frozenset({"notify", "notify_all"})


def explain_stuck(kind: str, steps: Sequence[Step], waiters: Sequence[Waiter]) -> Pattern:
    """Name the pattern of a schedule in which somebody can never go on.

    Args:
        kind: the failure's kind.
        steps: the schedule's steps on shared objects.
        waiters: the threads that can never run again.
    """
    if kind == kinds.DEADLOCK:
        return _circle(waiters)
    if kind == kinds.LOST_WAKEUP:
        pattern = _signal(steps, waiters)
        return Pattern(pattern.bug_class, (*pattern.why, *_of_daemons(waiters)))
    if kind == kinds.LEAKED_LOCK:
        return Pattern("lock leak", _kept(waiters))
    if kind == kinds.STARVED_SEMAPHORE:
        return Pattern(UNCLASSIFIED, _permits(steps, waiters))
    if kind == kinds.LIVELOCK:
        why = (*_spinning(waiters), *_tried(steps, waiters)) if waiters else _held_throughout(steps)
        return Pattern(UNCLASSIFIED, why)
    return Pattern(UNCLASSIFIED, ())


def _kept(waiters: Sequence[Waiter]) -> tuple[str, ...]:
    """The locks that a thread took along to its end."""
    leaks = {
        f"T{waiter.holder} took {waiter.target}{_at(waiter)} and ended without giving it back.": None
        for waiter in waiters
        if waiter.operation == "acquire" and waiter.reason == HOLDER_ENDED
    }
    return tuple(leaks)


def _at(waiter: Waiter) -> str:
    return f" at {waiter.holder_site.short()}" if waiter.holder_site and waiter.holder_site.line else ""


def _circle(waiters: Sequence[Waiter]) -> Pattern:
    ring = cycle({waiter.thread: waiter.holder for waiter in waiters})
    inside = [waiter for thread in ring for waiter in waiters if waiter.thread == thread]
    if not inside:
        return Pattern(UNCLASSIFIED, ())
    if all(waiter.operation == "acquire" for waiter in inside):
        return Pattern("lock-order inversion", ("Each thread holds what the next one in the circle waits for.",))
    if len(inside) == 1:
        who = f"T{inside[0].thread}"
        return Pattern(UNCLASSIFIED, (f"{who} waits for a task of its own pool, and no worker is free to run that.",))
    clauses = [_waits_for(waiter) for waiter in inside]
    return Pattern(UNCLASSIFIED, (f"{'; '.join(clauses)}. None of them can be first.",))


def _waits_for(waiter: Waiter) -> str:
    who, whom = f"T{waiter.thread}", f"T{waiter.holder}"
    if waiter.operation == "join":
        return f"{who} waits for {whom} to end"
    if waiter.operation == "result":
        return f"{who} waits for a result that {whom} would have to give"
    if waiter.would:
        return f"{who} waits for {waiter.target}, which {whom} would {waiter.would}"
    return f"{who} waits for {waiter.target}, which {whom} holds"


def _of_daemons(waiters: Sequence[Waiter]) -> tuple[str, ...]:
    """What daemons have to do with it: those that are held up themselves, and those that would end others' waits."""
    told = [waiter for waiter in waiters if waiter.would or (waiter.daemon and waiter.holder is not None)]
    return tuple(f"{_waits_for(waiter)}." for waiter in told)


def _signal(steps: Sequence[Step], waiters: Sequence[Waiter]) -> Pattern:
    """What became of the signal that a thread waits for."""
    waiting = [waiter for waiter in waiters if waiter.operation == "wait" and not waiter.would]
    if not waiting:
        return Pattern(UNCLASSIFIED, ())
    if all(waiter.reason in (NEVER_SET, NEVER_NOTIFIED) for waiter in waiting):
        whom = waiting[0].target
        verb = "sets" if waiting[0].reason == NEVER_SET else "notifies"
        return Pattern(UNCLASSIFIED, (f"Nobody {verb} {whom} in this schedule, before the wait or after it.",))
    waiter = next(waiter for waiter in waiting if waiter.reason not in (NEVER_SET, NEVER_NOTIFIED))
    who, what = f"T{waiter.thread}", waiter.target
    began = _last(steps, waiter.thread, what, {"wait"})
    if waiter.reason == CLEARED:
        gone = [step for step in steps if step.target == what and step.operation == "clear"]
        before = [step for step in gone if began is None or step.number < began.number]
        at = f" at #{before[-1].number}" if before else ""
        by = f"T{before[-1].thread} cleared {what}{at}" if before else f"{what} was cleared"
        came = "it" if before and before[-1].thread == waiter.thread else who
        return Pattern("missed signal", (f"{by} before {came} came to wait: clear takes the signal away.",))
    return Pattern("missed signal", (*_notified(steps, began, who, what),))


def _notified(steps: Sequence[Step], began: Step | None, who: str, what: str) -> tuple[str, ...]:
    rule = "A notify wakes only threads that already wait; nobody repeats it."
    signals = [step for step in steps if step.target == what and step.operation in _SIGNALS]
    if began is None or not signals:
        return (rule,)
    last = signals[-1]
    if last.number < began.number:
        return (
            f"T{last.thread}'s {last.operation} at #{last.number} came before {who}'s wait at #{began.number}.",
            rule,
        )
    return (f"T{last.thread}'s {last.operation} at #{last.number} woke another thread than {who}.", rule)


def _last(steps: Sequence[Step], thread: int, target: str, operations: set[str]) -> Step | None:
    found = [s for s in steps if s.thread == thread and s.target == target and s.operation in operations]
    return found[-1] if found else None


def _permits(steps: Sequence[Step], waiters: Sequence[Waiter]) -> tuple[str, ...]:
    """Who took permits of a semaphore and gave none back."""
    why = []
    for target in dict.fromkeys(waiter.target for waiter in waiters if waiter.operation == "acquire"):
        mine = [step for step in steps if step.target == target]
        givers = {step.thread for step in mine if step.operation == "release"}
        taken = {s.thread: s.number for s in mine if s.operation in ("acquire", "try") and not s.note}
        kept = [f"T{thread} at #{number}" for thread, number in taken.items() if thread not in givers]
        if kept:
            why.append(f"Taken from {target} and not given back: by {', '.join(kept)}.")
    return tuple(why)


def _held_throughout(steps: Sequence[Step]) -> tuple[str, ...]:
    """The locks that threads kept while they went on and on: from the middle of the steps to their end."""
    kept: dict[int, set[str]] = {}
    for step in steps[len(steps) // 2 :]:
        kept[step.thread] = kept.get(step.thread, set(step.held)) & set(step.held)
    clauses = [f"T{thread} held {', '.join(sorted(names))}" for thread, names in sorted(kept.items()) if names]
    return (f"All the while {' and '.join(clauses)}.",) if clauses else ()


def _spinning(waiters: Sequence[Waiter]) -> tuple[str, ...]:
    """The locks that a spinning thread keeps, and who needs them."""
    spinning = {waiter.thread: {name for name, _ in waiter.holds} for waiter in waiters if waiter.operation == "spin"}
    return tuple(
        f"T{waiter.holder} spins while it holds {waiter.target}, which T{waiter.thread} waits for."
        for waiter in waiters
        if waiter.operation == "acquire"
        and waiter.holder is not None
        and waiter.target in spinning.get(waiter.holder, ())
    )


def _tried(steps: Sequence[Step], waiters: Sequence[Waiter]) -> tuple[str, ...]:
    """The locks that spinning threads try for in vain, and who took them."""
    last = {step.thread: step for step in steps}
    why = []
    for waiter in waiters:
        tried = [step for step in steps if step.thread == waiter.thread and step.operation == "try" and step.note]
        if waiter.operation != "spin" or not tried:
            continue
        for thread, step in last.items():
            if thread != waiter.thread and tried[-1].target in step.held:
                why.append(f"T{waiter.thread} tries for {tried[-1].target}, which T{thread} took and keeps.")
    return tuple(why)
