"""The seats of a concert, sold at several counters and on the web at the same time.

Run it with ``python -m labs.lab08_ticket_seats``: three counters sell one hall, then the tickets are compared.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable


class Hall:
    """The seats of one concert. What is sold stays sold.

    Every method may be called from any number of threads at the same time.

    * A seat is sold once: of all the calls that ask for it, exactly one gets it, even where the same buyer asks twice.
      So :meth:`buy` returns False only for a seat that another call has got, or is just getting.
    * :meth:`buy_any` gets the first seat, in the order of the hall, that no other call has got or is just getting. It
      returns None only if there is no such seat.
    * From the moment when the call that got a seat has returned, :meth:`buyer_of` names its buyer, and that never
      changes. While that call is under way, ``buyer_of`` may say None or the buyer.
    """

    def __init__(self, seats: Iterable[str]) -> None:
        """Open the sale of `seats`, which are different from each other."""
        self.seats = tuple(seats)
        self._buyers: dict[str, str] = {}

    def buyer_of(self, seat: str) -> str | None:
        """Return who has bought `seat`, None if it is free.

        Raises:
            KeyError: there is no such seat.
        """
        self._require(seat)
        return self._buyers.get(seat)

    def buy(self, seat: str, buyer: str) -> bool:
        """Sell `seat` to `buyer`; return False, and change nothing, if it is sold already.

        Raises:
            KeyError: there is no such seat.
        """
        self._require(seat)
        if seat in self._buyers:
            return False
        self._buyers[seat] = buyer
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


def main(counters: int = 3, rows: int = 20) -> None:
    """Let `counters` sell the whole hall, then count the seats for which there are two tickets."""
    hall = Hall(f"{row}-{number}" for row in range(1, rows + 1) for number in range(1, 11))
    printed: list[dict[str, str]] = []

    def open_counter(counter: int) -> None:
        printed.append(serve(hall, [f"buyer {counter}-{number}" for number in range(rows * 10)]))

    threads = [threading.Thread(target=open_counter, args=(counter,)) for counter in range(counters)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seats = [seat for tickets in printed for seat in tickets]
    print(f"seats in the hall:          {len(hall.seats)}")
    print(f"tickets printed:            {len(seats)}")
    print(f"seats sold more than once:  {len(seats) - len(set(seats))}")
