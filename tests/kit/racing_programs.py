"""Programs with data races, one for each way to make one, and the races that are to be reported.

A race is written as its target and its two sides, "operation: line" with the locks that were held behind it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from sync_tools import run_together

Sides = tuple[str, str, str]
RACING: dict[str, tuple[Callable[[], Any], frozenset[Sides]]] = {}


def racing(*races: Sides) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def keep(program: Callable[[], Any]) -> Callable[[], Any]:
        RACING[program.__name__] = (program, frozenset((target, *sorted(sides)) for target, *sides in races))
        return program

    return keep


class Box:
    """What the threads share."""

    def __init__(self) -> None:
        self.value = 0
        self.ready = False
        self.items: list[int] = []
        self.table: dict[Any, int] = {}

    def add(self) -> None:
        self.value += 1


ADD = "self.value += 1"


@racing(("Box.value", f"read: {ADD}", f"write: {ADD}"), ("Box.value", f"write: {ADD}", f"write: {ADD}"))
def a_counter():
    box = Box()
    run_together(box.add, box.add)


@racing(
    ("Box.ready", "read: while not box.ready:", "write: box.ready = True"),
    ("Box.value", "read: return box.value", "write: box.value = 1"),
)
def a_flag_waited_for():
    box = Box()

    def producer():
        box.value = 1
        box.ready = True

    def consumer():
        while not box.ready:
            pass
        return box.value

    assert run_together(producer, consumer)[1] == 1


@racing(("Box.ready", "read: while not box.ready:", "write: box.ready = True"))
def a_flag_polled():
    box = Box()

    def stop():
        box.ready = True

    def loop():
        while not box.ready:
            time.sleep(0.1)

    run_together(stop, loop)


@racing(
    ("made['it']", 'look in: if "it" not in made:', 'write: made["it"] = Box()  # under the lock | lock'),
    ("made['it']", 'read: return made["it"]', 'write: made["it"] = Box()  # under the lock | lock'),
)
def the_first_look_of_double_checked_locking():
    made: dict[str, Box] = {}
    lock = threading.Lock()

    def get():
        if "it" not in made:
            with lock:
                if "it" not in made:
                    made["it"] = Box()  # under the lock
        return made["it"]

    run_together(get, get)


@racing(
    ("published", "append: published.append(box)", "read: if published:"),
    ("published[0]", "append: published.append(box)", "read: return published[0].value"),
    ("Box.value", "read: return published[0].value", "write: box.value = 1"),
)
def an_object_published_without_synchronization():
    published: list[Box] = []

    def producer():
        box = Box()
        box.value = 1
        published.append(box)

    def consumer():
        if published:
            return published[0].value

    run_together(producer, consumer)


@racing(
    ("Box.value", "read: box.value += 1 | left", "write: box.value += 2 | right"),
    ("Box.value", "read: box.value += 2 | right", "write: box.value += 1 | left"),
    ("Box.value", "write: box.value += 1 | left", "write: box.value += 2 | right"),
)
def two_locks():
    box, left, right = Box(), threading.Lock(), threading.Lock()

    def one():
        with left:
            box.value += 1

    def two():
        with right:
            box.value += 2

    run_together(one, two)


@racing(("Box.value", "write: box.value = 1 | outer, inner", "read: return box.value | other"))
def several_locks():
    box, outer, inner, other = Box(), threading.Lock(), threading.Lock(), threading.Lock()

    def one():
        with outer, inner:
            box.value = 1

    def two():
        with inner:
            pass
        with other:
            return box.value

    run_together(one, two)


@racing(("Box.value", "write: box.value = 1 | lock", "read: return box.value"))
def a_lock_tried_in_vain():
    box, lock = Box(), threading.Lock()

    def one():
        with lock:
            box.value = 1

    def two():
        if lock.acquire(blocking=False):
            lock.release()
            return 0
        return box.value

    run_together(one, two)


@racing(("Box.value", "write: box.value = 1", "read: return box.value"))
def an_event_not_awaited_to_the_end():
    box, event = Box(), threading.Event()

    def producer():
        box.value = 1
        event.set()

    def consumer():
        event.wait(1)
        return box.value

    run_together(producer, consumer)


@racing(("Box.value", "write: box.value = 1", "read: return box.value"))
def a_join_that_timed_out():
    box = Box()

    def work():
        box.value = 1

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(1)
    return box.value


@racing(("Box.value", "write: box.value = 1", "read: return box.value"))
def a_get_in_vain():
    box = Box()
    channel: queue.Queue[int] = queue.Queue()

    def producer():
        box.value = 1
        channel.put(1)

    def consumer():
        try:
            channel.get(timeout=1)
        except queue.Empty:
            return box.value

    run_together(producer, consumer)


@racing(("Box.value", "write: box.value = 1", "read: return box.value"))
def a_sleep():
    box = Box()

    def producer():
        box.value = 1

    def consumer():
        time.sleep(10)
        return box.value

    run_together(producer, consumer)


@racing(("Box.value", "write: box.value = 1", "read: return box.value"))
def an_event_cleared_by_the_reader():
    box, event = Box(), threading.Event()

    def producer():
        event.set()
        box.value = 1

    def consumer():
        event.wait()
        event.clear()
        return box.value

    run_together(producer, consumer)


@racing(("table['a']", 'write: table["a"] = 1', 'read: return table["a"]'))
def an_entry_of_a_dict():
    table = {"a": 0, "b": 0}

    def one():
        table["a"] = 1
        table["b"] = 1

    def two():
        return table["a"]

    run_together(one, two)


@racing(("items[0]", "write: items[0] = 1", "read: return items[0]"))
def an_element_of_a_list():
    items = [0, 0]

    def one():
        items[0] = 1
        items[1] = 1

    def two():
        return items[0]

    run_together(one, two)


@racing(("items", "append: items.append(1)", "len: return len(items)"))
def an_append_beside_a_len():
    items: list[int] = []

    def one():
        items.append(1)

    def two():
        return len(items)

    run_together(one, two)


@racing(("items", "append: items.append(1)", "iterate: for item in items:"))
def an_append_beside_a_loop():
    items = [0]

    def one():
        items.append(1)

    def two():
        for item in items:
            assert item < 2

    run_together(one, two)


@racing(("table", 'write: table["b"] = 1', "iterate: for key in table:"))
def a_new_key_beside_a_loop():
    table = {"a": 0}

    def one():
        table["b"] = 1

    def two():
        try:
            for key in table:
                assert key
        except RuntimeError:
            return "changed size during iteration"

    run_together(one, two)
