"""What cannot be observed is named, and such a result is never called complete; what is observed is not named."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest

from sync_tools import explore, run_together

DIES = "when an object dies, which its weak references show"
SHARED = "a generator that several threads go through"

NAMED: dict[str, tuple[Callable[[], Any], str]] = {}
SEEN: dict[str, Callable[[], Any]] = {}


def named(sentence: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def keep(scenario: Callable[[], Any]) -> Callable[[], Any]:
        NAMED[scenario.__name__] = (scenario, sentence)
        return scenario

    return keep


def seen(scenario: Callable[[], Any]) -> Callable[[], Any]:
    SEEN[scenario.__name__] = scenario
    return scenario


class Box:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def method(self):
        return self.value

    @contextlib.contextmanager
    def locked(self):
        with self.lock:
            yield self

    def add(self):
        with self.locked():
            self.value += 1


# ---- the death of objects --------------------------------------------------------------------------------------------


@named(DIES)
def a_weak_reference_asked():
    box = Box()
    reference = weakref.ref(box)
    run_together(lambda: reference(), lambda: reference())


@named(DIES)
def a_weak_reference_with_a_callback():
    seen = []
    box = Box()
    reference = weakref.ref(box, seen.append)
    run_together(lambda: len(seen), lambda: reference)


@named(DIES)
def a_dictionary_of_weak_values():
    known = weakref.WeakValueDictionary()

    def work():
        known["it"] = Box()

    run_together(work, work)


@named(DIES)
def a_dictionary_of_weak_keys():
    known, box = weakref.WeakKeyDictionary(), Box()

    def work():
        known[box] = 1

    run_together(work, work)


ALL_BOXES = weakref.WeakSet()


@named(DIES)
def a_weak_set_from_before():
    box = Box()
    run_together(lambda: ALL_BOXES.add(box), lambda: len(ALL_BOXES))


@named(DIES)
def a_weak_method():
    box = Box()
    method = weakref.WeakMethod(box.method)
    run_together(lambda: method()(), lambda: method()())


@named(DIES)
def a_finalizer():
    box = Box()
    weakref.finalize(box, print, "gone")
    run_together(box.method, box.method)


class Closing:
    def __del__(self):
        pass


class ClosingList(list):
    def __del__(self):
        pass


class Kind(type):
    pass


class ClosingShape(metaclass=Kind):
    def __del__(self):
        pass


@named("when an object of Closing, which has a __del__, dies")
def an_object_with_a_del():
    def work():
        Closing()

    run_together(work, work)


@named("when an object of ClosingList, which has a __del__, dies")
def a_list_with_a_del():
    def work():
        ClosingList([1, 2])

    run_together(work, work)


@named("when an object of ClosingShape, which has a __del__, dies")
def an_object_with_a_del_and_a_metaclass():
    def work():
        ClosingShape()

    run_together(work, work)


# ---- generators ------------------------------------------------------------------------------------------------------


def numbers():
    for number in (0, 1, 2):
        yield number * 1


@named(SHARED)
def a_generator_in_two_loops():
    shared = numbers()

    def work():
        for _ in shared:
            pass

    run_together(work, work)


@named(SHARED)
def a_generator_that_two_threads_make_a_list_of():
    shared = numbers()

    def work():
        return list(shared)

    return run_together(work, work)


@named(SHARED)
def a_generator_that_two_threads_add_up():
    shared = (number for number in range(3))

    def work():
        return sum(shared)

    return run_together(work, work)


@named(SHARED)
def a_generator_that_two_threads_unpack():
    shared = numbers()

    def work():
        return (*shared,)

    return run_together(work, work)


@named(SHARED)
def a_generator_behind_another():
    shared = numbers()

    def through():
        yield from shared

    def work():
        for _ in through():
            pass

    run_together(work, work)


@seen
def a_generator_of_each_thread():
    def work():
        return list(numbers()), sum(numbers()), [*numbers()], next(numbers()), [n * 2 for n in numbers()]

    run_together(work, work)


@seen
def a_generator_made_here_and_gone_through_there():
    given = numbers()

    def work():
        return sum(given)

    assert run_together(work, Box)[0] == 3


# ---- what is seen ----------------------------------------------------------------------------------------------------


@contextmanager
def holding(lock):
    lock.acquire()
    try:
        yield lock
    finally:
        lock.release()


@seen
def a_context_manager_made_of_a_generator():
    box = Box()

    def work():
        with holding(box.lock):
            box.value += 1

    run_together(work, work)
    assert box.value == 2


@seen
def a_method_that_is_a_context_manager():
    box = Box()
    run_together(box.add, box.add)
    assert box.value == 2


@seen
def a_context_manager_as_a_decorator():
    box = Box()

    @holding(box.lock)
    def work():
        box.value += 1

    run_together(work, work)
    assert box.value == 2


@seen
def the_tools_of_contextlib():
    box = Box()

    def work():
        with contextlib.ExitStack() as stack, contextlib.suppress(ValueError):
            stack.enter_context(holding(box.lock))
            box.value += 1

    run_together(work, work)
    assert box.value == 2


@pytest.mark.parametrize("name", NAMED)
def test_what_cannot_be_observed_is_named_and_withholds_complete(name):
    scenario, sentence = NAMED[name]
    found = explore(scenario, stop="never")
    assert found.unseen == (sentence,)
    assert not found.complete
    assert found.outcome == "passed"


@pytest.mark.parametrize("name", SEEN)
def test_what_is_observed_is_not_named(name):
    found = explore(SEEN[name], stop="never")
    assert found.unseen == ()
    assert (found.outcome, found.complete, found.failure) == ("passed", True, None)


# ---- a generator resumed by two threads ------------------------------------------------------------------------------


def tickets(box):
    while True:
        box.value += 1
        yield box.value


def by_next(shared):
    return next(shared)


def by_send(shared):
    return shared.send(None)


def by_dunder_next(shared):
    return shared.__next__()


@pytest.mark.parametrize("advance", [by_next, by_send, by_dunder_next, next])
def test_a_generator_that_two_threads_advance_at_once_is_found(advance):
    def scenario():
        shared = tickets(Box())
        run_together((advance, shared), (advance, shared))

    found = explore(scenario)
    assert (found.failure.kind, found.failure.message) == ("exception", "ValueError: generator already executing")


def test_whoever_advances_it_in_turn_gets_the_next_value():
    def scenario():
        shared = tickets(Box())

        def take():
            try:
                return next(shared)
            except ValueError:
                return "busy"

        return tuple(run_together(take, take))

    found = explore(scenario, stop="never")
    assert found.complete
    assert set(found.results) == {(1, 2), (2, 1), (1, "busy"), ("busy", 1)}
    literal = explore(scenario, stop="never", strategy="dfs")
    assert literal.complete
    assert set(literal.results) == set(found.results)


def test_a_generator_under_a_lock_is_right():
    def scenario():
        box = Box()
        shared = tickets(box)

        def take():
            with box.lock:
                return next(shared)

        assert sorted(run_together(take, take)) == [1, 2]

    found = explore(scenario, stop="never")
    found.raise_if_failed()
    assert found.complete


def test_a_generator_closed_while_it_runs_is_found():
    def scenario():
        shared = tickets(Box())
        run_together(lambda: next(shared, None), lambda: shared.close())

    assert explore(scenario).failure.message == "ValueError: generator already executing"
