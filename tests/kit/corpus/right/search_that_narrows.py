"""A thread whose search narrows its range in each turn."""

import threading


def scenario():
    found = []

    def search(goal):
        low, high = 0, 8
        while low < high:
            middle = (low + high) // 2
            if middle < goal:
                low = middle + 1
            else:
                high = middle
        found.append(low)

    threads = [threading.Thread(target=search, args=(goal,)) for goal in (3, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [3, 5]
