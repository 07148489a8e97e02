"""Opposite orders of two locks, where one of the two threads backs off."""

import threading
import time

left = threading.Lock()
right = threading.Lock()
done = []


def insist():
    with left, right:
        done.append("insist")


def back_off():
    while True:
        with right:
            if left.acquire(blocking=False):
                done.append("back off")
                left.release()
                return
        time.sleep(0.01)


def scenario():
    done.clear()
    threads = [threading.Thread(target=target) for target in (insist, back_off)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["back off", "insist"]
