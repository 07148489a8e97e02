"""Dynamic partial-order reduction: at least one schedule of every class of equivalent schedules, and few twice.

Source-DPOR with sleep sets, after Abdulla, Aronsson, Jonsson & Sagonas, "Optimal dynamic partial order reduction",
POPL 2014, algorithm 1. Two schedules are equivalent when one becomes the other by swapping neighbours that commute.

After each schedule its *races* are found: pairs of dependent events, unordered otherwise, that could happen the other
way round. For each, the schedule that reverses it must be begun somewhere: an *initial* of the reversed suffix goes
into the backtrack set of the choice before the first event. Three rules beyond the paper, for operations that wait:

* A waiting operation is no event, but it races with the events that keep it waiting; at quiescence those races count.
* A release never races with the acquire that waited for it: the acquire could not have come first. Its partner is the
  acquire (or the try) before that release.
* An operation with another kind of guard is paired with every earlier event on its object until one is found before
  which it could have been done at once. That may begin a schedule twice; the sleep sets cut it short.
"""

from __future__ import annotations

from typing import Any

from sync_tools.strategies.dfs import describe_divergence
from sync_tools.words.clocks import HappensBefore
from sync_tools.words.errors import NotDeterministic
from sync_tools.words.operations import Location, Op, dependent
from sync_tools.words.order import default_choice


class Node:
    """One choice on the current path.

    Attributes:
        chosen: the thread that is being explored from here.
        enabled: the threads that could go on.
        sleep: threads whose next operation need not be explored from here: an equivalent schedule has been. Invariant:
            a thread that was fully explored from here is in it.
        backtrack: threads that must be explored from here.
        signature: what the chosen thread did, for noticing that a program is not deterministic.
    """

    __slots__ = ("backtrack", "chosen", "enabled", "signature", "sleep")

    def __init__(self, chosen: int, enabled: frozenset[int], sleep: set[int], signature: tuple[Any, ...]) -> None:
        self.chosen = chosen
        self.enabled = enabled
        self.sleep = sleep
        self.backtrack = {chosen}
        self.signature = signature


