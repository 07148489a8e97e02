"""The native world: races are reproduced on OS threads, and stuck threads are found without a stopwatch."""

import threading

import pytest

from sync_tools import run_together, stress
from sync_tools.words.errors import UserError


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1


def unlocked():
    counter = Counter()
    run_together(counter.increment, counter.increment)
    assert counter.value == 2


def locked():
    counter, lock = Counter(), threading.Lock()

    def work():
        with lock:
            counter.increment()

    run_together(work, work, work)
    assert counter.value == 3


def opposite_order():
    a, b = threading.Lock(), threading.Lock()

    def one():
        with a, b:
            pass

    def other():
        with b, a:
            pass

    run_together(one, other)


def nobody_sets():
    threading.Event().wait()


def leaves_a_daemon():
    threading.Thread(target=threading.Event().wait, daemon=True).start()


@pytest.mark.parametrize("seed", range(10))
def test_a_bare_increment_loses_an_update_under_any_seed(seed):
    result = stress(unlocked, seed=seed)
    assert (result.outcome, result.failure.kind, result.world) == ("failed", "assertion", "native")


def test_a_locked_counter_never_fails_and_is_never_called_proved():
    result = stress(locked, rounds=100)
    assert (result.outcome, result.complete, result.schedules) == ("passed", False, 100)


def test_a_deadlock_names_both_threads_and_where_they_wait():
    failure = stress(opposite_order).failure
    assert (failure.kind, failure.bug_class) == ("deadlock", "lock-order inversion")
    circle = [waiter for waiter in failure.waiters if waiter.operation == "acquire"]
    assert {waiter.holder for waiter in circle} == {waiter.thread for waiter in circle}
    assert all(waiter.site.source == "with a, b:" or waiter.site.source == "with b, a:" for waiter in circle)


def test_a_thread_that_waits_for_ever_is_found_at_once():
    assert stress(nobody_sets).failure.kind == "lost-wakeup"


def test_a_waiting_daemon_thread_is_no_deadlock():
    assert stress(leaves_a_daemon, rounds=20).outcome == "passed"


def test_zero_rounds_are_a_mistake_and_not_a_pass():
    with pytest.raises(UserError, match="at least one"):
        stress(locked, rounds=0)


MADE_BEFORE = threading.Condition()


def test_a_condition_made_before_the_scenario_is_no_trap_for_its_stand_in():
    def scenario():
        with MADE_BEFORE:
            MADE_BEFORE.notify()

    assert stress(scenario, rounds=3).failure is None
