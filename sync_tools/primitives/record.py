"""One line of the record, and the ring that collects them.

While a program runs only a small tuple (an *entry*) is appended to each open ring: no lock is taken, nothing is
formatted and no user code is called, so it is safe in a signal handler, in ``__del__`` and inside any critical section.
:mod:`sync_tools.primitives.reader` makes :class:`Record` values of the entries afterwards.
"""

from __future__ import annotations

import itertools
import threading
from _thread import RLock as _NativeRLock
from _thread import _local as _NativeLocal
from _thread import get_ident
from collections import deque
from collections.abc import Callable
from time import perf_counter
from types import CodeType, FrameType
from typing import NamedTuple

from sync_tools.primitives import watch
from sync_tools.primitives.tag import LIBRARY, Tag, outside
from sync_tools.seams.world import here
from sync_tools.words.failure import Site


class Happening(NamedTuple):
    """What an entry says happened.

    Attributes:
        ops: the operations it stands for. An uncontended acquisition is one entry but two records.
        patient: it would have waited for ever, so it can be part of a deadlock.
        contended: True when it is known to have had to wait, None when only the record can tell.
        whole: it concerns all levels of a re-entrant lock (the lock is put down in, or taken up after, a wait).
    """

    ops: tuple[str, ...]
    patient: bool = True
    contended: bool | None = None
    whole: bool = False


TAKEN = Happening(("request", "acquired"), contended=False)
REQUEST = Happening(("request",), contended=True)
ASKED = Happening(("request",))
ACQUIRED = Happening(("acquired",))
ACQUIRED_IN_TIME = Happening(("acquired",), patient=False)
TIMED_OUT = Happening(("timed out",), patient=False)
REFUSED = Happening(("refused",), patient=False)
INTERRUPTED = Happening(("interrupted",))
RELEASED = Happening(("released",))
PUT_DOWN = Happening(("released",), whole=True)
TAKEN_UP = Happening(("acquired",), whole=True)
WAIT = Happening(("wait",))
NOTIFIED = Happening(("notified",))
NOTIFIED_AT_ONCE = Happening(("wait", "notified"), contended=False)
NOTIFY = Happening(("notify",))
SET = Happening(("set",))
CLEAR = Happening(("clear",))
PASSED = Happening(("passed",))
BROKEN = Happening(("broken",))
RESET = Happening(("reset",))

BEGINNINGS = frozenset({"request", "wait"})
ENDINGS = frozenset({"acquired", "timed out", "refused", "interrupted", "notified", "passed", "broken"})
EXCLUSIVE = frozenset({"Lock", "RLock", "Condition"})

Label = tuple[int, int, str]  # serial (never reused), identity as the program sees it, name
Entry = tuple[Label, Happening, Tag, CodeType, int, float]
Sink = tuple[Callable[[Entry], None], Callable[[], int], Callable[[], int]]  # append, count one record, count two


class Record(NamedTuple):
    """One operation on one primitive.

    Attributes:
        seq: 1-based position in the log, counting what the ring has dropped.
        thread: the thread's name.
        thread_id: its identity, as ``threading.get_ident()`` gives it (which the system may reuse).
        op: "request", "acquired", "released", "timed out", "refused" (a try that got nothing, or a release that was
            an error), "interrupted" (an exception ended the wait), "wait", "notify", "notified", "set", "clear",
            "passed", "broken" or "reset".
        primitive: its name.
        kind: "Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore" or "Barrier".
        site: where the program called the operation.
        time: seconds: ``time.perf_counter()``, or virtual time in an explored schedule.
        waited: seconds from the request (or wait) to this; None for operations that do not wait.
        held: seconds from the acquisition to this release; None where that is not known or has no meaning.
        contended: True when it had to wait for somebody.
        patient: False for an acquisition that would have given up by itself (a try, or one with a time-out).
        depth: how often the thread holds the lock after this; 0 when it does not.
        begun: `seq` of the record whose work this one ends (its request, wait or acquisition), or None.
        thread_serial: a number for the thread that is never reused.
        primitive_serial: a number for the primitive that is never reused.
    """

    seq: int
    thread: str
    thread_id: int
    op: str
    primitive: str
    kind: str
    site: Site
    time: float
    waited: float | None
    held: float | None
    contended: bool
    patient: bool
    depth: int
    begun: int | None
    thread_serial: int
    primitive_serial: int


class Ring:
    """The last `capacity` entries, and how many records there were in all.

    Appending and counting are single C calls, so no entry is lost whichever thread, signal handler or finalizer
    comes between.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.entries: deque[Entry] = deque(maxlen=capacity)
        self._count_one = itertools.count().__next__
        self._count_two = itertools.count().__next__
        self.sink: Sink = (self.entries.append, self._count_one, self._count_two)
        self._looking = _NativeRLock()
        self._looks = 0

    def total(self) -> int:
        """How many records were made in all."""
        with self._looking:  # a counter can only be read by advancing it; how often we did so is subtracted
            looks = self._looks
            self._looks += 1
            return self._count_one() - looks + 2 * (self._count_two() - looks)

    def snapshot(self) -> list[Entry]:
        """The entries as they stand, also while other threads append."""
        while True:
            try:
                return list(self.entries)
            except RuntimeError:  # "deque mutated during iteration": somebody appended; look again
                continue


class _Me(_NativeLocal):  # never a world's stand-in, whenever this module is first imported
    """The calling thread's label. ``__init__`` runs once in each thread that records."""

    serials = itertools.count(1)

    def __init__(self) -> None:
        ident = get_ident()
        # Not current_thread(): for a foreign thread that takes a lock of threading's own, which a signal handler may
        # have interrupted.
        thread = getattr(threading, "_active", {}).get(ident)
        self.label: Label = (next(self.serials), ident, f"foreign-{ident}" if thread is None else thread.name)


me = _Me()


def explored() -> bool:
    """True when the caller is a thread of an explored schedule: nobody else runs until its next operation."""
    world = here.world if watch.worlds_seen else None
    return world is not None and world.name == "explored"


def note(tag: Tag, happening: Happening, frame: FrameType) -> None:
    """Append one entry to every open ring.

    Args:
        tag: the primitive.
        happening: what it did.
        frame: the caller's frame, which gives the site.
    """
    if frame.f_code.co_filename in LIBRARY:
        frame = outside(frame)
    world = here.world if watch.worlds_seen else None
    if world is None or world.name != "explored":
        label = me.label
        time = perf_counter()
    elif getattr(world, "over", False):
        return  # the schedule has ended: what still runs is only unwinding
    else:
        ident = world.ident()
        label = (-ident, ident, world.thread().name)
        time = world.peek()  # not now(): that is an operation of the program, and recording must not add any
    entry = (label, happening, tag, frame.f_code, frame.f_lasti, time)
    if len(happening.ops) == 1:
        for append, count_one, _ in watch.logs:
            append(entry)
            count_one()
    else:
        for append, _, count_two in watch.logs:
            append(entry)
            count_two()
