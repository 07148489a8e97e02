"""Peterson's mutual exclusion for two threads."""

import threading

wants = [False, False]
turn = 0
count = 0


def enter(me):
    global turn
    other = 1 - me
    wants[me] = True
    turn = other
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
