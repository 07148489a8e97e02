"""Schedules that hypothesis draws: found, shrunk together with the data, run again from what was printed."""

import random
import re
import threading

import pytest
from bad_input import lab_of
from hypothesis import HealthCheck, Phase, example, find, given, settings
from hypothesis import strategies as st

from sync_tools import Schedule, explore, replay, run_together, schedules
from sync_tools.words.errors import NotDeterministic, ScenarioEndless, ScenarioFailed, UserError

pytestmark = pytest.mark.once

LIKE_A_USER = settings(max_examples=300, database=None, derandomize=True)
SHORT = settings(max_examples=60, database=None, derandomize=True)


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self, amount=1):
        self.value += amount

    def add_locked(self, amount=1):
        with self.lock:
            self.value += amount


def bare(amounts):
    counter = Counter()
    run_together(*[(counter.add, amount) for amount in amounts])
    assert counter.value == sum(amounts)
    return counter.value


def locked(amounts):
    counter = Counter()
    run_together(*[(counter.add_locked, amount) for amount in amounts])
    assert counter.value == sum(amounts)
    return counter.value


def withdraw(balance, amounts):
    account = Counter()
    account.value = balance

    def take(amount):
        if account.value >= amount:
            with account.lock:
                account.value -= amount

    run_together(*[(take, amount) for amount in amounts])
    assert account.value >= 0
    return account.value


def opposite_order():
    one, other = threading.Lock(), threading.Lock()

    def forth():
        with one, other:
            pass

    def back():
        with other, one:
            pass

    run_together(forth, back)


def three_writers():
    seen = []

    def write(name):
        seen.append(name)
        seen.append(name.upper())

    run_together((write, "a"), (write, "b"), (write, "c"))
    return "".join(seen)


def timed():
    event = threading.Event()
    thread = threading.Timer(2, event.set)
    thread.start()
    first = event.wait(1)
    thread.join()
    return first, event.is_set()


AMOUNTS = st.lists(st.integers(1, 50), max_size=3)


def fails(run, *args):
    try:
        run(*args)
    except ScenarioFailed:
        return True
    return False


# ---- finding and shrinking -------------------------------------------------------------------------------------------


def smallest(strategy, condition):
    """What a few independent searches shrink to; hypothesis' own shrinking may get stuck near the smallest."""
    found = [find(strategy, condition, settings=LIKE_A_USER, random=random.Random(seed)) for seed in range(2)]
    assert all(condition(one) for one in found)
    return found


def test_a_lost_update_shrinks_to_one_departure_and_the_smallest_data():
    found = smallest(st.tuples(schedules(), AMOUNTS), lambda drawn: fails(drawn[0].run, bare, drawn[1]))
    assert all(len(schedule.departures) == 1 for schedule, _ in found)
    # The first thread has read (point 0), and stands before its write.
    assert (Schedule(((1, 0),)), [1, 1]) in found


def test_a_check_then_act_shrinks_its_schedule_and_its_data_together():
    drawn = st.tuples(schedules(), st.integers(0, 100), AMOUNTS)
    found = smallest(drawn, lambda one: fails(one[0].run, withdraw, one[1], one[2]))
    assert all(len(schedule.departures) == 1 for schedule, _, _ in found)
    assert (Schedule(((1, 0),)), 1, [1, 1]) in found


@given(schedule=schedules(), amounts=AMOUNTS)
@SHORT
def test_a_right_program_passes_under_all_that_are_drawn(schedule, amounts):
    assert schedule.run(locked, amounts) == sum(amounts)


@given(schedule=schedules(), amounts=AMOUNTS)
@example(schedule=Schedule(((3, 0), (5, 0))), amounts=[1, 2])
@example(schedule=Schedule(), amounts=[])
@settings(SHORT, phases=[Phase.explicit])
def test_schedules_can_be_written_down_as_examples(schedule, amounts):
    assert schedule.run(locked, amounts) == sum(amounts)


