"""Programs with executors that are not, or not all, shut down: what becomes of them is up to the interpreter's exit.

Run as a program each prints what the interpreter makes of it: ``python programs_of_exits.py NAME``.
"""

import concurrent.futures
import concurrent.futures.thread
import queue
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import product

DONE = []  # what tasks did, over all schedules


class Subclass(ThreadPoolExecutor):
    def submit(self, fn, /, *args, **kwargs):
        return super().submit(fn, *args, **kwargs)


class Named(ThreadPoolExecutor):
    def __init__(self, workers):
        super().__init__(workers, thread_name_prefix="named")


MODULE = {1: ThreadPoolExecutor(1), 2: ThreadPoolExecutor(2)}
MODULE_SUBCLASS = {1: Subclass(1), 2: Subclass(2)}


class Holder:
    def __init__(self, workers):
        self.pool = ThreadPoolExecutor(max_workers=workers)


def dotted(workers):
    return concurrent.futures.ThreadPoolExecutor(workers)


MAKERS = {
    "local": ThreadPoolExecutor,
    "dotted": dotted,
    "of the thread module": lambda workers: concurrent.futures.thread.ThreadPoolExecutor(workers),
    "attribute": lambda workers: Holder(workers).pool,
    "module": MODULE.__getitem__,
    "subclass": Subclass,
    "named": Named,
    "subclass at module level": MODULE_SUBCLASS.__getitem__,
}


def waited_for(pool):
    assert [future.result() for future in [pool.submit(sum, [1, 2]), pool.submit(len, "four")]] == [3, 4]


def not_waited_for(pool):
    pool.submit(DONE.append, 1)
    pool.submit(DONE.append, 1)


def submitted_by_a_thread(pool):
    thread = threading.Thread(target=pool.submit, args=(DONE.append, 1))
    thread.start()
    thread.join()
    pool.submit(DONE.append, 1)


def submitted_by_a_thread_that_is_left_alone(pool):
    """The scenario's own thread may end first, but the other one is no daemon: nothing exits before it has ended."""
    bell = threading.Event()

    def work():
        DONE.append(1)
        pool.submit(DONE.append, 1)
        bell.set()

    threading.Thread(target=work).start()
    bell.wait()


def submitted_by_a_task(pool):
    assert pool.submit(lambda: pool.submit(len, "abc")).result().result() == 3


def shut_without_waiting(pool):
    pool.submit(DONE.append, 1)
    pool.submit(DONE.append, 1)
    pool.shutdown(wait=False)


def used_twice(pool):
    assert pool.submit(int).result() == 0
    assert pool.submit(str).result() == ""


def task_that_is_interrupted(pool):
    assert isinstance(pool.submit(sys.exit, 3).exception(), SystemExit)
    assert pool.submit(int).result() == 0


USES = [
    waited_for,
    not_waited_for,
    submitted_by_a_thread,
    submitted_by_a_thread_that_is_left_alone,
    submitted_by_a_task,
    shut_without_waiting,
    used_twice,
    task_that_is_interrupted,
]
TWO = (not_waited_for, submitted_by_a_thread, submitted_by_a_thread_that_is_left_alone, shut_without_waiting)
ADDED = dict.fromkeys(TWO, 2)


def made(maker, workers, use):
    def scenario():
        use(MAKERS[maker](workers))

    return scenario


# Everything with one kind of executor, and every kind of executor with one use.
USED = {
    f"{use.__name__}/{maker}/{workers}": (made(maker, workers, use), ADDED.get(use, 0))
    for maker, workers, use in product(MAKERS, (1, 2), USES)
    if maker in ("local", "subclass at module level") or use in (waited_for, not_waited_for)
}


def two_executors_one_shut():
    with ThreadPoolExecutor(1) as first:
        second = ThreadPoolExecutor(1)
        assert first.submit(lambda: second.submit(sum, [1, 2]).result()).result() == 3


def two_executors_neither_shut():
    first, second = ThreadPoolExecutor(1), Subclass(1)
    assert first.submit(lambda: second.submit(sum, [1, 2]).result()).result() == 3


def an_executor_that_nobody_uses():
    ThreadPoolExecutor()


def beside_a_daemon_that_idles():
    inbox, outbox = queue.SimpleQueue(), queue.SimpleQueue()

    def serve():
        while True:
            pool.submit(outbox.put, inbox.get())

    pool = ThreadPoolExecutor(1)
    threading.Thread(target=serve, daemon=True).start()
    inbox.put("one")
    assert outbox.get() == "one"


def map_without_a_with():
    assert list(ThreadPoolExecutor(2).map(abs, [-1, -2])) == [1, 2]


def tasks_with_a_lock_and_time():
    pool, lock, seen = ThreadPoolExecutor(2), threading.Lock(), []

    def work():
        with lock:
            seen.append(len(seen))

    concurrent.futures.wait([pool.submit(work), pool.submit(work)])
    assert seen == [0, 1]


def a_task_that_is_running_at_the_exit():
    go = threading.Event()
    pool = ThreadPoolExecutor(1)
    pool.submit(go.wait)
    pool.submit(DONE.append, 1)
    go.set()


PROGRAMS = {
    program.__name__: (program, added)
    for program, added in [
        (two_executors_one_shut, 0),
        (two_executors_neither_shut, 0),
        (an_executor_that_nobody_uses, 0),
        (beside_a_daemon_that_idles, 0),
        (map_without_a_with, 0),
        (tasks_with_a_lock_and_time, 0),
        (a_task_that_is_running_at_the_exit, 1),
    ]
}
RIGHT = USED | PROGRAMS


# ---- submitting at the exit -----------------------------------------------------------------------------------------


def says(pool):
    """Submit a task; what the executor says to that."""
    try:
        pool.submit(int)
    except RuntimeError as error:
        return str(error)
    return "taken"


def again_and_again():
    """A task submits until it cannot any more. For the real interpreter: how often it can is up to chance."""
    pool = ThreadPoolExecutor(1)

    def work():
        while (said := says(pool)) == "taken":
            pass
        print(said)

    pool.submit(work)


def once_more():
    """A task submits another one, while the scenario's own thread may end or not."""
    pool = ThreadPoolExecutor(1)
    pool.submit(lambda: DONE.append(says(pool)))


def once_more_after_a_thread():
    """The same, where another thread is the last to end."""
    pool = ThreadPoolExecutor(1)
    pool.submit(lambda: DONE.append(says(pool)))
    threading.Thread(target=int).start()


def once_more_from_another_pool():
    first, second = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
    first.submit(lambda: DONE.append(says(second)))


ONCE_MORE = [once_more, once_more_after_a_thread, once_more_from_another_pool]


if __name__ == "__main__":
    (again_and_again if sys.argv[1] == "again_and_again" else RIGHT[sys.argv[1]][0])()
