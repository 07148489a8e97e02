"""Selectively uniform random walk: every order of the interesting operations is as likely as any other.

After Zhao, Wolff, Mathur & Roychoudhury, "Selectively uniform concurrency testing", ASPLOS 2025. A walk that draws the
next *thread* with equal chances makes a short thread end early nearly always. Drawn in proportion to how many
operations each thread has left, all interleavings are equally likely: threads with ``r`` and ``s`` operations left have
``(r+s)! / (r! s!)`` ways to go on, of which the share ``r / (r+s)`` begins with the first thread.

Being uniform over everything helps little in a large space, so each schedule is uniform over the operations on *one*
location, drawn anew: one that several threads touch and one of them writes, the likelier the more it is used. A thread
is *intended* to do the next interesting operation. Whoever else comes to one stops there until it has been done; all
others go on by random priorities.

How many operations a thread will do is estimated from the schedules run before; the first knows nothing and is a pilot
run. What a thread's children will do counts as its own until it has started them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_tools.strategies.sampling import generator_for
from sync_tools.words.operations import READING, Op

Label = tuple[Any, ...]
# A thread's name that is the same in every schedule: () for the scenario's own, (0,) for the first that it starts, ...
Lineage = tuple[int, ...]

PILOTS = 20  # schedules that are all learned from; later only each power of two is
PLAIN = frozenset({int, str, bool, float, bytes, type(None)})
YIELDS = 3  # how often the intended thread may let time pass while others are stopped for it
PATIENCE = 500  # and how many operations of another kind it may do: it may be a loop that waits for one of them
LIFE = frozenset({"start", "end", "join"})  # a thread's own operations; when they happen decides little


def label_of(op: Op) -> Label | None:
    """What `op` touches, in words that are the same in every schedule; None when it is never interesting."""
    if op.kind in LIFE or not op.accesses:
        return None
    name = op.name
    part = name if type(name) in PLAIN else type(name).__name__
    return (type(op.target).__name__, part, getattr(op.target, "_sl_name", None))


class Counts:
    """How many operations each thread did on each location, over the schedules learned from.

    Attributes:
        most: label -> lineage of a thread -> the most in one schedule.
        written: the labels that some operation changed.
        shared: the locations that could be interesting, each with the number of operations on it.
    """

    def __init__(self) -> None:
        self.most: dict[Label, dict[Lineage, int]] = {}
        self.written: set[Label] = set()
        self.shared: list[tuple[Label, int]] = []

    def learn(self, trace: list[Op], lineages: list[Lineage]) -> None:
        """Count one schedule."""
        found: dict[Label, dict[Lineage, int]] = {}
        for op in trace:
            label = label_of(op)
            if label is not None:
                threads = found.setdefault(label, {})
                lineage = lineages[op.tid]
                threads[lineage] = threads.get(lineage, 0) + 1
                if op.accesses[0][1] not in READING:
                    self.written.add(label)
        for label, threads in found.items():
            most = self.most.setdefault(label, {})
            for lineage, count in threads.items():
                most[lineage] = max(count, most.get(lineage, 0))
        self.shared = [
            (label, sum(threads.values()))
            for label, threads in self.most.items()
            if len(threads) > 1 and label in self.written
        ]

    def expected(self, label: Label) -> dict[Lineage, int]:
        """The operations on `label` of each thread, its descendants' included."""
        whole: dict[Lineage, int] = {}
        for lineage, count in self.most[label].items():
            for length in range(len(lineage) + 1):
                ancestor = lineage[:length]
                whole[ancestor] = whole.get(ancestor, 0) + count
        return whole