def test_the_example_that_hypothesis_prints_can_be_pasted_back():
    @given(schedule=schedules(), amounts=AMOUNTS)
    @settings(LIKE_A_USER, print_blob=False)
    def test(schedule, amounts):
        schedule.run(bare, amounts)

    with pytest.raises(ScenarioFailed) as caught:
        test()
    text = "\n".join(caught.value.__notes__)
    pasted = re.search(r"schedule=(Schedule\(.*\)),\n", text)
    assert pasted, text
    data = re.search(r"amounts=(\[.*\])", text)
    with pytest.raises(ScenarioFailed) as again:
        eval(pasted[1], {"Schedule": Schedule}).run(bare, eval(data[1]))
    assert again.value.failure.bug_class == "lost update"


def test_whatever_one_departure_can_show_is_drawn_sooner_or_later():
    seen = set()

    @given(schedule=schedules())
    @settings(LIKE_A_USER, max_examples=150)
    def collect(schedule):
        seen.add(schedule.run(three_writers))

    collect()
    by_one = {Schedule(((point, pick),)).run(three_writers) for point in range(9) for pick in range(2)}
    assert len(by_one) > 5
    assert seen > by_one


# ---- what a schedule is ----------------------------------------------------------------------------------------------


@given(schedule=schedules(max_departures=6, max_point=10_000))
def test_a_schedule_is_printed_so_that_it_can_be_pasted_back(schedule):
    again = eval(repr(schedule), {"Schedule": Schedule})
    assert again == schedule
    assert hash(again) == hash(schedule)


def test_a_schedule_reads_as_it_was_written():
    assert repr(Schedule(((3, 0), (5, 0)))) == "Schedule(((3, 0), (5, 0)))"
    assert repr(Schedule(((3, 0),))) == "Schedule(((3, 0),))"
    assert repr(Schedule()) == "Schedule()"
    assert Schedule([[3, 0]]) == Schedule(((3, 0),))


@pytest.mark.parametrize(
    "wrong",
    [
        1,
        "ab",
        ((1,),),
        ((1, 2, 3),),
        ((-1, 0),),
        ((0, -1),),
        ((0.5, 0),),
        ((True, 0),),
        ((3, 0), (3, 1)),
        ((3, 0), (1, 0)),
    ],
)
def test_what_is_no_schedule_is_refused_with_an_example_of_one(wrong):
    with pytest.raises(UserError, match=r"(?s)pairs \(point, pick\).*as in Schedule"):
        Schedule(wrong)


@pytest.mark.parametrize("limits", [{"max_departures": -1}, {"max_point": -1}])
def test_a_negative_limit_is_refused(limits):
    with pytest.raises(UserError, match="from 0 on"):
        schedules(**limits)


@given(schedule=schedules(max_departures=2, max_point=3))
def test_the_limits_are_kept(schedule):
    assert len(schedule.departures) <= 2
    assert all(point <= 3 for point, _ in schedule.departures)


# ---- running one -----------------------------------------------------------------------------------------------------


def test_the_same_schedule_does_the_same_every_time():
    kinds = set()

    @given(schedule=schedules(), amounts=AMOUNTS)
    @SHORT
    def check(schedule, amounts):
        said = []
        for _ in range(2):
            try:
                said.append(schedule.run(bare, amounts))
                kinds.add(said[-1] == sum(amounts))
            except ScenarioFailed as error:
                said.append((error.failure.schedule, error.failure.steps, error.failure.report()))
                kinds.add(error.failure.kind)
        assert said[0] == said[1]

    check()
    assert kinds == {True, "assertion"}


@pytest.mark.parametrize("scenario", [three_writers, timed])
def test_a_drawn_schedule_only_shows_what_the_full_search_knows(scenario):
    known = explore(scenario, stop="never")
    assert known.complete

    @given(schedule=schedules())
    @SHORT
    def check(schedule):
        assert schedule.run(scenario) in known.results

    check()


@pytest.mark.parametrize("scenario", [three_writers, timed])
def test_the_empty_schedule_is_the_default_order(scenario):
    first = explore(scenario, strategy="dfs", max_schedules=1, stop="never")
    assert {Schedule().run(scenario)} == set(first.results)


