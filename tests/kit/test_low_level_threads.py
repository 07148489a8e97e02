"""Programs that start their threads by ``_thread``, as old ones and tests of the standard library do."""

import _thread
import sys
import threading
import time

import pytest
from no_os_threads import explored, fails, os_threads

from sync_tools import explore, stress

start_directly = _thread.start_new_thread


class Account:
    def __init__(self):
        self.balance = 0
        self.paid = threading.Semaphore(0)

    def pay(self, amount=1):
        self.balance += amount
        self.paid.release()


def two_payments():
    account = Account()
    _thread.start_new_thread(account.pay, ())
    _thread.start_new_thread(account.pay, (), {"amount": 1})
    account.paid.acquire()
    account.paid.acquire()
    return account.balance


def test_its_updates_can_be_lost():
    result = explored(two_payments)
    assert set(result.results) == {1, 2}


def test_the_function_may_be_held_from_before_the_scenario():
    def scenario():
        account = Account()
        start_directly(account.pay, (5,))
        account.paid.acquire()
        assert account.balance == 5

    assert explored(scenario).schedules == 1


def test_its_number_is_what_the_thread_sees_as_its_own():
    def scenario():
        seen, done = [], _thread.allocate_lock()
        done.acquire()

        def work():
            seen.append(_thread.get_ident())
            done.release()

        number = _thread.start_new_thread(work, ())
        done.acquire()
        assert seen == [number]
        assert number != _thread.get_ident()

    explored(scenario)


def test_nobody_waits_for_it_at_the_end():
    def scenario():
        never = threading.Lock()
        never.acquire()
        _thread.start_new_thread(never.acquire, ())

    explored(scenario)


def test_it_counts_for_as_long_as_it_runs():
    def scenario():
        go = threading.Lock()
        go.acquire()
        assert _thread._count() == 0
        _thread.start_new_thread(go.acquire, ())
        assert _thread._count() == 1
        go.release()
        time.sleep(1)
        return _thread._count()

    with os_threads() as started:
        result = explore(scenario, time="exact")
    assert started == []
    assert result.failure is None
    assert set(result.results) == {0}


def listed():
    return tuple(thread.name for thread in threading.enumerate())


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        (threading.active_count, {1, 2, 3}),
        (_thread._count, {0, 1, 2}),
        (listed, {("MainThread", *names) for names in ((), ("a",), ("b",), ("a", "b"))}),
    ],
)
def test_who_runs_depends_on_the_schedule(look, seen):
    def scenario():
        threads = [threading.Thread(target=int, name=name) for name in "ab"]
        for thread in threads:
            thread.start()
        found = look()
        for thread in threads:
            thread.join()
        return found

    assert set(explored(scenario).results) == seen


def test_a_loop_may_wait_until_nobody_else_runs():
    def scenario():
        account = Account()
        _thread.start_new_thread(account.pay, ())
        while threading.active_count() > 1:
            pass
        assert account.balance == 1

    explored(scenario)


def test_what_it_raises_fails_the_scenario():
    def scenario():
        _thread.start_new_thread(int, ("x",))

    assert fails(scenario) == "exception"


@pytest.mark.parametrize("leave", [sys.exit, _thread.exit])
def test_it_may_leave_early(leave):
    def scenario():
        _thread.start_new_thread(leave, ())

    explored(scenario)


@pytest.mark.parametrize("wrong", [(), (int,), (3, ()), (int, []), (int, (), []), (int, (), {}, 1)])
def test_wrong_arguments_are_refused_in_the_words_of_python(wrong):
    with pytest.raises(TypeError) as real:
        _thread.start_new_thread(*wrong)

    def scenario():
        with pytest.raises(TypeError) as modelled:
            _thread.start_new_thread(*wrong)
        return str(modelled.value)

    assert set(explore(scenario).results) == {str(real.value)}


def test_under_stress_it_is_one_of_the_threads_too():
    result = stress(two_payments, rounds=20, seed=1)
    assert result.failure is None
    assert set(result.results) <= {1, 2}
