"""Dynamic partial-order reduction: one schedule of every class of equivalent schedules.

Optimal DPOR, after Abdulla, Aronsson, Jonsson & Sagonas, "Source sets: a foundation for optimal dynamic partial order
reduction", J. ACM 64(4), 2017, algorithm 2. Two schedules are equivalent when one becomes the other by swapping
neighbours that commute.

After each schedule its *races* are found: pairs of dependent events, unordered otherwise, that could happen the other
way round. For each, the run that reverses it (all that did not happen after the first event, then the second) goes into
the *wake-up tree* of the choice before the first event, unless a run that is done or planned includes it. *Sleep sets*
hold the threads whose next operation has been explored from a choice already.

Three rules beyond the paper, for operations that wait (see :mod:`sync_tools.strategies.partners`): which events such an
operation races with depends on what its guard needs; a waiting operation is no event, but it races with the events that
keep it waiting, which counts where a schedule ends; and where a guard cannot be judged beforehand the run is begun all
the same, and goes on freely when the thread has to wait after all.
"""

from __future__ import annotations

from collections import abc
from typing import Any

from sync_tools.strategies.dfs import describe_divergence
from sync_tools.strategies.partners import partners
from sync_tools.strategies.wakeup import Branch, Sequence, covered, insert
from sync_tools.words.errors import NotDeterministic
from sync_tools.words.history import History
from sync_tools.words.operations import CLASHES, Op, dependent
from sync_tools.words.order import default_choice


class Node:
    """One choice on the current path.

    Attributes:
        chosen: the thread that is being explored from here.
        sleep: threads whose next operation need not be explored from here: an equivalent schedule has been. Invariant:
            a thread that was fully explored from here is in it.
        tree: what is still to be explored from here.
        explored: how many threads were fully explored from here.
    """

    __slots__ = ("chosen", "explored", "sleep", "tree")

    def __init__(self, chosen: int, sleep: set[int], tree: list[Branch]) -> None:
        self.chosen = chosen
        self.sleep = sleep
        self.tree = tree
        self.explored = 0


def reversal(history: History, first: int, second: int, length: int) -> Sequence:
    """What shows a race the other way round: all that does not happen after event `first`, then event `second`.

    Args:
        history: of the schedule.
        first, second: the events that race.
        length: how many events there are; `second` may be the one after, which waits.
    """
    before, tids = history.before, history.tids
    bit = 1 << first
    events = [at for at in range(first + 1, length) if not before[at] & bit]
    chosen = frozenset(events)
    # What orders the second event among these: not what happens after the first one, which is left out.
    last = history.bases[second] | 1 << second
    for place, mode in history.touched[second]:
        clash = CLASHES[mode]
        for at, mode_, _ in reversed(history.entries[place]):
            if at < first:
                break
            if mode_ in clash and at < second and at in chosen:
                last |= before[at]
    after = [before[at] for at in events]
    events.append(second)
    after.append(last)
    return Sequence([tids[at] for at in events], [1 << at for at in events], after)


