"""A token for each seat, and a thread of its own writes the name: after the sale the seat still looks free.

kind: assertion
class: order violation
lines: 26, 35
"""

from __future__ import annotations

import threading
from collections.abc import Iterable


class Hall:
    """The seats of one concert."""

    def __init__(self, seats: Iterable[str]) -> None:
        """Open the sale of `seats`."""
        self.seats = tuple(seats)
        self._tokens = {seat: [seat] for seat in self.seats}
        self._buyers: dict[str, str] = {}

    def buyer_of(self, seat: str) -> str | None:
        """Return who has bought `seat`, None if it is free."""
        self._require(seat)
        return self._buyers.get(seat)

    def buy(self, seat: str, buyer: str) -> bool:
        """Sell `seat` to `buyer`; return False if it is sold already."""
        self._require(seat)
        try:
            self._tokens[seat].pop()
        except IndexError:
            return False
        threading.Thread(target=self._buyers.setdefault, args=(seat, buyer)).start()
        return True

    def buy_any(self, buyer: str) -> str | None:
        """Sell the first free seat to `buyer` and return it, None if the hall is sold out."""
        for seat in self.seats:
            if self.buy(seat, buyer):
                return seat
        return None

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
