"""Schedules that threading has and a model must have: what gets in between, who gets an error, who waits in vain."""

from __future__ import annotations

import threading
import warnings
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from typing import Any

import pytest

from sync_tools import explore, run_together


def results(scenario: Any, **more: Any) -> set[Any]:
    """All results of a scenario, of which every schedule is run."""
    done = explore(scenario, stop="never", **more)
    assert done.complete, done
    return set(done.results)


def attempt(function: Any, *args: Any) -> Any:
    try:
        return function(*args)
    except Exception as error:
        return type(error).__name__


# ---- conditions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("timeout", [0, -1, 0.5])
@pytest.mark.parametrize("search", ["dpor", "dfs"])
def test_another_threads_write_gets_in_during_wait_for_even_without_time(timeout: float, search: str) -> None:
    def scenario() -> tuple[bool, bool]:
        condition = threading.Condition()
        ready = []

        def write() -> None:
            with condition:
                ready.append(True)

        writer = threading.Thread(target=write)
        writer.start()
        with condition:
            before = bool(ready)
            after = condition.wait_for(lambda: bool(ready), timeout)
        writer.join()
        return before, after

    assert results(scenario, strategy=search) == {(True, True), (False, True), (False, False)}


def test_a_loop_of_wait_for_without_time_is_a_spin_wait_that_ends() -> None:
    def scenario() -> None:
        condition = threading.Condition()
        ready = []

        def write() -> None:
            with condition:
                ready.append(True)

        def wait() -> None:
            with condition:
                while not condition.wait_for(lambda: ready, 0):
                    pass

        run_together(wait, write)

    for search in ("dpor", "dfs"):
        done = explore(scenario, stop="never", strategy=search)
        assert done.outcome == "passed" and done.complete, done


@pytest.mark.parametrize("timeout", [float("inf"), "soon", 10**30])
def test_a_time_out_that_is_none_puts_the_lock_down_all_the_same_and_takes_it_again(timeout: Any) -> None:
    def scenario() -> tuple[Any, ...]:
        condition = threading.Condition()
        count = 0

        def write() -> None:
            nonlocal count
            with condition:
                count += 1

        writer = threading.Thread(target=write)
        writer.start()
        with condition:
            before = count
            error = attempt(condition.wait, timeout)
            after = count
            condition.notify()  # which only an owner may
        writer.join()
        return error, before, after

    error = "TypeError" if timeout == "soon" else "OverflowError"
    assert results(scenario) == {(error, 1, 1), (error, 0, 1), (error, 0, 0)}


def test_a_notification_can_be_lost_on_a_thread_whose_time_is_over() -> None:
    def scenario() -> None:
        condition = threading.Condition()
        waiting = []
        ready = False

        def be_impatient() -> None:
            with condition:
                waiting.append("impatient")
                if condition.wait(0.1):
                    condition.notify()  # it is no use here, so it is passed on

        def be_patient() -> None:
            with condition:
                waiting.append("patient")
                while not ready:
                    condition.wait()

        threads = [threading.Thread(target=target) for target in (be_impatient, be_patient)]
        for thread in threads:
            thread.start()
        with condition:
            ready = True
            if waiting == ["impatient", "patient"]:
                condition.notify()
            else:
                condition.notify_all()
        for thread in threads:
            thread.join()

    failure = explore(scenario).failure
    assert failure is not None and failure.kind == "lost-wakeup"


def test_a_negative_number_of_notifications_wakes_nobody_and_one_and_a_half_wake_two() -> None:
    def scenario(n: float) -> tuple[int, int]:
        condition = threading.Condition()
        waiting = woken = 0

        def wait() -> None:
            nonlocal waiting, woken
            with condition:
                waiting += 1
                condition.wait()
                woken += 1

        for _ in range(3):
            threading.Thread(target=wait, daemon=True).start()
        threading.Event().wait(1)  # under exact time all others get as far as they can
        with condition:
            condition.notify(n)  # type: ignore[arg-type]
        threading.Event().wait(1)
        return waiting, woken

    for n, expected in ((-1, 0), (0, 0), (1, 1), (1.5, 2), (2, 2), (7, 3)):
        done = explore(scenario, args=[n], time="exact", strategy="random", max_schedules=5)
        assert done.failure is None and set(done.results) == {(3, expected)}


@pytest.mark.parametrize("method", ["notify", "notify_all"])
def test_whether_a_lock_is_anybodys_is_seen_at_the_time_of_the_notification(method: str) -> None:
    def scenario() -> Any:
        lock = threading.Lock()
        condition = threading.Condition(lock)

        def hold() -> None:
            with lock:
                pass

        holder = threading.Thread(target=hold)
        holder.start()
        said = attempt(getattr(condition, method))
        holder.join()
        return said

    assert results(scenario) == {None, "RuntimeError"}


def test_releasing_a_lock_that_another_thread_may_take_first_fails_or_does_not() -> None:
    def scenario() -> Any:
        lock = threading.Lock()
        other = threading.Thread(target=lock.acquire)
        other.start()
        said = attempt(lock.release)
        other.join()
        return said, lock.locked()

    assert results(scenario) == {("RuntimeError", True), (None, False)}


class Mine(threading.Condition):
    """Made before any scenario, so that threading's own text runs in it."""


