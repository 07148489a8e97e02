"""One line of the record, and the ring that collects them.

While a program runs only a small tuple (an *entry*) is appended to each open ring: no lock is taken, nothing is
formatted and no user code is called, so it is safe in a signal handler, in ``__del__`` and inside any critical section.
:mod:`sync_tools.primitives.reader` makes :class:`Record` values of the entries afterwards.

Entries are exact tuples of strings, numbers, code objects and other such tuples. The garbage collector stops tracking
those the first time it sees them; with a single object of a class inside, each collection would go through the ring
(measured: filling one took twice as long).
"""

from __future__ import annotations

import itertools
import sys
import threading
from _thread import RLock as _NativeRLock
from _thread import _local as _NativeLocal
from _thread import get_ident
from collections import deque
from collections.abc import Callable
from time import perf_counter
from types import CodeType, FrameType
from typing import Any, NamedTuple

from sync_tools.primitives import watch
from sync_tools.primitives.tag import LIBRARY, Mark, next_serial, outside
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


TAKEN = "taken"
REQUEST = "request"
ASKED = "asked"
ASKED_IN_TIME = "asked in time"
ACQUIRED = "acquired"
ACQUIRED_IN_TIME = "acquired in time"
TIMED_OUT = "timed out"
REFUSED = "refused"
INTERRUPTED = "interrupted"
RELEASED = "released"
PUT_DOWN = "put down"
TAKEN_UP = "taken up"
WAIT = "wait"
NOTIFIED = "notified"
NOTIFIED_AT_ONCE = "notified at once"
NOTIFY = "notify"
SET = "set"
CLEAR = "clear"
PASSED = "passed"
BROKEN = "broken"
RESET = "reset"
START = "start"
JOINED = "joined"
ENDED = "ended"

HAPPENINGS: dict[str, Happening] = {
    TAKEN: Happening(("request", "acquired"), contended=False),
    REQUEST: Happening(("request",), contended=True),
    ASKED: Happening(("request",)),
    ASKED_IN_TIME: Happening(("request",), patient=False),
    ACQUIRED_IN_TIME: Happening(("acquired",), patient=False),
    TIMED_OUT: Happening(("timed out",), patient=False),
    REFUSED: Happening(("refused",), patient=False),
    PUT_DOWN: Happening(("released",), whole=True),
    TAKEN_UP: Happening(("acquired",), whole=True),
    NOTIFIED_AT_ONCE: Happening(("wait", "notified"), contended=False),
    **{
        word: Happening((word,))
        for word in (
            *(ACQUIRED, INTERRUPTED, RELEASED, WAIT, NOTIFIED, NOTIFY, SET, CLEAR, PASSED, BROKEN, RESET),
            *(START, JOINED, ENDED),
        )
    },
}
DOUBLE = frozenset(word for word, happening in HAPPENINGS.items() if len(happening.ops) == 2)

BEGINNINGS = frozenset({"request", "wait"})
ENDINGS = frozenset({"acquired", "timed out", "refused", "interrupted", "notified", "passed", "broken"})
EXCLUSIVE = frozenset({"Lock", "RLock", "Condition"})

Label = tuple[int, int, str]  # serial (never reused), identity as the program sees it, name
Full = tuple[str, Mark, Label, CodeType, int, float]  # what happened, to what, which thread, where (two fields), when
Left = tuple[Full, float]  # a ``with`` block was left: the entry of its acquisition, when
# The same as Full, and how many seconds a join took, or the acquisition that a release ends: the ring may drop that.
More = tuple[str, Mark, Label, CodeType, int, float, "float | Full"]
Entry = Full | Left | More
Sink = tuple[Callable[[Any], None], Callable[[], int], Callable[[], int]]  # append, count one record, count two

# Threads really run at once on these builds, and there itertools.count() may give two of them the same number.
FREE_THREADED = not getattr(sys, "_is_gil_enabled", lambda: True)()


