"""Oracle: programs whose number of classes of schedules is known. A complete search runs one schedule a class."""

import threading
import time
from math import factorial

import pytest

from sync_tools import explore, run_together

pytestmark = pytest.mark.once


class Cell:
    def __init__(self, value=0):
        self.value = value


def lost_update(threads):
    cell = Cell()

    def work():
        seen = cell.value
        cell.value = seen + 1

    run_together(*[work] * threads)
    return cell.value


def mutex(threads, sections):
    lock = threading.Lock()
    order = []

    def work(name):
        for _ in range(sections):
            with lock:
                order.append(name)

    run_together(*[(work, name) for name in range(threads)])
    return tuple(order)


def readers(count):
    cell = Cell()

    def write():
        cell.value = 1

    def read():
        return cell.value

    return tuple(run_together(write, *[read] * count))


def lastzero(size):
    array = [0] * (size + 1)

    def write(j):
        array[j] = array[j - 1] + 1

    def read():
        i = size
        while array[i] != 0:
            i -= 1

    run_together(read, *[(write, j) for j in range(1, size + 1)])


def dining(seats):
    forks = [threading.Lock() for _ in range(seats)]

    def eat(seat):
        with forks[seat], forks[(seat + 1) % seats]:
            pass

    run_together(*[(eat, seat) for seat in range(seats)])


def store_buffering():
    x, y = Cell(), Cell()

    def left():
        x.value = 1
        return y.value

    def right():
        y.value = 1
        return x.value

    return tuple(run_together(left, right))


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
def test_a_lost_update_has_the_square_of_n_factorial_classes(threads):
    result = explore(lost_update, args=(threads,), stop="never")
    assert result.complete
    assert result.schedules == factorial(threads) ** 2
    assert set(result.results) == set(range(1, threads + 1))


@pytest.mark.parametrize(
    ("threads", "sections", "classes"),
    [(1, 1, 1), (2, 1, 2), (3, 1, 6), (4, 1, 24), (5, 1, 120), (2, 2, 6), (2, 3, 20), (2, 4, 70), (3, 2, 90)],
)
def test_critical_sections_on_one_lock_run_in_every_order_exactly_once(threads, sections, classes):
    result = explore(mutex, args=(threads, sections), stop="never")
    assert result.outcome == "passed"
    assert result.complete
    assert result.schedules == classes == len(result.results)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_readers_each_see_the_write_or_not(count):
    result = explore(readers, args=(count,), stop="never")
    assert result.schedules == 2**count == len(result.results)


@pytest.mark.parametrize(("size", "classes"), [(1, 2), (2, 5), (3, 12), (4, 28), (5, 64), (6, 144), (7, 320), (8, 704)])
def test_lastzero_loses_no_class(size, classes):
    result = explore(lastzero, args=(size,), stop="never")
    assert (result.outcome, result.complete, result.schedules) == ("passed", True, classes)


@pytest.mark.parametrize("seats", [2, 3, 4, 5, 6, 7])
def test_dining_philosophers_deadlock_in_exactly_one_class(seats):
    result = explore(dining, args=(seats,), stop="never")
    assert result.schedules == 2**seats - 1
    assert result.failing == 1
    assert result.failure.kind == "deadlock"


def test_store_buffering_never_shows_two_zeros():
    result = explore(store_buffering, stop="never")
    assert result.schedules == 3
    assert set(result.results) == {(0, 1), (1, 0), (1, 1)}


def test_a_locked_counter_of_three_threads_passes_completely():
    result = explore(mutex, args=(3, 2))
    assert (result.outcome, result.complete) == ("passed", True)


def test_an_unlocked_counter_fails_with_one_preemption_and_no_less():
    def scenario():
        cell = Cell()

        def work():
            for _ in range(2):
                cell.value += 1

        run_together(work, work, work)
        assert cell.value == 6

    result = explore(scenario)
    assert result.outcome == "failed"
    assert result.failure.kind == "assertion"
    assert result.failure.bug_class == "lost update"
    assert result.failure.preemptions == 1
    assert result.failure.least


def test_a_sleep_synchronizes_nothing():
    def scenario():
        cell = Cell()

        def work():
            cell.value = 1

        threading.Thread(target=work).start()
        time.sleep(3600)
        assert cell.value == 1

    assert explore(scenario).failure.kind == "assertion"


def test_exact_time_measures_how_long_a_program_would_take():
    def scenario():
        run_together((time.sleep, 3), (time.sleep, 5))
        return time.monotonic()

    result = explore(scenario, time="exact", stop="never")
    assert result.virtual_seconds == (5.0, 5.0)
    assert not result.complete, "exact time is for measuring, not for a verdict"


def test_a_budget_of_just_as_many_schedules_as_there_are_is_enough():
    def scenario():
        return readers(2)

    whole = explore(scenario, stop="never")
    begun = whole.schedules + whole.redundant
    assert explore(scenario, stop="never", max_schedules=begun) == whole
    short = explore(scenario, stop="never", max_schedules=begun - 1)
    assert (short.outcome, short.complete) == ("inconclusive", False)
