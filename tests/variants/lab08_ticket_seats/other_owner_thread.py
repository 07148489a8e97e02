"""One thread owns the seats and takes the wishes from a queue, one after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable


class Hall:
    """The seats of one concert."""

    def __init__(self, seats: Iterable[str]) -> None:
        """Open the sale of `seats`."""
        self.seats = tuple(seats)
        self._buyers: dict[str, str] = {}
        self._wishes: queue.SimpleQueue[tuple[tuple[str, ...], str, queue.SimpleQueue[str | None]]] = (
            queue.SimpleQueue()
        )
        threading.Thread(target=self._own, daemon=True).start()

    def buyer_of(self, seat: str) -> str | None:
        """Return who has bought `seat`, None if it is free."""
        self._require(seat)
        return self._buyers.get(seat)

    def buy(self, seat: str, buyer: str) -> bool:
        """Sell `seat` to `buyer`; return False if it is sold already."""
        self._require(seat)
        return self._ask((seat,), buyer) is not None

    def buy_any(self, buyer: str) -> str | None:
        """Sell the first free seat to `buyer` and return it, None if the hall is sold out."""
        return self._ask(self.seats, buyer)

    def _own(self) -> None:
        while True:
            seats, buyer, reply = self._wishes.get()
            seat = next((seat for seat in seats if seat not in self._buyers), None)
            if seat is not None:
                self._buyers[seat] = buyer
            reply.put(seat)

    def _ask(self, seats: tuple[str, ...], buyer: str) -> str | None:
        reply: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._wishes.put((seats, buyer, reply))
        return reply.get()

    def _require(self, seat: str) -> None:
        if seat not in self.seats:
            raise KeyError(f"there is no seat {seat}")


def serve(hall: Hall, queue: Iterable[str]) -> dict[str, str]:
    """Sell a seat to each buyer in `queue`; return the tickets that were printed, seat by seat."""
    tickets = {}
    for buyer in queue:
        seat = hall.buy_any(buyer)
        if seat is not None:
            tickets[seat] = buyer
    return tickets
