"""Drawn ways through all positions, with the same choices made in the game: at each of them both show the same."""

from __future__ import annotations

import random

import pytest
from all_positions import differences, results_of
from corpus.table import programs
from drawn_programs import draw, scenario
from small_checkout import REPOSITORY

from sync_tools import explore
from sync_tools.doors import registry
from sync_tools.doors.break_session import playing
from sync_tools.drivers.playing import Game
from sync_tools.drivers.reachable import reachable
from sync_tools.drivers.runner import shown
from sync_tools.words.position import FAILED

pytestmark = pytest.mark.once

LABS = registry.load(REPOSITORY)
SEEDS, PARTS = range(120), 4
# Their first value is what the schedule before has left behind.
REMEMBER = {"global_user"}


@pytest.mark.parametrize("part", range(PARTS))
def test_a_drawn_way_through_a_drawn_program_shows_what_the_game_shows(part):
    for seed in SEEDS[part::PARTS]:
        game = Game(scenario, args=(draw(seed),))
        game.pass_what_decides_nothing(schedules=200)
        graph = reachable(game, runs=60)
        for number in range(3):
            found = list(differences(game, graph, random.Random(f"{seed}/{number}")))
            assert not found, f"seed {seed}, way {number}:\n" + "\n".join(found)


@pytest.mark.parametrize("seed", range(10))
def test_where_every_choice_is_offered_too(seed):
    game = Game(scenario, args=(draw(seed),))
    graph = reachable(game, runs=60)
    assert graph.asks_all
    assert not list(differences(game, graph, random.Random(seed)))


@pytest.mark.parametrize("side", ["right", "wrong"])
def test_a_drawn_way_through_a_program_of_the_corpus_shows_what_the_game_shows(side):
    for program in programs():
        if program.expectation == side and program.path.stem not in REMEMBER:
            with program.loaded() as module:
                game = Game(module.scenario)
                game.pass_what_decides_nothing(schedules=60, operations=4_000)
                graph = reachable(game, runs=20)
                found = list(differences(game, graph, random.Random(program.title)))
                assert not found, f"{program.title}:\n" + "\n".join(found)


@pytest.mark.parametrize("chosen", list(LABS), ids=lambda lab: lab.slug)
@pytest.mark.parametrize("target", ["labs", "solutions"])
def test_all_positions_of_a_labs_goal_are_known(chosen, target):
    with playing(LABS, chosen, target) as session:
        game = session._game
        graph = reachable(game)
        runner = game.runner
        searched = explore(runner.scenario, args=runner.args, kwargs=runner.kwargs, strategy="dpor", stop="never")
        assert graph.complete
        assert (graph.classes, graph.failing_classes) == (searched.schedules, searched.failing)
        assert results_of(graph) == {shown(result): count for result, count in searched.results.items()}
        assert len([node for node in graph.nodes if node.outcome]) == graph.classes
        assert graph.right == (target == "solutions")
        for number in range(6):
            assert not list(differences(game, graph, random.Random(number)))
        commands = [node.failure.replay_command for node in graph.nodes if node.outcome == FAILED]
        assert all(command.startswith(f"synclab replay {chosen.slug} ") for command in commands)
        assert len(set(commands)) == len(commands)
        assert len(graph.nodes) < 150, "a lab's game is to be seen through"
