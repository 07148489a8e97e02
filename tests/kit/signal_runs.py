"""Runs of an imagined machine with one condition, one event or some locks: their logs, and what really happened.

The machine knows what a log does not say: who was asleep at a notification. It goes by CPython's rules: whoever has
waited longest is woken first, and a thread whose time has run out stays in the queue until it has the lock again.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from made_records import LOCKS, A, C, Recorder

from sync_tools.primitives import Record

THREADS = range(1, 5)


@dataclass
class Truth:
    """What happened.

    Attributes:
        log: the records.
        to_nobody: `seq` of the notifications that woke nobody.
        woken_by: `seq` of each "notified" of a condition, and of the notification that it was.
        held: lock -> (thread, `seq` of its acquisition), for locks that are held in the end.
        ended: the threads that have ended.
    """

    log: Recorder = field(default_factory=Recorder)
    to_nobody: set[int] = field(default_factory=set)
    woken_by: dict[int, int] = field(default_factory=dict)
    held: dict[int, tuple[int, int]] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)


def condition_run(rng: random.Random, simple: bool, steps: int = 60) -> Truth:
    """A run with one lock and one condition over it.

    Args:
        rng: the source of chance.
        simple: each notification is for one thread, and no wait has a time-out.
        steps: how many steps it has.
    """
    truth = Truth()
    log = truth.log
    queue: list[int] = []  # who waits, the longest first
    asleep: set[int] = set()  # whose wait nothing has ended yet
    outcome: dict[int, str] = {}  # whose wait has been ended, and who wants the lock again
    caller: dict[int, int] = {}  # thread -> the notification that ended its wait
    holder: int | None = None
    for _ in range(steps):
        thread = rng.choice(THREADS)
        line = len(log.records) + 1  # each operation has a site of its own
        if thread == holder:
            what = rng.choice(("wait", "notify", "notify", "refused", "release", "release"))
            if what == "wait":
                log.add(thread, "wait", C, "Condition", line)
                log.add(thread, "released", A, line=line, whole=True)
                queue.append(thread)
                asleep.add(thread)
                holder = None
            elif what == "notify":
                record = log.add(thread, "notify", C, "Condition", line)
                n = 1 if simple else rng.choice((1, 1, 2, len(queue)))
                woken = queue[:n]
                if not asleep & set(woken):
                    truth.to_nobody.add(record.seq)
                for other in woken:
                    queue.remove(other)
                    if other in asleep:
                        outcome[other] = "notified"
                        caller[other] = record.seq
                asleep -= set(woken)
            elif what == "release":
                log.add(thread, "released", A, line=line)
                holder = None
        elif thread in asleep:
            if not simple and rng.random() < 0.3:
                asleep.discard(thread)
                outcome[thread] = "timed out"
        elif thread in outcome:
            if holder is None:
                if log.add(thread, outcome.pop(thread), C, "Condition", line).op == "notified":
                    truth.woken_by[line] = caller[thread]
                log.add(thread, "acquired", A, line=line, whole=True)
                queue = [other for other in queue if other != thread]
                holder = thread
        elif holder is None:
            log.nest_open(thread, A, line=line)
            holder = thread
        elif rng.random() < 0.1:  # without the lock: an error
            log.add(thread, "notify", C, "Condition", line)
            log.add(thread, "refused", C, "Condition", line)
    return truth


def event_run(rng: random.Random, steps: int = 40) -> Truth:
    """A run with two events that are set, cleared and waited for."""
    truth = Truth()
    log = truth.log
    flag: Counter[int] = Counter()
    entering: dict[int, int] = {}  # thread -> event: it has said that it waits, and has not looked yet
    asleep: dict[int, int] = {}
    outcome: dict[int, tuple[int, str]] = {}
    for _ in range(steps):
        thread = rng.choice(THREADS)
        event = C + rng.randrange(2)
        line = 1
        if thread in entering:
            event = entering.pop(thread)
            if flag[event]:
                outcome[thread] = (event, "notified")
            else:
                asleep[thread] = event
        elif thread in asleep:
            if rng.random() < 0.2:
                outcome[thread] = (asleep.pop(thread), rng.choice(("timed out", "interrupted")))
        elif thread in outcome:
            event, how = outcome.pop(thread)
            log.add(thread, how, event, "Event", line)
        else:
            what = rng.choice(("set", "clear", "clear", "wait"))
            log.add(thread, what, event, "Event", line)
            if what == "wait":
                entering[thread] = event
            else:
                flag[event] = what == "set"
            if what == "set":
                for other in [other for other, where in asleep.items() if where == event]:
                    outcome[other] = (asleep.pop(other), "notified")
    return truth


def lock_run(rng: random.Random, steps: int = 40) -> Truth:
    """A run with plain and re-entrant locks, which threads take, release for each other, and leave behind."""
    truth = Truth()
    log, held, levels = truth.log, truth.held, Counter[int]()
    kinds = {LOCKS: "Lock", LOCKS + 1: "RLock", LOCKS + 2: "Lock"}
    asking: dict[int, int] = {}
    for _ in range(steps):
        thread = rng.choice(THREADS)
        line = len(log.records) + 1
        if thread in truth.ended:
            continue
        lock = asking.get(thread, rng.choice(list(kinds)))
        kind = kinds[lock]
        mine = lock in held and held[lock][0] == thread
        if thread in asking:
            if rng.random() < 0.2:
                log.add(thread, rng.choice(("timed out", "refused", "interrupted")), lock, kind, line)
                del asking[thread]
            elif lock not in held:
                held[lock] = (thread, log.add(thread, "acquired", lock, kind, line).seq)
                levels[lock] = 1
                del asking[thread]
        elif rng.random() < 0.1:
            log.add(thread, "ended", thread, "Thread", line)
            truth.ended.add(thread)
        elif rng.random() < 0.4 and lock in held and (mine or kind == "Lock"):
            levels[lock] -= 1
            log.add(thread, "released", lock, kind, line)
            if not levels[lock]:
                del held[lock]
        elif rng.random() < 0.2 and kind == "RLock" and not mine:
            log.add(thread, "released", lock, kind, line)
            log.add(thread, "refused", lock, kind, line)
        elif mine and kind == "RLock":
            levels[lock] += 1
            log.nest_open(thread, lock, kind=kind, line=line)
        elif not mine:
            log.add(thread, "request", lock, kind, line)
            asking[thread] = lock
    return truth


def rises_and_falls(records: list[Record], event: int) -> list[tuple[Record, Record]]:
    """Each change of an event from clear to set, with its next change to clear, if there is one."""
    changes = [record for record in records if record.primitive_serial == event and record.op in ("set", "clear")]
    rises = [
        change for number, change in enumerate(changes)
        if change.op == "set" and (number == 0 or changes[number - 1].op == "clear")
    ]  # fmt: skip
    falls = [[change for change in changes if change.op == "clear" and change.seq > rise.seq][:1] for rise in rises]
    return [(rise, fall[0]) for rise, fall in zip(rises, falls, strict=True) if fall]