class Record(NamedTuple):
    """One operation on one primitive.

    Attributes:
        seq: 1-based position in the log, counting what the ring has dropped.
        thread: the thread's name.
        thread_id: its identity, as ``threading.get_ident()`` gives it (which the system may reuse).
        op: "request", "acquired", "released", "timed out", "refused" (a try that got nothing, or a release that was
            an error), "interrupted" (an exception ended the wait), "wait", "notify", "notified", "set", "clear",
            "passed", "broken" or "reset"; of a thread's life "start" (by its starter), "joined" (by its joiner, when
            it had ended) and "ended" (by itself).
        primitive: its name; the thread's, where a thread's life is told.
        kind: "Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier" or "Thread".
        site: where the program called the operation. Leaving a ``with`` block is told as the place of its ``with``, and
            as done by the thread that entered it.
        time: seconds: ``time.perf_counter()``, or virtual time in an explored schedule.
        waited: seconds from the request (or wait) to this, or that a join took; None for operations that do not wait.
        held: seconds from the acquisition to this release; None where that is not known or has no meaning.
        contended: True when it had to wait for somebody.
        patient: False for an acquisition that would have given up by itself (a try, or one with a time-out).
        depth: how often the thread holds the lock after this; 0 when it does not.
        begun: `seq` of the record whose work this one ends (its request, wait or acquisition), or None.
        thread_serial: a number for the thread that is never reused.
        primitive_serial: a number for the primitive (or the thread whose life is told) that is never reused.
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
    comes between. On free-threaded builds a re-entrant lock is held instead.

    Attributes:
        entries: invariant: exact tuples of exact tuples and atoms only (see the module).
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.opened = perf_counter()
        self.entries: deque[Entry] = deque(maxlen=capacity)
        self._looking = _NativeRLock()
        self._looks = 0
        self._closed_at: int | None = None  # the total when it was closed
        ones, twos = itertools.count(), itertools.count()
        self._count_one: Callable[[], int] = ones.__next__
        self._count_two: Callable[[], int] = twos.__next__
        if FREE_THREADED:
            self._count_one = self._locked(self._count_one)
            self._count_two = self._locked(self._count_two)
        self.sink: Sink = (self.entries.append, self._count_one, self._count_two)

    def _locked(self, count: Callable[[], int]) -> Callable[[], int]:
        def counting() -> int:
            with self._looking:
                return count()

        return counting

    def total(self) -> int:
        """How many records were made in all."""
        if self._closed_at is not None:
            return self._closed_at
        with self._looking:  # a counter can only be read by advancing it; how often we did so is subtracted
            looks = self._looks
            self._looks += 1
            return self._count_one() - looks + 2 * (self._count_two() - looks)

    def close(self) -> None:
        """Nothing is appended any more; methods that somebody has kept may count on."""
        self._closed_at = self.total()

    def snapshot(self) -> list[Entry]:
        """The entries as they stand, also while other threads append."""
        while True:
            try:
                return list(self.entries)
            except RuntimeError:  # "deque mutated during iteration": somebody appended; look again
                continue


def serial_of(thread: Any) -> int:
    """The number of a ``threading.Thread`` that is never reused; kept on the thread."""
    space = thread.__dict__
    serial: int = space.get("_sl_serial") or space.setdefault("_sl_serial", next_serial())
    return serial


class _Ending:
    """Kept in a thread's local storage, which goes when the thread ends: that is then noted."""

    __slots__ = ("label",)

    def __init__(self, label: Label) -> None:
        self.label = label

    def __del__(self) -> None:
        if watch is not None and watch.logs:  # None while the interpreter shuts down
            note_end(self.label)


class _Me(_NativeLocal):  # never a world's stand-in, whenever this module is first imported
    """The calling thread's label. ``__init__`` runs once in each thread that records."""

    def __init__(self) -> None:
        ident = get_ident()
        world = here.world
        # Not current_thread(): for a foreign thread that takes a lock of threading's own, which a signal handler may
        # have interrupted.
        thread = getattr(threading, "_active", {}).get(ident) if world is None else world.thread()
        if thread is None:
            self.label: Label = (next_serial(), ident, f"foreign-{ident}")
        else:
            self.label = (serial_of(thread), ident, thread.name)
        if world is None:  # a world tells the end of its threads itself
            self._ending = _Ending(self.label)


me = _Me()


def explored() -> bool:
    """True when the caller is a thread of an explored schedule: nobody else runs until its next operation."""
    world = here.world if watch.worlds_seen else None
    return world is not None and world.name == "explored"


def note(happening: str, mark: Mark, frame: FrameType, more: float | Full | None = None) -> Full | None:
    """Append one entry to every open ring.

    Args:
        happening: what was done, a key of ``HAPPENINGS``.
        mark: of the primitive.
        frame: the caller's frame, which gives the site.
        more: seconds that it took, or the acquisition that it ends.

    Returns:
        The entry without `more`; None in an explored schedule, which keeps all that it needs.
    """
    if frame.f_code.co_filename in LIBRARY:
        frame = outside(frame)
    world = here.world if watch.worlds_seen else None
    if world is None or world.name != "explored":
        label = me.label
        time = perf_counter()
    elif getattr(world, "over", False):
        return None  # the schedule has ended: what still runs is only unwinding
    else:
        thread = world.thread()
        label = (serial_of(thread), world.ident(), thread.name)
        time = world.peek()  # not now(): that is an operation of the program, and recording must not add any
    entry: Full = (happening, mark, label, frame.f_code, frame.f_lasti, time)
    append_to_all(entry if more is None else (*entry, more), happening in DOUBLE)
    return entry if world is None else None


def _make_jots(sink: Sink) -> tuple[watch.Jot, watch.Jot]:
    append, count_one, count_two = sink

    def jot(happening: str, mark: Mark, frame: FrameType, more: Full | None = None) -> Full:
        if frame.f_code.co_filename in LIBRARY:
            frame = outside(frame)
        entry: Full = (happening, mark, me.label, frame.f_code, frame.f_lasti, perf_counter())
        append(entry if more is None else (*entry, more))
        count_one()
        return entry

    def jot_two(happening: str, mark: Mark, frame: FrameType) -> Full:
        if frame.f_code.co_filename in LIBRARY:
            frame = outside(frame)
        entry: Full = (happening, mark, me.label, frame.f_code, frame.f_lasti, perf_counter())
        append(entry)
        count_two()
        return entry

    return jot, jot_two


watch.make_jots = _make_jots


def note_end(label: Label, time: float | None = None) -> None:
    """Append the end of a thread; `time` where it is not the real clock's."""
    code = note_end.__code__  # nowhere in the program: the reader knows
    mark: Mark = (label[0], "Thread", label[2], None, code, 0, None)
    append_to_all((ENDED, mark, label, code, 0, perf_counter() if time is None else time), False)


def append_to_all(entry: Entry, double: bool) -> None:
    """Append to every open ring; `double`: the entry stands for two records."""
    for append, count_one, count_two in watch.logs:
        append(entry)
        if double:
            count_two()
        else:
            count_one()
