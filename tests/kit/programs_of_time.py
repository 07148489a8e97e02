"""Programs with sleeps and time-outs, for test_virtual_time.py: what each gives and takes under exact time.

Each entry is a program, what it returns under ``time="exact"`` with the (least, most) virtual seconds, and what it can
return under ``time="any"``, where a time-out may fire at any moment. Times are hours where anything really waited.
"""

import concurrent.futures as cf
import queue
import sched
import threading
import time

HOUR = 3600.0


def start(*works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    return threads


def join(threads):
    for thread in threads:
        thread.join()


# ---- sleeping --------------------------------------------------------------------------------------------------------


def sleep_alone():
    time.sleep(HOUR)
    time.sleep(0)
    time.sleep(HOUR / 2)
    return "slept"


def sleep_in_turn():
    for hours in (1, 2):
        join(start(lambda hours=hours: time.sleep(hours * HOUR)))
    return "slept"


def sleep_at_once():
    join(start(lambda: time.sleep(HOUR), lambda: time.sleep(3 * HOUR), lambda: time.sleep(2 * HOUR)))
    return "slept"


def sleep_under_a_lock():
    lock = threading.Lock()

    def work():
        with lock:
            time.sleep(HOUR)

    join(start(work, work))
    return "slept"


def sleep_to_synchronize():
    box = []
    thread = threading.Thread(target=lambda: box.append("there"))
    thread.start()
    time.sleep(HOUR)
    seen = list(box)
    thread.join()
    return len(seen)


# ---- locks and conditions --------------------------------------------------------------------------------------------


def held(kind, hours, timeout):
    """Try for `timeout` hours to take what another thread holds for `hours`."""
    lock = getattr(threading, kind)()
    taken = threading.Event()
    got = []

    def holder():
        lock.acquire()
        taken.set()
        time.sleep(hours * HOUR)
        lock.release()

    (thread,) = start(holder)
    taken.wait()
    got = lock.acquire(timeout=timeout * HOUR)
    if got:
        lock.release()
    thread.join()
    return got


def condition_wait(after):
    condition = threading.Condition()

    def work():
        time.sleep(after * HOUR)
        with condition:
            condition.notify()

    with condition:
        (thread,) = start(work)
        woken = condition.wait(timeout=2 * HOUR)
    thread.join()
    return woken


def condition_wait_for(after):
    condition = threading.Condition()
    box = []

    def work():
        with condition:
            condition.notify_all()  # nothing has changed yet: the time-out goes on
        time.sleep(after * HOUR)
        with condition:
            box.append(1)
            condition.notify_all()

    with condition:
        (thread,) = start(work)
        found = condition.wait_for(lambda: bool(box), timeout=2 * HOUR)
    thread.join()
    return found


def event_wait(after):
    event = threading.Event()

    def work():
        time.sleep(after * HOUR)
        event.set()

    (thread,) = start(work)
    woken = event.wait(2 * HOUR)
    thread.join()
    return woken


def event_never_set():
    return threading.Event().wait(HOUR)


def barrier_wait(after):
    barrier = threading.Barrier(2)
    said = []

    def work():
        time.sleep(after * HOUR)
        try:
            barrier.wait()
        except threading.BrokenBarrierError:
            said.append("broken")

    (thread,) = start(work)
    try:
        barrier.wait(timeout=2 * HOUR)
    except threading.BrokenBarrierError:
        said.append("gave up")
    thread.join()
    return sorted(said)


# ---- queues ----------------------------------------------------------------------------------------------------------


def queue_get(kind, after):
    line = getattr(queue, kind)()

    def work():
        time.sleep(after * HOUR)
        line.put("item")

    (thread,) = start(work)
    try:
        got = line.get(timeout=2 * HOUR)
    except queue.Empty:
        got = "empty"
    thread.join()
    return got


def queue_put(after):
    line = queue.Queue(maxsize=1)
    line.put("first")

    def work():
        time.sleep(after * HOUR)
        line.get()

    (thread,) = start(work)
    try:
        line.put("second", timeout=2 * HOUR)
        said = "put"
    except queue.Full:
        said = "full"
    thread.join()
    return said


# ---- threads and timers ----------------------------------------------------------------------------------------------


def join_in_time(hours):
    (thread,) = start(lambda: time.sleep(hours * HOUR))
    thread.join(timeout=2 * HOUR)
    alive = thread.is_alive()
    thread.join()
    return alive


def timer_fires():
    said = []
    timer = threading.Timer(HOUR, said.append, ["fired"])
    timer.start()
    timer.join()
    return said


def timer_cancelled(after):
    said = []
    timer = threading.Timer(2 * HOUR, said.append, ["fired"])
    timer.start()
    time.sleep(after * HOUR)
    timer.cancel()
    timer.join()
    return said


def beats():
    """The usual periodic loop: work until told to stop, once an hour."""
    stop = threading.Event()
    count = []

    def work():
        while not stop.wait(HOUR):
            count.append(1)

    (thread,) = start(work)
    time.sleep(2.5 * HOUR)
    stop.set()
    thread.join()
    return len(count)


def scheduler():
    said = []

    def work():
        plan = sched.scheduler()
        plan.enter(2 * HOUR, 1, said.append, ["second"])
        plan.enter(HOUR, 1, said.append, ["first"])
        plan.run()

    join(start(work))
    return said


# ---- futures ---------------------------------------------------------------------------------------------------------


def slow(hours):
    time.sleep(hours * HOUR)
    return hours


def future_result(hours):
    with cf.ThreadPoolExecutor(1) as pool:
        future = pool.submit(slow, hours)
        try:
            return future.result(timeout=2 * HOUR)
        except cf.TimeoutError:
            return "late"


def futures_wait():
    with cf.ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(slow, 1), pool.submit(slow, 3)]
        done, late = cf.wait(futures, timeout=2 * HOUR)
        return len(done), len(late)


