"""Why threads wait for ever, in sentences: what each kind of deadlock rests on, read off the waiters and the steps."""

from __future__ import annotations

from collections.abc import Sequence

from sync_tools.detectors.held import blocking_under_a_lock, kept, of_itself
from sync_tools.detectors.lines import starts_in_its_loop
from sync_tools.detectors.pattern import UNCLASSIFIED, Pattern
from sync_tools.detectors.signals import FORGOTTEN, signal
from sync_tools.detectors.waiting import cycle
from sync_tools.words import failure as kinds
from sync_tools.words.failure import Step, Waiter

INVERSION = "lock-order inversion"
CIRCULAR = "circular wait"
POOL = "pool starvation"
PERMIT = "permit leak"
SERIALISED = "serialised threads"
LIVELOCK = "livelock"


def explain_stuck(kind: str, steps: Sequence[Step], waiters: Sequence[Waiter]) -> Pattern:
    """Name the pattern of a schedule in which somebody can never go on.

    Args:
        kind: the failure's kind.
        steps: the schedule's steps on shared objects.
        waiters: the threads that can never run again.
    """
    if kind == kinds.SELF_DEADLOCK:
        return of_itself(waiters)
    if kind == kinds.LEAKED_LOCK:
        return Pattern("lock leak", kept(waiters))
    if kind == kinds.LIVELOCK:
        why = (*_spinning(waiters), *_tried(steps, waiters)) if waiters else _held_throughout(steps)
        return Pattern(LIVELOCK, why)
    if kind == kinds.DEADLOCK:
        return _circle(waiters) or _untold(waiters)
    found = blocking_under_a_lock(waiters)
    if found is not None:
        return found
    if kind == kinds.LOST_WAKEUP:
        pattern = signal(steps, waiters)
        return Pattern(pattern.bug_class, (*pattern.why, *_of_daemons(waiters)), pattern.conflict)
    if kind == kinds.STARVED_SEMAPHORE:
        return _permits(steps, waiters)
    if kind == kinds.UNFILLED_BARRIER:
        return _unfilled(steps, waiters)
    return Pattern(UNCLASSIFIED, ())


def _circle(waiters: Sequence[Waiter]) -> Pattern | None:
    ring = cycle({waiter.thread: waiter.holder for waiter in waiters})
    inside = [waiter for thread in ring for waiter in waiters if waiter.thread == thread]
    if not inside:
        return None
    if all(waiter.operation == "acquire" for waiter in inside):
        return Pattern(INVERSION, ("Each thread holds what the next one in the circle waits for.",))
    if len(inside) == 1:
        who = f"T{inside[0].thread}"
        return Pattern(POOL, (f"{who} waits for a task of its own pool, and no worker is free to run that.",))
    clauses = [_waits_for(waiter) for waiter in inside]
    said = f"{'; '.join(clauses)}. None of them can be first."
    holding = [waiter for waiter in inside if waiter.operation != "acquire" and waiter.holds]
    if any(waiter.operation == "acquire" for waiter in inside) and holding:
        rule = f"T{holding[0].thread} waits while it holds a lock that the others need."
        return Pattern("blocking under a lock", (said, rule))
    pool = all(waiter.operation == "result" for waiter in inside)
    return Pattern(POOL if pool else CIRCULAR, (said,))


def _waits_for(waiter: Waiter) -> str:
    who, whom = f"T{waiter.thread}", f"T{waiter.holder}"
    if waiter.operation == "join":
        return f"{who} waits for {whom} to end"
    if waiter.operation == "result":
        return f"{who} waits for a result that {whom} would have to give"
    if waiter.would:
        return f"{who} waits for {waiter.target}, which {whom} would {waiter.would}"
    return f"{who} waits for {waiter.target}, which {whom} holds"


def _untold(waiters: Sequence[Waiter]) -> Pattern:
    """Somebody waits for the end of a thread that waits itself, for what nobody gives."""
    if len(waiters) == 1 and waiters[0].operation == "join" and waiters[0].holder is not None:
        who, whom = f"T{waiters[0].thread}", f"T{waiters[0].holder}"
        return Pattern(FORGOTTEN, (f"{who} waits for {whom} to end, and nobody tells {whom} to.",))
    return Pattern(UNCLASSIFIED, ())


def _of_daemons(waiters: Sequence[Waiter]) -> tuple[str, ...]:
    """What daemons have to do with it: those that are held up themselves, and those that would end others' waits."""
    told = [waiter for waiter in waiters if waiter.would or (waiter.daemon and waiter.holder is not None)]
    return tuple(f"{_waits_for(waiter)}." for waiter in told)


def _permits(steps: Sequence[Step], waiters: Sequence[Waiter]) -> Pattern:
    """Who took permits of a semaphore and gave none back."""
    why = []
    for target in dict.fromkeys(waiter.target for waiter in waiters if waiter.operation == "acquire"):
        mine = [step for step in steps if step.target == target and target not in step.held]
        givers = {step.thread for step in mine if step.operation == "release"}
        taken = {s.thread: s.number for s in mine if s.operation in ("acquire", "try") and not s.note}
        kept_by = [f"T{thread} at #{number}" for thread, number in taken.items() if thread not in givers]
        if kept_by:
            why.append(f"Taken from {target} and not given back: by {', '.join(kept_by)}.")
    return Pattern(PERMIT if why else UNCLASSIFIED, tuple(why))


def _unfilled(steps: Sequence[Step], waiters: Sequence[Waiter]) -> Pattern:
    """Why the others do not come to a barrier: nobody has started them, or no worker of a pool is free."""
    inside = [waiter for waiter in waiters if waiter.operation == "barrier wait"]
    others = [waiter for waiter in waiters if waiter.operation == "join" and waiter.holder is not None]
    if not inside:
        return Pattern(UNCLASSIFIED, ())
    what = inside[0].target
    workers = {step.thread for step in steps if step.operation == "get" and step.target.endswith("tasks")}
    if {waiter.thread for waiter in inside} <= workers:
        said = f"Every worker of the pool waits at {what} for a task that no worker is free to run."
        return Pattern(POOL, (said,))
    if len(inside) == 1 and not others:
        said = f"T{inside[0].thread} waits at {what} for others, and runs alone: nobody else is there to come."
        return Pattern(SERIALISED, (said,))
    one = next((waiter for waiter in others if starts_in_its_loop(waiter.site)), None)
    if one is not None and one.holder in {waiter.thread for waiter in inside}:
        said = (
            f"T{one.thread} waits for T{one.holder} to end before it starts another, and T{one.holder} waits at {what} "
        )
        return Pattern(SERIALISED, (f"{said}for that other.",))
    return Pattern(UNCLASSIFIED, ())


def _held_throughout(steps: Sequence[Step]) -> tuple[str, ...]:
    """The locks that threads kept while they went on and on: from the middle of the steps to their end."""
    always: dict[int, set[str]] = {}
    for step in steps[len(steps) // 2 :]:
        always[step.thread] = always.get(step.thread, set(step.held)) & set(step.held)
    clauses = [f"T{thread} held {', '.join(sorted(names))}" for thread, names in sorted(always.items()) if names]
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
