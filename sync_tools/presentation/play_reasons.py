"""Why a played schedule breaks the program, in sentences that speak of the player's own steps.

A report counts only the steps that matter to it, in the order of one schedule. A player has made all of them, perhaps
in another order that comes to the same. What both have in common is the order of each thread's own steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from sync_tools.presentation.page_data import linked
from sync_tools.words.failure import Failure, Step
from sync_tools.words.reachable import Reachable

Json = dict[str, Any]


def reasons(failure: Failure, way: Sequence[Step]) -> list[list[Json]]:
    """The sentences that say why.

    Args:
        failure: what broke.
        way: all steps of a schedule that comes to it.

    Returns:
        For each sentence its parts: ``text``, and ``step``: of a part like "#4" the thread that made this step and how
        many steps it had made before, as far as that is known; else null.
    """
    played = _played(failure.steps, way)
    sentences = [linked(sentence, failure) for sentence in failure.why if sentence.strip()]
    return [[{**part, "step": played.get(part["step"])} for part in parts] for parts in sentences]


def ways(graph: Reachable) -> dict[int, tuple[Step, ...]]:
    """All steps of one way to each end that fails, by the number of its node."""
    came: dict[int, tuple[int, tuple[Step, ...]]] = {}
    queue = [0]
    for number in queue:  # it grows on the way
        for edge in graph.nodes[number].edges:
            if edge.to is not None and edge.to not in came and edge.to != 0:
                came[edge.to] = number, edge.steps
                queue.append(edge.to)
    found = {}
    for node in graph.nodes:
        if node.failure is not None:
            parts, at = [], node.number
            while at in came:
                at, steps = came[at]
                parts.append(steps)
            found[node.number] = tuple(step for steps in (graph.start, *reversed(parts)) for step in steps)
    return found


def _played(told: Iterable[Step], way: Iterable[Step]) -> dict[int, list[int]]:
    """For each step of a report, by its number there: the thread, and which of the thread's steps on the way it is."""
    # A report tells the value of some steps of which a played step tells none; others differ in nothing else.
    exact = _matched(told, way, lambda step: (step.thread, step.operation, step.target, step.site, step.value))
    return {**_matched(told, way, lambda step: (step.thread, step.operation, step.target, step.site)), **exact}


def _matched(told: Iterable[Step], way: Iterable[Step], key: Callable[[Step], Hashable]) -> dict[int, list[int]]:
    """The same for steps with equal keys, one after the other."""
    made: dict[int, int] = defaultdict(int)  # by each thread so far
    mine: dict[Hashable, list[int]] = defaultdict(list)
    for step in way:
        mine[key(step)].append(made[step.thread])
        made[step.thread] += 1
    its: dict[Hashable, list[Step]] = defaultdict(list)
    for step in told:
        its[key(step)].append(step)
    found: dict[int, list[int]] = {}
    for alike, steps in its.items():
        # A report has all or none of the steps that are alike. Where it does not look so, nothing is claimed.
        if len(mine[alike]) == len(steps):
            found |= {step.number: [step.thread, place] for step, place in zip(steps, mine[alike], strict=True)}
    return found
