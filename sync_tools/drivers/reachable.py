"""All positions of a game: what ``Game.at`` would say after every list of choices, explored beforehand.

A run records each choice that it passes, and goes on to the end of its schedule; it is stopped where it comes to a
place that is known. So a run is made for each choice that no other run has made on its way, and no more.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sync_tools.drivers.interrupts import signals_belong_to
from sync_tools.drivers.passage import Passage
from sync_tools.drivers.playing import Game
from sync_tools.drivers.runner import Run, shown
from sync_tools.kernel.turns import ENDLESS, PRUNED
from sync_tools.words.failure import Step
from sync_tools.words.position import FAILED, PASSED, TOO_LONG
from sync_tools.words.reachable import Edge, Node, Reachable, outlooks
from sync_tools.words.traces import Numbers

NODES = 3_000
RUNS = 3_000
OPERATIONS = 200_000  # over all runs: few long schedules take as long as many short ones
DEEPEST = 500  # choices, one after the other
AN_ENDLESS_LOOP = 10_000  # operations take as long

Key = tuple[Any, ...]


class Place:
    """A node while it is being explored.

    Attributes:
        node: what is known of it; its edges stand below.
        choices: one way to come to it.
        switches: how often, on that way, somebody was picked though the present thread could have gone on.
        edges: what was explored from it, by thread.
        open: the threads from which nothing is explored.
    """

    def __init__(self, node: Node, choices: tuple[int, ...], switches: int, ready: Sequence[int]) -> None:
        self.node = node
        self.choices = choices
        self.switches = switches
        self.edges: dict[int, Edge] = {}
        self.open = list(ready)

    def finished(self) -> Node:
        """The node with its edges."""
        edges = [*self.edges.values(), *(Edge(thread, (), None) for thread in self.open)]
        return replace(self.node, edges=tuple(sorted(edges, key=lambda edge: edge.thread)))


class Map:
    """What is explored of a game.

    Args:
        game: whose positions are explored.
        merging: beginnings of schedules that are one trace are one node; else each is its own.

    Attributes:
        runs, operations: how much was run.
        polls: whether a polling loop was held in some schedule. When it may go on depends on when its turn began, so
            that two schedules of one trace may differ.
    """

    def __init__(self, game: Game, merging: bool) -> None:
        self.game = game
        self.merging = merging
        self.runs = 0
        self.operations = 0
        self.polls = False
        self._numbers = Numbers()
        self._known: dict[Key, Place] = {}
        self._places: list[Place] = []
        self._classes: dict[Key, int] = {}
        self._start: tuple[Step, ...] = ()
        # What is to be explored, as a heap of what stands first, where it is, and who is picked there. First comes
        # what interrupts threads least, as most bugs need few interruptions; then what comes early.
        self._left: list[tuple[int, int, int, int]] = []
        self._from: Place | None = None  # the last place of the present run
        self._switches = 0  # of the way to there, and from there on

    def explore(self, nodes: int, runs: int, operations: int) -> None:
        """Run schedules until all is explored, or one of the budgets ends."""
        self._run(())
        while self._left and not (len(self._places) >= nodes or self.runs >= runs or self.operations >= operations):
            switches, _, number, thread = heapq.heappop(self._left)
            place = self._places[number]
            if thread in place.open:
                self._from, self._switches = place, switches
                place.open.remove(thread)
                self._run((*place.choices, thread))
            if self.merging and (self.game.runner.unseen or self.polls):
                return

    def _run(self, choices: tuple[int, ...]) -> None:
        passage = Passage(self.game, choices, self._numbers, self._arrive)
        run = self.game.runner.run(passage, detail=True, look=passage.look)
        self.runs += 1
        self.operations += AN_ENDLESS_LOOP if run.world.stopped == ENDLESS else len(run.world.trace)
        self.polls = self.polls or any(op.kind == "spin" or op.held is not None for op in run.world.trace)
        if run.world.stopped != PRUNED:
            self._end(passage, run)
        run.world.forget()

    def _key(self, passage: Passage, world: Any) -> Key:
        """What tells where a run is from everywhere else."""
        if not self.merging:
            return tuple(op.tid for op in world.trace)
        return (passage.trace.labelled(), passage.threads, passage.variables)

    def _arrive(self, passage: Passage, world: Any, ready: list[int], current: int) -> int | None:
        """A run has come to a choice after those that are known: the thread that goes on; None to stop there."""
        if len(passage.made) >= DEEPEST:
            if self._from is not None:
                self._from.open.append(passage.made[-1])
            return None
        key = self._key(passage, world)
        known = self._known.get(key)
        if known is not None:
            self._lead(passage, known)
            return None
        node = Node(len(self._places), len(world.trace), passage.threads, passage.variables)
        place = self._from = self._add(key, node, passage, ready)
        goes_on = current if current in ready else ready[0]
        for thread in ready:
            switches = self._switches + (current in ready and thread != current)
            heapq.heappush(self._left, (switches, len(place.choices), node.number, thread))
        place.open.remove(goes_on)
        return goes_on

    def _end(self, passage: Passage, run: Run) -> None:
        """A schedule has come to its end."""
        world, game = run.world, self.game
        # Which of two threads failed first is no part of a trace, if they have nothing in common.
        first = world.errors[0][0].tid if world.errors else None
        key = (*self._key(passage, world), world.stopped, first)
        known = self._known.get(key)
        if known is not None:
            self._lead(passage, known)
            return
        outcome = game.outcome_of(run)
        counted: Key = passage.trace.counted() if self.merging else key
        node = Node(
            len(self._places),
            len(world.trace),
            passage.threads,
            passage.variables,
            outcome=outcome,
            failure=replace(game.failure_of(run), exception=None) if outcome == FAILED else None,
            result=shown(run.result) if outcome == PASSED else "",
            trace=self._classes.setdefault(counted, len(self._classes) + 1),
        )
        self._add(key, node, passage, ())

    def _add(self, key: Key, node: Node, passage: Passage, ready: Sequence[int]) -> Place:
        place = self._known[key] = Place(node, tuple(passage.made), self._switches, ready)
        self._places.append(place)
        self._lead(passage, place)
        return place

    def _lead(self, passage: Passage, place: Place) -> None:
        """What was done since the last choice leads to a place."""
        if self._from is None:
            self._start = passage.steps
        else:
            thread = passage.made[-1]
            self._from.edges[thread] = Edge(thread, passage.steps, place.node.number)

    def finished(self) -> Reachable:
        """All of it, as a value."""
        nodes = tuple(place.finished() for place in self._places)
        left = sum(len(place.open) for place in self._places)
        why = [f"Not all was explored: {left} choices lead to what is not known."] if left else []
        if any(node.outcome == TOO_LONG for node in nodes):
            why.append("There are schedules that may go on for ever, and were stopped.")
        if self.game.runner.time != "any":
            why.append("Time is exact: delays of other lengths were not tried.")
        if self.polls:
            why.append("A loop polls: how often it goes round is nothing that other threads could tell.")
        why += [f"Not all accesses are seen: {unseen}." for unseen in self.game.runner.unseen]
        return Reachable(
            title=self.game.title,
            start=self._start,
            nodes=nodes,
            outlooks=outlooks(nodes),
            complete=not why,
            why=tuple(why),
            asks_all=self.game.deciding is None,
            runs=self.runs,
            operations=self.operations,
        )


def reachable(game: Game, *, nodes: int = NODES, runs: int = RUNS, operations: int = OPERATIONS) -> Reachable:
    """Explore all positions of a game.

    Args:
        game: whose positions are explored; with what it passes unasked, if it does.
        nodes: how many places to keep. The run that comes to the last of them still goes on, for a while.
        runs, operations: how much is run at most.

    Raises:
        UserError: see :meth:`Game.at`.
    """
    runner = game.runner
    game.check()
    game.names()  # before the runner is open
    with signals_belong_to(runner), runner.open():
        merging = runner.time == "any" and not runner.unseen
        map = Map(game, merging)
        map.explore(nodes, runs, operations)
        if merging and (runner.unseen or map.polls):
            # What nobody can see may make two schedules different that look like one.
            map = Map(game, False)
            map.explore(nodes, runs, operations)
    game.check()
    return map.finished()
