"""Visible operations, what they touch, and which of them commute.

A *location* is a pair ``(identity of the object, part of it)``, valid within one schedule (the operations keep the
objects alive). A *mode* says what an operation does to a location:

====  ==========================================================================
mode  meaning
====  ==========================================================================
R     reads all of it (a variable; a whole container)
W     writes all of it
n     reads one element of a container (the element is a location of its own)
s     looks at the size of a container
e     replaces one element of a container
i     inserts or deletes one key of a dict or set
A     waits for a mutex and takes it
L     gives a mutex back
T     tries to take a mutex, or looks whether it is taken, without waiting
S     signals one waiting thread that it may go on; nothing takes that back
G     goes on after such a signal
====  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Location = tuple[int, Any]
Access = tuple[Location, str]

# Two operations on one location commute exactly when their modes stand here, in this order.
COMMUTING = frozenset(
    {
        *("RR", "Rn", "nR", "nn", "ne", "en", "ni", "in", "ei", "ie", "ee"),
        *("ss", "sR", "Rs", "sn", "ns", "se", "es"),
        "GG",
    }
)
MODES = "RWnseiALTSG"
CLASHES = {mode: "".join(other for other in MODES if mode + other not in COMMUTING) for mode in MODES}
TOTAL = frozenset("WALTS")  # invariant: these commute with nothing, so what came before them is behind them
READING = frozenset("RnsG")

# What tells one object from another, as ``id`` does. ``id`` raises an audit event each time, and where anybody listens
# (the explored world has to) that takes three times as long.
identity = object.__hash__

SYNC = "sync"  # the part of a synchronization object that its operations touch
WHOLE = "*"  # all of a container
THREADS: Location = (1, "threads")  # which threads there are
NUMBERS: Location = (1, "numbers")  # which number the next thread gets: two starts in the other order are not the same
EXIT: Location = (1, "exit")  # whether the interpreter would be exiting: threads that it waits for end, one by one


class Op:
    """One visible operation: first pending, then (once chosen) a step of the trace.

    Attributes:
        kind: "read", "write", "acquire", "wait", "join", ...
        target: the object; kept so that its ``id`` stays unique within the schedule.
        accesses: the locations it touches, each with a mode.
        ready: the guard; None means that it can always be done.
        deadline: virtual time at which it may give up, or None. A sleep is an operation that only ever gives up.
        tid: the thread's number, in order of creation.
        count: the operation is its thread's `count`-th, from 1. Tokens name switches by it, so it must not depend on
            the Python version: library code is modelled, never counted by its inner steps.
        site: index of the source site (data accesses), or a Site (filled in only when a report will be made).
        name: the attribute, key or variable that a data access touches.
        value: what was read or written; filled in only when a report will be made.
        refers: `value` shows the elements of another container than the target: they may be changed, or may have been,
            by operations that have nothing to do with this one.
        succeeded: False when it timed out or did not get what it tried for.
        at_once: it was asked not to wait: it gives up where another would begin to.
        within: the line of the program under test that led to it, where that is known and a report will be made.
        held: None, or what must be true too before it is chosen: it belongs to a spin-wait (see ``kernel/spin.py``).
        state: what its target was like just before it, where guards of other operations depend on that.
        fits: the guard as a function of such a state; None where it is none.
    """

    # Most operations leave the others as they are: class attributes are their defaults, and cost nothing.
    __slots__ = ("__dict__", "accesses", "count", "deadline", "kind", "name", "ready", "site", "target", "tid")
    tid: int  # set, as `count` is, when its thread comes to stand before it
    count: int

    value: Any = None
    within: Any = None
    refers: bool = False
    succeeded: bool = True
    at_once: bool = False
    held: Callable[[], bool] | None = None
    preempts: bool = False
    state: Any = None
    fits: Callable[[Any], bool] | None = None

    def __init__(
        self,
        kind: str,
        target: Any,
        accesses: tuple[Access, ...],
        ready: Callable[[], bool] | None = None,
        deadline: float | None = None,
        site: Any = None,
        name: Any = None,
    ) -> None:
        self.kind = kind
        self.target = target
        self.accesses = accesses
        self.ready = ready
        self.deadline = deadline
        self.site = site
        self.name = name

    @property
    def blocking(self) -> bool:
        """True when it can be disabled: it has a guard and no deadline, or is held."""
        return self.held is not None or (self.ready is not None and self.deadline is None)

    def yields(self) -> bool:
        """True when doing it now would only let time pass (a sleep, or a wait about to time out)."""
        return self.deadline is not None and (self.ready is None or not self.ready())

    def signature(self) -> tuple[int, str, str, str]:
        """What must be equal when the same schedule is run again."""
        return (self.tid, self.kind, type(self.target).__name__, str(self.name))

    def __repr__(self) -> str:
        return f"<Op T{self.tid}#{self.count} {self.kind} {type(self.target).__name__}.{self.name}>"


def dependent(one: Op, other: Op) -> bool:
    """True unless the two operations commute: same effect and same results in either order."""
    for location, mode in one.accesses:
        for location_, mode_ in other.accesses:
            if location == location_ and mode + mode_ not in COMMUTING:
                return True
    return False
