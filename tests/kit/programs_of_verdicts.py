"""One small program for every kind of failure, and what is not a failure but looks like it.

Each is a scenario. ``SHOWN`` maps a kind to its program and to the options that ``explore`` needs for it, ``TOLD``
a title to a further program whose report has something of its own to tell.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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


# ---- further reports -------------------------------------------------------------------------------------------------

guard = threading.Lock()  # made at import, as in most programs
stock = {"pears": 1}


def check_then_act() -> None:
    stock["pears"] = 1

    def sell() -> None:
        if stock["pears"] > 0:
            with guard:
                stock["pears"] -= 1

    run_together(sell, sell)
    assert stock["pears"] == 0


def wait_in_an_if() -> None:
    filled = threading.Condition()
    box: list[str] = []

    def take() -> None:
        with filled:
            if not box:
                filled.wait()
            box.pop()

    def put() -> None:
        for item in ("a", "b"):
            with filled:
                box.append(item)
                filled.notify()

    run_together(take, take, put)


def event_set_and_cleared() -> None:
    started = threading.Event()

    def pulse() -> None:
        started.set()
        started.clear()

    def wait() -> None:
        started.wait()

    run_together(wait, pulse)


def join_with_the_lock() -> None:
    def work() -> None:
        with guard:
            pass

    worker = threading.Thread(target=work, name="worker")
    with guard:
        worker.start()
        worker.join()


def spin_with_the_lock() -> None:
    ready = Counter()

    def wait() -> None:
        with guard:
            while not ready.stop:
                pass

    def finish() -> None:
        with guard:
            ready.stop = True

    run_together(wait, finish)


def release_what_another_took() -> None:
    def work() -> None:
        guard.acquire(timeout=1)
        guard.release()

    run_together(work, work)


def loop_over_what_grows() -> None:
    online = {"ada": 1, "bob": 2}

    def greet() -> None:
        for name in online:
            print("hello", name)

    def arrive() -> None:
        online["cyd"] = 3

    run_together(greet, arrive)


def time_out_taken_for_the_end() -> None:
    rows: list[int] = []

    def load() -> None:
        rows.append(1)
        rows.append(2)

    worker = threading.Thread(target=load, name="loader")
    worker.start()
    worker.join(timeout=10)
    assert rows == [1, 2], "all rows are there"


def pool_waits_for_itself() -> None:
    with ThreadPoolExecutor(max_workers=1) as pool:

        def outer() -> Any:
            inner = pool.submit(int)
            return inner.result()

        pool.submit(outer).result()


def join_of_what_is_not_done() -> None:
    jobs: queue.Queue[str] = queue.Queue()
    for job in ("1", "x"):
        jobs.put(job)

    def work() -> None:
        while True:
            job = jobs.get()
            if job.isdigit():
                jobs.task_done()

    threading.Thread(target=work, name="worker", daemon=True).start()
    jobs.join()


TOLD: dict[str, tuple[Callable[[], None], dict[str, Any]]] = {
    program.__name__: (program, {})
    for program in (
        check_then_act,
        wait_in_an_if,
        event_set_and_cleared,
        join_with_the_lock,
        spin_with_the_lock,
        release_what_another_took,
        loop_over_what_grows,
        time_out_taken_for_the_end,
        pool_waits_for_itself,
        join_of_what_is_not_done,
    )
}
