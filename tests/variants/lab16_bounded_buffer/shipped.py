"""A buffer of limited size between the threads that receive photos and the threads that resize them.

Run it with ``python -m labs.lab16_bounded_buffer``: two uploads feed two resizers.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import Any


class BoundedBuffer:
    """A first-in, first-out buffer that holds at most `capacity` items.

    Every method may be called from any number of threads at the same time.

    * :meth:`put` waits while the buffer is full, :meth:`get` waits while it is empty.
    * Each item that was put comes out exactly once, and in the order of the puts.
    * A thread that waits goes on as soon as it can: nobody waits while there is an item, or room, for it.
    * A thread that waits costs nothing: it is woken by a put or a get, never by a clock.
    """

    def __init__(self, capacity: int) -> None:
        """Make an empty buffer.

        Raises:
            ValueError: `capacity` is less than 1.
        """
        if capacity < 1:
            raise ValueError(f"a buffer needs room for at least one item, not {capacity}")
        self._capacity = capacity
        self._items: deque[Any] = deque()
        self._changed = threading.Condition()

    def put(self, item: Any) -> None:
        """Add `item` at the end, as soon as there is room for it."""
        with self._changed:
            if len(self._items) == self._capacity:
                self._changed.wait()
            self._items.append(item)
            self._changed.notify()

    def get(self) -> Any:
        """Take the oldest item out and return it, as soon as there is one."""
        with self._changed:
            if not self._items:
                self._changed.wait()
            item = self._items.popleft()
            self._changed.notify()
            return item


def upload(buffer: BoundedBuffer, photos: Iterable[str]) -> None:
    """Hand `photos` over to whoever resizes them."""
    for photo in photos:
        buffer.put(photo)


def resize(buffer: BoundedBuffer, count: int, done: list[str]) -> None:
    """Resize the next `count` photos and add the names of the thumbnails to `done`."""
    for _ in range(count):
        photo = buffer.get()
        done.append(photo.replace(".jpg", "-small.jpg"))


def main(albums: int = 2, photos: int = 6) -> None:
    """Send `albums` albums of `photos` photos each through a buffer for two, then print the thumbnails."""
    buffer = BoundedBuffer(capacity=2)
    thumbnails: list[list[str]] = [[] for _ in range(albums)]
    threads = []
    for album, done in enumerate(thumbnails):
        names = [f"album{album}-{number}.jpg" for number in range(photos)]
        threads.append(threading.Thread(target=upload, args=(buffer, names), daemon=True))
        threads.append(threading.Thread(target=resize, args=(buffer, photos, done), daemon=True))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5.0)
    for number, done in enumerate(thumbnails, start=1):
        print(f"resizer {number}: {len(done)} of {photos} photos: {', '.join(done)}")
    if any(thread.is_alive() for thread in threads):
        print("... and some threads still wait, though nothing can happen any more.")
