"""One thread owns the numbers and does one call after the other; the others send it what to do and wait for the answer.

There is no lock to take twice: in the owner's thread, sell() calls the plain function that restock() sends as well.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any


class Inventory:
    """The pieces of each item in the shop: some on the shelf, some in the back room."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...], queue.SimpleQueue[Any]]]
        self._calls = queue.SimpleQueue()
        threading.Thread(target=self._own, daemon=True).start()

    def _own(self) -> None:
        books = _Books()
        while True:
            function, args, answer = self._calls.get()
            answer.put(function(books, *args))

    def _ask(self, function: Callable[..., Any], *args: Any) -> Any:
        answer: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._calls.put((function, args, answer))
        return answer.get()

    def deliver(self, item: str, pieces: int) -> None:
        """Put `pieces` that a supplier brought into the back room."""
        _require_positive(pieces)
        self._ask(_Books.deliver, item, pieces)

    def restock(self, item: str, pieces: int) -> int:
        """Carry `pieces` from the back room to the shelf, or what there is if there are fewer."""
        _require_positive(pieces)
        return int(self._ask(_Books.restock, item, pieces))

    def sell(self, item: str, pieces: int) -> bool:
        """Take `pieces` from the shelf. What the shelf lacks is fetched from the back room first."""
        _require_positive(pieces)
        return bool(self._ask(_Books.sell, item, pieces))

    def count(self, item: str) -> tuple[int, int]:
        """Return how many pieces are on the shelf and how many in the back room."""
        shelf, back_room = self._ask(_Books.count, item)
        return shelf, back_room


class _Books:
    """The numbers, for one thread."""

    def __init__(self) -> None:
        self.shelf: dict[str, int] = {}
        self.back_room: dict[str, int] = {}

    def deliver(self, item: str, pieces: int) -> None:
        self.back_room[item] = self.back_room.get(item, 0) + pieces

    def restock(self, item: str, pieces: int) -> int:
        carried = min(pieces, self.back_room.get(item, 0))
        self.back_room[item] = self.back_room.get(item, 0) - carried
        self.shelf[item] = self.shelf.get(item, 0) + carried
        return carried

    def sell(self, item: str, pieces: int) -> bool:
        missing = pieces - self.shelf.get(item, 0)
        if missing > self.back_room.get(item, 0):
            return False
        if missing > 0:
            self.restock(item, missing)
        self.shelf[item] -= pieces
        return True

    def count(self, item: str) -> tuple[int, int]:
        return self.shelf.get(item, 0), self.back_room.get(item, 0)


def _require_positive(pieces: int) -> None:
    if pieces < 1:
        raise ValueError(f"at least one piece, not {pieces}")
