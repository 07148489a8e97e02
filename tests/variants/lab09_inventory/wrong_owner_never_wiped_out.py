"""A hand-made re-entrant lock that forgets to say "nobody has it": the last owner walks in without it.

kind: assertion
class: lost update
lines: 61
"""

from __future__ import annotations

import threading


class Inventory:
    """The pieces of each item in the shop: some on the shelf, some in the back room."""

    def __init__(self) -> None:
        self._shelf: dict[str, int] = {}
        self._back_room: dict[str, int] = {}
        self._lock = threading.Lock()
        self._owner = 0  # of the lock: identity of the thread, 0 for nobody

    def deliver(self, item: str, pieces: int) -> None:
        """Put `pieces` that a supplier brought into the back room."""
        _require_positive(pieces)
        taken = self._enter()
        self._back_room[item] = self._back_room.get(item, 0) + pieces
        if taken:
            self._leave()

    def restock(self, item: str, pieces: int) -> int:
        """Carry `pieces` from the back room to the shelf, or what there is if there are fewer."""
        _require_positive(pieces)
        taken = self._enter()
        carried = min(pieces, self._back_room.get(item, 0))
        self._back_room[item] = self._back_room.get(item, 0) - carried
        self._shelf[item] = self._shelf.get(item, 0) + carried
        if taken:
            self._leave()
        return carried

    def _enter(self) -> bool:
        """Take the lock, unless this thread has it; True if it was taken."""
        if self._owner == threading.get_ident():
            return False
        self._lock.acquire()
        self._owner = threading.get_ident()
        return True

    def _leave(self) -> None:
        self._lock.release()

    def sell(self, item: str, pieces: int) -> bool:
        """Take `pieces` from the shelf. What the shelf lacks is fetched from the back room first."""
        _require_positive(pieces)
        taken = self._enter()
        missing = pieces - self._shelf.get(item, 0)
        covered = missing <= self._back_room.get(item, 0)
        if covered:
            if missing > 0:
                self.restock(item, missing)
            self._shelf[item] -= pieces
        if taken:
            self._leave()
        return covered

    def count(self, item: str) -> tuple[int, int]:
        """Return how many pieces are on the shelf and how many in the back room."""
        taken = self._enter()
        pieces = (self._shelf.get(item, 0), self._back_room.get(item, 0))
        if taken:
            self._leave()
        return pieces


def _require_positive(pieces: int) -> None:
    if pieces < 1:
        raise ValueError(f"at least one piece, not {pieces}")
