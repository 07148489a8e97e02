"""What never ends: livelock, starvation and endless loops are told from each other and from what is only long."""

import itertools
import threading
from pathlib import Path

import pytest
from programs_of_verdicts import SHORT, SHOWN, Counter

from sync_tools import explore, explored, run_together, stress
from sync_tools.words.errors import ScenarioInconclusive
from sync_tools.worlds import native

pytestmark = pytest.mark.once


def kind_of(scenario, **options):
    found = explore(scenario, **options)
    assert found.failure or found.complete, found.outcome
    return found.failure and found.failure.kind


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


def counting_up_to(times, counter):
    for _ in range(times):
        counter.value += 1


def counting_pairs(times, counter):
    for _, _ in zip(range(times), itertools.count(), strict=False):
        counter.value += 1


def counting_by_a_local(times, counter):
    done = 0
    while done < times:
        done += 1
        counter.value += 1


def counting_until_all_is_counted(times, counter):
    while counter.value < times:
        counter.value += 1


def counting_and_breaking_off(times, counter):
    while True:
        if counter.value >= times:
            break
        counter.value += 1


def counting_down_the_stack(times, counter):
    for _ in range(times // 100):
        counting_up_to(100, counter)


def counting_for_ever(times, counter):
    while not counter.stop:
        counter.value += 1


def counting_by_threes_for_ever(times, counter):
    while True:
        counting_up_to(3, counter)


def counting_without_end(times, counter):
    for _ in itertools.count():
        counter.value += 1


def passing_it_on_for_ever(times, counter):
    while True:
        if counter.value == 5:
            return
        counter.value = 1 - counter.value


LONG = [
    *(counting_up_to, counting_pairs, counting_by_a_local, counting_until_all_is_counted, counting_and_breaking_off),
    counting_down_the_stack,
]
ENDLESS = [counting_for_ever, counting_by_threes_for_ever, counting_without_end, passing_it_on_for_ever]


@pytest.mark.parametrize("work", LONG + ENDLESS)
def test_a_run_far_beyond_the_budget_is_a_livelock_only_where_nobody_comes_nearer_to_an_end(work):
    def scenario():
        counter = Counter()
        run_together((work, 50_000, counter), (work, 50_000, counter))

    result = explore(scenario, **SHORT)
    kind = result.failure and result.failure.kind
    assert (result.outcome, kind) == (("failed", "livelock") if work in ENDLESS else ("inconclusive", None))
    assert not result.complete
    if work not in ENDLESS:
        assert result.unseen == (result.too_long,)
        line = work.__code__.co_firstlineno
        places = [f"{Path(__file__).name}:{number}" for number in range(line + 1, line + 3)]
        assert result.too_long in [f"a loop ran to the step budget of 300 operations: {place}" for place in places]


def test_a_test_with_a_long_loop_says_which_loop_and_what_to_do():
    @explored(**SHORT)
    def counts():
        counter = Counter()
        run_together((counting_up_to, 50_000, counter), (counting_up_to, 50_000, counter))

    with pytest.raises(ScenarioInconclusive, match=r"test_kinds_of_going_on.py:\d+\. .*let the scenario take fewer"):
        counts()


@pytest.mark.parametrize("work", [counting_up_to, counting_by_a_local, counting_down_the_stack, *ENDLESS[:3]])
def test_on_os_threads_too_only_what_comes_no_nearer_to_an_end_is_stopped(work, monkeypatch):
    monkeypatch.setattr(native, "MAX_ACCESSES", 1_000)
    monkeypatch.setattr(native, "WATCHED", 500)
    ended = []

    def scenario():
        counter = Counter()
        run_together((work, 2_000, counter), (work, 2_000, counter))
        ended.append(counter.value)

    result = stress(scenario, rounds=1)
    assert (result.failure and result.failure.kind) == ("livelock" if work in ENDLESS else None)
    assert bool(ended) == (work not in ENDLESS)


def test_who_goes_on_for_long_hides_no_circle_of_re_entrant_locks():
    def scenario():
        left, right = threading.RLock(), threading.RLock()
        counter = Counter()

        def take(one, other):
            with one, other:
                pass

        run_together((take, left, right), (take, right, left), (counting_up_to, 50_000, counter))

    assert kind_of(scenario, **SHORT) == "deadlock"


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
