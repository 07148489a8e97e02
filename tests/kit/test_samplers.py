"""Sampling strategies: seeded, no proof of anything, quick to find shallow bugs, and fair to all orders."""

import threading
import time
from collections import Counter

import pytest
from first_failures import CAP, PUBLISHED, mean_to_first
from known_bugs import KNOWN_BUGS, deadlock01, reorder, twostage, wronglock

from sync_tools import explore, replay, run_together
from sync_tools.drivers.choosing import SAMPLING, strategy_for
from sync_tools.drivers.runner import Runner

pytestmark = pytest.mark.once

BUGS = {bug.name: bug for bug in KNOWN_BUGS}
by_sampler = pytest.mark.parametrize("sampler", sorted(SAMPLING))


def drawn(scenario, sampler, seed, count, *arguments):
    """The first schedules of a sampler, each as what its threads did."""
    runner = Runner(scenario, arguments)
    search = strategy_for(sampler, None, seed, "any", "first")
    schedules = []
    with runner.open():
        for _ in range(count):
            assert search.begin()
            run = runner.run(search)
            search.end(run.world)
            schedules.append(tuple(op.signature() for op in run.world.trace))
    return schedules


@by_sampler
def test_a_seed_always_gives_the_same_schedules(sampler):
    once = drawn(reorder, sampler, 7, 40, 3)
    assert once == drawn(reorder, sampler, 7, 40, 3)
    assert len(set(once)) > 20


@by_sampler
def test_another_seed_gives_other_schedules(sampler):
    assert drawn(reorder, sampler, 1, 5, 3) != drawn(reorder, sampler, 2, 5, 3)


def cross_reads():
    lock = threading.Lock()
    seen = {"x": 0, "y": 0}
    order = []

    def work(mine, other):
        seen[mine] = 1
        with lock:
            order.append(mine)
        return seen[other]

    return (*run_together((work, "x", "y"), (work, "y", "x")), "".join(order))


@by_sampler
def test_it_shows_only_what_the_full_search_knows_and_never_says_that_this_was_all(sampler):
    known = explore(cross_reads, stop="never")
    assert known.complete
    found = explore(cross_reads, strategy=sampler, stop="never", max_schedules=300, seed=5)
    assert (found.outcome, found.complete, found.schedules) == ("inconclusive", False, 300)
    assert set(found.results) == set(known.results)


@by_sampler
@pytest.mark.parametrize("scenario", [deadlock01, twostage, wronglock])
def test_what_it_finds_is_the_search_own_finding_and_replays(sampler, scenario):
    found = explore(scenario, strategy=sampler, seed=3).failure
    known = explore(scenario).failure
    assert (found.kind, found.preemptions) == (known.kind, known.preemptions)
    again = replay(scenario, found.schedule)
    assert (again.kind, again.schedule) == (found.kind, found.schedule)


@pytest.mark.parametrize(
    ("name", "sampler"),
    [(name, sampler) for name, means in PUBLISHED.items() for sampler, mean in means.items() if mean < CAP],
)
def test_a_bug_is_found_about_as_soon_as_published(name, sampler):
    assert mean_to_first(BUGS[name], sampler, 20, cap=CAP) <= 5 * PUBLISHED[name][sampler]


@by_sampler
@pytest.mark.parametrize("name", sorted(BUGS.keys() - PUBLISHED.keys()))
def test_a_bug_without_published_figures_is_found_in_hundreds(name, sampler):
    assert mean_to_first(BUGS[name], sampler, 5, cap=CAP) <= 500


# ---- loops that poll -------------------------------------------------------------------------------------------------


def poll_an_event():
    event = threading.Event()
    turns = [0]

    def wait():
        while not event.wait(0.1):
            turns[0] += 1

    run_together(wait, wait, event.set)


def poll_with_sleeps():
    state = {"ready": False}
    turns = [0]

    def wait():
        while not state["ready"]:
            turns[0] += 1
            time.sleep(0.1)

    def finish():
        state["ready"] = True

    run_together(wait, finish, wait)


def poll_without_a_pause():
    state = {"ready": False}

    def wait():
        turns = 0
        while not state["ready"]:
            turns += 1

    def finish():
        state["ready"] = True

    run_together(wait, finish, wait)


@by_sampler
@pytest.mark.parametrize("scenario", [poll_an_event, poll_with_sleeps, poll_without_a_pause])
def test_a_loop_that_polls_does_not_starve_the_thread_it_waits_for(sampler, scenario):
    found = explore(scenario, strategy=sampler, max_schedules=100, seed=1)
    assert found.failing == 0
    assert found.unseen == ()  # no schedule ran to the step budget
    assert found.schedules == 100


# ---- what the papers promise -----------------------------------------------------------------------------------------


def one_after_many():
    order = []

    def many():
        for _ in range(9):
            order.append("m")

    run_together(many, (order.append, "o"))
    return order.index("o")


def spread(scenario, sampler, schedules):
    """How often each result came, against how often it would if all were equally likely: the least and the most."""
    known = explore(scenario, stop="never")
    assert known.complete
    found = explore(scenario, strategy=sampler, stop="never", max_schedules=schedules, seed=11).results
    share = schedules / len(known.results)
    counts = [found[result] / share for result in known.results]
    return min(counts), max(counts)


def test_a_short_thread_is_as_likely_to_come_late_as_early():
    least, most = spread(one_after_many, "surw", 2_000)
    assert least > 0.7
    assert most < 1.4


def test_a_random_walk_nearly_always_lets_the_short_thread_come_early():
    least, most = spread(one_after_many, "random", 2_000)
    assert least < 0.2
    assert most > 2


def three_and_three():
    order = []

    def work(name):
        for _ in range(3):
            order.append(name)

    run_together((work, "a"), (work, "b"))
    return "".join(order)


def family():
    order = []

    def child():
        order.append("c")
        order.append("d")

    def parent():
        order.append("p")
        thread = threading.Thread(target=child)
        thread.start()
        order.append("q")
        thread.join()

    def other():
        for _ in range(3):
            order.append("o")

    run_together(parent, other)
    return "".join(order)


@pytest.mark.parametrize(("scenario", "orders"), [(three_and_three, 20), (family, 105)])
def test_all_orders_of_the_operations_on_one_object_are_equally_likely(scenario, orders):
    assert len(explore(scenario, stop="never").results) == orders
    least, most = spread(scenario, "surw", 40 * orders)
    assert least > 0.5
    assert most < 1.6


def test_random_priorities_find_a_deadlock_of_two_as_often_as_proven():
    runs = 600
    counts = Counter(len(trace) for trace in drawn(deadlock01, "pct", 0, 20))
    threads, steps = 3, max(counts)
    found = explore(deadlock01, strategy="pct", stop="never", max_schedules=runs, seed=0)
    assert found.failing / runs > 1 / (threads * steps)
