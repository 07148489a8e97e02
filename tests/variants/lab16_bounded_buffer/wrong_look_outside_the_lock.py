"""The look stands outside of the lock: the only notify can come between it and the wait.

kind: lost-wakeup
class: missed signal
lines: 32, 43
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
        lock = threading.Lock()
        self._room = threading.Condition(lock)
        self._item = threading.Condition(lock)

    def put(self, item: Any) -> None:
        """Add `item` at the end, as soon as there is room for it."""
        while len(self._items) == self._capacity:
            with self._room:
                self._room.wait()
        with self._item:
            self._items.append(item)
            self._item.notify()

    def get(self) -> Any:
        """Take the oldest item out and return it, as soon as there is one."""
        with self._item:
            while not self._items:
                self._item.wait()
            item = self._items.popleft()
            self._room.notify()
            return item
