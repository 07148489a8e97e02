"""Small programs with known bugs, as scenarios on plain threading.

Written anew from descriptions of the programs in SCTBench (Thomson, Donaldson & Betts, "Concurrency testing using
controlled schedulers: an empirical study", TOPC 2016), and of the classic algorithms for mutual exclusion. Most exist
twice: as they are known, and repaired.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from known_bugs_of_mutual_exclusion import bakery, dekker, peterson
from known_bugs_with_conditions import (
    buffer_if_for_while,
    buffer_notify_for_notify_all,
    buffer_one_condition,
)

from sync_tools import run_together


class State:
    """Shared variables, as attributes."""

    def __init__(self, **start: Any) -> None:
        for name, value in start.items():
            setattr(self, name, value)


def account(*, fixed: bool = False) -> None:
    m = threading.Lock()
    s = State(b=1, deposited=False, withdrawn=False)

    def check() -> None:
        with m:
            if s.deposited and s.withdrawn:
                assert s.b == (-1 if fixed else -5)

    def deposit() -> None:
        with m:
            s.b += 2
            s.deposited = True

    def withdraw() -> None:
        with m:
            s.b -= 4
            s.withdrawn = True

    run_together(check, deposit, withdraw)


def bluetooth_driver(*, fixed: bool = False) -> None:
    """A driver's stop waits for the work that is in it; an add looks at the flag before it says that it is in."""
    guard = threading.Lock()
    s = State(stopping=False, pending=1, event=False, stopped=False)

    def enter() -> None:
        with guard:
            s.pending += 1

    def leave() -> None:
        with guard:
            s.pending -= 1
            left = s.pending
        if left == 0:
            s.event = True

    def stop() -> None:
        s.stopping = True
        leave()
        if s.event:
            s.stopped = True

    def add() -> None:
        if not s.stopping:
            enter()
            assert not s.stopped
        leave()

    def add_fixed() -> None:
        enter()
        if not s.stopping:
            assert not s.stopped
        leave()

    run_together(stop, add_fixed if fixed else add)


def carter01(*, fixed: bool = False) -> None:
    """The second lock is taken, and waited for, under the first."""
    m, inner = threading.Lock(), threading.Lock()
    s = State(a=0, b=0)

    def use(name: str) -> None:
        if fixed:
            inner.acquire()
        with m:
            setattr(s, name, getattr(s, name) + 1)
            if getattr(s, name) == 1 and not fixed:
                inner.acquire()
        with m:
            setattr(s, name, getattr(s, name) - 1)
            if getattr(s, name) == 0:
                inner.release()

    run_together((use, "a"), (use, "b"))


def deadlock01(*, fixed: bool = False) -> None:
    a, b = threading.Lock(), threading.Lock()

    def work(first: Any, second: Any) -> None:
        with first, second:
            pass

    run_together((work, a, b), (work, a, b) if fixed else (work, b, a))


def lazy01(*, fixed: bool = False) -> None:
    m = threading.Lock()
    s = State(v=0)

    def add(amount: int) -> None:
        with m:
            s.v += amount

    def check() -> None:
        with m:
            assert s.v < (4 if fixed else 3)

    run_together((add, 1), (add, 2), check)


def reorder(setters: int, *, fixed: bool = False) -> None:
    m = threading.Lock()
    s = State(a=0, b=0)

    def put() -> None:
        s.a = 1
        s.b = -1

    def check() -> None:
        assert (s.a == 0 and s.b == 0) or (s.a == 1 and s.b == -1)

    def locked(work: Callable[[], None]) -> None:
        with m:
            work()

    calls = [put] * setters + [check]
    run_together(*[(locked, call) if fixed else call for call in calls])


def stack(size: int = 10, *, fixed: bool = False) -> None:
    """The flag says that something was pushed, once and for ever; it does not say that something is left."""
    m = threading.Lock()
    s = State(height=0, pushed=False)

    def push() -> None:
        for _ in range(size):
            with m:
                s.height += 1
            s.pushed = True

    def pop() -> None:
        for _ in range(size):
            if s.pushed:
                with m:
                    if fixed and s.height == 0:
                        continue
                    assert s.height > 0, "underflow"
                    s.height -= 1

    run_together(push, pop)


def twostage(*, fixed: bool = False) -> None:
    first, second = threading.Lock(), threading.Lock()
    s = State(d1=0, d2=0)

    def write() -> None:
        with first:
            s.d1 = 1
            if fixed:
                s.d2 = s.d1 + 1
        if not fixed:
            with second:
                s.d2 = s.d1 + 1

    def read() -> None:
        with first:
            seen = s.d1
            if seen == 0:
                return
        with first if fixed else second:
            assert s.d2 == seen + 1

    run_together(write, read)


def wronglock(others: int = 3, *, fixed: bool = False) -> None:
    data = threading.Lock()
    other = data if fixed else threading.Lock()
    s = State(v=0)

    def check() -> None:
        with data:
            x = s.v
            s.v += 1
            assert s.v == x + 1

    def add() -> None:
        with other:
            s.v += 1

    run_together(check, *[add] * others)


@dataclass(frozen=True)
class KnownBug:
    """One program.

    Attributes:
        kind: of its failure.
        classes: how many distinct classes of schedules it has, where a failing thread dies and the others go on.
        bad: how many of them fail.
        preemptions: the least that show the bug.
        arguments: for the scenario.
        corrected: the arguments of its correct variant (with ``fixed=True``), where it takes others to be complete.
    """

    name: str
    scenario: Callable[..., None]
    kind: str
    classes: int | None = None
    bad: int | None = None
    preemptions: int | None = 1
    arguments: tuple[Any, ...] = ()
    corrected: tuple[Any, ...] | None = None


KNOWN_BUGS = (
    KnownBug("account", account, "assertion", 6, 2, 0),
    KnownBug("bluetooth_driver", bluetooth_driver, "assertion", 10, 1),
    KnownBug("carter01", carter01, "deadlock", 4, 2),
    KnownBug("deadlock01", deadlock01, "deadlock", 3, 1),
    KnownBug("lazy01", lazy01, "assertion", 6, 2, 0),
    KnownBug("reorder_3", reorder, "assertion", 56, arguments=(2,)),
    KnownBug("reorder_4", reorder, "assertion", 1248, arguments=(3,)),
    KnownBug("reorder_5", reorder, "assertion", arguments=(4,)),
    KnownBug("stack", stack, "assertion", corrected=(3,)),
    KnownBug("twostage", twostage, "assertion", 3, 1),
    KnownBug("wronglock_3", wronglock, "assertion", 360),
    KnownBug("peterson", peterson, "assertion", preemptions=2),
    KnownBug("dekker", dekker, "assertion", preemptions=2),
    KnownBug("bakery", bakery, "assertion", preemptions=2),
    KnownBug("buffer_if_for_while", buffer_if_for_while, "exception", preemptions=0),
    KnownBug("buffer_notify_for_notify_all", buffer_notify_for_notify_all, "lost-wakeup", preemptions=0),
    KnownBug("buffer_one_condition", buffer_one_condition, "lost-wakeup", preemptions=0),
)
