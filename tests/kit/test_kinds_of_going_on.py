"""What never ends: livelock, starvation and endless loops are told from each other and from what is only long."""

import threading

import pytest
from programs_of_verdicts import SHORT, SHOWN, Counter

from sync_tools import explore, run_together


def kind_of(scenario, **options):
    failure = explore(scenario, **options).failure
    return failure and failure.kind


# ---- livelock, starvation, long runs, endless loops -----------------------------------------------------------------


def test_one_side_without_an_end_is_starvation_where_the_other_goes_on_and_livelock_where_nobody_gets_on():
    starved = explore(SHOWN["starvation"][0], **SHORT).failure
    stuck = explore(SHOWN["livelock"][0], **SHORT).failure
    assert (starved.kind, [waiter.thread for waiter in starved.waiters]) == ("starvation", [2])
    assert starved.message.startswith("1 thread waits in vain while T1 (at programs_of_verdicts.py:")
    assert starved.message.endswith(") goes on, under a fair scheduler too")
    assert (stuck.kind, stuck.waiters) == ("livelock", ())
    assert stuck.why == ("All the while T1 held left and T2 held right.",)


def test_who_gives_way_and_tries_again_in_step_with_the_other_livelocks_and_who_waits_in_order_does_not():
    def eating(polite):
        def scenario():
            left, right = threading.Lock(), threading.Lock()

            def eat(mine, other):
                while True:
                    with mine:
                        if other.acquire(blocking=not polite):
                            other.release()
                            return

            run_together((eat, left, right), (eat, right, left) if polite else (eat, left, right))

        return scenario

    assert kind_of(eating(polite=True), **SHORT) == "livelock"
    assert kind_of(eating(polite=False), **SHORT) is None


def counting(times):
    def scenario():
        counter = Counter()

        def count():
            for _ in range(times):
                counter.value += 1

        thread = threading.Thread(target=count)
        thread.start()
        thread.join()

    return scenario


def test_a_run_that_is_only_long_is_no_livelock_but_a_budget_that_ran_out():
    result = explore(counting(200), **SHORT)
    assert (result.outcome, result.complete, result.failure) == ("inconclusive", False, None)
    assert explore(counting(200)).outcome == "passed"


@pytest.mark.xfail(strict=True, reason="what has not ended after twice the budget is called a livelock, if only long")
def test_a_run_of_more_than_twice_the_budget_is_no_livelock_either():
    assert explore(counting(400), **SHORT).outcome == "inconclusive"


def test_a_loop_without_operations_is_endless_and_one_with_them_a_livelock():
    def looping(act):
        def scenario():
            counter = Counter()

            def work():
                turns = 0
                while not (act and counter.stop):
                    turns = 1 - turns
                    if act:
                        counter.value += 1

            run_together(work, work)

        return scenario

    assert kind_of(looping(act=False)) == "endless-loop"
    assert kind_of(looping(act=True), **SHORT) == "livelock"


def test_a_spin_wait_that_somebody_ends_is_no_livelock_and_one_that_nobody_ends_is():
    def spinning(ends):
        def scenario():
            counter = Counter()

            def wait():
                while not counter.stop:
                    pass

            def finish():
                counter.stop = ends

            run_together(wait, finish)

        return scenario

    assert kind_of(spinning(ends=False)) == "livelock"
    assert kind_of(spinning(ends=True)) is None
