"""One small program for every kind of failure, and what is not a failure but looks like it.

Each is a scenario. ``SHOWN`` maps a kind to its program and to the options that ``explore`` needs for it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

from sync_tools import run_together

SHORT = {"max_steps": 300}  # visible operations before fairness is forced: these programs never end


class Counter:
    def __init__(self) -> None:
        self.value = 0
        self.stop = False


def assertion() -> None:
    counter = Counter()

    def add() -> None:
        counter.value += 1

    run_together(add, add)
    assert counter.value == 2, "two were added"


def exception() -> None:
    users = {"ada": 1}

    def leave() -> None:
        if "ada" in users:
            users.pop("ada")

    run_together(leave, leave)


def deadlock() -> None:
    savings, current = threading.Lock(), threading.Lock()

    def forth() -> None:
        with savings, current:
            pass

    def back() -> None:
        with current, savings:
            pass

    run_together(forth, back)


def self_deadlock() -> None:
    lock = threading.Lock()

    def outer() -> None:
        with lock:
            inner()

    def inner() -> None:
        with lock:
            pass

    run_together(outer)


def leaked_lock() -> None:
    lock = threading.Lock()

    def work(good: bool) -> None:
        lock.acquire()
        if not good:
            return
        lock.release()

    run_together((work, False), (work, True))


def lost_wakeup() -> None:
    changed = threading.Condition()

    def tell() -> None:
        with changed:
            changed.notify()

    def hear() -> None:
        with changed:
            changed.wait()

    run_together(tell, hear)


def starved_semaphore() -> None:
    permits = threading.Semaphore(1)

    def work(text: str) -> None:
        permits.acquire()
        if text.isdigit():
            permits.release()

    run_together((work, "x"), (work, "7"))


def unfilled_barrier() -> None:
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()

    run_together(run, run)


def starved_queue() -> None:
    jobs: queue.Queue[str] = queue.Queue()

    def make() -> None:
        jobs.put("job")
        jobs.put("end")

    def take() -> None:
        while jobs.get() != "end":
            pass

    run_together(make, take, take)


def livelock() -> None:
    left, right, tries = threading.Lock(), threading.Lock(), Counter()

    def eat(mine: Any, other: Any) -> None:
        with mine:
            while not other.acquire(blocking=False):
                tries.value += 1
            other.release()

    run_together((eat, left, right), (eat, right, left))


def starvation() -> None:
    heart, bell = Counter(), threading.Event()

    def beat() -> None:
        while not heart.stop:
            heart.value += 1

    def listen() -> None:
        bell.wait()
        heart.stop = True

    run_together(beat, listen)


def endless_loop() -> None:
    def search() -> None:
        position = 0
        while position < 10:
            position = position % 5

    run_together(search)


def data_race() -> None:
    lock, counter = threading.Lock(), Counter()

    def write() -> None:
        with lock:
            counter.value = 1

    def look() -> int:
        return counter.value

    run_together(write, look)


SHOWN: dict[str, tuple[Callable[[], None], dict[str, Any]]] = {
    "assertion": (assertion, {}),
    "exception": (exception, {}),
    "deadlock": (deadlock, {}),
    "self-deadlock": (self_deadlock, {}),
    "leaked-lock": (leaked_lock, {}),
    "lost-wakeup": (lost_wakeup, {}),
    "starved-semaphore": (starved_semaphore, {}),
    "unfilled-barrier": (unfilled_barrier, {}),
    "starved-queue": (starved_queue, {}),
    "livelock": (livelock, SHORT),
    "starvation": (starvation, SHORT),
    "endless-loop": (endless_loop, {}),
    "data-race": (data_race, {"races": "fail"}),
}
