"""Two buyers of one seat: each pops, and is told when there is none left."""

import threading


def scenario():
    seats = ["12A"]
    sold = []

    def buy():
        try:
            sold.append(seats.pop())
        except IndexError:
            pass

    threads = [threading.Thread(target=buy) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sold == ["12A"]