class Dpor:
    """Source-DPOR with sleep sets.

    Attributes:
        path: one node an event of the current schedule.
        replayed: how many of them stand from the schedule before.
    """

    def __init__(self) -> None:
        self.path: list[Node] = []
        self.replayed = 0
        self.started = False

    def begin(self) -> bool:
        """Go to the deepest choice with a thread that must be, and was not yet, explored from it."""
        if not self.started:
            self.started = True
            return True
        path = self.path
        while path:
            node = path[-1]
            node.sleep.add(node.chosen)
            left = node.backtrack - node.sleep
            if left:
                node.chosen = min(left)
                node.signature = ()
                self.replayed = len(path)
                return True
            path.pop()
        return False

    def choose(self, view: Any, enabled: list[Any], current: Any) -> Any:
        """Follow the path, then extend it by the default choice among the threads that do not sleep."""
        at = len(view.trace)
        if at < self.replayed:
            return self._follow(self.path[at], enabled)
        sleep = self._sleepers(view, at)
        choice = default_choice(enabled, current)
        if choice.tid in sleep:
            awake = [thread for thread in enabled if thread.tid not in sleep]
            if not awake:
                return None
            choice = default_choice(awake, current)
        ids = frozenset([thread.tid for thread in enabled])
        self.path.append(Node(choice.tid, ids, sleep, choice.pending.signature()))
        return choice

    def _follow(self, node: Node, enabled: list[Any]) -> Any:
        for thread in enabled:
            if thread.tid == node.chosen:
                signature = thread.pending.signature()
                if not node.signature:
                    node.signature = signature
                elif node.signature != signature:
                    raise NotDeterministic(describe_divergence(node.signature, thread.pending))
                return thread
        raise NotDeterministic(
            f"thread {node.chosen} could go on the last time this schedule was run, and now it can't"
        )

    def _sleepers(self, view: Any, at: int) -> set[int]:
        """Who still sleeps here: those whose next operation commutes with the step just made."""
        if at == 0:
            return set()
        before = self.path[at - 1]
        if not before.sleep:
            return set()
        done: Op = view.trace[at - 1]
        return {
            tid
            for tid in before.sleep
            if tid != done.tid and (op := view.threads[tid].pending) is not None and not dependent(op, done)
        }

    def end(self, view: Any) -> None:
        """Find the races of the schedule and see that their reversals will be explored."""
        trace: list[Op] = view.trace[: len(self.path)]
        width = len(view.threads)
        order = HappensBefore(width)
        history: dict[Location, list[int]] = {}
        fresh = max(0, self.replayed - 1)
        children = view.children
        for index, op in enumerate(trace):
            direct = order.add(op, children.get(index))
            if index >= fresh:
                self._races(trace, order, history, index, op, direct, order.clocks[index])
            if op.accesses and op.accesses[0][0][1] == "sync":
                for location, _ in op.accesses:
                    if location[1] == "sync":
                        history.setdefault(location, []).append(index)
        if view.exhausted:
            for thread in view.threads:
                op = thread.pending
                if op is not None and op.blocking:
                    order.before.append(order.threads[op.tid])
                    direct = order.predecessors(op)
                    self._races(trace, order, history, len(trace), op, direct, order.threads[op.tid])
                    order.before.pop()

    def _races(
        self,
        trace: list[Op],
        order: HappensBefore,
        history: dict[Location, list[int]],
        index: int,
        op: Op,
        direct: list[int],
        clock: list[int],
    ) -> None:
        before = order.before[index]
        if op.ready is None:
            self._plain_races(trace, order, index, op, direct, before, clock)
            return
        for location, mode in op.accesses:
            if location[1] != "sync":
                continue
            for earlier in reversed(history.get(location, ())):
                if trace[earlier].tid == op.tid or before[trace[earlier].tid] > earlier:
                    continue
                theirs = _mode(trace[earlier], location)
                if theirs == mode == "R" or (theirs == "L" and mode == "A"):
                    continue
                done = self._reverse(trace, order, earlier, index, op, clock)
                if done or (mode == "A" and theirs in "AT" and trace[earlier].succeeded):
                    break
        plain = [i for i in direct if trace[i].accesses[0][0][1] != "sync"]
        if plain:
            self._plain_races(trace, order, index, op, plain, before, clock)

    def _plain_races(
        self,
        trace: list[Op],
        order: HappensBefore,
        index: int,
        op: Op,
        direct: list[int],
        before: list[int],
        clock: list[int],
    ) -> None:
        candidates = [i for i in direct if trace[i].tid != op.tid and before[trace[i].tid] <= i]
        for earlier in candidates:
            tid = trace[earlier].tid
            # Not a neighbour when another event lies between: its own race will be found first.
            if any(other != earlier and order.clocks[other][tid] > earlier for other in candidates):
                continue
            self._reverse(trace, order, earlier, index, op, clock)

    def _reverse(
        self, trace: list[Op], order: HappensBefore, earlier: int, index: int, op: Op, clock: list[int]
    ) -> bool:
        """See that `op` before event `earlier` is explored.

        Returns:
            True when `op` itself could have been done at once in place of `earlier`.
        """
        node = self.path[earlier]
        first = trace[earlier].tid
        firsts: dict[int, int] = {}  # thread -> its first event in the reversed suffix
        initials: set[int] = set()
        clocks = order.clocks
        for at in range(earlier + 1, index):
            tid = trace[at].tid
            if clocks[at][first] > earlier:
                continue
            if tid not in firsts:
                seen = clocks[at]
                if all(seen[other] <= start for other, start in firsts.items()):
                    initials.add(tid)
                firsts[tid] = at
        first_of_all = op.tid not in firsts and all(clock[other] <= start for other, start in firsts.items())
        at_once = first_of_all and op.tid in node.enabled
        if at_once:
            initials.add(op.tid)
        if initials and not initials & node.backtrack and not initials & node.sleep:
            node.backtrack.add(op.tid if op.tid in initials else min(initials))
        return at_once


def _mode(op: Op, location: Location) -> str:
    return next(mode for location_, mode in op.accesses if location_ == location)