def test_departures_that_a_scenario_is_too_short_for_are_left_out():
    assert Schedule(((10_000, 3), (10_001, 1))).run(three_writers) == Schedule().run(three_writers)
    assert Schedule(((0, 0),)).run(lambda: 5) == 5


def test_picks_are_counted_round_and_round():
    first, second, third, fourth = (Schedule(((1, pick),)).run(three_writers) for pick in range(4))
    assert first == third  # two other threads can go on
    assert second == fourth
    assert first != second


def test_a_deadlock_is_found_and_called_one():
    schedule = find(schedules(), lambda drawn: fails(drawn.run, opposite_order), settings=LIKE_A_USER)
    assert len(schedule.departures) == 1
    with pytest.raises(ScenarioFailed, match="deadlock") as caught:
        schedule.run(opposite_order)
    assert caught.value.failure.kind == "deadlock"
    assert len(caught.value.failure.waiters) >= 2
    assert replay(opposite_order, caught.value.failure.schedule).kind == "deadlock"


def test_the_report_names_the_scenario_and_the_bug():
    schedule = find(schedules(), lambda drawn: fails(drawn.run, bare, [1, 1]), settings=LIKE_A_USER)
    with pytest.raises(ScenarioFailed) as caught:
        schedule.run(bare, [1, 1])
    report = str(caught.value)
    assert report.startswith("FAILED bare: lost update")
    assert f'replay(bare, "{caught.value.failure.schedule}", args=([1, 1],))' in report


def test_a_lab_s_program_is_fresh_in_every_run(tmp_path):
    lab = lab_of(
        tmp_path,
        """
        import threading
        runs = []
        def main():
            runs.append(1)
            return len(runs)
        """,
    )
    assert [Schedule().run(lambda lab: lab.main(), lab) for _ in range(2)] == [1, 1]
    assert Schedule().run(lambda *, lab: lab.main(), lab=lab) == 1


RUNS = []


def remembering():
    RUNS.append(1)
    counter = Counter()
    run_together(*[counter.add] * (1 + len(RUNS) % 2))
    assert counter.value == 1


def test_a_failure_that_does_not_come_again_is_called_not_deterministic():
    RUNS[:] = [1, 1]
    with pytest.raises(NotDeterministic, match="deterministic"):
        for _ in range(2):
            Schedule().run(remembering)


def test_a_program_that_does_not_end_stops_hypothesis_at_its_first_example():
    tried = []

    def endless(amount):
        tried.append(amount)
        while True:
            pass

    @given(schedule=schedules(), amount=st.integers())
    @settings(SHORT, suppress_health_check=list(HealthCheck))
    def test(schedule, amount):
        schedule.run(endless, amount)

    with pytest.raises(ScenarioEndless, match="endless-loop") as caught:
        test()
    assert len(set(tried)) == 1
    assert "schedule=Schedule(" in caught.value.__notes__[0]


def test_a_schedule_in_a_scenario_is_refused():
    with pytest.raises(UserError, match="can't be called in one"):
        explore(lambda: Schedule().run(three_writers))


# ---- under hypothesis and pytest -------------------------------------------------------------------------------------


def test_a_deadline_does_not_count_the_time_of_a_schedule():
    """Nor is anything flaky: the first run rewrites the code, and is slower than any other."""
    turns = []

    def slow_the_first_time():
        if not turns:
            turns.append(sum(range(3_000_000)))

    @given(schedule=schedules())
    @settings(max_examples=5, database=None, deadline=20)
    def test(schedule):
        schedule.run(slow_the_first_time)

    test()
    assert turns


def test_it_can_be_drawn_inside_of_a_test_and_beside_anything():
    @given(data=st.data(), both=st.tuples(schedules(max_departures=1), st.booleans()))
    @SHORT
    def test(data, both):
        amounts = data.draw(AMOUNTS)
        schedule = data.draw(st.one_of(schedules(), st.just(both[0])))
        assert schedule.run(locked, amounts) == sum(amounts)

    test()
