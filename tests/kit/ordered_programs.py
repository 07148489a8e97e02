"""Programs whose accesses are all ordered by synchronization, one for each way to order them: none has a data race.

Here those with locks, conditions, events, semaphores and barriers; ordered_by_passing.py has the others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from sync_tools import run_together

ORDERED: dict[str, Callable[[], Any]] = {}


def ordered(program: Callable[[], Any]) -> Callable[[], Any]:
    ORDERED[program.__name__] = program
    return program


class Box:
    """What the threads share."""

    def __init__(self) -> None:
        self.value = 0
        self.ready = False
        self.items: list[int] = []
        self.table: dict[Any, int] = {}

    def add(self) -> None:
        self.value += 1


# ---- locks -----------------------------------------------------------------------------------------------------------


@ordered
def a_lock_in_a_with_statement():
    box, lock = Box(), threading.Lock()

    def work():
        with lock:
            box.add()

    run_together(work, work)
    assert box.value == 2


@ordered
def a_lock_acquired_and_released():
    box, lock = Box(), threading.Lock()

    def work():
        lock.acquire()
        try:
            box.add()
        finally:
            lock.release()

    run_together(work, work)


@ordered
def a_lock_that_is_entered_again():
    box, lock = Box(), threading.RLock()

    def work():
        with lock:
            box.add()
            with lock:
                box.add()
            box.add()

    run_together(work, work)


@ordered
def a_lock_taken_in_time():
    box, lock = Box(), threading.Lock()

    def work():
        if lock.acquire(timeout=1):
            box.add()
            lock.release()

    run_together(work, work)


@ordered
def a_lock_that_was_tried():
    box, lock = Box(), threading.Lock()

    def work():
        if lock.acquire(blocking=False):
            box.add()
            lock.release()

    run_together(work, work)


@ordered
def a_latch_a_lock_that_another_thread_releases():
    box, gate = Box(), threading.Lock()
    gate.acquire()

    def first():
        box.value = 1
        gate.release()

    def second():
        with gate:
            return box.value

    assert run_together(first, second)[1] == 1


@ordered
def made_once_under_a_lock():
    lock = threading.Lock()
    made: dict[str, Box] = {}

    def get():
        with lock:
            if "it" not in made:
                made["it"] = Box()
            box = made["it"]
        return box.value  # written once, by the thread that made it, before it left the section

    run_together(get, get)


# ---- conditions, events, semaphores, barriers ------------------------------------------------------------------------


@ordered
def a_condition_waited_for_and_notified():
    box, condition = Box(), threading.Condition()

    def consumer():
        with condition:
            while not box.ready:
                condition.wait()
        return box.value  # outside of the section: the producer is done with it

    def producer():
        box.value = 1
        with condition:
            box.ready = True
            condition.notify()

    assert run_together(consumer, producer)[0] == 1


@ordered
def a_condition_waited_for_with_a_time_out():
    box, condition = Box(), threading.Condition()

    def consumer():
        with condition:
            return box.value if condition.wait_for(lambda: box.ready, timeout=1) else 1

    def producer():
        with condition:
            box.value, box.ready = 1, True
            condition.notify_all()

    assert run_together(consumer, producer)[0] == 1


@ordered
def an_event_waited_for():
    box, event = Box(), threading.Event()

    def consumer():
        event.wait()
        return box.value

    def producer():
        box.value = 1
        event.set()

    assert run_together(consumer, producer)[0] == 1


@ordered
def an_event_seen_set():
    box, event = Box(), threading.Event()

    def consumer():
        return box.value if event.is_set() else 1

    def producer():
        box.value = 1
        event.set()

    assert run_together(consumer, producer)[0] == 1


@ordered
def an_event_polled():
    box, event = Box(), threading.Event()

    def consumer():
        while not event.is_set():
            time.sleep(0.01)
        return box.value

    def producer():
        box.value = 1
        event.set()

    assert run_together(consumer, producer)[0] == 1


@ordered
def an_event_waited_for_in_time():
    box, event = Box(), threading.Event()

    def consumer():
        return box.value if event.wait(1) else 1

    def producer():
        box.value = 1
        event.set()

    assert run_together(consumer, producer)[0] == 1


@ordered
def a_semaphore_handed_over():
    box, full, empty = Box(), threading.Semaphore(0), threading.Semaphore(1)

    def producer():
        for value in (1, 2):
            empty.acquire()
            box.value = value
            full.release()

    def consumer():
        seen = []
        for _ in range(2):
            full.acquire()
            seen.append(box.value)
            empty.release()
        return seen

    assert run_together(producer, consumer)[1] == [1, 2]


@ordered
def a_semaphore_as_a_lock():
    box, semaphore = Box(), threading.BoundedSemaphore(1)

    def work():
        with semaphore:
            box.add()

    run_together(work, work)


@ordered
def a_semaphore_tried():
    box, semaphore = Box(), threading.Semaphore(0)

    def producer():
        box.value = 1
        semaphore.release()

    def consumer():
        return box.value if semaphore.acquire(blocking=False) else 1

    assert run_together(producer, consumer)[1] == 1


@ordered
def phases_of_a_barrier():
    box, barrier = Box(), threading.Barrier(2)

    def left():
        box.value = 1
        barrier.wait()
        barrier.wait()
        return box.value

    def right():
        barrier.wait()
        box.value += 1
        barrier.wait()

    assert run_together(left, right)[0] == 2


@ordered
def the_action_of_a_barrier():
    box = Box()
    barrier = threading.Barrier(2, action=box.add)

    def work():
        barrier.wait()
        return box.value

    assert run_together(work, work) == [1, 1]


# ---- whole by the language's promise ---------------------------------------------------------------------------------


@ordered
def two_threads_that_append():
    box = Box()

    def work(value):
        box.items.append(value)

    run_together((work, 1), (work, 2))
    assert sorted(box.items) == [1, 2]


@ordered
def an_entry_of_each_thread():
    box = Box()
    box.table.update(dict.fromkeys((1, 2), 0))

    def work(key):
        box.table[key] = key
        box.table[key] += 1

    run_together((work, 1), (work, 2))
    assert box.table == {1: 2, 2: 3}


@ordered
def a_new_key_of_each_thread():
    box = Box()

    def work(key):
        box.table[key] = key

    run_together((work, 1), (work, 2))
    assert box.table == {1: 1, 2: 2}


@ordered
def one_key_made_by_whoever_comes_first():
    box = Box()

    def work(value):
        return box.table.setdefault("it", value)

    first, second = run_together((work, 1), (work, 2))
    assert first == second


@ordered
def two_threads_that_only_read():
    box = Box()
    box.items.append(1)

    def work():
        return box.value, len(box.items), list(box.items), box.table.get(1)

    run_together(work, work)
