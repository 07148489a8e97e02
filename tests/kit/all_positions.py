"""Ways to look at all positions of a game, written apart from what explores them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sync_tools.drivers.playing import Chosen, Game
from sync_tools.drivers.reachable import reachable
from sync_tools.drivers.runner import Runner, shown
from sync_tools.kernel.turns import PRUNED
from sync_tools.strategies.dpor import Dpor
from sync_tools.words.operations import dependent
from sync_tools.words.position import FAILED, PASSED, Position
from sync_tools.words.reachable import Node, Reachable

Choices = tuple[int, ...]


def game_of(scenario: Any, *args: Any, **more: Any) -> Game:
    """A game that asks only where it can matter."""
    game = Game(scenario, args=args, **more)
    assert game.pass_what_decides_nothing()
    return game


def positions_of(scenario: Any, *args: Any, **more: Any) -> Reachable:
    return reachable(game_of(scenario, *args, **more))


# ---- through the graph -----------------------------------------------------------------------------------------------


def ends_by_path(graph: Reachable, at: int = 0, choices: Choices = ()) -> Iterator[tuple[Choices, Node | None]]:
    """Every path from a node to an end, or to where nothing was explored (None): all of them, one by one."""
    node = graph.nodes[at]
    if node.outcome:
        yield choices, node
    for edge in node.edges:
        if edge.to is None:
            yield (*choices, edge.thread), None
        else:
            yield from ends_by_path(graph, edge.to, (*choices, edge.thread))


def a_path_to_each_end(graph: Reachable) -> dict[int, Choices]:
    """The number of each end, and one way to it."""
    ways: dict[int, Choices] = {0: ()}
    todo = [0]
    while todo:
        node = graph.nodes[todo.pop()]
        for edge in node.edges:
            if edge.to is not None and edge.to not in ways:
                ways[edge.to] = (*ways[node.number], edge.thread)
                todo.append(edge.to)
    assert set(ways) == set(range(len(graph.nodes))), "every node can be come to"
    return {number: way for number, way in ways.items() if graph.nodes[number].outcome}


def results_of(graph: Reachable) -> Counter[str]:
    """How many classes returned what."""
    return Counter({node.trace: node.result for node in graph.nodes if node.outcome == PASSED}.values())


def how_it_ends(end: Node | Position) -> tuple[str, str]:
    if end.outcome == FAILED:
        assert end.failure is not None
        return FAILED, f"{end.failure.kind}: {end.failure.message}"
    return end.outcome, end.result


def differences(game: Game, graph: Reachable, draws: random.Random) -> Iterator[str]:
    """Go one drawn way through the graph, and make the same choices in the game: what the two do not agree on."""
    node, choices, steps = graph.nodes[0], (), graph.start
    told = 0
    while True:
        position = game.at(choices)
        if position.threads != node.threads:
            yield f"{choices}: threads {position.threads} are {node.threads}"
        if sorted(position.variables, key=lambda each: each.name) != list(node.variables):
            yield f"{choices}: variables {position.variables} are {node.variables}"
        if tuple(replace(step, preempts=False) for step in position.steps[told:]) != steps:
            yield f"{choices}: steps {position.steps[told:]} are {steps}"
        if set(position.forced) & set(range(told + 1, len(position.steps) + 1)) != forced_of(steps, choices):
            yield f"{choices}: of the steps {steps} the forced ones are {position.forced}"
        if (how_it_ends(position), position.ready) != (how_it_ends(node), tuple(edge.thread for edge in node.edges)):
            yield f"{choices}: {how_it_ends(position)} {position.ready} is {how_it_ends(node)} {node.edges}"
        told = len(position.steps)
        if node.made != told:
            yield f"{choices}: {told} steps are said to be {node.made}"
        known = [edge for edge in node.edges if edge.to is not None]
        if not known:
            return
        edge = draws.choice(known)
        node, choices, steps = graph.nodes[edge.to], (*choices, edge.thread), edge.steps


def forced_of(steps: Any, choices: Choices) -> set[int]:
    """All but the step that was picked."""
    return {step.number for step in (steps[1:] if choices else steps)}


# ---- classes, told naively -------------------------------------------------------------------------------------------


def class_of(world: Any) -> frozenset[Any]:
    """What a schedule has in common with all that differ from it only in the order of operations that commute.

    That is each operation, by its place in its thread, with all that must come before it.
    """
    trace = list(world.trace)
    before: list[set[int]] = []
    names = []
    counts: Counter[int] = Counter()
    for at, op in enumerate(trace):
        past: set[int] = set()
        for earlier in range(at):
            starts = world.children.get(earlier) == op.tid
            if starts or trace[earlier].tid == op.tid or dependent(trace[earlier], op):
                past |= before[earlier] | {earlier}
        before.append(past)
        names.append((op.tid, counts[op.tid]))
        counts[op.tid] += 1
    # The end of thread 0 is an operation only if somebody still lives; it counts where somebody learns of it.
    unknown = {
        at
        for at, op in enumerate(trace)
        if (op.tid, op.kind) == (0, "end") and not any(at in past for past in before[at + 1 :])
    }
    kept = [at for at in range(len(trace)) if at not in unknown]
    return frozenset((names[at], frozenset(names[each] for each in before[at])) for at in kept)


def classes_by_search(runner: Runner) -> dict[frozenset[Any], tuple[str, str, bool]]:
    """Each class that the search runs: how it ends, and whether anything is done after a thread has failed."""
    search, found = Dpor(), {}
    with runner.open():
        while search.begin():
            run = runner.run(search)
            search.end(run.world)
            if run.world.stopped != PRUNED:
                late = bool(run.world.errors) and run.world.errors[0][2] < len(run.world.trace)
                outcome = FAILED if run.failed else PASSED
                name = class_of(run.world)
                assert name not in found, "the search runs each class once"
                found[name] = (outcome, "" if run.failed else shown(run.result), late)
            run.world.forget()
    return found


def classes_by_graph(game: Game, graph: Reachable) -> dict[frozenset[Any], tuple[str, str]]:
    """Each class in which a path through the graph ends, and how. A class must have one number, which only it has."""
    found: dict[frozenset[Any], tuple[str, str]] = {}
    numbers: dict[frozenset[Any], int] = {}
    for number, choices in a_path_to_each_end(graph).items():
        node = graph.nodes[number]
        with game.runner.open():
            run = game.runner.run(Chosen(choices, game.names(), game.deciding), detail=True)
        name = class_of(run.world)
        run.world.forget()
        assert numbers.setdefault(name, node.trace) == node.trace
        found[name] = (node.outcome, node.result)
    assert len(set(numbers.values())) == len(numbers)
    return found
