"""The answer of the timed acquire() is not even looked at: the lock of somebody else is given back.

kind: exception
class: sequential error
"""

from __future__ import annotations

import threading


class Inventory:
    """The pieces of each item in the shop: some on the shelf, some in the back room."""

    def __init__(self) -> None:
        self._shelf: dict[str, int] = {}
        self._back_room: dict[str, int] = {}
        self._lock = threading.Lock()

    def deliver(self, item: str, pieces: int) -> None:
        """Put `pieces` that a supplier brought into the back room."""
        _require_positive(pieces)
        with self._lock:
            self._back_room[item] = self._back_room.get(item, 0) + pieces

    def restock(self, item: str, pieces: int) -> int:
        """Carry `pieces` from the back room to the shelf, or what there is if there are fewer."""
        _require_positive(pieces)
        self._lock.acquire(timeout=1.0)
        carried = min(pieces, self._back_room.get(item, 0))
        self._back_room[item] = self._back_room.get(item, 0) - carried
        self._shelf[item] = self._shelf.get(item, 0) + carried
        self._lock.release()
        return carried

    def sell(self, item: str, pieces: int) -> bool:
        """Take `pieces` from the shelf. What the shelf lacks is fetched from the back room first."""
        _require_positive(pieces)
        with self._lock:
            missing = pieces - self._shelf.get(item, 0)
            if missing > self._back_room.get(item, 0):
                return False
            if missing > 0:
                self.restock(item, missing)
            self._shelf[item] -= pieces
        return True

    def count(self, item: str) -> tuple[int, int]:
        """Return how many pieces are on the shelf and how many in the back room."""
        with self._lock:
            return self._shelf.get(item, 0), self._back_room.get(item, 0)


def _require_positive(pieces: int) -> None:
    if pieces < 1:
        raise ValueError(f"at least one piece, not {pieces}")
