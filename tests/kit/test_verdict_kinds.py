"""Every kind of failure by a program that shows it; a deadlock and a leaked lock, and their nearest neighbours."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from programs_of_verdicts import SHORT, SHOWN

from sync_tools import explore, replay, run_together, stress
from sync_tools.words.failure import DATA_RACE, ENDLESS_LOOP, KINDS, LIVELOCK, STARVATION

pytestmark = pytest.mark.once

STUCK = [kind for kind in SHOWN if kind not in (DATA_RACE, ENDLESS_LOOP, LIVELOCK, STARVATION)]
EXPLORED = [kind for kind in SHOWN if kind != DATA_RACE]


def kind_of(scenario, **options):
    found = explore(scenario, **options)
    assert found.failure or found.complete, found.outcome
    return found.failure and found.failure.kind


def taken(lock):
    lock.acquire()
    return lock


class Heart:
    """A thread that changes something for ever."""

    def __init__(self):
        self.beats = 0

    def beat(self):
        while True:
            self.beats += 1


# ---- every kind -----------------------------------------------------------------------------------------------------


def test_there_is_a_program_for_every_kind():
    assert set(SHOWN) == set(KINDS)


@pytest.mark.parametrize("kind", SHOWN)
def test_the_program_of_a_kind_shows_that_kind(kind):
    scenario, options = SHOWN[kind]
    assert kind_of(scenario, **options) == kind


@pytest.mark.parametrize("kind", [kind for kind in EXPLORED if SHOWN[kind][1] != SHORT])
def test_its_token_shows_the_same_failure_again(kind):
    scenario, options = SHOWN[kind]
    failure = explore(scenario, **options).failure
    again = replay(scenario, failure.schedule)
    assert (again.kind, again.bug_class, again.message, again.why) == (
        failure.kind,
        failure.bug_class,
        failure.message,
        failure.why,
    )


@pytest.mark.parametrize("kind", STUCK)
def test_on_os_threads_it_is_of_the_same_kind(kind):
    failure = stress(SHOWN[kind][0], rounds=2_000).failure
    assert (failure.kind, failure.world) == (kind, "native")


# ---- deadlock -------------------------------------------------------------------------------------------------------


def test_a_lock_that_another_thread_releases_is_a_latch_and_no_deadlock():
    def scenario():
        latch = taken(threading.Lock())
        run_together(latch.acquire, latch.release)

    result = explore(scenario)
    assert (result.outcome, result.complete) == ("passed", True)


@pytest.mark.parametrize("drive", [explore, stress])
def test_two_latches_opened_by_a_third_thread_are_no_deadlock(drive):
    def scenario():
        one, other = taken(threading.Lock()), taken(threading.Lock())

        def open_both():
            one.release()
            other.release()

        run_together(one.acquire, other.acquire, open_both)

    assert drive(scenario).outcome == "passed"


def crossed(make, third):
    """Two threads take two locks in opposite order, each after the other has its first; a third thread looks on."""

    def scenario():
        one, other = make(), make()
        both = threading.Barrier(2)

        def forth():
            with one:
                both.wait()
                with other:
                    pass

        def back():
            with other:
                both.wait()
                with one:
                    pass

        run_together(forth, back, lambda: third(one))

    return scenario


def test_a_circle_of_reentrant_locks_is_a_deadlock_while_another_thread_runs_on():
    failure = explore(crossed(threading.RLock, lambda lock: Heart().beat()), **SHORT).failure
    assert (failure.kind, failure.bug_class) == ("deadlock", "lock-order inversion")
    assert [waiter.thread for waiter in failure.waiters] == [1, 2]


def test_a_circle_of_plain_locks_is_none_while_another_thread_runs_on_that_could_release_them():
    assert kind_of(crossed(threading.Lock, lambda lock: Heart().beat()), **SHORT) == "starvation"


def test_a_circle_of_plain_locks_at_the_end_of_everything_is_a_deadlock():
    assert kind_of(crossed(threading.Lock, lambda lock: None)) == "deadlock"


@pytest.mark.parametrize(("workers", "kind"), [(1, "deadlock"), (2, None)])
@pytest.mark.parametrize("drive", [explore, stress])
def test_a_task_that_waits_for_another_needs_a_free_worker(drive, workers, kind):
    def scenario():
        with ThreadPoolExecutor(max_workers=workers) as pool:
            pool.submit(lambda: pool.submit(int).result()).result()

    found = drive(scenario)
    assert (found.outcome, found.failure and found.failure.kind) == ("failed" if kind else "passed", kind)


def test_a_join_in_a_circle_is_a_deadlock_but_no_wrong_order_of_locks():
    def scenario():
        lock = threading.Lock()
        worker = threading.Thread(target=lock.acquire)
        with lock:
            worker.start()
            worker.join()

    failure = explore(scenario).failure
    assert (failure.kind, failure.bug_class) == ("deadlock", "blocking under a lock")
    assert failure.why == (
        "T0 waits for T1 to end; T1 waits for lock, which T0 holds. None of them can be first.",
        "T0 waits while it holds a lock that the others need.",
    )


def test_a_lock_that_is_taken_again_is_a_self_deadlock_only_if_it_is_not_reentrant():
    def twice(make):
        def scenario():
            lock = make()

            def work():
                with lock, lock:
                    pass

            run_together(work)

        return scenario

    assert kind_of(twice(threading.Lock)) == "self-deadlock"
    assert kind_of(twice(threading.RLock)) is None


def test_a_lock_taken_again_and_released_by_another_thread_is_no_self_deadlock():
    def scenario():
        lock = threading.Lock()

        def twice():
            lock.acquire()
            lock.acquire()

        def release():
            while not lock.locked():
                pass
            lock.release()

        run_together(twice, release)

    assert kind_of(scenario) is None


# ---- leaked lock ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_lock_whose_holder_has_ended_is_leaked_and_a_latch_that_its_maker_never_opens_is_not(drive):
    def leaked():
        lock = threading.Lock()
        run_together(lock.acquire, lock.acquire)

    def never_opened():
        latch = taken(threading.Lock())
        run_together(latch.acquire)

    assert drive(leaked).failure.kind == "leaked-lock"
    assert drive(never_opened).failure.kind == "deadlock"  # whoever took it waits for the thread that waits for it


def test_a_lock_given_back_in_a_finally_is_not_leaked():
    def scenario():
        lock = threading.Lock()

        def work():
            with lock:
                raise SystemExit

        run_together(work, work)

    assert kind_of(scenario) is None
