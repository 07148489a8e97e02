"""More pairs of programs before a change and after it: with two locks, a condition, time, and threads of their own."""

from __future__ import annotations

import threading
import time

from compared_programs import called

from sync_tools import run_together

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
