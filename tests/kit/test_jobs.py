"""An exploration spread over processes: the same classes, results and verdict as in one."""

import os
import pickle
import threading
from concurrent.futures import Executor, Future

import known_bugs
import pytest

from sync_tools import explore, run_together
from sync_tools.words.errors import UserError

pytestmark = pytest.mark.once


class InTurn(Executor):
    """Runs each call at once, on copies, as another process would; counts them."""

    def __init__(self):
        self.calls = 0

    def submit(self, fn, /, *args, **kwargs):
        self.calls += 1
        future = Future()
        args = pickle.loads(pickle.dumps(args))
        future.set_result(pickle.loads(pickle.dumps(fn(*args, **kwargs))))
        return future


class Cell:
    def __init__(self):
        self.value = 0


def sections(threads, turns):
    lock = threading.Lock()
    order = []

    def work(name):
        for _ in range(turns):
            with lock:
                order.append(name)

    run_together(*[(work, name) for name in range(threads)])
    return tuple(order)


def dining(seats):
    forks = [threading.Lock() for _ in range(seats)]

    def eat(seat):
        with forks[seat], forks[(seat + 1) % seats]:
            pass

    run_together(*[(eat, seat) for seat in range(seats)])


def semaphores_and_events(count):
    gate, permits, cell = threading.Event(), threading.Semaphore(2), Cell()

    def work():
        gate.wait()
        with permits:
            seen = cell.value
            cell.value = seen + 1

    run_together(*[work] * count, gate.set)
    return cell.value


def polling(count):
    ready, got = threading.Event(), []

    def work(name):
        while not ready.wait(0.1):
            pass
        got.append(name)

    run_together(*[(work, name) for name in range(count)], ready.set)
    return tuple(got)


def lines_of(races):
    return {(race.target, frozenset((race.first.site.line, race.second.site.line))) for race in races}


PROGRAMS = [
    (sections, (3, 2)),
    (sections, (2, 5)),
    (dining, (6,)),
    (semaphores_and_events, (3,)),
    (polling, (3,)),
    (known_bugs.reorder, (3,)),
]


@pytest.mark.parametrize(("scenario", "args"), PROGRAMS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_in_parts_every_class_is_run_once_too(scenario, args, monkeypatch):
    # Small rounds, so that small programs are cut into many parts.
    monkeypatch.setattr("sync_tools.drivers.explore.ALONE", 5)
    monkeypatch.setattr("sync_tools.drivers.parallel.SLICE", 7)
    alone = explore(scenario, args=args, stop="never")
    parts = InTurn()
    spread = explore(scenario, args=args, stop="never", jobs=parts)
    assert parts.calls > 5
    assert (spread.outcome, spread.complete) == (alone.outcome, alone.complete)
    assert (spread.schedules, spread.failing) == (alone.schedules, alone.failing)
    assert spread.results == alone.results
    assert spread.virtual_seconds == alone.virtual_seconds
    assert lines_of(spread.races) == lines_of(alone.races)


def test_how_it_is_cut_changes_nothing_but_what_is_cut_short(monkeypatch):
    monkeypatch.setattr("sync_tools.drivers.explore.ALONE", 3)
    found, calls = [], []
    for size in (5, 50):
        monkeypatch.setattr("sync_tools.drivers.parallel.SLICE", size)
        parts = InTurn()
        result = explore(semaphores_and_events, args=(3,), stop="never", jobs=parts)
        found.append((result.outcome, result.complete, result.schedules, result.failing, result.results))
        calls.append(parts.calls)
    assert found[0] == found[1]
    assert found[0][:2] == ("passed", True)
    assert calls[0] > calls[1] > 0


def test_a_failure_that_another_process_finds_is_made_small_and_can_be_replayed(monkeypatch):
    monkeypatch.setattr("sync_tools.drivers.explore.ALONE", 2)
    monkeypatch.setattr("sync_tools.drivers.parallel.SLICE", 3)
    parts = InTurn()
    result = explore(known_bugs.reorder, args=(2,), strategy="dpor", jobs=parts)
    assert parts.calls
    assert (result.outcome, result.failure.kind, result.failure.preemptions) == ("failed", "assertion", 1)
    alone = explore(known_bugs.reorder, args=(2,), strategy="dpor")
    assert result.failure.schedule == alone.failure.schedule


def where(threads, turns):
    sections(threads, turns)
    return os.getpid()


def test_processes_of_their_own_agree():
    ran_in = explore(where, args=(2, 5), stop="never", jobs=2).results
    assert sum(ran_in.values()) == 252
    assert len(ran_in) > 1  # here, and in another process
    alone = explore(sections, args=(2, 5), stop="never")
    spread = explore(sections, args=(2, 5), stop="never", jobs=2)
    assert alone.schedules == 252
    assert (spread.outcome, spread.complete, spread.schedules) == ("passed", True, 252)
    assert spread.results == alone.results


def test_a_budget_is_kept_and_is_no_pass():
    parts = InTurn()
    result = explore(sections, args=(3, 3), jobs=parts, max_schedules=400, stop="never")
    assert parts.calls
    assert (result.outcome, result.complete) == ("inconclusive", False)
    assert 300 <= result.schedules + result.redundant <= 400


def test_a_small_program_needs_no_other_process():
    parts = InTurn()
    assert explore(sections, args=(2, 2), jobs=parts).complete
    assert parts.calls == 0


def test_a_scenario_that_cannot_be_imported_is_refused():
    def local():
        pass

    with pytest.raises(UserError, match="other processes can import"):
        explore(local, jobs=2)


def test_arguments_that_cannot_be_pickled_are_refused():
    with pytest.raises(UserError, match="pickled"):
        explore(sections, args=(threading.Lock(), 1), jobs=2)


def test_samples_are_not_spread():
    with pytest.raises(UserError, match="complete search"):
        explore(sections, args=(2, 1), jobs=2, strategy="random")


def test_progress_tells_how_far_it_is():
    told = []
    explore(sections, args=(3, 3), stop="never", max_schedules=640, progress=told.append)
    assert [step.schedules for step in told] == list(range(64, 641, 64))
    assert all(step.depth > 10 and 0 <= step.share <= 1 for step in told)
    assert told[0].share < told[-1].share
