"""Running jobs are counted before their thread starts."""

import threading
import time


def scenario():
    lock = threading.Lock()
    state = {"running": 0, "done": 0}

    def work():
        with lock:
            state["done"] += 1
            state["running"] -= 1

    for _ in range(2):
        with lock:
            state["running"] += 1
        threading.Thread(target=work).start()
    while state["running"]:
        time.sleep(0.01)
    assert state["done"] == 2
