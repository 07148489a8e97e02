"""A free object is looked for, then marked: two threads can get it.

fails: assertion
"""

import threading


class Connection:
    def __init__(self):
        self.users = 0


def scenario():
    pool = [Connection(), Connection()]
    taken = []

    def use():
        connection = next(free for free in pool if not free.users)
        connection.users += 1
        taken.append(connection)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken[0] is not taken[1]
