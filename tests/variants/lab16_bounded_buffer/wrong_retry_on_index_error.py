"""The error is caught and the wait repeated, but there is still one condition and notify().

kind: lost-wakeup
class: missed signal
lines: 30, 43
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
        self._changed = threading.Condition()

    def put(self, item: Any) -> None:
        """Add `item` at the end, as soon as there is room for it."""
        with self._changed:
            while len(self._items) == self._capacity:
                self._changed.wait()
            self._items.append(item)
            self._changed.notify()

    def get(self) -> Any:
        """Take the oldest item out and return it, as soon as there is one."""
        with self._changed:
            while True:
                try:
                    item = self._items.popleft()
                    break
                except IndexError:
                    self._changed.wait()
            self._changed.notify()
            return item
