"""A game that asks only where the answer can matter: it still reaches every end that there is."""

from __future__ import annotations

import threading
from functools import cache

import pytest
from drawn_programs import draw, scenario
from small_checkout import REPOSITORY
from test_break_driver import all_plays, end_of, how_it_ended

from sync_tools import replay, run_together
from sync_tools.doors import registry
from sync_tools.doors.break_session import Session, playing
from sync_tools.drivers import deciding
from sync_tools.drivers import playing as driver
from sync_tools.drivers.playing import Game
from sync_tools.drivers.runner import Runner
from sync_tools.drivers.shrink import again
from sync_tools.kernel.turns import PRUNED
from sync_tools.strategies.dfs import Dfs
from sync_tools.strategies.dpor import Dpor
from sync_tools.words.position import FAILED, PASSED

pytestmark = pytest.mark.once

MOST = 150  # schedules of a drawn program that is compared with all of them
SEEDS = range(90)
LABS = registry.load(REPOSITORY)


def set_value(box):
    box.value = 1


def game_of(played, *args):
    """A game that asks only where it can matter."""
    game = Game(played, args=args)
    assert game.pass_what_decides_nothing()
    return game


@cache
def ends_of_all_schedules(seed):
    """How each schedule ends, and how many there are; None where those are too many, or nothing can be chosen."""
    runner, search, found = Runner(scenario, (draw(seed),)), Dfs(), []
    with runner.open():
        while search.begin():
            if len(found) == MOST:
                return None
            run = runner.run(search, detail=True)
            found.append(how_it_ended(run))
            run.world.forget()
    return (frozenset(found), len(found)) if len(found) > 2 else None


def by_place_in_its_thread(op):
    """A finer name than the source gives: the drawn programs share their few lines."""
    return (op.tid, op.count, op.kind, str(op.name))


@pytest.mark.parametrize("name", [deciding.place_of, by_place_in_its_thread], ids=["by line", "by number"])
def test_every_end_of_a_drawn_program_can_still_be_reached_and_no_other(name, monkeypatch):
    monkeypatch.setattr(deciding, "place_of", name)
    monkeypatch.setattr(driver, "place_of", name)
    compared = failing = schedules = plays = 0
    for seed in SEEDS:
        known = ends_of_all_schedules(seed)
        if known is None:
            continue
        ends = [end_of(position) for position in all_plays(game_of(scenario, draw(seed)))]
        assert set(ends) == known[0], seed
        compared += 1
        failing += any(outcome == FAILED for outcome, _ in ends)
        schedules += known[1]
        plays += len(ends)
    assert compared > 10
    assert failing > 3, "programs that fail are among those compared"
    assert plays * 10 < schedules, "most of what made no difference is not asked for"


@pytest.mark.parametrize("chosen", list(LABS), ids=lambda lab: lab.slug)
@pytest.mark.parametrize("target", ["labs", "solutions"])
def test_every_end_of_a_lab_can_be_played_and_its_token_replays_it(chosen, target):
    with playing(LABS, chosen, target) as session:
        game = session._game
        ends = set()
        for position in all_plays(game):
            if position.outcome == FAILED and end_of(position) not in ends:
                runner = game.runner
                told = replay(runner.scenario, position.failure.schedule, args=runner.args, kwargs=runner.kwargs)
                assert (told.kind, told.message) == (position.failure.kind, position.failure.message)
                assert told.steps == position.failure.steps
            ends.add(end_of(position))
        assert ends == ends_of_all_classes(game.runner)


def ends_of_all_classes(runner):
    search, found = Dpor(), set()
    with runner.open():
        while search.begin():
            run = runner.run(search)
            search.end(run.world)
            if run.world.stopped != PRUNED:
                found.add(how_it_ended(again(runner, run)))
    return found


# The fewest choices that break each: before, they were 5, 8, 14, 10, 19 and 3.
@pytest.mark.parametrize(
    ("slug", "choices", "kind"),
    [
        ("hit_counter", "121", "assertion"),
        ("withdraw", "121", "assertion"),
        ("bank_abba", "12", "deadlock"),
        ("bounded_buffer", "231", "lost-wakeup"),
        ("philosophers", "123", "deadlock"),
        ("slow_refresh", "1", "lost-wakeup"),
    ],
)
def test_a_lab_is_broken_by_the_few_choices_that_matter(slug, choices, kind):
    with playing(LABS, LABS.find(slug), "labs") as session:
        for key in choices:
            assert session.broken is None
            assert session.press(key) == ""
        assert session.broken.kind == kind


# ---- what is asked, and what is not ----------------------------------------------------------------------------------


class Box:
    def __init__(self):
        self.limit = 5
        self.value = 0
        self.made = None
        self.lock = threading.Lock()


