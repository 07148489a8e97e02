"""``waited_out`` names waits that only a time-out ended: a call that was asked not to wait is none of them."""

import concurrent.futures as cf
import contextlib
import queue
import threading

import pytest

from sync_tools import explore


def full(kind):
    made = kind(1)
    made.put("it is full")
    return made


def taken(kind):
    lock = kind()
    thread = threading.Thread(target=lock.acquire)
    thread.start()
    thread.join()
    return lock


def within(condition, call, timeout):
    with condition:
        return call(timeout)


def condition_wait(timeout):
    condition = threading.Condition()
    return within(condition, condition.wait, timeout)


def condition_wait_for(timeout):
    condition = threading.Condition()
    return within(condition, lambda seconds: condition.wait_for(lambda: False, seconds), timeout)


def join_a_daemon(timeout):
    daemon = threading.Thread(target=threading.Event().wait, daemon=True)
    daemon.start()
    daemon.join(timeout)


# What cannot be had, asked for with a time-out.
TIMED = {
    "Queue.get": lambda timeout: queue.Queue().get(timeout=timeout),
    "LifoQueue.get": lambda timeout: queue.LifoQueue().get(True, timeout),
    "PriorityQueue.get": lambda timeout: queue.PriorityQueue().get(timeout=timeout),
    "SimpleQueue.get": lambda timeout: queue.SimpleQueue().get(timeout=timeout),
    "Queue.put": lambda timeout: full(queue.Queue).put("more", timeout=timeout),
    "LifoQueue.put": lambda timeout: full(queue.LifoQueue).put("more", True, timeout),
    "Lock.acquire": lambda timeout: taken(threading.Lock).acquire(timeout=timeout),
    "RLock.acquire": lambda timeout: taken(threading.RLock).acquire(timeout=timeout),
    "Condition.acquire": lambda timeout: taken(threading.Condition).acquire(timeout=timeout),
    "Condition.wait": condition_wait,
    "Condition.wait_for": condition_wait_for,
    "Event.wait": lambda timeout: threading.Event().wait(timeout),
    "Semaphore.acquire": lambda timeout: threading.Semaphore(0).acquire(timeout=timeout),
    "BoundedSemaphore.acquire": lambda timeout: taken(threading.BoundedSemaphore).acquire(timeout=timeout),
    "Barrier.wait": lambda timeout: threading.Barrier(2).wait(timeout),
    "Barrier(timeout).wait": lambda timeout: threading.Barrier(2, timeout=timeout).wait(),
    "Thread.join": join_a_daemon,
    "Future.result": lambda timeout: cf.Future().result(timeout),
    "Future.exception": lambda timeout: cf.Future().exception(timeout=timeout),
    "futures.wait": lambda timeout: cf.wait([cf.Future()], timeout),
    "as_completed": lambda timeout: list(cf.as_completed([cf.Future()], timeout)),
}
# The same, asked not to wait.
UNTIMED = {
    "Queue.get(False)": lambda: queue.Queue().get(False),
    "Queue.get_nowait": lambda: queue.Queue().get_nowait(),
    "SimpleQueue.get(block=False)": lambda: queue.SimpleQueue().get(block=False),
    "SimpleQueue.get_nowait": lambda: queue.SimpleQueue().get_nowait(),
    "Queue.put(block=False)": lambda: full(queue.Queue).put("more", block=False),
    "PriorityQueue.put_nowait": lambda: full(queue.PriorityQueue).put_nowait("more"),
    "Lock.acquire(False)": lambda: taken(threading.Lock).acquire(False),
    "RLock.acquire(blocking=False)": lambda: taken(threading.RLock).acquire(blocking=False),
    "Semaphore.acquire(False)": lambda: threading.Semaphore(0).acquire(False),
}
REFUSALS = (queue.Empty, queue.Full, threading.BrokenBarrierError, cf.TimeoutError)


def waited_out(call):
    """What is named of a call in vain by one thread, after another has lived and died."""

    def scenario():
        other = threading.Thread(target=int)
        other.start()
        other.join()
        with contextlib.suppress(*REFUSALS):
            call()

    found = explore(scenario)
    assert (found.outcome, found.complete) == ("passed", True)
    return found.waited_out


@pytest.mark.parametrize("call", TIMED.values(), ids=TIMED)
@pytest.mark.parametrize("timeout", [0, 1, 0.5, 0.0], ids=repr)
def test_a_wait_is_named_if_it_had_any_time_and_only_then(call, timeout):
    named = waited_out(lambda: call(timeout))
    assert bool(named) == (timeout > 0), named


@pytest.mark.parametrize("call", [lambda: queue.Queue().get(timeout=-0.0), *UNTIMED.values()], ids=["-0.0", *UNTIMED])
def test_a_call_that_was_asked_not_to_wait_is_not_named(call):
    assert waited_out(call) == ()


def test_one_thread_that_looks_and_one_that_waits_for_its_time_out_are_told_apart():
    def scenario():
        bell, letters = threading.Event(), queue.SimpleQueue()
        waiter = threading.Thread(target=lambda: bell.wait(3), name="waiter")
        waiter.start()
        with contextlib.suppress(queue.Empty):
            letters.get_nowait()
        waiter.join()

    found = explore(scenario)
    assert (found.outcome, found.complete) == ("passed", True)
    (named,) = found.waited_out
    assert named.startswith("waiter's wake on bell at test_waited_out.py:")


def test_a_poll_beside_a_worker_that_will_come_waits_nothing_out():
    def scenario():
        letters = queue.Queue()
        writer = threading.Thread(target=letters.put, args=("news",))
        writer.start()
        with contextlib.suppress(queue.Empty):
            letters.get_nowait()
        writer.join()

    found = explore(scenario)
    assert (found.outcome, found.complete, found.waited_out) == ("passed", True, ())
