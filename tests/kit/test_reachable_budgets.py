"""Where not all positions of a game are known it says so, and claims nothing about the others."""

from __future__ import annotations

import threading
import time

import pytest
from all_positions import ends_by_path, game_of, positions_of
from drawn_programs import draw, scenario

from sync_tools import run_together
from sync_tools.drivers import reachable as driver
from sync_tools.drivers.playing import Game
from sync_tools.drivers.reachable import reachable
from sync_tools.words.errors import UserError
from sync_tools.words.position import FAILED, PASSED, TOO_LONG

pytestmark = pytest.mark.once

SEEDS = (2, 3, 6, 7, 15, 36, 52, 53, 91, 117)


class Box:
    def __init__(self):
        self.value = 0
        self.other = 0
        self.lock = threading.Lock()


def adds(box):
    box.value += 1


def three_adds():
    box = Box()
    run_together((adds, box), (adds, box), (adds, box))
    return box.value


def alike(part, at, whole, there):
    """A node of a part shows what that of the whole shows, and so do those below, as far as they are known."""
    one, other = part.nodes[at], whole.nodes[there]
    assert (one.threads, one.variables, one.outcome, one.result) == (
        other.threads,
        other.variables,
        other.outcome,
        other.result,
    )
    assert [edge.thread for edge in one.edges] == [edge.thread for edge in other.edges]
    for edge, same in zip(one.edges, other.edges, strict=True):
        if edge.to is not None:
            assert edge.steps == same.steps
            alike(part, edge.to, whole, same.to)


def known_by_paths(graph, at):
    """What paths say of a node: whether some break, whether all do; None where what is not explored could tell."""
    breaks = {FAILED: True, PASSED: False}
    ends = [None if end is None else breaks.get(end.outcome) for _, end in ends_by_path(graph, at)]
    some = True if True in ends else None if None in ends else False
    every = False if False in ends else None if None in ends else True
    return some, every


@pytest.mark.parametrize("budget", [{"nodes": 1}, {"runs": 1}, {"runs": 3}, {"nodes": 9}, {"operations": 100}])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_part_is_a_part_of_the_whole_and_claims_no_more_than_it_knows(seed, budget):
    game = game_of(scenario, draw(seed))
    whole, part = reachable(game), reachable(game, **budget)
    assert whole.complete
    assert len(whole.nodes) > 20
    assert not part.complete
    assert not part.right
    [why] = part.why
    unknown = sum(edge.to is None for node in part.nodes for edge in node.edges)
    assert why == f"Not all was explored: {unknown} choices lead to what is not known."
    assert any(node.outcome for node in part.nodes), "the first run goes to the end of its schedule"
    alike(part, 0, whole, 0)
    for node, outlook in zip(part.nodes, part.outlooks, strict=True):
        assert (outlook.can_break, outlook.must_break) == known_by_paths(part, node.number)
        assert outlook.explored == all(end is not None for _, end in ends_by_path(part, node.number))
    assert part.classes < whole.classes
    assert part.failing_classes <= whole.failing_classes


def test_more_budget_finds_more_and_enough_finds_all():
    counts = [len(positions_of_part.nodes) for positions_of_part in map(part_of, (1, 2, 4, 8, 16, 32, 64, 128))]
    assert counts == sorted(counts)
    assert part_of(300) == positions_of(three_adds)


def part_of(runs):
    return reachable(game_of(three_adds), runs=runs)


def test_what_takes_few_switches_is_explored_first():
    def early():
        box = Box()

        def check():
            seen = box.value
            for _ in range(3):
                box.other += 1
            assert box.value == seen

        def change():
            for _ in range(6):
                box.other += 1
            box.value = 1

        run_together(check, change)

    first, part = reachable(Game(early), runs=1), reachable(Game(early), runs=30)
    assert not part.complete
    assert part.outlooks[0].can_break is True, "one switch breaks it, after many choices"
    assert len(first.nodes) > 10
    along = part.nodes[: len(first.nodes)]
    assert all(edge.to is not None for node in along for edge in node.edges), "each way to leave the first run once"


