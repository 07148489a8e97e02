"""The models of the standard library's classes behave as the originals do.

Each program below tells what it saw as a list of plain values. It is run once on the real classes, outside of every
scenario, and then in the explored and the native world, before and after a second thread has existed: all must say the
same. Where threads are needed to see something, the expected values are written down.
"""

import concurrent.futures as cf
import logging
import queue
import threading

import pytest

from sync_tools import explore, run_together, stress


def attempt(function, *args, **kwargs):
    """What a call returns, or the class and text of what it raises."""
    try:
        value = function(*args, **kwargs)
    except Exception as error:
        return type(error).__name__, str(error)
    return value


# ---- programs of one thread: the same words as the standard library --------------------------------------------------


def lock_words():
    lock = threading.Lock()
    return [
        attempt(lock.release),
        lock.locked(),
        lock.acquire(),
        lock.locked(),
        lock.acquire(False),
        lock.acquire(blocking=False),
        lock.acquire(True, 0.001),
        lock.acquire(timeout=0),
        attempt(lock.acquire, False, 1),
        attempt(lock.acquire, True, -2),
        attempt(lock.acquire, timeout=threading.TIMEOUT_MAX * 2),
        attempt(lock.release),
        attempt(lock.release),
        attempt(lock.__enter__),
        attempt(lock.__exit__, None, None, None),
        lock.locked(),
    ]


def rlock_words():
    lock = threading.RLock()
    seen = [attempt(lock.release), lock.acquire(), lock.acquire(), lock.acquire(False), lock.acquire(timeout=0)]
    seen += [attempt(lock.acquire, False, 1), attempt(lock.acquire, True, -2)]
    seen += [attempt(lock.release) for _ in range(5)]
    with lock, lock:
        seen.append(lock._is_owned())
    seen.append(lock._is_owned())
    return seen


def condition_words():
    condition = threading.Condition()
    seen = [
        attempt(condition.wait),
        attempt(condition.notify),
        attempt(condition.notify_all),
        attempt(condition.wait_for, lambda: False, 0.001),
        attempt(condition.wait_for, lambda: 7),
        attempt(condition.release),
        condition.acquire(),
        condition.acquire(),
    ]
    seen += [condition.wait(0.001), condition.notify(), condition.notify_all()]
    seen += [condition.wait_for(lambda: "there"), condition.wait_for(lambda: [], 0.001)]
    seen += [condition.wait(0), condition.wait(-1), condition.wait_for(lambda: 0, timeout=0)]
    condition.release()
    seen.append(attempt(condition.release))
    seen.append(attempt(condition.release))
    with condition as entered:
        seen.append(entered)
    own = threading.Lock()
    over_lock = threading.Condition(own)
    with over_lock:
        seen += [own.locked(), over_lock.wait(0.001), own.locked()]
    seen += [own.locked(), attempt(over_lock.notify)]
    return seen


def event_words():
    event = threading.Event()
    seen = [event.is_set(), event.wait(0), event.wait(0.001), event.wait(-1), event.set(), event.is_set()]
    return [*seen, event.wait(), event.wait(0), event.set(), event.clear(), event.clear(), event.is_set()]


@pytest.mark.parametrize("kind", ["Semaphore", "BoundedSemaphore"])
def test_semaphores_say_what_the_real_ones_say(kind):
    def semaphore_words():
        make = getattr(threading, kind)
        semaphore = make(2)
        seen = [attempt(make, -1), semaphore.acquire(), semaphore.acquire(blocking=False)]
        seen += [semaphore.acquire(False), semaphore.acquire(timeout=0), semaphore.acquire(timeout=0.001)]
        seen += [attempt(semaphore.acquire, False, 1), attempt(semaphore.release, 0), semaphore.release(2)]
        seen += [attempt(semaphore.release), semaphore.acquire(), attempt(semaphore.release, 2)]
        with semaphore as entered:
            seen.append(entered)
        empty = make(0)
        return [*seen, empty.acquire(False), attempt(empty.release), empty.acquire(False)]

    says_the_same(semaphore_words)


