"""Two buyers of one seat: each looks, then pops what may be gone.

fails: exception
"""

import threading


def scenario():
    seats = ["12A"]
    sold = []

    def buy():
        if seats:
            sold.append(seats.pop())

    threads = [threading.Thread(target=buy) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sold == ["12A"]
