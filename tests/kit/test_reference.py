"""The reference itself, on programs whose classes can be counted by hand."""

from __future__ import annotations

from math import factorial

import pytest
import reference
from drawn_programs import Program


def counted(*threads, semaphore=0, room=0):
    """How many classes there are, and how many of them deadlock or raise."""
    answer = reference.answer(Program(semaphore, room, threads))
    assert answer is not None
    assert answer.classes == sum(answer.outcomes.values())
    return answer.classes, answer.outcomes[reference.DEADLOCK], answer.outcomes[reference.ERROR]


def under(lock, *body):
    return ("with", lock, body)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_lost_update(n):
    assert counted(*[(("add", "x"),)] * n) == (factorial(n) ** 2, 0, 0)


def test_a_lost_update_loses():
    answer = reference.answer(Program(0, 0, ((("add", "x"),), (("add", "x"),))))
    assert answer.results == {((), (), 2, 0): 2, ((), (), 1, 0): 2}


@pytest.mark.parametrize(("n", "k"), [(1, 1), (2, 1), (3, 1), (4, 1), (2, 2), (2, 3), (2, 4), (3, 2)])
def test_critical_sections(n, k):
    threads = [(under("l", ("add", "x")),) * k] * n
    assert counted(*threads) == (factorial(n * k) // factorial(k) ** n, 0, 0)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4])
def test_readers_and_a_writer(n):
    assert counted((("write", "x", 1),), *[(("read", "x"),)] * n) == (2**n, 0, 0)


def test_store_buffering():
    answer = reference.answer(Program(0, 0, ((("write", "x", 1), ("read", "y")), (("write", "y", 1), ("read", "x")))))
    assert answer.results == {((1,), (1,), 1, 1): 1, ((1,), (0,), 1, 1): 1, ((0,), (1,), 1, 1): 1}


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_dining_philosophers(n):
    threads = [(under(f"fork {i}", under(f"fork {(i + 1) % n}")),) for i in range(n)]
    assert counted(*threads) == (2**n - 1, 1, 0)


def test_a_failed_try_and_a_look_at_a_lock():
    assert counted((("try", "l"),), (under("l"),)) == (3, 0, 0)
    assert counted((("try", "l"),), (("try", "l"),)) == (4, 0, 0)
    assert counted((("locked", "l"),), (("locked", "l"),)) == (1, 0, 0)
    assert counted((("locked", "l"),), (under("l"),)) == (3, 0, 0)


def test_a_lock_taken_twice_waits_for_itself():
    assert counted((under("l", under("l")),), (("read", "x"),)) == (1, 1, 0)


def test_an_event():
    assert counted((("await",),), (("set",),)) == (2, 0, 0)
    assert counted((("await",),), (("set",), ("clear",))) == (3, 1, 0)
    assert counted((("is_set",),), (("set",), ("clear",))) == (3, 0, 0)
    assert counted((("await",),), (("clear",),)) == (2, 2, 0)
    assert counted((("await",),), (("set",),), (("set",),)) == (6, 0, 0)  # look and two sets; waking adds nothing


def test_waking_by_an_event_is_ordered_after_its_set_alone():
    # Once the look came first, the read of x comes after the write, wherever the clear is.
    answer = reference.answer(Program(0, 0, ((("await",), ("read", "x")), (("write", "x", 1), ("set",), ("clear",)))))
    assert answer.results == {((1,), (), 1, 0): 2}
    assert answer.outcomes[reference.DEADLOCK] == 1


def test_a_semaphore():
    section = (("down",), ("up",))
    assert counted(section, section, semaphore=1) == (2, 0, 0)
    assert counted(section, section, semaphore=2) == (6, 0, 0)  # all orders of two pairs
    assert counted((("down",),), (("up",),)) == (1, 0, 0)
    assert counted((("down",),), (("down",),), semaphore=1) == (2, 2, 0)
    assert counted((("poll",),), (("up",),)) == (2, 0, 0)


def test_a_queue():
    assert counted((("put", 1), ("put", 2)), (("get",), ("get",))) == (2, 0, 0)
    assert counted((("put", 1), ("put", 2)), (("get",), ("get",)), room=1) == (1, 0, 0)
    assert counted((("put", 1), ("put", 2)), (("get",),), room=1) == (1, 0, 0)
    assert counted((("put", 1), ("put", 2)), (("read", "x"),), room=1) == (1, 1, 0)


def test_a_condition():
    notify = (under("c", ("write", "x", 1), ("notify",)),)
    assert counted((under("c", ("wait",)),), notify) == (2, 1, 0)
    assert counted((under("c", ("wait_if", "x")),), notify) == (2, 0, 0)
    assert counted((under("c", ("wait_while", "x")),), notify) == (2, 0, 0)
    assert counted((under("c", ("wait_while", "x")),), (under("c", ("notify",)),)) == (2, 2, 0)


def test_notify_wakes_the_longest_waiting():
    waiter = (under("c", ("wait",), ("read", "x")),)
    one = (under("c", ("notify",)),)
    both = (under("c", ("notify_all",)),)
    # Both wait first (in 2 orders): one is woken. One waits first (2): it wakes before or after the other comes, which
    # nobody wakes. The notify comes first: 2 orders. Somebody waits for ever in all of them.
    assert counted(waiter, waiter, one) == (2 + 4 + 2, 8, 0)
    # Both wait first: both are woken, and come back in either order. The rest is as before.
    assert counted(waiter, waiter, both) == (2 * 2 + 4 + 2, 6, 0)


def test_a_thread_that_fails_gives_its_locks_back():
    look = ("read", "x"), ("assert", 1)
    assert counted(look, (("write", "x", 1),)) == (2, 0, 1)
    assert counted((under("l", under("m", *look)),), (under("m", ("write", "x", 1)), under("l"))) == (3, 0, 2)


def test_what_is_not_taken_does_nothing():
    assert counted((("read", "x"), ("if", (("write", "y", 1),))), (("write", "x", 1), ("read", "y"))) == (3, 0, 0)


def test_a_program_with_too_many_beginnings_is_given_up():
    threads = ((("add", "x"),),) * 3
    assert reference.answer(Program(0, 0, threads), limit=10) is None
    assert reference.answer(Program(0, 0, threads), limit=10_000) is not None
