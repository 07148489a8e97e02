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

PILOTS = 20  # schedules that are all learned from; later only each power of two is
PLAIN = frozenset({int, str, bool, float, bytes, type(None)})
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
        most: label -> thread -> the most in one schedule.
        written: the labels that some operation changed.
        parents: thread -> the one that started it.
    """

    def __init__(self) -> None:
        self.most: dict[Label, dict[int, int]] = {}
        self.written: set[Label] = set()
        self.parents: dict[int, int] = {}

    def learn(self, trace: list[Op]) -> None:
        """Count one schedule."""
        found: dict[Label, dict[int, int]] = {}
        for op in trace:
            label = label_of(op)
            if label is not None:
                threads = found.setdefault(label, {})
                threads[op.tid] = threads.get(op.tid, 0) + 1
                if op.accesses[0][1] not in READING:
                    self.written.add(label)
        for label, threads in found.items():
            most = self.most.setdefault(label, {})
            for tid, count in threads.items():
                most[tid] = max(count, most.get(tid, 0))

    def shared(self) -> list[tuple[Label, int]]:
        """The locations that could be interesting, each with the number of operations on it."""
        return [
            (label, sum(threads.values()))
            for label, threads in self.most.items()
            if len(threads) > 1 and label in self.written
        ]

    def expected(self, label: Label | None) -> dict[int, int]:
        """The operations on `label` of each thread, its descendants' included."""
        if label is None:
            return {}
        own = self.most[label]
        whole = dict(own)
        for tid, count in own.items():
            seen = {tid}
            while (tid := self.parents.get(tid, -1)) >= 0 and tid not in seen:
                seen.add(tid)
                whole[tid] = whole.get(tid, 0) + count
        return whole


class Surw:
    """Uniform over the orders of the operations on one location, drawn for each schedule.

    Args:
        seed: the sequence of schedules depends on it and on the program, nothing else.

    Attributes:
        label: the interesting location of this schedule, or None.
        expected: interesting operations of each thread and its descendants, as the schedules before had them.
        left: how many are left. Invariant: a thread that has not started is part of its parent's.
        intended: the thread that is to do the next interesting operation, or -1.
        stopped: threads that stand before an interesting operation and were not the intended one. Invariant: empty
            when nobody is intended.
        priorities: of the operation that each thread stands before.
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
        self.expected = self.counts.expected(label)
        self.left: dict[int, int] = {}
        self.intended = -1
        self.stopped: set[int] = set()
        self.priorities: dict[int, float] = {}
        self.known = 0

    def begin(self) -> bool:
        """Draw the interesting location; there is always another schedule."""
        self.generator = generator_for(self.seed, self.number)
        self.number += 1
        shared = self.counts.shared()
        self._reset(self._draw(shared) if shared else None)
        return True

    def choose(self, view: Any, current: Any) -> Any:
        """By random priority, but an interesting operation only by the thread that is intended for it."""
        enabled = view.enabled()
        if len(view.threads) > self.known:
            self._meet(view, current)
        if len(enabled) == 1:
            return self._done(enabled[0])
        while True:
            free = [thread for thread in enabled if thread.tid not in self.stopped]
            if not free or (self.stopped and all(thread.pending.yields() for thread in free)):
                return self._release(enabled)
            choice = self._highest(free)
            if self.label is None or label_of(choice.pending) != self.label:
                return self._done(choice)
            if self.intended < 0:
                self.intended = self._weighted(free, choice)
            if choice.tid == self.intended:
                return self._done(choice)
            self.stopped.add(choice.tid)

    def _meet(self, view: Any, current: Any) -> None:
        """Threads that exist since the last choice: their operations are no longer their parent's."""
        starter = view.trace[-1].tid if view.trace else current.tid
        for tid in range(self.known, len(view.threads)):
            expected = self.left[tid] = self.expected.get(tid, 0)
            if tid == 0:
                continue
            self.counts.parents[tid] = starter
            before = self.left.get(starter, 0)
            if self.intended == starter and self.generator.random() * before < expected:
                self.intended = tid  # the operation that was meant may as well have been the child's
            self.left[starter] = max(0, before - expected)
        self.known = len(view.threads)

    def _highest(self, free: list[Any]) -> Any:
        priorities = self.priorities
        for thread in free:
            if thread.tid not in priorities:
                priorities[thread.tid] = self.generator.random()
        return max(free, key=lambda thread: priorities[thread.tid])

    def _weighted(self, free: list[Any], choice: Any) -> int:
        """Draw the thread of the next interesting operation, by how many each has left."""
        left = self.left
        left[choice.tid] = max(1, left.get(choice.tid, 0))
        tid: int = self._draw([(thread.tid, left.get(thread.tid, 0)) for thread in free])
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
        waiting = [thread for thread in enabled if thread.tid in self.stopped]
        tid = self._weighted(waiting, waiting[0])
        return self._done(next(thread for thread in waiting if thread.tid == tid))

    def _done(self, choice: Any) -> Any:
        tid = choice.tid
        self.priorities.pop(tid, None)
        if self.label is not None and label_of(choice.pending) == self.label:
            self.left[tid] = max(0, self.left.get(tid, 0) - 1)
            self.intended = -1
            self.stopped.clear()
        return choice

    def end(self, view: Any) -> None:
        """Count what each thread did."""
        if self.number <= PILOTS or self.number & (self.number - 1) == 0:
            self.counts.learn(view.trace)
