"""Wake-up sequences and wake-up trees: which runs must still be begun from one choice, as threads in order.

After Abdulla, Aronsson, Jonsson & Sagonas, "Source sets: a foundation for optimal dynamic partial order reduction",
J. ACM 64(4), 2017, section 6. A sequence is the part of a run that shows a race the other way round; a tree holds those
that are still to be run, merged where one run will do for several.

One departure from the paper: a run stands for a sequence only if it begins with one of the sequence's own events, not
also where it begins with an operation that commutes with all of them. Whoever has no event in a sequence did, in the
schedule that it was taken from, something that happens after the first event of the race. Runs in which that comes
first are other runs than those in which it comes after.
"""

from __future__ import annotations

from collections.abc import Iterable


class Sequence:
    """The events of a run that reverses a race, from the choice before the race on.

    Attributes:
        tids: the thread of each event, in order.
        bits: each event's own bit.
        after: for each event the set of events that happen before it, itself included; others may be in it too.
    """

    __slots__ = ("after", "bits", "tids")

    def __init__(self, tids: list[int], bits: list[int], after: list[int]) -> None:
        self.tids = tids
        self.bits = bits
        self.after = after

    def all_bits(self) -> int:
        """All events."""
        found = 0
        for bit in self.bits:
            found |= bit
        return found

    def begins(self, tid: int, left: int) -> int:
        """The bit of the first event of `tid`, if no other event in `left` must come before it; else 0."""
        for thread, bit, after in zip(self.tids, self.bits, self.after, strict=True):
            if thread == tid and bit & left:
                return bit if after & left == bit else 0
        return 0


class Branch:
    """A node of a wake-up tree: a thread that goes on, and what follows.

    Attributes:
        tid: the thread.
        then: the branches that follow. Invariant: none means that any run from here will do.
    """

    __slots__ = ("then", "tid")

    def __init__(self, tid: int) -> None:
        self.tid = tid
        self.then: list[Branch] = []


def covered(sequence: Sequence, threads: Iterable[int]) -> bool:
    """True when runs that begin with one of those threads include what the sequence stands for."""
    left = sequence.all_bits()
    return any(sequence.begins(tid, left) for tid in threads)


def insert(tree: list[Branch], sequence: Sequence) -> bool:
    """See that a tree includes what a sequence stands for.

    Returns:
        False when it did already.
    """
    left = sequence.all_bits()
    while True:
        for branch in tree:
            bit = sequence.begins(branch.tid, left)
            if bit:
                break
        else:
            break
        left &= ~bit
        tree = branch.then
        if not tree:
            return False
    for tid, bit in zip(sequence.tids, sequence.bits, strict=True):
        if bit & left:
            branch = Branch(tid)
            tree.append(branch)
            tree = branch.then
    return True
