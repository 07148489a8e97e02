"""A dict with one entry a thread, by a name that two threads share.

fails: assertion
"""

import threading


def scenario():
    totals = {}

    def work():
        me = threading.current_thread().name
        totals[me] = totals.get(me, 0) + 1

    threads = [threading.Thread(target=work, name="worker") for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(totals.values()) == 2
