"""Pairs of programs, before a change and after it, and their comparison by the smallest schedule that breaks the first.

A program is a class, or for threads that it starts a function's worth of one. All variants of one have its name, as in
a lab whose program was changed.
"""

from __future__ import annotations

import threading
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
