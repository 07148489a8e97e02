"""Two events for "not empty" and "not full": both of two waiting threads pass, and one finds nothing.

kind: exception
class: check-then-act
lines: 35, 42
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
        self._lock = threading.Lock()
        self._item = threading.Event()
        self._room = threading.Event()
        self._room.set()

    def put(self, item: Any) -> None:
        """Add `item` at the end, as soon as there is room for it."""
        self._room.wait()
        with self._lock:
            self._items.append(item)
            self._item.set()
            if len(self._items) >= self._capacity:
                self._room.clear()

    def get(self) -> Any:
        """Take the oldest item out and return it, as soon as there is one."""
        self._item.wait()
        with self._lock:
            item = self._items.popleft()
            self._room.set()
            if not self._items:
                self._item.clear()
            return item