def futures_as_completed():
    seen = []
    with cf.ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(slow, 3), pool.submit(slow, 1)]
        try:
            for future in cf.as_completed(futures, timeout=2 * HOUR):
                seen.append(future.result())
        except cf.TimeoutError:
            seen.append("late")
    return seen


def executor_map():
    seen = []
    with cf.ThreadPoolExecutor(2) as pool:
        try:
            for value in pool.map(slow, [1, 3], timeout=2 * HOUR):
                seen.append(value)
        except cf.TimeoutError:
            seen.append("late")
    return seen

BOTH = {True, False}
# name: (program, result under exact time, hours, results under any time or None where that is too large)
PROGRAMS = {
    "a sleep": (sleep_alone, "slept", 1.5, {"slept"}),
    "sleeps, one after the other": (sleep_in_turn, "slept", 3, {"slept"}),
    "sleeps at once": (sleep_at_once, "slept", 3, {"slept"}),
    "sleeps under one lock": (sleep_under_a_lock, "slept", 2, {"slept"}),
    "a sleep in place of a join": (sleep_to_synchronize, 1, 1, {0, 1}),
    "Lock.acquire in time": (lambda: held("Lock", 1, 2), True, 1, BOTH),
    "Lock.acquire too late": (lambda: held("Lock", 3, 2), False, 3, BOTH),
    "RLock.acquire in time": (lambda: held("RLock", 1, 2), True, 1, BOTH),
    "RLock.acquire too late": (lambda: held("RLock", 3, 2), False, 3, BOTH),
    "Semaphore.acquire in time": (lambda: held("Semaphore", 1, 2), True, 1, BOTH),
    "Semaphore.acquire too late": (lambda: held("Semaphore", 3, 2), False, 3, BOTH),
    "BoundedSemaphore.acquire in time": (lambda: held("BoundedSemaphore", 1, 2), True, 1, BOTH),
    "BoundedSemaphore.acquire too late": (lambda: held("BoundedSemaphore", 3, 2), False, 3, BOTH),
    "Condition.wait in time": (lambda: condition_wait(1), True, 1, BOTH),
    "Condition.wait too late": (lambda: condition_wait(3), False, 3, BOTH),
    "Condition.wait_for in time": (lambda: condition_wait_for(1), True, 1, BOTH),
    "Condition.wait_for too late": (lambda: condition_wait_for(3), False, 3, BOTH),
    "Event.wait in time": (lambda: event_wait(1), True, 1, BOTH),
    "Event.wait too late": (lambda: event_wait(3), False, 3, BOTH),
    "Event.wait for ever": (event_never_set, False, 1, {False}),
    "Barrier.wait in time": (lambda: barrier_wait(1), [], 1, {"[]", "['broken', 'gave up']"}),
    "Barrier.wait too late": (lambda: barrier_wait(3), ["broken", "gave up"], 3, {"[]", "['broken', 'gave up']"}),
    "Queue.get in time": (lambda: queue_get("Queue", 1), "item", 1, {"item", "empty"}),
    "Queue.get too late": (lambda: queue_get("Queue", 3), "empty", 3, {"item", "empty"}),
    "LifoQueue.get in time": (lambda: queue_get("LifoQueue", 1), "item", 1, {"item", "empty"}),
    "PriorityQueue.get too late": (lambda: queue_get("PriorityQueue", 3), "empty", 3, {"item", "empty"}),
    "SimpleQueue.get in time": (lambda: queue_get("SimpleQueue", 1), "item", 1, {"item", "empty"}),
    "SimpleQueue.get too late": (lambda: queue_get("SimpleQueue", 3), "empty", 3, {"item", "empty"}),
    "Queue.put in time": (lambda: queue_put(1), "put", 1, {"put", "full"}),
    "Queue.put too late": (lambda: queue_put(3), "full", 3, {"put", "full"}),
    "Thread.join in time": (lambda: join_in_time(1), False, 1, BOTH),
    "Thread.join too late": (lambda: join_in_time(3), True, 3, BOTH),
    "Timer fires": (timer_fires, ["fired"], 1, {"['fired']"}),
    "Timer cancelled": (lambda: timer_cancelled(1), [], 1, {"[]", "['fired']"}),
    "Timer cancelled too late": (lambda: timer_cancelled(3), ["fired"], 3, {"[]", "['fired']"}),
    "a periodic loop": (beats, 2, 2.5, None),
    "sched.scheduler": (scheduler, ["first", "second"], 2, {"['first', 'second']"}),
    "Future.result in time": (lambda: future_result(1), 1, 1, {1, "late"}),
    "Future.result too late": (lambda: future_result(3), "late", 3, {3, "late"}),
    "futures.wait": (futures_wait, (1, 1), 3, {(0, 2), (1, 1), (2, 0)}),
    "futures.as_completed": (
        futures_as_completed,
        [1, "late"],
        3,
        {"['late']", "[1, 'late']", "[3, 'late']", "[1, 3]", "[3, 1]"},
    ),
    "Executor.map": (executor_map, [1, "late"], 3, {"['late']", "[1, 'late']", "[1, 3]"}),
}
