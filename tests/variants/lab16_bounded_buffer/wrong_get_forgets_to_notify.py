"""get() makes room and tells nobody.

kind: lost-wakeup
class: forgotten signal
lines: 32, 40
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
        with self._room:
            while len(self._items) == self._capacity:
                self._room.wait()
            self._items.append(item)
            self._item.notify()

    def get(self) -> Any:
        """Take the oldest item out and return it, as soon as there is one."""
        with self._item:
            while not self._items:
                self._item.wait()
            return self._items.popleft()
