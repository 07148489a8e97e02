"""All positions that a played schedule can come to, as one frozen value: which choices there are, and where they lead.

Beginnings that differ only in the order of operations that commute come to the same node, unless something has another
name or value there. So it is a graph and no tree, and its ends are the classes of schedules. What other threads do once
one has failed makes no class of its own: the program is broken by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync_tools.words.failure import Failure, Step
from sync_tools.words.position import FAILED, PASSED, Standing, Variable


@dataclass(frozen=True)
class Edge:
    """One choice in one place.

    Attributes:
        thread: who is picked.
        steps: what is done until the next choice or the end: first the step of that thread, then those that are made
            unasked. Numbered as in the whole schedule. None is said to preempt: that depends on the way there. Empty
            where it was not explored.
        to: the node that it leads to; None where it was not explored.
    """

    thread: int
    steps: tuple[Step, ...]
    to: int | None


@dataclass(frozen=True)
class Node:
    """A place at which there is a choice, or an end.

    Attributes:
        number: its place among the nodes.
        made: how many steps have been made, whichever way it was come to.
        threads: where all threads stand, in order of creation.
        variables: what they hold, in order of their names.
        edges: one for each thread that can be picked, in order of creation; none at an end.
        outcome: "" while there is a choice, else "passed", "failed" or "too long".
        failure: what broke, for "failed"; its token replays one of the schedules that end here.
        result: what the scenario returned, as it prints; "" unless it has passed.
        trace: ends with the same number are one class, though they may differ in which of two failures came first.
            0 where it is no end.
    """

    number: int
    made: int
    threads: tuple[Standing, ...]
    variables: tuple[Variable, ...]
    edges: tuple[Edge, ...] = ()
    outcome: str = ""
    failure: Failure | None = None
    result: str = ""
    trace: int = 0


@dataclass(frozen=True)
class Outlook:
    """What can still become of a node.

    Attributes:
        can_break: whether some choices from here break the program; None where that is not known.
        must_break: whether all do; None where that is not known.
        classes: how many classes end below it, itself included; at least so many where not all is explored.
        failing: how many of those break it.
        explored: True when everything below was explored.
    """

    can_break: bool | None
    must_break: bool | None
    classes: int
    failing: int
    explored: bool


@dataclass(frozen=True)
class Reachable:
    """All positions that a scenario's played schedules can come to.

    Attributes:
        title: what is played.
        start: the steps that are made before the first choice.
        nodes: the first of them is the first choice, or the end where there is none.
        outlooks: for each node.
        complete: True when every class of schedules was seen, and nothing that could not be observed may have made
            others.
        why: where it is not complete, one sentence each on what stands in the way.
        asks_all: True where choices are offered that may make no difference.
        runs: how many schedules were run for it.
        operations: how many steps these took.
    """

    title: str
    start: tuple[Step, ...]
    nodes: tuple[Node, ...]
    outlooks: tuple[Outlook, ...]
    complete: bool
    why: tuple[str, ...] = ()
    asks_all: bool = False
    runs: int = 0
    operations: int = 0

    @property
    def classes(self) -> int:
        """How many classes of schedules were seen to their end."""
        return self.outlooks[0].classes

    @property
    def failing_classes(self) -> int:
        """How many of them break the program."""
        return self.outlooks[0].failing

    @property
    def right(self) -> bool:
        """True when it is known that no choice breaks the program."""
        return self.complete and self.outlooks[0].can_break is False


def outlooks(nodes: Sequence[Node]) -> tuple[Outlook, ...]:
    """What can become of each node, told from the ends upward.

    Args:
        nodes: a graph without circles, for each edge makes more steps.
    """
    found: list[Outlook | None] = [None] * len(nodes)
    below: list[tuple[int, int]] = [(0, 0)] * len(nodes)  # the sets of classes that end there, and that fail
    bits: dict[int, int] = {}
    for node in sorted(nodes, key=lambda node: -node.made):
        if node.outcome:
            known = {FAILED: True, PASSED: False}.get(node.outcome)
            bit = 1 << bits.setdefault(node.trace, len(bits))
            ends = bit, bit if node.outcome == FAILED else 0
            can = must = known
            explored = True
        else:
            then = [None if edge.to is None else found[edge.to] for edge in node.edges]
            reached = [edge.to for edge in node.edges if edge.to is not None]
            ends = _union(below[to][0] for to in reached), _union(below[to][1] for to in reached)
            can = _any([None if each is None else each.can_break for each in then])
            must = _all([None if each is None else each.must_break for each in then])
            explored = all(each is not None and each.explored for each in then)
        below[node.number] = ends
        found[node.number] = Outlook(can, must, ends[0].bit_count(), ends[1].bit_count(), explored)
    return tuple(each for each in found if each is not None)


def _union(sets: Iterable[int]) -> int:
    found = 0
    for each in sets:
        found |= each
    return found


def _any(parts: Sequence[bool | None]) -> bool | None:
    """Whether one of them is true; one that is not known counts unless another settles it."""
    return True if True in parts else None if None in parts else False


def _all(parts: Sequence[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True
