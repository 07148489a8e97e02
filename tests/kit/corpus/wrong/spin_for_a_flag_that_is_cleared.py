"""A loop that sleeps between two looks can miss a flag that is soon cleared.

fails: livelock
"""

import threading
import time

state = {"open": False}


def wait_until_open():
    while not state["open"]:
        time.sleep(0.01)


def open_door():
    state["open"] = True
    state["open"] = False


def scenario():
    state["open"] = False
    threads = [threading.Thread(target=target) for target in (wait_until_open, open_door)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
