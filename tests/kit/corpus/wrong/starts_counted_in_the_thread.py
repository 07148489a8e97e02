"""Running jobs are counted by their threads, so that nobody may be counted yet.

fails: assertion
"""

import threading
import time


def scenario():
    lock = threading.Lock()
    state = {"running": 0, "done": 0}

    def work():
        with lock:
            state["running"] += 1
        with lock:
            state["done"] += 1
            state["running"] -= 1

    for _ in range(2):
        threading.Thread(target=work).start()
    while state["running"]:
        time.sleep(0.01)
    assert state["done"] == 2
