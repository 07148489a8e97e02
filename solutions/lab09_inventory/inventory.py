"""Keep count of what a tea shop has on the shelf and in the back room.

Run it with ``python -m solutions.lab09_inventory``: a clerk restocks the shelf while two tills sell.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable


class Inventory:
    """The pieces of each item in the shop: some on the shelf, some in the back room.

    Every method may be called from any number of threads at the same time.

    * Each call takes effect at one moment between its start and its return: nobody ever sees a part of it.
    * Every call returns. It may have to wait for calls that other threads have under way, and for nothing else.
    * Pieces are neither made nor lost: what was delivered and not sold is in the shop.
    """

    def __init__(self) -> None:
        self._shelf: dict[str, int] = {}
        self._back_room: dict[str, int] = {}
        # An RLock knows its owner: the thread that holds it may take it again, and it is free when that thread has
        # given it back as often as it took it. So sell() can call restock() in the middle of its critical section,
        # and no other thread comes in between.
        #
        # Also right, with a plain Lock: move what restock() does into a method `_carry` that takes no lock, for callers
        # that hold it already; restock() is then the lock and a call of `_carry`, and sell() calls `_carry` itself.
        self._lock = threading.RLock()

    def deliver(self, item: str, pieces: int) -> None:
        """Put `pieces` that a supplier brought into the back room.

        Raises:
            ValueError: `pieces` is less than 1.
        """
        _require_positive(pieces)
        with self._lock:
            self._back_room[item] = self._back_room.get(item, 0) + pieces

    def restock(self, item: str, pieces: int) -> int:
        """Carry `pieces` from the back room to the shelf, or what there is if there are fewer.

        Returns:
            How many pieces were carried.

        Raises:
            ValueError: `pieces` is less than 1.
        """
        _require_positive(pieces)
        with self._lock:
            carried = min(pieces, self._back_room.get(item, 0))
            self._back_room[item] = self._back_room.get(item, 0) - carried
            self._shelf[item] = self._shelf.get(item, 0) + carried
        return carried

    def sell(self, item: str, pieces: int) -> bool:
        """Take `pieces` from the shelf. What the shelf lacks, and no more, is fetched from the back room first.

        Returns:
            True when they were sold, False when the shop does not have so many; then nothing was changed.

        Raises:
            ValueError: `pieces` is less than 1.
        """
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


def ring_up(inventory: Inventory, item: str, customers: Iterable[int], sold: list[int]) -> None:
    """Sell to each of `customers` as many pieces as they ask for, and add what they got to `sold`."""
    for pieces in customers:
        if inventory.sell(item, pieces):
            sold.append(pieces)


def main() -> None:
    """Sell green tea at two tills while a clerk restocks the shelf, then print what became of it."""
    inventory = Inventory()
    inventory.deliver("green tea", 24)
    inventory.restock("green tea", 8)
    sold: list[int] = []
    threads = [
        threading.Thread(target=ring_up, args=(inventory, "green tea", [2, 1, 3], sold), daemon=True),
        threading.Thread(target=ring_up, args=(inventory, "green tea", [3, 2, 4], sold), daemon=True),
        threading.Thread(target=inventory.restock, args=("green tea", 2), daemon=True),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=2.0)
    print(f"delivered: 24, sold: {sum(sold)} ({', '.join(map(str, sold))})")
    if any(thread.is_alive() for thread in threads):
        print("... and the shop stands still: somebody waits for a lock that nobody will ever give back.")
    else:
        shelf, back_room = inventory.count("green tea")
        print(f"on the shelf: {shelf}, in the back room: {back_room}")
