"""A free object is taken from the pool by one pop."""

import threading


class Connection:
    def __init__(self):
        self.users = 0


def scenario():
    pool = [Connection(), Connection()]
    taken = []

    def use():
        taken.append(pool.pop())

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken[0] is not taken[1]