class Dpor:
    """Optimal DPOR.

    Attributes:
        path: one node an event of the current schedule; None where any thread would do, nobody sleeps, and nothing
            else is to be explored.
        did: what each event of ``history`` did, for noticing that a program is not deterministic.
        plan: the threads of those that stand from the schedule before.
        ahead: what is to be explored from the end of the path; nothing means that any run will do.
        history: the events of the path, and their orders.
        floor: the last choice of the path that is not to be left for another branch; -1 for none.
        waiting: the threads that could not go on where a schedule was given up as redundant.
    """

    def __init__(self) -> None:
        self.path: list[Node | None] = []
        self.did: list[tuple[Any, ...]] = []
        self.plan: abc.Sequence[int] = []
        self.ahead: list[Branch] = []
        self.history = History()
        self.waiting: frozenset[int] = frozenset()
        self.started = False
        self.floor = -1

    def begin(self) -> bool:
        """Go to the deepest choice from which something is still to be explored."""
        if not self.started:
            self.started = True
            return True
        self.ahead = []
        self.waiting = frozenset()
        path = self.path
        while len(path) > self.floor + 1:
            node = path[-1]
            if node is not None:
                node.sleep.add(node.chosen)
                node.explored += 1
                if node.tree:
                    branch = node.tree.pop(0)
                    node.chosen = branch.tid
                    self.ahead = branch.then
                    length = len(path) - 1
                    self.plan = self.history.tids[:length]
                    self.history.cut(length)
                    del self.did[length:]
                    return True
            path.pop()
        return False

    def choose(self, view: Any, current: Any) -> Any:
        """Follow the path, then the wake-up tree, then the default order among the threads that do not sleep."""
        at = len(view.trace)
        if at < len(self.path):
            return self._depart(self.node(at), view)
        before = self.path[-1] if at else None
        sleep = self._sleepers(view, before.sleep) if before is not None and before.sleep else set()
        tree: list[Branch] = []
        choice = None
        if self.ahead:
            choice, tree = self._planned(view, sleep)
        if choice is None:
            if view.going and current.tid not in sleep:
                choice = current
            else:
                enabled = view.enabled()
                choice = default_choice(enabled, current)
                if choice.tid in sleep:
                    awake = [thread for thread in enabled if thread.tid not in sleep]
                    if not awake:
                        self.waiting = frozenset(t.tid for t in view.threads if t.pending and not view.can_run(t))
                        return None
                    choice = default_choice(awake, current)
        self.path.append(Node(choice.tid, sleep, tree))
        if not (sleep or self.ahead):
            view.let_go()
        return choice

    def share(self) -> float:
        """How much of the space is explored, if what is left is like what was seen (Knuth, Math. Comp. 29, 1975)."""
        done, part = 0.0, 1.0
        for node in self.path:
            if node is None:
                continue
            branches = node.explored + 1 + len(node.tree)
            done += part * node.explored / branches
            part /= branches
        return done

    def _planned(self, view: Any, sleep: set[int]) -> tuple[Any, list[Branch]]:
        """The thread that the wake-up tree names, and what else it names here."""
        branches, self.ahead = self.ahead, []
        while branches:
            branch = branches.pop(0)
            thread = view.threads[branch.tid] if branch.tid < len(view.threads) else None
            if thread is not None and branch.tid not in sleep and view.can_run(thread):
                self.ahead = branch.then
                return thread, branches
        return None, []

    def _depart(self, node: Node, view: Any) -> Any:
        """The last node that stands, from which something else is to be explored."""
        while True:
            thread = view.threads[node.chosen]
            if view.can_run(thread):
                return thread
            if not node.tree:  # the guard that could not be judged beforehand does not hold
                self.path.pop()
                return None
            branch = node.tree.pop(0)
            node.chosen, self.ahead = branch.tid, branch.then

    def node(self, at: int) -> Node:
        """The choice before event `at`."""
        node = self.path[at]
        if node is None:
            node = self.path[at] = Node(self.history.tids[at], set(), [])
        return node

    def _sleepers(self, view: Any, before: set[int]) -> set[int]:
        """Who still sleeps here, of those before: whose next operation commutes with the step just made."""
        done: Op = view.trace[-1]
        return {
            tid
            for tid in before
            if tid != done.tid and (op := view.threads[tid].pending) is not None and not dependent(op, done)
        }

    def end(self, view: Any) -> None:
        """Find the races of the schedule and see that their reversals will be explored."""
        trace: list[Op] = view.trace
        if view.free:  # nobody slept there, and anything would do
            self.path += [None] * (min(len(trace), view.free) - len(self.path))
        length = len(self.path)
        history, did = self.history, self.did
        for done, op in zip(did, trace, strict=False):
            if done[0] != op.kind or done[1] != op.site:
                raise NotDeterministic(describe_divergence((op.tid, done[0], done[3], done[2]), op))
        history.meet(trace)
        children = view.children
        races: list[tuple[int, int]] = []
        for index in range(len(history), length):
            op = trace[index]
            did.append((op.kind, op.site, op.name, type(op.target).__name__))
            direct = history.add(op, trace, children.get(index))
            if direct and index >= self.floor:
                races += [(first, index) for first in partners(history, trace, op, index, direct)]
        for first, second in races:
            self._reverse(first, second, length)
        if view.exhausted or self.waiting:
            for thread in view.threads:
                op = thread.pending
                if op is not None and op.blocking and (view.exhausted or thread.tid in self.waiting):
                    direct = history.add(op, trace)
                    for first in partners(history, trace, op, length, direct):
                        self._reverse(first, length, length)
                    history.cut(length)
        history.numbers = {}

    def _reverse(self, first: int, second: int, length: int) -> None:
        """See that event `second` before event `first` is explored."""
        node = self.node(first)
        sequence = reversal(self.history, first, second, length)
        if not covered(sequence, node.sleep):
            self._plan(node, sequence, first)

    def _plan(self, node: Node, sequence: Sequence, first: int) -> None:
        insert(node.tree, sequence)
