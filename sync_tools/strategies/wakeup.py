"""Wake-up sequences and wake-up trees: which runs must still be begun from one choice, as threads in order.

After Abdulla, Aronsson, Jonsson & Sagonas, "Source sets: a foundation for optimal dynamic partial order reduction",
J. ACM 64(4), 2017, section 6. A sequence is the part of a run that shows a race the other way round; a tree holds those
that are still to be run, merged where one run will do for several.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Sequence(Protocol):
    """A sequence of events, each an own bit.

    Attributes:
        tids: the thread of each event, in order.
        bits: the bit of each event.
        after: for each event the set of events that happen before it, itself included; others may be in it too.
    """

    tids: list[int]
    bits: list[int]
    after: list[int]

    def clashes(self, tid: int) -> int:
        """The events that do not commute with what thread `tid` would do next, after its own events among these."""


class Branch:
    """A node of a wake-up tree: a thread that goes on, and what follows.

    Attributes:
        tid: the thread.
        then: the branches that follow. Invariant: none means that any run from here will do.
    """

    __slots__ = ("then", "tid")

    def __init__(self, tid: int, then: list[Branch]) -> None:
        self.tid = tid
        self.then = then


def begins(sequence: Sequence, tid: int, left: int) -> int | None:
    """Whether a run in which `tid` goes on first can be one of those that the events `left` stand for.

    Returns:
        The bit of the event that it would be; 0 when it is none of them and commutes with all; None when it can't.
    """
    for thread, bit, after in zip(sequence.tids, sequence.bits, sequence.after, strict=True):
        if thread == tid and bit & left:
            return bit if after & left == bit else None
    return None if sequence.clashes(tid) & left else 0


def all_bits(sequence: Sequence) -> int:
    """All events of a sequence."""
    bits = 0
    for bit in sequence.bits:
        bits |= bit
    return bits


def covered(sequence: Sequence, threads: Iterable[int]) -> bool:
    """True when runs that begin with one of those threads include what the sequence stands for."""
    left = all_bits(sequence)
    return any(begins(sequence, tid, left) is not None for tid in threads)


def insert(tree: list[Branch], sequence: Sequence) -> bool:
    """See that a tree includes what a sequence stands for.

    Returns:
        False when it did already.
    """
    left = all_bits(sequence)
    while True:
        for branch in tree:
            bit = begins(sequence, branch.tid, left)
            if bit is not None:
                break
        else:
            break
        left &= ~bit
        tree = branch.then
        if not tree:
            return False
    for tid, bit in zip(sequence.tids, sequence.bits, strict=True):
        if bit & left:
            branch = Branch(tid, [])
            tree.append(branch)
            tree = branch.then
    return True
