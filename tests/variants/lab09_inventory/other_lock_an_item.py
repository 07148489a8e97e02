"""Each item has its own record with its own RLock: sales of different items do not wait for each other."""

from __future__ import annotations

import threading


class _Record:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.shelf = 0
        self.back_room = 0


class Inventory:
    """The pieces of each item in the shop: some on the shelf, some in the back room."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}

    def _record(self, item: str) -> _Record:
        return self._records.setdefault(item, _Record())  # one step: all threads get the same record

    def deliver(self, item: str, pieces: int) -> None:
        """Put `pieces` that a supplier brought into the back room."""
        _require_positive(pieces)
        record = self._record(item)
        with record.lock:
            record.back_room += pieces

    def restock(self, item: str, pieces: int) -> int:
        """Carry `pieces` from the back room to the shelf, or what there is if there are fewer."""
        _require_positive(pieces)
        record = self._record(item)
        with record.lock:
            carried = min(pieces, record.back_room)
            record.back_room -= carried
            record.shelf += carried
        return carried

    def sell(self, item: str, pieces: int) -> bool:
        """Take `pieces` from the shelf. What the shelf lacks is fetched from the back room first."""
        _require_positive(pieces)
        record = self._record(item)
        with record.lock:
            if pieces > record.shelf + record.back_room:
                return False
            if pieces > record.shelf:
                self.restock(item, pieces - record.shelf)
            record.shelf -= pieces
        return True

    def count(self, item: str) -> tuple[int, int]:
        """Return how many pieces are on the shelf and how many in the back room."""
        record = self._record(item)
        with record.lock:
            return record.shelf, record.back_room


def _require_positive(pieces: int) -> None:
    if pieces < 1:
        raise ValueError(f"at least one piece, not {pieces}")
