"""Three philosophers who all take the left fork first.

fails: deadlock
"""

import threading


def scenario():
    forks = [threading.Lock() for _ in range(3)]

    def dine(seat):
        pair = seat, (seat + 1) % 3
        first, second = pair
        with forks[first], forks[second]:
            pass

    threads = [threading.Thread(target=dine, args=(seat,)) for seat in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