def stands_before(position):
    """What the threads that can be picked will do."""
    return [f"{position.threads[tid].operation} {position.threads[tid].target}" for tid in position.ready]


def test_reads_of_what_nobody_writes_cost_no_choice_and_are_among_the_steps():
    def played():
        box = Box()

        def add():
            if box.value < box.limit:
                box.value = box.limit

        run_together(add, add)
        return box.value

    game = game_of(played)
    position = game.at()
    assert stands_before(position) == ["read Box.value"] * 2
    position = game.at((1,))
    assert stands_before(position) == ["write Box.value", "read Box.value"]
    passed = [step for step in position.steps if step.target == "Box.limit"]
    assert len(passed) == 2
    assert {step.number for step in passed} <= set(position.forced)


def test_what_is_made_when_it_is_first_needed_is_still_a_choice():
    def played():
        box = Box()

        def need():
            if box.made is None:
                box.made = object()
            return box.made

        return len(set(run_together(need, need)))

    game = game_of(played)
    assert stands_before(game.at()) == ["read Box.made"] * 2
    assert {end_of(position) for position in all_plays(game)} == {(PASSED, "1"), (PASSED, "2")}


def test_under_one_lock_only_who_takes_it_first_is_asked():
    def played():
        box = Box()

        def add():
            with box.lock:
                box.value += 1

        run_together(add, add)
        return box.value

    game = game_of(played)
    assert stands_before(game.at()) == ["acquire Box.lock"] * 2
    assert [position.choices for position in all_plays(game)] == [(2,), (1,)]


def test_when_a_thread_starts_is_a_choice_only_where_somebody_can_tell():
    def played(looks):
        box = Box()
        one, other = threading.Thread(target=int), threading.Thread(target=set_value, args=(box,))
        one.start()
        alive = one.is_alive() if looks else None
        other.start()
        one.join()
        other.join()
        return alive

    assert game_of(played, False).at().outcome == PASSED, "there is nothing to choose"
    game = game_of(played, True)
    assert {end_of(position) for position in all_plays(game)} == {(PASSED, "True"), (PASSED, "False")}


def test_which_of_two_threads_fails_first_is_a_choice():
    def played():
        box = Box()

        def fail(how):
            raise how(box.limit)

        threads = [threading.Thread(target=fail, args=(how,)) for how in (KeyError, AssertionError)]
        for thread in threads:
            thread.start()

    assert {position.failure.kind for position in all_plays(game_of(played))} == {"exception", "assertion"}


def test_a_poll_with_a_time_limit_keeps_both_of_its_answers():
    def played():
        event = threading.Event()
        return run_together((event.wait, 1), event.set)[0]

    assert {end_of(position) for position in all_plays(game_of(played))} == {(PASSED, "True"), (PASSED, "False")}


def test_a_loop_that_polls_can_be_played_to_its_end():
    def played():
        box = Box()

        def poll():
            while not box.value:
                pass
            return box.limit

        return run_together(poll, (set_value, box))[0]

    assert {end_of(position) for position in all_plays(game_of(played))} == {(PASSED, "5")}


# ---- where nothing is known ------------------------------------------------------------------------------------------


def fill_all(box):
    for name in ("value", "made", "limit"):
        setattr(box, name, box.limit)


def busy():
    box = Box()
    run_together((fill_all, box), (fill_all, box))


def unseen():
    box = Box()
    run_together(lambda: box.__dict__.update(value=1), lambda: box.limit)


def endless():
    box = Box()

    def wait():
        turns = 0
        while not box.value:
            turns += 1

    run_together(wait, wait)


@pytest.mark.parametrize(
    ("played", "budget"), [(busy, {"schedules": 3}), (busy, {"operations": 30}), (unseen, {}), (endless, {})]
)
def test_where_not_all_schedules_were_seen_every_choice_is_offered(played, budget):
    game = Game(played)
    assert not game.pass_what_decides_nothing(**budget)
    assert game.at() == Game(played).at()
    assert game.at().threads[0].operation == "start", "which would make no difference"


def test_under_exact_time_every_choice_is_offered():
    assert not Game(busy, time="exact").pass_what_decides_nothing()


def test_undo_takes_back_a_choice_with_all_that_was_passed_after_it():
    def played():
        box = Box()

        def add():
            box.value = box.value + box.limit + box.limit

        run_together(add, add)

    session = Session(game_of(played))
    first = session.position
    assert session.press("1") == ""
    after = session.position
    assert len(after.steps) - len(first.steps) == 3, "the choice, and two steps without one"
    assert session.press("u") == ""
    assert session.position == first
    assert session.press("r") == ""
    assert session.position == after
