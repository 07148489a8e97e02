"""Played schedules against all schedules: what can be played is what can happen, and nothing else is."""

from __future__ import annotations

import queue
import random
import threading
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from drawn_programs import draw, scenario

from sync_tools import explore, replay, run_together
from sync_tools.drivers.building import build_failure
from sync_tools.drivers.playing import Game
from sync_tools.drivers.runner import Runner, shown
from sync_tools.strategies.dfs import Dfs
from sync_tools.words.errors import UserError
from sync_tools.words.position import ENDED, FAILED, PASSED, READY, WAITING
from sync_tools.words.telling import Telling

pytestmark = pytest.mark.once

MOST = 60  # schedules of a program that is compared with all of them
SEEDS = range(150)


def all_schedules(program):
    """Whose step was each, and how it ended, for every schedule; None where there are too many."""
    runner = Runner(scenario, (program,))
    search, found = Dfs(), {}
    if not explore(scenario, args=(program,), strategy="dfs", stop="never", max_schedules=MOST).complete:
        return None
    with runner.open():
        while search.begin():
            run = runner.run(search, detail=True)
            found[tuple(op.tid for op in run.world.trace)] = how_it_ended(run)
    return found


def how_it_ended(run):
    if not run.failed:
        return PASSED, shown(run.result)
    failure = build_failure(run, Telling(""), token="")
    return FAILED, f"{failure.kind}: {failure.message}"


def all_plays(game):
    """The last position of every path of choices that the game offers."""
    todo = [()]
    while todo:
        position = game.at(todo.pop())
        if position.outcome:
            yield position
        todo += [(*position.choices, thread) for thread in position.ready]


def end_of(position):
    if position.outcome == FAILED:
        return FAILED, f"{position.failure.kind}: {position.failure.message}"
    return position.outcome, position.result


@cache
def compared():
    """Programs that have few schedules, but more than one, with all of them."""
    drawn = [(seed, all_schedules(draw(seed))) for seed in SEEDS]
    return {seed: found for seed, found in drawn if found is not None and len(found) > 3}


def test_every_play_is_a_schedule_and_all_ends_can_be_played():
    failing = 0
    for seed, schedules in compared().items():
        ends = list(all_plays(Game(scenario, args=(draw(seed),))))
        for position in ends:
            played = tuple(step.thread for step in position.steps)
            assert schedules.get(played) == end_of(position), (seed, position.choices)
        assert {end_of(position) for position in ends} == set(schedules.values()), seed
        if all(outcome == PASSED for outcome, _ in schedules.values()):
            assert len(ends) == len(schedules), seed
        failing += any(outcome == FAILED for outcome, _ in schedules.values())
    assert len(compared()) > 10
    assert failing > 3, "programs that fail are among those compared"


def test_the_token_of_a_play_that_breaks_the_program_replays_that_very_failure():
    tokens = 0
    for seed in compared():
        for position in all_plays(Game(scenario, args=(draw(seed),))):
            if position.outcome == FAILED:
                again = replay(scenario, position.failure.schedule, args=(draw(seed),))
                assert again is not None, (seed, position.choices)
                assert (again.kind, again.message) == (position.failure.kind, position.failure.message)
                assert again.steps == position.failure.steps
                tokens += 1
    assert tokens > 20


def walk(game, seed):
    """The positions of one drawn play, from the first to the end."""
    draws = random.Random(seed)
    positions = [game.at()]
    while not positions[-1].outcome:
        last = positions[-1]
        positions.append(game.at((*last.choices, draws.choice(last.ready))))
    return positions


@pytest.mark.parametrize("seed", range(20))
def test_undo_and_the_same_choices_give_the_same_position(seed):
    game = Game(scenario, args=(draw(seed),))
    positions = walk(game, seed)
    for position in reversed(positions):
        assert game.at(position.choices) == position
    assert Game(scenario, args=(draw(seed),)).at(positions[-1].choices) == positions[-1]


def without_late_names(steps):
    """The lock inside of a condition is called so from the moment on at which the condition is first waited for."""

    def early(name):
        return "RLock" if name == "condition's lock" else name

    return [replace(step, target=early(step.target), held=tuple(map(early, step.held))) for step in steps]


@pytest.mark.parametrize("seed", range(40))
def test_a_step_is_told_in_the_same_words_from_then_on(seed):
    positions = walk(Game(scenario, args=(draw(seed),)), seed)
    for before, after in pairwise(positions):
        assert without_late_names(after.steps[: len(before.steps)]) == without_late_names(before.steps)
        made = after.steps[len(before.steps)]
        standing = before.threads[made.thread]
        assert made.thread == after.choices[-1]
        assert made.operation == standing.operation
        assert made.target == standing.target or (made.target, standing.target) == ("condition's lock", "RLock")
        assert made.number not in after.forced
        rest = {step.number for step in after.steps[len(before.steps) + 1 :]}
        assert rest <= set(after.forced), "what is done unasked is done because only one thread could"


def test_a_choice_that_cannot_be_made_is_refused_and_so_is_one_too_many():
    game = Game(scenario, args=(draw(0),))
    first = game.at()
    waiting = next(n for n in range(99) if n not in first.ready)
    with pytest.raises(UserError, match=f"choice 1: T{waiting} can't go on"):
        game.at((waiting,))
    end = walk(game, 0)[-1]
    with pytest.raises(UserError, match=f"choice {len(end.choices) + 1}: the schedule ends before it"):
        game.at((*end.choices, 0))