def test_a_run_that_makes_more_choices_than_are_kept_leaves_the_rest_open(monkeypatch):
    monkeypatch.setattr(driver, "DEEPEST", 3)
    graph = reachable(game_of(three_adds))
    assert not graph.complete
    assert {node.outcome for node in graph.nodes} == {""}
    assert (graph.classes, graph.outlooks[0].can_break, graph.outlooks[0].must_break) == (0, None, None)
    depths = {len(choices) for choices, end in ends_by_path(graph)}
    assert depths == {3}


def test_a_schedule_that_may_go_on_for_ever_is_an_end_of_its_own_kind():
    def long():
        box = Box()

        def count():
            for _ in range(60):
                box.other += 1

        run_together(count, (adds, box), (adds, box))
        assert box.value == 2

    game = Game(long)
    game.runner.max_steps = 100
    graph = reachable(game, runs=40)
    kinds = {node.outcome: outlook for node, outlook in zip(graph.nodes, graph.outlooks, strict=True) if node.outcome}
    assert TOO_LONG in kinds
    assert (kinds[TOO_LONG].can_break, kinds[TOO_LONG].must_break, kinds[TOO_LONG].failing) == (None, None, 0)
    assert "There are schedules that may go on for ever, and were stopped." in graph.why
    assert not graph.right


def test_an_endless_loop_is_a_break_and_costs_as_much_as_it_takes():
    def endless():
        box = Box()

        def turn():
            turns = 0
            while not box.value:
                turns += 1

        run_together(turn, int)

    graph = reachable(Game(endless), operations=15_000)
    assert {node.failure.kind for node in graph.nodes if node.outcome} <= {"endless-loop", "livelock"}
    assert graph.runs <= 2


def unseen():
    box = Box()
    run_together(lambda: box.__dict__.update(value=1), lambda: box.other)


def test_where_accesses_are_not_seen_no_two_schedules_are_taken_for_one():
    game = Game(unseen)
    assert not game.pass_what_decides_nothing()
    graph = reachable(game)
    assert not graph.complete
    assert not graph.right
    assert graph.why == ("Not all accesses are seen: attributes of Box that are reached through its __dict__.",)
    into = [edge.to for node in graph.nodes for edge in node.edges]
    assert len(into) == len(set(into)) == len(graph.nodes) - 1, "a tree"
    # The reads of a name and of an attribute, and four steps that T0 makes between: all orders of them.
    assert graph.classes == len([node for node in graph.nodes if node.outcome])


def test_in_exact_time_no_two_schedules_are_taken_for_one_and_nothing_is_claimed():
    def waits():
        box = Box()

        def late():
            time.sleep(1)
            box.value = 1

        run_together(late, (adds, box), (adds, Box()))  # the last two have nothing in common
        return box.value

    game = Game(waits, time="exact")
    game.pass_what_decides_nothing()
    graph = reachable(game)
    assert {node.result for node in graph.nodes if node.outcome} == {"1"}, "who sleeps comes last"
    assert graph.outlooks[0].can_break is False
    assert graph.why == ("Time is exact: delays of other lengths were not tried.",)
    assert not graph.right
    into = [edge.to for node in graph.nodes for edge in node.edges]
    assert len(into) == len(set(into)), "a tree"


def test_a_scenario_that_is_not_deterministic_is_refused():
    turns = iter(range(1_000))

    def fickle():
        box = Box()
        if next(turns) % 3 == 2:
            with box.lock:
                run_together(int, int)
        run_together((adds, box), (adds, box))

    game = Game(fickle)
    with pytest.raises(UserError, match="is the scenario fully deterministic"):
        reachable(game)


def test_a_program_that_changes_meanwhile_is_refused(tmp_path):
    from sync_tools.instrument.loader import LabModule

    path = tmp_path / "program.py"
    path.write_text("value = 0\n")
    lab = LabModule("lab00_changing", path)

    def changing(lab):
        path.write_text(path.read_text() + "\n")
        return lab.value

    game = Game(changing, args=(lab,))
    with pytest.raises(UserError, match="the program has changed since this game began"):
        reachable(game)
