"""The semaphores are right, but they are waited for while the lock is held, which the other side needs.

kind: starved-semaphore
class: blocking under a lock
lines: 29, 36, 37
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
        self._room = threading.Semaphore(capacity)
        self._filled = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._items: deque[Any] = deque()

    def put(self, item: Any) -> None:
        """Add `item` at the end, as soon as there is room for it."""
        with self._lock:
            self._room.acquire()
            self._items.append(item)
            self._filled.release()

    def get(self) -> Any:
        """Take the oldest item out and return it, as soon as there is one."""
        with self._lock:
            self._filled.acquire()
            item = self._items.popleft()
            self._room.release()
            return item