@pytest.mark.parametrize("make", [Mine, lambda: Mine(threading.Lock()), lambda: Mine(threading.Condition())])
def test_a_subclass_of_threadings_condition_excludes_and_wakes(make: Any) -> None:
    def scenario() -> tuple[int, ...]:
        condition = make()
        inside = 0
        seen = []

        def work() -> None:
            nonlocal inside
            with condition:
                condition.wait(0.1)
                inside += 1
                seen.append(inside)
                inside -= 1
                condition.notify()

        run_together(work, work)
        return tuple(seen)

    done = explore(scenario, stop="never", races="off")
    assert done.failure is None and set(done.results) == {(1, 1)}


# ---- barriers --------------------------------------------------------------------------------------------------------


def test_a_barrier_that_breaks_fails_those_that_have_not_left_it() -> None:
    def scenario() -> Any:
        barrier = threading.Barrier(2)
        said = []
        other = threading.Thread(target=lambda: said.append(attempt(barrier.wait)))
        other.start()
        mine = attempt(barrier.wait)
        barrier.abort()
        other.join()
        return mine, said[0]

    assert results(scenario) == {(0, 1), (1, 0), (1, "BrokenBarrierError")}


@pytest.mark.parametrize("method", ["wait", "reset", "abort"])
def test_an_action_that_waits_for_its_own_barrier_waits_for_ever(method: str) -> None:
    def scenario() -> None:
        barrier = threading.Barrier(1, lambda: getattr(barrier, method)())
        barrier.wait()

    failure = explore(scenario).failure
    assert failure is not None and failure.kind in ("deadlock", "unfilled-barrier")


@pytest.mark.parametrize("method", ["reset", "abort"])
def test_others_reset_or_break_a_barrier_before_its_action_or_after_it(method: str) -> None:
    def scenario() -> tuple[tuple[str, ...], tuple[str, ...]]:
        order: list[str] = []

        def act() -> None:
            order.append("begins")
            order.append("ends")

        barrier = threading.Barrier(1, act)
        other = threading.Thread(target=lambda: attempt(barrier.wait))
        other.start()
        before = tuple(order)
        getattr(barrier, method)()
        after = tuple(order)
        other.join()
        return before, after

    found = results(scenario)
    whole = ("begins", "ends")
    assert (("begins",), whole) in found and ((), ()) in found
    assert {after for before, after in found if before == ("begins",)} == {whole}


def test_a_thread_with_an_impossible_time_out_is_here_for_a_moment() -> None:
    def scenario() -> Any:
        barrier = threading.Barrier(2)
        said = []
        other = threading.Thread(target=lambda: said.append(attempt(barrier.wait, 0)))
        other.start()
        mine = attempt(barrier.wait, float("inf"))
        other.join()
        return mine, said[0], barrier.n_waiting

    assert results(scenario) == {
        ("OverflowError", 1, 0),  # the other came in the moment between
        (1, 0, 0),
        ("OverflowError", "BrokenBarrierError", 0),
        ("BrokenBarrierError", "BrokenBarrierError", 0),
    }


def test_after_a_time_out_nobody_waits_in_a_barrier_and_in_its_action_all_do() -> None:
    def scenario() -> tuple[Any, ...]:
        barrier = threading.Barrier(2)
        said = attempt(barrier.wait, 0.1)
        seen: list[int] = []
        acting = threading.Barrier(2, lambda: seen.append(acting.n_waiting))
        run_together(acting.wait, acting.wait)
        return said, barrier.n_waiting, barrier.broken, tuple(seen), acting.n_waiting

    assert results(scenario) == {("BrokenBarrierError", 0, True, (2,), 0)}


# ---- futures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("search", ["dpor", "dfs"])
def test_what_is_over_when_as_completed_begins_comes_in_an_order_that_no_operation_decides(search: str) -> None:
    def scenario() -> tuple[int, ...]:
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(int, digit) for digit in "12"]
            wait(futures)
            return tuple(future.result() for future in as_completed(futures))

    # The real one leaves it to addresses; it is not the order in which they were submitted.
    assert results(scenario, strategy=search) == {(2, 1)}


@pytest.mark.parametrize("search", ["dpor", "dfs"])
def test_what_as_completed_has_to_wait_for_comes_in_any_order(search: str) -> None:
    def scenario() -> tuple[int, ...]:
        first: Any = Future()
        second: Any = Future()
        threads = [threading.Thread(target=each.set_result, args=(n,)) for n, each in enumerate((first, second), 1)]
        for thread in threads:
            thread.start()
        return tuple(future.result() for future in as_completed([first, second]))

    assert results(scenario, strategy=search) == {(1, 2), (2, 1)}


# ---- old names -------------------------------------------------------------------------------------------------------


def test_an_old_name_warns_at_the_line_of_the_program_once_for_all_schedules() -> None:
    def scenario() -> None:
        event = threading.Event()
        run_together(event.set, event.set)
        event.isSet()
        condition = threading.Condition()
        with condition:
            condition.notifyAll()

    globals().pop("__warningregistry__", None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        assert explore(scenario, stop="never").schedules > 1
    assert [item.category for item in caught] == [DeprecationWarning] * 2
    assert {item.filename for item in caught} == {__file__}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        failure = explore(scenario).failure
        assert failure is not None and "isSet() is deprecated" in failure.message
