"""A bounded buffer of one place, correct and with the three mistakes that everybody makes once."""

from __future__ import annotations

import threading

from sync_tools import run_together


class Buffer:
    """One place.

    Args:
        again: look again after a wake-up (``while``), or only once (``if``).
        everybody: wake all that wait, or one.
        shared: one condition for those that wait for an item and those that wait for room, or one each.
    """

    def __init__(self, *, again: bool = True, everybody: bool = False, shared: bool = False) -> None:
        lock = threading.Lock()
        self.filled = threading.Condition(lock)
        self.emptied = self.filled if shared else threading.Condition(lock)
        self.items: list[int] = []
        self.again = again
        self.everybody = everybody

    def put(self, item: int) -> None:
        with self.filled:
            self.wait(self.emptied, 1)
            self.items.append(item)
            self.wake(self.filled)

    def get(self) -> int:
        with self.filled:
            self.wait(self.filled, 0)
            item = self.items.pop()
            self.wake(self.emptied)
        return item

    def wait(self, condition: threading.Condition, length: int) -> None:
        if self.again:
            while len(self.items) == length:
                condition.wait()
        elif len(self.items) == length:
            condition.wait()

    def wake(self, condition: threading.Condition) -> None:
        if self.everybody:
            condition.notify_all()
        else:
            condition.notify()


def buffer_if_for_while(*, fixed: bool = False) -> None:
    """A consumer that was woken finds that another has been quicker."""
    buffer = Buffer(again=fixed)
    run_together(buffer.get, buffer.get, (buffer.put, 1), (buffer.put, 2))


def buffer_notify_for_notify_all(*, fixed: bool = False) -> None:
    """One event that all wait for, told to one."""
    lock = threading.Condition()
    state = {"open": False}

    def wait() -> None:
        with lock:
            while not state["open"]:
                lock.wait()

    def open_up() -> None:
        with lock:
            state["open"] = True
            if fixed:
                lock.notify_all()
            else:
                lock.notify()

    run_together(wait, wait, open_up)


def buffer_one_condition(*, fixed: bool = False) -> None:
    """Of those that wait for two different things on one condition, the wrong one is woken."""
    buffer = Buffer(shared=not fixed)
    run_together(buffer.get, buffer.get, (buffer.put, 1), (buffer.put, 2))
