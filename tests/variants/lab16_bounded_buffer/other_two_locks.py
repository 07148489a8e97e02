"""A lock for those who put and one for those who get, each with its own condition.

Only one thread puts and one gets at a time; append and popleft are one step each. The other side is notified under
its own lock, so a notify cannot fall between its look and its wait.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any


class BoundedBuffer:
    """A first-in, first-out buffer that holds at most `capacity` items."""

    def __init__(self, capacity: int) -> None:
        """Make an empty buffer."""
        if capacity < 1:
            raise ValueError(f"a buffer needs room for at least one item, not {capacity}")
        self._capacity = capacity
        self._items: deque[Any] = deque()
        self._room = threading.Condition(threading.Lock())
        self._item = threading.Condition(threading.Lock())

    def put(self, item: Any) -> None:
        """Add `item` at the end, as soon as there is room for it."""
        with self._room:
            while len(self._items) == self._capacity:
                self._room.wait()
            self._items.append(item)
        with self._item:
            self._item.notify()

    def get(self) -> Any:
        """Take the oldest item out and return it, as soon as there is one."""
        with self._item:
            while not self._items:
                self._item.wait()
            item = self._items.popleft()
        with self._room:
            self._room.notify()
        return item