def barrier_words():
    barrier = threading.Barrier(1)
    calls = []
    acting = threading.Barrier(1, lambda: calls.append("action"))
    two = threading.Barrier(2, timeout=0.001)

    def failing():
        raise KeyError("action")

    bad = threading.Barrier(1, failing)
    return [
        barrier.wait(),
        barrier.wait(),
        (barrier.parties, barrier.n_waiting, barrier.broken),
        acting.wait(),
        calls,
        attempt(two.wait),
        two.broken,
        attempt(two.wait),
        two.reset(),
        two.broken,
        attempt(two.wait, 0),
        two.broken,
        barrier.abort(),
        barrier.broken,
        attempt(barrier.wait),
        barrier.reset(),
        barrier.wait(),
        attempt(bad.wait),
        bad.broken,
        attempt(bad.wait),
    ]


def queue_words():
    seen = []
    for make in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
        line = make(2)
        seen += [line.maxsize, line.empty(), line.full(), line.qsize()]
        seen += [attempt(line.get, False), attempt(line.get, timeout=0.001), attempt(line.get_nowait)]
        seen += [attempt(line.get, True, -1), attempt(line.put, 1, True, -1)]
        seen += [line.put(3), line.put(1), line.full(), attempt(line.put, 2, False), attempt(line.put_nowait, 2)]
        seen += [attempt(line.put, 2, timeout=0.001), line.qsize(), line.get(), line.get(timeout=1)]
        seen += [line.task_done(), line.task_done(), attempt(line.task_done), line.join()]
        endless = make()
        seen += [endless.put(1, timeout=-1), endless.full(), endless.put(2, False), endless.unfinished_tasks]
        seen += [attempt(make(-1).put, 1)]
    simple = queue.SimpleQueue()
    seen += [simple.empty(), attempt(simple.get_nowait), attempt(simple.get, False), attempt(simple.get, timeout=0.001)]
    seen += [simple.put(1), simple.put(2, False), simple.put_nowait(3), simple.qsize(), simple.get(), simple.get()]
    seen += [attempt(simple.get, True, -1), simple.get(), attempt(simple.get, True, -1)]
    return seen


def thread_words():
    thread = threading.Thread(target=int)
    named = threading.Thread(target=int, name="someone", daemon=True)
    seen = [attempt(thread.join), thread.is_alive(), thread.ident, thread.daemon, named.daemon, named.name]
    seen += [attempt(threading.current_thread().join), thread.start(), attempt(thread.start), attempt(thread.join)]
    seen += [thread.is_alive(), thread.join(), thread.join(0), thread.join(-1), attempt(thread.start)]
    seen += [type(thread.ident), attempt(setattr, thread, "daemon", True)]
    named.name = "other"
    seen += [named.name, named.start(), named.join()]

    class Forgetful(threading.Thread):
        def __init__(self):
            pass

    forgetful = Forgetful()
    seen += [attempt(forgetful.start), attempt(forgetful.join), attempt(forgetful.is_alive)]
    seen += [attempt(threading.Thread, target=int, daemon=None).daemon, attempt(threading.Thread, "group")[0]]
    return seen


def thread_arguments():
    heard = []
    kwargs = {"two": 2}
    args = [1]
    thread = threading.Thread(None, lambda *a, **k: heard.append((a, dict(k))), "name", args, kwargs)
    kwargs["two"] = 3
    thread.start()
    thread.join()

    class Worker(threading.Thread):
        def run(self):
            heard.append((self.name, threading.current_thread() is self, self.is_alive(), self.daemon))
            child = threading.Thread(target=int)
            heard.append(child.daemon)

    for daemon in (False, True):
        worker = Worker(name="w", daemon=daemon)
        worker.start()
        worker.join()
    bare = threading.Thread()
    bare.start()
    bare.join()
    return [str(item) for item in heard]


def timer_words():
    calls = []
    never = threading.Timer(0, calls.append, ["never"])
    never.cancel()
    never.start()
    never.join()
    soon = threading.Timer(0, calls.append, args=["soon"])
    soon.start()
    soon.join()
    keyed = threading.Timer(0, lambda **kwargs: calls.append(kwargs), kwargs={"a": 1})
    keyed.start()
    keyed.join()
    return [calls, soon.is_alive(), isinstance(soon, threading.Thread), attempt(soon.start), soon.finished.is_set()]