class Surw:
    """Uniform over the orders of the operations on one location, drawn for each schedule.

    Args:
        seed: the sequence of schedules depends on it and on the program, nothing else.

    Attributes:
        label: the interesting location of this schedule, or None.
        expected: interesting operations of each thread and its descendants, as the schedules before had them.
        left: how many are left, by thread. Invariant: what a thread not yet in it will do is part of its parent's.
        lineages: by thread.
        children: how many threads each has started.
        priorities: of the operation that each thread stands before. Invariant: none for a thread that has moved since.
        before: the threads with a priority that stand before an interesting operation.
        intended: the thread that is to do the next interesting operation, or -1.
        stopped: those of `before` that were not the intended one. Invariant: empty when nobody is intended.
        waited: how much of their patience is used up.
    """

    plan: Sequence[int] = ()

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.number = 0
        self.generator = generator_for(seed, 0)
        self.counts = Counts()
        self._reset(None)

    def _reset(self, label: Label | None) -> None:
        self.label = label
        self.expected: dict[Lineage, int] = {} if label is None else self.counts.expected(label)
        self.left: list[int] = []
        self.lineages: list[Lineage] = []
        self.children: list[int] = []
        self.priorities: dict[int, float] = {}
        self.before: set[int] = set()
        self.intended = -1
        self.stopped: set[int] = set()
        self.waited = 0.0

    def begin(self) -> bool:
        """Draw the interesting location; there is always another schedule."""
        self.generator = generator_for(self.seed, self.number)
        self.number += 1
        shared = self.counts.shared
        self._reset(self._draw(shared) if shared else None)
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """By random priority, but an interesting operation only by the thread that is intended for it."""
        enabled = view.enabled()
        if len(view.threads) > len(self.left):
            self._meet(view, current)
        while True:
            choice = self._highest(enabled)
            if choice is None:
                choice = self._release(enabled)
            elif choice.tid not in self.before:
                return self._pass(choice)
            elif self.intended < 0:
                self.intended = self._weighted([thread for thread in enabled if thread.tid not in self.stopped], choice)
            if choice.tid == self.intended:
                return self._step(choice)
            self.stopped.add(choice.tid)

    def _meet(self, view: Any, current: Any) -> None:
        """Threads that exist since the last choice: their operations are no longer their parent's."""
        starter = view.trace[-1].tid if view.trace else current.tid
        for tid in range(len(self.left), len(view.threads)):
            lineage: Lineage = ()
            if tid > 0:
                lineage = (*self.lineages[starter], self.children[starter])
                self.children[starter] += 1
            expected = self.expected.get(lineage, 0)
            self.lineages.append(lineage)
            self.children.append(0)
            self.left.append(expected)
            if tid > 0:
                whole = self.left[starter]
                if self.intended == starter and self.generator.random() * whole < expected:
                    self.intended = tid  # the operation that was meant may as well have been the child's
                self.left[starter] = max(0, whole - expected)

    def _highest(self, enabled: list[Any]) -> Any:
        """Of those that are not stopped; None when none is left, or the patience is at an end."""
        if self.waited > 1:
            return None
        priorities = self.priorities
        stopped = self.stopped
        choice = None
        most = -1.0
        for thread in enabled:
            tid = thread.tid
            if tid in stopped:
                continue
            priority = priorities.get(tid)
            if priority is None:
                priority = priorities[tid] = self.generator.random()
                if self.label is not None and label_of(thread.pending) == self.label:
                    self.before.add(tid)
            if priority > most:
                choice, most = thread, priority
        return choice

    def _weighted(self, free: list[Any], choice: Any) -> int:
        """Draw the thread of the next interesting operation, by how many each has left; `choice` has one at least."""
        left = self.left
        left[choice.tid] = max(1, left[choice.tid])
        tid: int = self._draw([(thread.tid, left[thread.tid]) for thread in free])
        return tid

    def _draw(self, weighted: list[tuple[Any, int]]) -> Any:
        place = self.generator.random() * sum(weight for _, weight in weighted)
        for value, weight in weighted:
            place -= weight
            if place < 0:
                return value
        return weighted[-1][0]

    def _release(self, enabled: list[Any]) -> Any:
        """The intended thread waits for one that was stopped (or only polls): one of those goes on instead."""
        waiting = [thread for thread in enabled if thread.tid in self.stopped] or enabled
        self.intended = self._weighted(waiting, waiting[0])
        return next(thread for thread in waiting if thread.tid == self.intended)

    def _pass(self, choice: Any) -> Any:
        """Anybody does an operation that is not interesting."""
        del self.priorities[choice.tid]
        if self.stopped:
            self.waited += 1 / (YIELDS if choice.pending.yields() else PATIENCE)
        return choice

    def _step(self, choice: Any) -> Any:
        """The intended thread does its interesting operation, and the others are free again."""
        tid = choice.tid
        self.priorities.pop(tid, None)
        self.before.discard(tid)
        self.left[tid] = max(0, self.left[tid] - 1)
        self.intended = -1
        self.stopped.clear()
        self.waited = 0.0
        return choice

    def end(self, view: Any) -> None:
        """Count what each thread did."""
        if self.number <= PILOTS or self.number & (self.number - 1) == 0:
            self.counts.learn(view.trace, self.lineages)
