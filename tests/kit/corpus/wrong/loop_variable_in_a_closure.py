"""Threads made in a loop read the loop's variable when they run.

fails: assertion
"""

import threading


def scenario():
    got = []
    threads = []
    for number in range(2):
        thread = threading.Thread(target=lambda: got.append(number))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    assert sorted(got) == [0, 1]