def future_words():
    future = cf.Future()
    called = []
    seen = [
        future.done(),
        future.running(),
        future.cancelled(),
        attempt(future.result, 0),
        attempt(future.exception, 0),
    ]
    future.add_done_callback(lambda f: called.append((f is future, f.cancelled())))
    seen += [future.cancel(), future.cancelled(), future.done(), future.cancel(), attempt(future.result)]
    seen += [attempt(future.exception), future.set_running_or_notify_cancel(), list(called)]
    done = cf.Future()
    done.add_done_callback(lambda f: called.append(f.result()))
    seen += [done.set_running_or_notify_cancel(), done.running(), done.cancel(), done.set_result(5), done.result()]
    seen += [done.exception(), done.cancel(), done.done(), done.running(), list(called)]
    done.add_done_callback(lambda f: called.append("at once"))
    seen += [list(called), attempt(done.set_result, 6)[0], attempt(done.set_exception, OSError())[0]]
    failed = cf.Future()
    failed.set_exception(KeyError("x"))
    return [*seen, attempt(failed.result), repr(failed.exception()), failed.done(), called]


def failing_callbacks():
    called = []

    def bad(future):
        called.append("bad")
        raise ValueError("in a callback")

    future = cf.Future()
    future.add_done_callback(bad)
    future.add_done_callback(lambda f: called.append("good"))
    logger = logging.getLogger("concurrent.futures")
    disabled, logger.disabled = logger.disabled, True
    try:
        seen = [attempt(future.set_result, 1), attempt(future.add_done_callback, bad), future.result()]
    finally:
        logger.disabled = disabled
    return [*seen, called]


def executor_words():
    seen = [attempt(cf.ThreadPoolExecutor, 0), attempt(cf.ThreadPoolExecutor, -1)]
    seen += [attempt(cf.ThreadPoolExecutor, initializer=3)]
    with cf.ThreadPoolExecutor(1) as pool:
        future = pool.submit(divmod, 7, 2)
        bad = pool.submit(divmod, 7, 0)
        seen += [future.result(), attempt(bad.result), type(bad.exception()).__name__]
        seen += [list(pool.map(abs, [-1, -2, 3])), list(pool.map(max, [1, 5], [4, 2, 9]))]
        seen += [attempt(list, pool.map(lambda n: 1 // n, [1, 0]))]
        done, late = cf.wait([future, bad])
        seen += [len(done), len(late), len(cf.wait([])[0]), list(cf.as_completed([]))]
        seen += [len(cf.wait([future, bad], return_when=cf.FIRST_EXCEPTION).done)]
        seen += [attempt(cf.wait, [cf.Future()], None, "nonsense")]
        seen += [sorted(type(f.exception()).__name__ for f in cf.as_completed([future, bad, future]))]
    seen += [attempt(pool.submit, abs, 1), pool.shutdown(), pool.shutdown(wait=False)]
    return seen


def local_words():
    class Mine(threading.local):
        shared = "of the class"

        def __init__(self, start):
            self.value = start

        def twice(self):
            return 2 * self.value

    mine = Mine(3)
    plain = threading.local()
    plain.x = 1
    seen = [mine.value, mine.shared, mine.twice(), plain.x, attempt(getattr, plain, "y", None), dict(plain.__dict__)]
    mine.value += 1
    del plain.x
    other = []

    def look():
        other.extend([mine.value, hasattr(plain, "x"), mine.twice()])
        mine.value = 100

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return [*seen, mine.value, hasattr(plain, "x"), other, attempt(threading.local, 1)]


PROGRAMS = [
    lock_words,
    rlock_words,
    condition_words,
    event_words,
    barrier_words,
    queue_words,
    thread_words,
    thread_arguments,
    timer_words,
    future_words,
    failing_callbacks,
    executor_words,
    local_words,
]


def says_the_same(program):
    """Compare the real classes with the models in both worlds, before and after a second thread has existed."""
    real = repr(program())

    def alone():
        return repr(program())

    def beside():
        run_together(int)
        return repr(program())

    for scenario in (alone, beside):
        result = explore(scenario, max_schedules=40, stop="never")
        result.raise_if_failed(inconclusive="pass")
        for said in result.results:
            assert said == real

    said = []

    def native():
        said.append(repr(program()))

    stress(native, rounds=3).raise_if_failed()
    assert set(said) == {real}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_model_says_what_the_real_one_says(program):
    says_the_same(program)
