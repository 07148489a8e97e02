"""What a failure is called: the class fits the program, and where nothing fits there is no wrong name."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from drawn_programs import draw, scenario

from sync_tools import explore, run_together
from sync_tools.presentation.folding import STEP_NUMBER
from sync_tools.words.failure import BUG_CLASSES, Failure


def failure_of(program: Callable[[], object]) -> Failure:
    failure = explore(program).failure
    assert failure is not None
    return failure


class Cell:
    def __init__(self) -> None:
        self.value = 0
        self.lock = threading.Lock()
        self.changed = threading.Condition()

    def add(self) -> None:
        with self.lock:
            self.value += 1


# ---- what is right, but for what its test asks -----------------------------------------------------------------------


def asks_for_too_much() -> None:
    cell = Cell()
    run_together(cell.add, cell.add)
    assert cell.value == 3


def asks_in_a_thread() -> None:
    cell = Cell()

    def add_and_ask() -> None:
        with cell.lock:
            cell.value += 1
            assert cell.value < 2

    run_together(add_and_ask, add_and_ask)


def tries_again_until_it_fits() -> None:
    cell = Cell()

    def add() -> None:
        while True:
            seen = cell.value
            with cell.lock:
                if cell.value == seen:
                    cell.value = seen + 1
                    return

    run_together(add, add)
    assert cell.value == 3


def hands_over_in_a_queue() -> None:
    box: queue.Queue[int] = queue.Queue()
    got: list[int] = []
    run_together((box.put, 1), lambda: got.append(box.get()))
    assert got == [2]


@pytest.mark.parametrize(
    "program", [asks_for_too_much, asks_in_a_thread, tries_again_until_it_fits, hands_over_in_a_queue]
)
def test_a_right_program_that_is_asked_for_something_else_is_called_no_race(program):
    assert failure_of(program).bug_class in ("unclassified", "sequential error")


def test_what_each_thread_does_for_itself_is_no_race():
    def program() -> None:
        sums = [0, 0]

        def add(place: int) -> None:
            sums[place] += place + 1

        run_together((add, 0), (add, 1))
        assert sums == [2, 2]

    assert failure_of(program).bug_class in ("unclassified", "sequential error")


def test_one_thread_alone_is_a_sequential_error_and_the_report_says_that_it_is_no_race():
    def program() -> None:
        assert sorted([2, 1]) == [2, 1]

    failure = failure_of(program)
    assert failure.bug_class == "sequential error"
    assert failure.why == ("One thread alone does it: this is no race.",)


@pytest.mark.parametrize("locked", [False, True])
def test_a_look_that_may_come_before_a_change_or_after_it_is_never_said_to_be_no_race(locked):
    def program() -> None:
        cell = Cell()
        threading.Thread(target=cell.add).start()
        if locked:
            with cell.lock:
                assert cell.value == 0
        else:
            assert cell.value == 0

    assert failure_of(program).bug_class != "sequential error"


# ---- a lock that is taken twice --------------------------------------------------------------------------------------


class Store:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.locks = [self.lock, self.lock]
        self.items: list[int] = []

    def size(self) -> int:
        with self.lock:
            return len(self.items)

    def add_if_small(self) -> None:
        with self.lock:
            if self.size() < 3:
                self.items.append(1)

    def leave_early(self, item: int) -> bool:
        self.lock.acquire()
        if item < 0:
            return False
        self.items.append(item)
        self.lock.release()
        return True

    def open(self) -> None:
        self.lock.acquire()

    def close(self) -> None:
        self.lock.release()

    def add_by_helpers(self) -> None:
        self.open()
        self.items.append(self.size())
        self.close()

    def take_all(self) -> None:
        for lock in self.locks:
            lock.acquire()

    @contextmanager
    def held(self):
        self.lock.acquire()
        try:
            yield
        finally:
            self.lock.release()

    def add_in_a_block(self) -> None:
        with self.held():
            self.items.append(self.size())


def nested_call() -> None:
    Store().add_if_small()


def early_return() -> None:
    store = Store()
    store.leave_early(1)
    store.leave_early(-1)
    store.leave_early(2)


def same_lock_in_a_loop() -> None:
    Store().take_all()


def both_in_one_block() -> None:
    store = Store()
    with store.lock, store.lock:
        pass


@pytest.mark.parametrize(
    ("program", "named"),
    [
        (nested_call, "self-deadlock"),
        (early_return, "lock leak"),
        (same_lock_in_a_loop, "self-deadlock"),
        (both_in_one_block, "self-deadlock"),
    ],
)
def test_a_lock_that_one_thread_takes_twice_was_kept_by_a_call_that_goes_on_or_by_one_that_has_ended(program, named):
    failure = failure_of(program)
    assert (failure.kind, failure.bug_class) == ("self-deadlock", named)


def test_who_takes_a_lock_for_its_caller_does_not_leak_it():
    def program() -> None:
        store = Store()
        store.open()
        store.items.append(1)
        store.close()
        store.add_by_helpers()

    assert failure_of(program).bug_class == "self-deadlock"


def test_a_generator_that_holds_a_lock_for_a_block_does_not_leak_it():
    def program() -> None:
        store = Store()
        with store.held():
            store.items.append(1)
        store.add_in_a_block()

    assert failure_of(program).bug_class != "lock leak"


# ---- waits -----------------------------------------------------------------------------------------------------------


def test_a_try_that_is_made_again_until_it_works_is_no_abandoned_wait():
    def program() -> None:
        cell = Cell()

        def add() -> None:
            while not cell.lock.acquire(timeout=0.1):
                pass
            cell.value += 1
            cell.lock.release()

        run_together(add, add)
        assert cell.value == 3

    assert failure_of(program).bug_class != "abandoned wait"


def test_a_try_that_failed_and_left_its_work_undone_is_one():
    def program() -> None:
        cell = Cell()

        def add() -> None:
            if cell.lock.acquire(blocking=False):
                cell.value += 1
                cell.lock.release()

        run_together(add, add)
        assert cell.value == 2

    failure = failure_of(program)
    assert failure.bug_class == "abandoned wait"
    assert re.search(r"did not get it, because T\d held it; it went on without it", failure.why[0])


def test_a_slow_wait_under_a_lock_names_both_threads():
    def program() -> None:
        cell = Cell()
        answered = threading.Event()

        def ask() -> None:
            with cell.lock:
                answered.wait()

        def answer() -> None:
            cell.add()
            answered.set()

        run_together(ask, answer)

    failure = failure_of(program)
    assert (failure.kind, failure.bug_class) == ("lost-wakeup", "blocking under a lock")
    assert failure.why[0] == "T1 waits on answered while it holds Cell.lock, which T2 needs to go on."


# ---- whatever fails --------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_of_drawn_programs_the_steps_that_met_are_two_threads_and_stand_in_the_reasons():
    named = set()
    for seed in range(600):
        failure = explore(scenario, args=(draw(seed),), max_schedules=300).failure
        if failure is None:
            continue
        assert failure.bug_class in BUG_CLASSES, seed
        met = [failure.steps[number - 1] for number in failure.conflict]
        assert len({step.thread for step in met}) == len(met), seed
        for step in met:
            assert any(re.search(rf"#{step.number}\b", sentence) for sentence in failure.why), (seed, failure.why)
        numbers = [int(number) for sentence in failure.why for number in STEP_NUMBER.findall(sentence)]
        assert all(1 <= number <= len(failure.steps) for number in numbers), (seed, failure.why)
        named.add(failure.bug_class)
    assert len(named) > 4
