"""Cycles in a graph of which some arrows exclude each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

Arrow = tuple[str, str, int]  # source, target, and at which place


class _Exhausted(Exception):
    """The search has taken as many steps as it may."""


def on_cycles(arrows: Collection[tuple[str, str]]) -> set[str]:
    """The nodes from which a walk along the arrows may go on for ever, both forward and backward.

    Args:
        arrows: pairs of source and target.

    Returns:
        All nodes that are on cycles, and those on a way from one cycle to another. Empty where there is no cycle.
    """
    return _left_over(arrows) & _left_over([(target, source) for source, target in arrows])


def _left_over(arrows: Collection[tuple[str, str]]) -> set[str]:
    """The nodes that a topological sort does not come to: those on cycles and those that depend on one."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for source, target in arrows:
        sorter.add(source, target)
    left = {node for arrow in arrows for node in arrow}
    with suppress(CycleError):
        sorter.prepare()
    while ready := sorter.get_ready():
        left.difference_update(ready)
        sorter.done(*ready)
    return left


def compatible_cycles(arrows: Iterable[Arrow], against: Callable[[int], int], max_steps: int) -> Iterator[list[Arrow]]:
    """Cycles without a node twice, of arrows whose places do not exclude each other; the shortest first.

    The search goes from node to node, not from arrow to arrow: of the thousands of arrows that may lead from one node
    to the next it only needs to know whether some go together with some of those on the way. Sets of places are the
    bits of integers, so that one step deals with all of them at once.

    Args:
        arrows: source, target and place; a place is a small number, which several arrows may share.
        against: for a place, those that it excludes (itself among them), as the bits of an integer.
        max_steps: after that many steps the search ends with what it has found.

    Yields:
        The arrows of a cycle, beginning at the node that comes first in `arrows`. There is one cycle for each set of
        nodes; of the arrows that would do it has those of the lowest places.
    """
    with suppress(_Exhausted):
        yield from _Search(arrows, against, max_steps).cycles()


class _Path(NamedTuple):
    """A way from node to node.

    Attributes:
        start, last: the nodes at its ends.
        nodes: all of them, as the bits of an integer, by rank.
        arrows: one choice of arrows that go together, a witness that there is any.
        barred: the places that these exclude.
    """

    start: str
    last: str
    nodes: int
    arrows: tuple[Arrow, ...]
    barred: int


class _Search:
    def __init__(self, arrows: Iterable[Arrow], against: Callable[[int], int], max_steps: int) -> None:
        self.against = against
        self.steps_left = max_steps
        self.looks_left = 10 * max_steps
        self.between: dict[str, dict[str, int]] = {}  # source -> target -> places of arrows
        self.sources: dict[str, list[str]] = {}  # target -> sources
        for source, target, place in arrows:
            targets = self.between.setdefault(source, {})
            if target not in targets:
                self.sources.setdefault(target, []).append(source)
            targets[target] = targets.get(target, 0) | 1 << place
        self.rank = {node: number for number, node in enumerate(self.between)}
        self.homes: dict[str, set[str]] = {}

    def step(self) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise _Exhausted

    def cycles(self) -> Iterator[list[Arrow]]:
        seen: set[int] = set()
        # Breadth first, and from each cycle's first node only: the shortest come first, and each once.
        paths = [_Path(node, node, 1 << self.rank[node], (), 0) for node in self.between]
        while paths:
            longer = []
            for path in paths:
                for node in self.between.get(path.last, {}):
                    if node == path.start:
                        found = self.extended(path, node) if path.nodes not in seen else None
                        if found is not None:
                            seen.add(path.nodes)
                            yield list(found.arrows)
                    elif self.leads_back(node, path.start) and not path.nodes >> self.rank[node] & 1:
                        found = self.extended(path, node)
                        if found is not None:
                            longer.append(found)
            paths = longer

    def leads_back(self, node: str, start: str) -> bool:
        """False when no way leads from `node` to `start` that keeps to nodes after it in rank."""
        if start not in self.homes:
            self.homes[start] = self.home(start)
        home = self.homes[start]
        return node in home if home else self.rank[node] > self.rank[start]

    def home(self, start: str) -> set[str]:
        """The nodes that lead back to `start`; empty when so much was looked at that this costs more than it saves."""
        home = {start}
        ahead = [start]
        while ahead:
            for node in self.sources.get(ahead.pop(), ()):
                self.looks_left -= 1
                if node not in home and self.rank[node] > self.rank[start]:
                    home.add(node)
                    ahead.append(node)
            if self.looks_left < 0:
                return set()
        return home

    def extended(self, path: _Path, node: str) -> _Path | None:
        """The path and an arrow on to `node`, or None where no arrows on this way go together."""
        self.step()
        nodes = path.nodes | 1 << self.rank[node]
        left = self.between[path.last][node] & ~path.barred
        if left:
            place = _lowest(left)
            arrows = (*path.arrows, (path.last, node, place))
            return _Path(path.start, node, nodes, arrows, path.barred | self.against(place))
        steps = list(pairwise([path.start, *(target for _, target, _ in path.arrows), node]))
        choice = self.choice([self.between[source][target] for source, target in steps])
        if choice is None:
            return None
        places, barred = choice
        arrows = tuple((source, target, place) for (source, target), place in zip(steps, places, strict=True))
        return _Path(path.start, node, nodes, arrows, barred)

    def choice(self, sets: list[int]) -> tuple[list[int], int] | None:
        """One place out of each set, such that all go together, and what they exclude."""
        chosen: list[int] = []
        excluded = [0]
        untried = [sets[0]]  # of the sets' first ones: what is left to be tried, given what is chosen before
        while untried:
            if not untried[-1]:
                untried.pop()
                excluded.pop()
                if chosen:
                    chosen.pop()
                continue
            self.step()
            place = _lowest(untried[-1])
            untried[-1] ^= 1 << place
            barred = excluded[-1] | self.against(place)
            rest = sets[len(untried) :]
            if not rest:
                return [*chosen, place], barred
            if all(others & ~barred for others in rest):  # else it would end in vain, a few steps later
                chosen.append(place)
                excluded.append(barred)
                untried.append(rest[0] & ~barred)
        return None


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
