"""Parts of the complete search, for several processes: what is left is cut into parts, and what parts find is joined.

A part is one branch of one choice, with all that follows. Races of its schedules may have to be reversed at choices
above it, which are nobody's own: those reversals go back to whoever hands out the parts. Of the branches of one choice
each counts as explored for those that were handed out after it, whether it is done or not; so what is explored, and how
often, does not depend on how long any part takes.
"""

from __future__ import annotations

from collections.abc import Sequence as Several
from typing import NamedTuple

from sync_tools.strategies.dpor import Dpor, Node
from sync_tools.strategies.wakeup import Branch, Sequence, covered, insert

Packed = tuple[tuple[int, int], ...]  # of each node of a tree, from the root on, its depth and its thread


def pack(tree: Several[Branch]) -> Packed:
    """A wake-up tree as plain data (trees are too deep to be pickled)."""
    found = []
    left = [(0, branch) for branch in reversed(tree)]
    while left:
        depth, branch = left.pop()
        found.append((depth, branch.tid))
        left += [(depth + 1, after) for after in reversed(branch.then)]
    return tuple(found)


def unpack(packed: Packed) -> list[Branch]:
    """The tree that was packed."""
    root = Branch(-1)
    path = [root]
    for depth, tid in packed:
        branch = Branch(tid)
        del path[depth + 1 :]
        path[-1].then.append(branch)
        path.append(branch)
    return root.then


class Part(NamedTuple):
    """A part of a search.

    Attributes:
        plan: the threads that lead to its choice.
        sleeps: for each choice on the way, the threads that are explored from there by others.
        chosen: the thread that is explored from its choice.
        sleep: those that others explore from there, or that need not be.
        ahead: what is to be explored behind it; nothing means that any run will do.
    """

    plan: tuple[int, ...]
    sleeps: tuple[frozenset[int], ...]
    chosen: int
    sleep: frozenset[int]
    ahead: Packed


class PartialDpor(Dpor):
    """The complete search of one part.

    Args:
        part: the part.

    Attributes:
        found: reversals at choices that are not its own: the length of the path to the choice, and the sequence.
    """

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.path = [Node(tid, set(sleep), []) for tid, sleep in zip(part.plan, part.sleeps, strict=True)]
        self.path.append(Node(part.chosen, set(part.sleep), []))
        self.plan = list(part.plan)
        self.floor = len(part.plan)
        self.ahead = unpack(part.ahead)
        self.found: list[tuple[int, Sequence]] = []

    def _plan(self, node: Node, sequence: Sequence, first: int) -> None:
        if insert(node.tree, sequence) and first <= self.floor:
            self.found.append((first, sequence))


def cut(search: Dpor) -> list[Part]:
    """Cut what is left of a search into parts, from the deepest choice up. The search itself is over then."""
    parts = []
    path = [search.node(at) for at in range(len(search.path))]
    taken = [frozenset(node.sleep | {node.chosen}) for node in path]
    for depth in range(len(path) - 1, search.floor, -1):
        node = path[depth]
        parts += _parts(tuple(n.chosen for n in path[:depth]), taken[:depth], set(taken[depth]), node.tree)
        node.tree.clear()
    return parts


def _parts(plan: tuple[int, ...], sleeps: Several[frozenset[int]], taken: set[int], tree: list[Branch]) -> list[Part]:
    parts = []
    for branch in tree:
        parts.append(Part(plan, tuple(sleeps), branch.tid, frozenset(taken), pack(branch.then)))
        taken.add(branch.tid)
    return parts


class Shared:
    """The choices that belong to no part: which threads were handed out from each."""

    def __init__(self) -> None:
        self.taken: dict[tuple[int, ...], set[int]] = {}

    def hand_out(self, parts: Several[Part]) -> None:
        """Remember what parts explore."""
        for part in parts:
            for length, sleep in enumerate(part.sleeps):
                self.taken.setdefault(part.plan[:length], set()).update(sleep, (part.plan[length],))
            self.taken.setdefault(part.plan, set()).update(part.sleep, (part.chosen,))

    def join(self, part: Part, found: Several[tuple[int, Sequence]]) -> list[Part]:
        """The parts that reversals found in a part make necessary."""
        trees: dict[int, list[Branch]] = {}
        for length, sequence in found:
            if not covered(sequence, self.taken[part.plan[:length]]):
                insert(trees.setdefault(length, []), sequence)
        more = []
        for length, tree in sorted(trees.items(), reverse=True):
            plan = part.plan[:length]
            sleeps = [frozenset(self.taken[plan[:shorter]]) for shorter in range(length)]
            more += _parts(plan, sleeps, set(self.taken[plan]), tree)
        self.hand_out(more)
        return more
