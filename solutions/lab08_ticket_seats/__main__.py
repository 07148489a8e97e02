"""Sell a hall at three counters and print who sits where twice."""

from .ticket_seats import main

if __name__ == "__main__":
    main()
