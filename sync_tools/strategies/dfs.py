"""Every schedule, depth first: the reference that the reductions are tested against.

With a bound it runs every schedule with at most that many preemptions (Musuvathi & Qadeer, "Iterative context bounding
for systematic testing of multithreaded programs", PLDI 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sync_tools.words.errors import NotDeterministic
from sync_tools.words.operations import Op
from sync_tools.words.order import default_choice, preempts


class Node:
    """One choice on the current path: the alternatives, in order, and which one is being explored."""

    __slots__ = ("at", "options", "signature")

    def __init__(self, options: list[int], signature: tuple[Any, ...]) -> None:
        self.options = options
        self.at = 0
        self.signature = signature


class Dfs:
    """Depth-first search.

    Args:
        bound: the most preemptions in a schedule; None means no bound.
        visible: which operations count as scheduling points; None means all. Others are never interrupted.

    Attributes:
        cut: True once the bound has kept some schedule from being run.
    """

    plan: Sequence[int] = ()

    def __init__(self, bound: int | None = None, visible: Callable[[Op], bool] | None = None) -> None:
        self.bound = bound
        self.visible = visible
        self.path: list[Node] = []
        self.depth = 0
        self.spent = 0
        self.started = False
        self.cut = False

    def begin(self) -> bool:
        """Advance the deepest choice that has an alternative left."""
        if self.started:
            while self.path and self.path[-1].at + 1 >= len(self.path[-1].options):
                self.path.pop()
            if not self.path:
                return False
            self.path[-1].at += 1
        self.started = True
        self.depth = 0
        self.spent = 0
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """Follow the path, then extend it by the default choice."""
        enabled = view.enabled()
        default = default_choice(enabled, current)
        if len(enabled) == 1 or (default is current and self.visible is not None and not self.visible(current.pending)):
            return default
        if self.depth == len(self.path):
            options = [default.tid] + [thread.tid for thread in enabled if thread is not default]
            if self.bound is not None and self.spent >= self.bound and default is current:
                self.cut = True
                options = options[:1]
            self.path.append(Node(options, default.pending.signature()))
        node = self.path[self.depth]
        self.depth += 1
        if node.signature != default.pending.signature():
            raise NotDeterministic(describe_divergence(node.signature, default.pending))
        tid = node.options[node.at]
        for thread in enabled:
            if thread.tid == tid:
                self.spent += preempts(thread, enabled, current)
                return thread
        raise NotDeterministic(f"thread {tid} could go on the last time this schedule was run, and now it can't")

    def end(self, view: Any) -> None:
        """Nothing to learn from a schedule."""


def describe_divergence(expected: tuple[Any, ...], found: Op) -> str:
    """The message of a scenario that did different things in the same schedule."""
    return (
        "is the scenario fully deterministic? The same schedule did "
        f"'{expected[1]} {expected[2]} {expected[3]}' in thread {expected[0]} once, and now "
        f"'{found.kind} {type(found.target).__name__} {found.name}' in thread {found.tid}. "
        "Usual causes: the order of a set, id(), the wall clock, an unseeded random generator, "
        "state that a schedule left behind for the next one."
    )
