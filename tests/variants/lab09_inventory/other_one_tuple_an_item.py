"""Both places of an item stand in one tuple, which is never changed, only replaced, and that under the lock.

So a count is one look and takes no lock, and a sale replaces the tuple once: there is no moment in between.
"""

from __future__ import annotations

import threading


class Inventory:
    """The pieces of each item in the shop: some on the shelf, some in the back room."""

    def __init__(self) -> None:
        self._pieces: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def deliver(self, item: str, pieces: int) -> None:
        """Put `pieces` that a supplier brought into the back room."""
        _require_positive(pieces)
        with self._lock:
            shelf, back_room = self.count(item)
            self._pieces[item] = (shelf, back_room + pieces)

    def restock(self, item: str, pieces: int) -> int:
        """Carry `pieces` from the back room to the shelf, or what there is if there are fewer."""
        _require_positive(pieces)
        with self._lock:
            shelf, back_room = self.count(item)
            carried = min(pieces, back_room)
            self._pieces[item] = (shelf + carried, back_room - carried)
        return carried

    def sell(self, item: str, pieces: int) -> bool:
        """Take `pieces` from the shelf. What the shelf lacks is fetched from the back room first."""
        _require_positive(pieces)
        with self._lock:
            shelf, back_room = self.count(item)
            if pieces > shelf + back_room:
                return False
            self._pieces[item] = (max(0, shelf - pieces), back_room - max(0, pieces - shelf))
        return True

    def count(self, item: str) -> tuple[int, int]:
        """Return how many pieces are on the shelf and how many in the back room."""
        return self._pieces.get(item, (0, 0))


def _require_positive(pieces: int) -> None:
    if pieces < 1:
        raise ValueError(f"at least one piece, not {pieces}")
