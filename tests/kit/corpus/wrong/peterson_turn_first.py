"""Peterson's algorithm with the turn given away before the wish is announced.

fails: assertion
"""

import threading

wants = [False, False]
turn = 0
count = 0


def enter(me):
    global turn
    other = 1 - me
    turn = other
    wants[me] = True
    while wants[other] and turn == other:
        pass


def work(me):
    global count
    enter(me)
    count += 1
    wants[me] = False


def scenario():
    global turn, count
    wants[:] = [False, False]
    turn = count = 0
    threads = [threading.Thread(target=target) for target in (lambda: work(0), lambda: work(1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count == 2
