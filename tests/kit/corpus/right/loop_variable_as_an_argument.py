"""Threads made in a loop get the loop's variable as an argument."""

import threading


def scenario():
    got = []
    threads = []
    for number in range(2):
        thread = threading.Thread(target=lambda number=number: got.append(number))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    assert sorted(got) == [0, 1]
