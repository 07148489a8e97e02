"""The standard library's queue with a maximum size."""

from __future__ import annotations

import queue
from typing import Any


class BoundedBuffer:
    """A first-in, first-out buffer that holds at most `capacity` items."""

    def __init__(self, capacity: int) -> None:
        """Make an empty buffer."""
        if capacity < 1:
            raise ValueError(f"a buffer needs room for at least one item, not {capacity}")
        self._queue: queue.Queue[Any] = queue.Queue(maxsize=capacity)

    def put(self, item: Any) -> None:
        """Add `item` at the end, as soon as there is room for it."""
        self._queue.put(item)

    def get(self) -> Any:
        """Take the oldest item out and return it, as soon as there is one."""
        return self._queue.get()
