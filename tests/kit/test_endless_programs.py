"""A program that loops or waits for ever is ended, and shown with what it does not get past."""

import threading

import pytest
from bad_input import (
    beside,
    the_next_exploration_works,  # noqa: F401  # used by every test
)

from sync_tools import explore, run_together, stress

pytestmark = pytest.mark.once


class Cell:
    def __init__(self):
        self.value = 0
        self.stop = False

    def add(self):
        self.value += 1


def endless():
    while True:
        pass


def endless_counting():
    n = 0
    while True:
        n += 1


def endless_for():
    for _ in iter(int, 1):
        pass


@pytest.mark.parametrize("loop", [endless, endless_counting, endless_for])
@pytest.mark.parametrize("drive", [explore, stress])
def test_an_endless_loop_is_shown_with_its_line(drive, loop):
    failure = drive(beside(loop), instrument=[__name__]).failure
    assert failure.kind == "endless-loop"
    assert "test_endless_programs.py" in failure.message
    assert ("while True" in failure.message) or ("for _ in" in failure.message)


@pytest.mark.parametrize("drive", [explore, stress])
def test_an_endless_loop_with_visible_operations_is_a_livelock(drive):
    def work(cell):
        while not cell.stop:
            cell.value += 1

    def scenario():
        cell = Cell()
        run_together((work, cell), (work, cell))

    failure = drive(scenario).failure
    assert failure.kind == "livelock"
    assert "test_endless_programs.py" in failure.message


def test_a_spin_wait_for_what_never_comes_is_a_livelock():
    def work(cell):
        while not cell.stop:
            pass

    def scenario():
        cell = Cell()
        run_together((work, cell), cell.add)

    assert explore(scenario).failure.kind == "livelock"


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_thread_that_never_ends_is_named_with_what_it_waits_for(drive):
    def scenario():
        never = threading.Event()
        thread = threading.Thread(target=never.wait, name="patient")
        thread.start()
        thread.join()

    failure = drive(scenario).failure
    assert failure.kind == "lost-wakeup"
    assert failure.threads[failure.waiters[-1].thread] == "patient"


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_thread_that_nobody_joins_is_waited_for(drive):
    def scenario():
        threading.Thread(target=threading.Semaphore(0).acquire).start()

    assert drive(scenario).failure.kind == "starved-semaphore"


@pytest.mark.parametrize("drive", [explore, stress])
def test_code_that_swallows_everything_ends_too(drive):
    def stubborn(lock):
        while True:
            try:  # noqa: SIM105  # as students write it
                lock.acquire()
            except:  # noqa: E722  # the very thing
                pass

    def scenario():
        run_together((stubborn, threading.Lock()))

    assert drive(scenario).failure.kind == "self-deadlock"


def test_a_finally_that_loops_for_ever_is_cut_short():
    reached = []

    def work(cell, lock):
        try:
            with lock:
                threading.Event().wait()
        finally:
            reached.append(1)
            while not cell.stop:
                pass

    def scenario():
        run_together((work, Cell(), threading.Lock()))

    assert explore(scenario).failure.kind == "lost-wakeup"
    assert reached
