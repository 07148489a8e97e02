"""Loops that poll with a time-out: they end, they hide no bug, and they are no deadlock while anybody can help them."""

import queue
import threading
import time

import pytest

from sync_tools import explore, run_together


def both_searches(scenario):
    """Explore all of it with both searches; return the results, which must be the same."""
    found = explore(scenario, stop="never")
    reference = explore(scenario, stop="never", strategy="dfs", max_schedules=200_000)
    assert (found.outcome, found.complete) == (reference.outcome, reference.complete)
    assert set(found.results) == set(reference.results)
    assert (found.failing > 0) == (reference.failing > 0)
    assert found.schedules <= reference.schedules
    return found


def an_event():
    event = threading.Event()
    turns = []

    def wait():
        while not event.wait(0.1):
            turns.append(1)

    run_together(wait, event.set)
    return len(turns)


def test_an_event_polled_in_a_loop_that_counts_is_not_taken_for_a_pure_wait():
    assert explore(an_event, max_schedules=20).outcome == "inconclusive"


def event_poll():
    event = threading.Event()

    def wait():
        while not event.wait(0.1):
            pass

    run_together(wait, event.set)


def poll_for_an_item(notifies):
    condition = threading.Condition()
    items = []

    def get():
        with condition:
            while not items:
                condition.wait(timeout=0.1)
            return items.pop()

    def put():
        with condition:
            items.append(1)
            if notifies:
                condition.notify()

    return run_together(get, put)[0]


def condition_poll():
    return poll_for_an_item(notifies=True)


def condition_poll_without_a_notify():
    return poll_for_an_item(notifies=False)


def lock_given_back_by_hand():
    lock = threading.Lock()
    ready = []

    def wait():
        with lock:
            while not ready:
                lock.release()
                lock.acquire()

    def finish():
        with lock:
            ready.append(1)

    run_together(wait, finish)


def reentrant_lock_given_back_by_hand():
    lock = threading.RLock()
    ready = []

    def wait():
        with lock:
            while not ready:
                lock.release()
                time.sleep(0.1)
                lock.acquire()

    def finish():
        with lock:
            ready.append(1)

    run_together(wait, finish)


def semaphore_poll():
    semaphore = threading.Semaphore(0)

    def wait():
        while not semaphore.acquire(timeout=0.1):
            pass

    run_together(wait, semaphore.release)


def lock_poll():
    lock = threading.Lock()
    order = []

    def work(name):
        while not lock.acquire(timeout=0.1):
            pass
        order.append(name)
        lock.release()

    run_together((work, "a"), (work, "b"))
    return "".join(order)


def queue_poll():
    jobs = queue.Queue()

    def work():
        while True:
            try:
                return jobs.get(timeout=0.1)
            except queue.Empty:
                continue

    return run_together(work, (jobs.put, "job"))[0]


def join_poll():
    worker = threading.Thread(target=lambda: None)
    worker.start()
    while worker.is_alive():
        worker.join(0.1)


def poll_with_a_stop_flag():
    condition = threading.Condition()
    state = {"stop": False}
    seen = []

    def wait():
        with condition:
            while not seen:
                if state["stop"]:
                    return "stopped"
                condition.wait(0.1)
        return "seen"

    def stop():
        state["stop"] = True

    return run_together(wait, stop)[0]


@pytest.mark.parametrize(
    "scenario",
    [
        event_poll,
        condition_poll,
        condition_poll_without_a_notify,
        lock_given_back_by_hand,
        reentrant_lock_given_back_by_hand,
        semaphore_poll,
        lock_poll,
        queue_poll,
        join_poll,
        poll_with_a_stop_flag,
    ],
)
def test_a_loop_that_only_polls_is_explored_to_the_end(scenario):
    found = both_searches(scenario)
    assert (found.outcome, found.complete) == ("passed", True)


def test_two_that_poll_one_condition_do_not_wake_each_other_for_ever():
    def scenario():
        room = threading.Condition()
        items = []

        def get():
            with room:
                while not items:
                    room.wait(0.1)
                items.pop()

        def put():
            with room:
                items.extend("ab")
                room.notify()

        run_together(get, get, put)

    found = explore(scenario, stop="never")
    assert (found.outcome, found.complete) == ("passed", True)


def test_either_of_two_that_poll_may_get_the_only_item():
    def scenario():
        room = threading.Condition()
        items, got, over = [], [], []

        def get(name):
            with room:
                while not items and not over:
                    room.wait(0.1)
                if items:
                    items.pop()
                    got.append(name)

        def put():
            with room:
                items.append(1)
                over.append(1)
                room.notify()

        run_together((get, "a"), (get, "b"), put)
        return tuple(got)

    found = explore(scenario, stop="never")
    assert set(found.results) == {("a",), ("b",)}
    assert (found.outcome, found.complete) == ("passed", True)


def test_a_poll_that_forgets_to_look_again_still_fails():
    def scenario():
        room = threading.Condition()
        items = []

        def get():
            with room:
                if not items:
                    room.wait(0.1)
                return items.pop()

        def put():
            with room:
                items.append(1)
                room.notify()

        run_together(get, put)

    failure = explore(scenario).failure
    assert (failure.kind, failure.message) == ("exception", "IndexError: pop from empty list")


def test_a_race_between_two_that_poll_is_found():
    def scenario():
        ready = threading.Event()
        counts = {"done": 0}

        def work():
            while not ready.wait(0.1):
                pass
            counts["done"] += 1

        run_together(work, work, ready.set)
        assert counts["done"] == 2

    failure = explore(scenario).failure
    assert (failure.kind, failure.bug_class, failure.preemptions) == ("assertion", "lost update", 1)


def poll_an_event():
    event = threading.Event()
    while not event.wait(0.1):
        pass


def poll_a_condition():
    room = threading.Condition()
    with room:
        while not room.wait(0.1):
            pass


def poll_a_semaphore():
    semaphore = threading.Semaphore(0)
    while not semaphore.acquire(timeout=0.1):
        pass


@pytest.mark.parametrize("poll", [poll_an_event, poll_a_condition, poll_a_semaphore])
def test_a_poll_that_nobody_can_end_is_a_livelock_and_is_found_at_once(poll):
    def scenario():
        run_together(poll)

    result = explore(scenario)
    assert (result.failure.kind, result.schedules) == ("livelock", 1)
    assert "nobody is left to change what the loop reads" in result.failure.message


def test_in_exact_time_a_poll_takes_as_long_as_it_takes():
    def scenario():
        ready = []

        def wait():
            while not ready:
                time.sleep(0.25)

        def finish():
            time.sleep(0.6)
            ready.append(1)

        run_together(wait, finish)
        return time.monotonic()

    found = explore(scenario, time="exact", stop="never")
    assert found.virtual_seconds == pytest.approx((0.75, 0.75))


def test_in_exact_time_a_wait_with_a_time_out_takes_as_long_as_it_takes():
    def scenario():
        room = threading.Condition()
        ready = []

        def wait():
            with room:
                while not ready:
                    room.wait(0.25)

        def finish():
            time.sleep(0.6)
            with room:
                ready.append(1)

        run_together(wait, finish)

    assert explore(scenario, time="exact", stop="never").virtual_seconds == pytest.approx((0.75, 0.75))
