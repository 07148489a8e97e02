"""Pairs of programs, before a change and after it, and their comparison by the smallest schedule that breaks the first.

A program is a class, or for threads that it starts a function's worth of one. All variants of one have its name, as in
a lab whose program was changed.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from sync_tools import explore, run_together
from sync_tools.drivers.comparing import compare
from sync_tools.drivers.replay import MATTER
from sync_tools.words.comparison import Comparison


def comparison(scenario: Any, before: Any, after: Any, **options: Any) -> Comparison:
    """What the smallest schedule that breaks `scenario` with `before` does with `after`."""
    found = explore(scenario, kwargs={"program": before}, **options)
    assert found.failure is not None, "the program before the change is to fail"
    matter = {name: value for name, value in options.items() if name in (*MATTER, "max_steps")}
    given = {"before": {"program": before}, "after": {"program": after}}
    return compare(scenario, found.failure.schedule, **given, **matter)


def marks(found: Comparison) -> list[tuple[str, str, str]]:
    """The rows in short: ``("1 T1 read value", "same", "T1 read value")``."""

    def told(step: Any) -> str:
        return f"T{step.thread} {step.operation} {step.target.rpartition('.')[2]}" if step is not None else ""

    return [
        (f"{row.before.number} {told(row.before)}" if row.before else "", row.mark, told(row.after))
        for row in found.rows
    ]


def called(name: str) -> Any:
    """Give a class the name that it has in the program before, as a changed program would."""

    def rename(kind: Any) -> Any:
        kind.__name__ = name
        return kind

    return rename


# ---- a counter -------------------------------------------------------------------------------------------------------


def two_additions(program):
    counter = program()
    run_together(counter.add, counter.add)
    total = counter.total()
    assert total == 2, f"2 additions count {total}"


class Plain:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1

    def total(self):
        return self.value


@called("Plain")
class Locked(Plain):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def add(self):
        with self.lock:
            self.value += 1


@called("Plain")
class Permitted(Plain):
    def __init__(self):
        super().__init__()
        self.permit = threading.Semaphore()

    def add(self):
        with self.permit:
            self.value += 1


@called("Plain")
class OnlyTheWrite(Locked):
    def add(self):
        value = self.value
        with self.lock:
            self.value = value + 1


@called("Plain")
class NewLock(Plain):
    def add(self):
        lock = threading.Lock()
        with lock:
            self.value += 1


@called("Plain")
class NeverReleased(Locked):
    def add(self):
        self.lock.acquire()
        self.value += 1


@called("Plain")
class Appending:
    def __init__(self):
        self.added = []

    def add(self):
        self.added.append(1)

    def total(self):
        return len(self.added)


@called("Plain")
class Renamed:
    def __init__(self):
        self.count = 0

    def add(self):
        self.count += 1

    def total(self):
        return self.count


@called("Plain")
class RenamedAndLocked(Renamed):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def add(self):
        with self.lock:
            self.count += 1


@called("Plain")
class LooksFirst(Plain):
    def add(self):
        if self.value > 99:
            return
        self.value += 1


@called("Plain")
class WithoutARead(Plain):
    def add(self):
        self.value = 2


@called("Plain")
class Endless(Plain):
    """Its loop changes something each time, so it is no wait."""

    def add(self):
        while self.value >= 0:
            self.value += 1


@called("Plain")
class Spinning(Plain):
    def add(self):
        while self.value == 0:
            pass


@called("Plain")
class Silent(Plain):
    """Its loop does nothing that anybody could see."""

    def add(self):
        turns = 0
        while True:
            turns += 1


@called("Plain")
class Owned(Plain):
    """A thread of its own does the additions."""

    def __init__(self):
        super().__init__()
        self.asked = threading.Semaphore(0)
        self.done = threading.Semaphore(0)
        threading.Thread(target=self.own, daemon=True).start()

    def own(self):
        while True:
            self.asked.acquire()
            self.value += 1
            self.done.release()

    def add(self):
        self.asked.release()
        self.done.acquire()


@called("Plain")
class LooksTwice(Plain):
    """Whoever comes second is refused, unless both looked first."""

    def add(self):
        if self.value == 0:
            self.value += 1
            return
        raise ValueError("only once")


@called("Plain")
class Raising(Plain):
    def add(self):
        self.value += 1
        if self.value != 2:
            raise ValueError("not the second")


# ---- a condition -----------------------------------------------------------------------------------------------------


def one_waits(program):
    door = program()
    run_together(door.wait, door.open)
    assert door.passed_by == 1, "went by too early"


class Unlocked:
    def __init__(self):
        self.changed = threading.Condition()
        self.steps = self.passed_by = 0

    def wait(self):
        with self.changed:
            if not self.steps:
                self.changed.wait()
        self.passed_by = self.steps

    def open(self):
        with self.changed:
            self.changed.notify()
        self.steps += 1


@called("Unlocked")
class HeldUntilDone(Unlocked):
    def open(self):
        with self.changed:
            self.changed.notify()
            self.steps += 1


# ---- two locks -------------------------------------------------------------------------------------------------------


def opposite_transfers(program):
    bank = program()
    run_together((bank.move, "a", "b"), (bank.move, "b", "a"))


class Opposite:
    def __init__(self):
        self.locks = {"a": threading.Lock(), "b": threading.Lock()}

    def move(self, source, target):
        with self.locks[source], self.locks[target]:
            pass


@called("Opposite")
class Ordered(Opposite):
    def move(self, source, target):
        first, second = sorted((source, target))
        with self.locks[first], self.locks[second]:
            pass


@called("Opposite")
class OneLock(Opposite):
    def move(self, source, target):
        with self.locks["a"]:
            pass


@called("Opposite")
class GivesBackBetween(Opposite):
    def move(self, source, target):
        with self.locks[source]:
            pass
        with self.locks[target]:
            pass


@called("Opposite")
class Patient(Opposite):
    def move(self, source, target):
        with self.locks[source]:
            if self.locks[target].acquire(timeout=1):
                self.locks[target].release()


# ---- what only happens in time, and what only races ------------------------------------------------------------------


def in_time(program):
    race = program()
    run_together(race.finish, race.look)
    assert race.seen, "looked too early"


class TooEarly:
    pause = 1

    def __init__(self):
        self.done = self.seen = False

    def finish(self):
        time.sleep(2)
        self.done = True

    def look(self):
        time.sleep(self.pause)
        self.seen = self.done


@called("TooEarly")
class Later(TooEarly):
    pause = 3


def two_writers(program):
    both = program()
    run_together((both.write, 1), (both.write, 2))


class Racing:
    def __init__(self):
        self.last = 0
        self.lock = threading.Lock()

    def write(self, value):
        self.last = value


@called("Racing")
class Careful(Racing):
    def write(self, value):
        with self.lock:
            self.last = value


# ---- threads that the program starts ---------------------------------------------------------------------------------


def a_report(program):
    report = program().make()
    assert report == {"north": 1, "south": 2}, f"the report says {report}"


def book(totals, region, sold):
    totals[region] = sold


def book_all(totals, sales):
    for region, sold in sales:
        totals[region] = sold


class NotJoined:
    sales = (("north", 1), ("south", 2))

    def make(self):
        totals = {}
        for region, sold in self.sales:
            threading.Thread(target=book, args=(totals, region, sold)).start()
        return totals


class Joined(NotJoined):
    def make(self):
        totals = {}
        threads = [threading.Thread(target=book, args=(totals, *pair)) for pair in self.sales]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return totals


class JoinedInTheLoop(NotJoined):
    def make(self):
        totals = {}
        for region, sold in self.sales:
            thread = threading.Thread(target=book, args=(totals, region, sold))
            thread.start()
            thread.join()
        return totals


class WithoutThreads(NotJoined):
    def make(self):
        return dict(self.sales)


class OneThread(NotJoined):
    def make(self):
        totals = {}
        thread = threading.Thread(target=book_all, args=(totals, self.sales))
        thread.start()
        thread.join()
        return totals