# ---- what a position says --------------------------------------------------------------------------------------------


class Account:
    def __init__(self, balance):
        self.lock = threading.Lock()
        self.balance = balance


def transfer(source, target):
    with source.lock, target.lock:
        source.balance -= 1
        target.balance += 1


def there_and_back():
    rent, savings = Account(10), Account(20)
    run_together((transfer, rent, savings), (transfer, savings, rent))


def until(game, *, thread, operation):
    """Let T0 start all, then one thread go on, until it stands before an operation."""
    position = game.at()
    while 0 in position.ready and position.threads[0].operation == "start":
        position = game.at((*position.choices, 0))
    while position.threads[thread].operation != operation:
        position = game.at((*position.choices, thread))
    return position


def test_a_deadlock_ends_the_schedule_and_shows_who_holds_what():
    game = Game(there_and_back)
    position = until(game, thread=1, operation="acquire")
    position = game.at((*position.choices, 1))
    assert position.threads[1].held == ("Account.lock",)
    while not position.outcome:
        position = game.at((*position.choices, position.ready[-1]))
    assert position.failure.kind == "deadlock"
    one, two = position.threads[1:]
    assert {one.state, two.state} == {WAITING}
    assert (one.reason, one.holder) == ("held by T2", 2)
    assert (two.reason, two.holder) == ("held by T1", 1)
    assert (one.target, two.target) == (*two.held, *one.held)


def test_two_objects_of_one_class_are_told_apart_as_their_locks_are():
    position = until(Game(there_and_back), thread=2, operation="write")
    assert position.threads[2].held == ("Account.lock#2", "Account.lock")
    assert position.threads[2].target == "Account.balance#2"
    values = {each.name: each.value for each in position.variables}
    assert values == {"Account.balance#2": "20"}


def waits(body, release=lambda: None):
    """The second thread's standing once T1 has come to wait: for what, and why."""

    def played():
        run_together(body, release)

    game = Game(played)
    position = game.at()
    while position.threads[1].state == READY if len(position.threads) > 1 else True:
        position = game.at((*position.choices, 1 if 1 in position.ready else 0))
    standing = position.threads[1]
    return standing.state, standing.operation, standing.reason


class Tools:
    def __init__(self):
        self.lock = threading.Lock()
        self.event = threading.Event()
        self.condition = threading.Condition()
        self.semaphore = threading.Semaphore(0)
        self.barrier = threading.Barrier(2)
        self.full = queue.Queue(1)


def wait_on_condition(tools):
    with tools.condition:
        tools.condition.wait()


def put_twice(tools):
    tools.full.put(1)
    tools.full.put(2)


@pytest.mark.parametrize(
    ("what", "standing"),
    [
        (lambda tools: tools.lock.acquire() and tools.lock.acquire(), (WAITING, "acquire", "held by itself")),
        (lambda tools: tools.event.wait(), (WAITING, "wake up", "it is not set")),
        (wait_on_condition, (WAITING, "wake up", "nobody has notified it yet")),
        (lambda tools: tools.semaphore.acquire(), (WAITING, "acquire", "no permit is left")),
        (lambda tools: tools.barrier.wait(), (WAITING, "pass", "1 of 2 have arrived")),
        (lambda tools: tools.full.get(), (WAITING, "get", "it is empty")),
        (put_twice, (WAITING, "put", "it is full")),
        (lambda tools: tools.full.put(1) or tools.full.join(), (WAITING, "join", "items not marked done: 1")),
    ],
)
def test_a_thread_that_waits_says_why(what, standing):
    def body():
        what(Tools())

    assert waits(body) == standing


def test_a_wait_with_a_time_limit_can_be_picked_and_says_that_it_gives_up():
    def body():
        tools = Tools()
        tools.event.wait(5)

    def played():
        run_together(body, int)

    game = Game(played)
    position = until(game, thread=1, operation="wake up")
    assert (position.threads[1].state, position.threads[1].reason) == (READY, "gives up: its time is over")


def test_a_thread_that_fails_ends_the_game_though_others_could_still_go_on():
    def fail():
        raise KeyError("gone")

    def played():
        box = Account(0)
        threads = [threading.Thread(target=fail), threading.Thread(target=transfer, args=(box, Account(1)))]
        for thread in threads:
            thread.start()

    position = Game(played).at()
    assert position.outcome == FAILED
    assert position.failure.message == "KeyError: 'gone'"
    assert {each.state for each in position.threads} == {ENDED}


def test_a_program_without_a_choice_ends_at_once():
    position = Game(lambda: 5).at()
    assert (position.outcome, position.result, position.steps, position.ready) == (PASSED, "5", (), ())


def test_a_data_race_breaks_a_scenario_that_asks_for_none():
    def played():
        box = Account(0)
        run_together((setattr_to, box, 1), (setattr_to, box, 2))

    def end(races):
        return list(all_plays(Game(played, races=races)))

    assert {position.outcome for position in end("report")} == {PASSED}
    assert {position.failure.kind for position in end("fail")} == {"data-race"}


def setattr_to(box, value):
    box.balance = value
