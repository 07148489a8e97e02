"""What was tried, and with what success: waits from their beginning to their end, and calls that did nothing."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Generic, NamedTuple, TypeVar

from sync_tools.primitives.record import ENDINGS, Record
from sync_tools.words.failure import Site

STILL_WAITS = "still waits"
Call = TypeVar("Call")


class Waiting(NamedTuple):
    """A wait that did not bring what it was for.

    Attributes:
        thread: the thread's name.
        site: where it waits, or waited.
        outcome: "still waits" (when the log ends), "timed out", "refused" (it did not want to wait), "interrupted" (by
            an exception), or "woke after the clear".
    """

    thread: str
    site: Site
    outcome: str

    def __str__(self) -> str:
        return f"{self.thread} at {self.site.short()}: {self.outcome}"


class Wait(NamedTuple):
    """A wait from its beginning to its end.

    Attributes:
        began: its first record.
        outcome: the operation that ended it ("acquired", "notified", "timed out", ...), or "still waits".
        over: `seq` of the record that ended it; infinite when none did.
    """

    began: Record
    outcome: str
    over: float


class Waits:
    """Follows which waits begin and how they end.

    Args:
        beginning: the operation that begins one: "wait" or "request".
    """

    def __init__(self, beginning: str) -> None:
        self._beginning = beginning
        self._under_way: dict[int, dict[int, Record]] = {}  # primitive -> thread -> first record
        self._over: dict[int, list[Wait]] = {}

    def read(self, record: Record) -> None:
        """Take note of one more record; they come in the order of the log."""
        waits = self._under_way.setdefault(record.primitive_serial, {})
        if record.op == self._beginning:
            if record.thread_serial in waits:  # of an explored schedule that is over
                self._add(Wait(waits[record.thread_serial], STILL_WAITS, inf))
            waits[record.thread_serial] = record
        elif record.op in ENDINGS and record.thread_serial in waits:
            self._add(Wait(waits.pop(record.thread_serial), record.op, record.seq))

    def _add(self, wait: Wait) -> None:
        self._over.setdefault(wait.began.primitive_serial, []).append(wait)

    def under_way(self, primitive: int) -> list[Record]:
        """The first records of the waits for a primitive (its serial) that have not ended yet."""
        return list(self._under_way.get(primitive, {}).values())

    def all(self, primitive: int) -> list[Wait]:
        """All waits for a primitive (its serial), in the order in which they began."""
        still = [Wait(began, STILL_WAITS, inf) for began in self.under_way(primitive)]
        return sorted([*self._over.get(primitive, []), *still], key=lambda wait: wait.began.seq)


class Sleepers(Generic[Call]):
    """Who sleeps on one primitive and which call woke whom, as far as a log tells.

    A thread is seen to have been woken only when it goes on, and a call does not say how many it wakes. So each is
    taken to wake one, the one that has slept longest (as CPython's conditions and semaphores do), until the log shows
    that it was another, or more.

    Args:
        asleep: threads that slept already when the log begins.
    """

    def __init__(self, asleep: Iterable[int] = ()) -> None:
        self._asleep = dict.fromkeys(asleep, 0)  # thread -> how many calls there had been; who sleeps longest first
        self._woken: dict[int, Call] = {}
        self._latest: Call | None = None
        self._calls = 0

    def sleep(self, thread: int) -> None:
        """`thread` (a serial) falls asleep."""
        self._asleep.pop(thread, None)  # it may have slept in an explored schedule that is over
        self._woken.pop(thread, None)
        self._asleep[thread] = self._calls

    def wake(self, call: Call, everyone: bool = False) -> bool:
        """`call` wakes one thread at least, or everyone; False when there is none left that it could have woken."""
        self._latest = call
        self._calls += 1
        woken = list(self._asleep) if everyone else list(self._asleep)[:1]
        for thread in woken:
            del self._asleep[thread]
            self._woken[thread] = call
        return bool(woken)

    def go_on(self, thread: int, by_a_call: bool) -> Call | None:
        """`thread` goes on, by itself or because of a call: which one."""
        if thread in self._woken:
            call = self._woken.pop(thread)
            return call if by_a_call else None
        slept_since = self._asleep.pop(thread, self._calls)
        if not by_a_call or slept_since == self._calls:
            return None
        if self._woken:  # it was this one whom the latest call woke, so it may be that another one sleeps on
            other, call = self._woken.popitem()
            self._asleep = {other: 0, **self._asleep}
            return call
        return self._latest


def named(waits: Iterable[tuple[Record, str]]) -> tuple[Waiting, ...]:
    """Waits, given by their first record and their outcome, for people to read: each once."""
    return tuple(dict.fromkeys(Waiting(began.thread, began.site, outcome) for began, outcome in waits))


def effective(records: list[Record]) -> list[Record]:
    """The records without releases and notifications that were an error and did nothing.

    Such a call is recorded before it is made; that it was refused is the next record of its thread.
    """
    latest: dict[int, Record] = {}
    void: set[int] = set()
    for record in records:
        before = latest.get(record.thread_serial, record)
        if record.op == "refused" and before.op in ("released", "notify"):
            void.update((before.seq, record.seq))
        latest[record.thread_serial] = record
    return [record for record in records if record.seq not in void]
