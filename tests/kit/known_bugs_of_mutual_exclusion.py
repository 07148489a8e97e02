"""Mutual exclusion by reads and writes alone: correct as published, wrong with one line moved.

Peterson, "Myths about the mutual exclusion problem", 1981; Dekker's algorithm after Dijkstra, "Cooperating sequential
processes", 1965; Lamport, "A new solution of Dijkstra's concurrent programming problem" (the bakery), 1974.
"""

from __future__ import annotations

import threading

from sync_tools import run_together


class CriticalSection:
    """Fails when two threads are in it at once; to look is one operation, to leave another."""

    def __init__(self) -> None:
        self.inside = threading.Lock()

    def enter(self) -> None:
        assert self.inside.acquire(blocking=False), "two threads are in the critical section"

    def leave(self) -> None:
        self.inside.release()


def peterson(*, fixed: bool = False) -> None:
    """Moved: the flag goes up after the turn is given away, not before."""
    section = CriticalSection()
    flag = [False, False]
    turn = 0

    def work(me: int) -> None:
        nonlocal turn
        other = 1 - me
        if fixed:
            flag[me] = True
        turn = other
        if not fixed:
            flag[me] = True
        while flag[other] and turn == other:
            pass
        section.enter()
        section.leave()
        flag[me] = False

    run_together((work, 0), (work, 1))


def dekker(*, fixed: bool = False) -> None:
    """Moved: the flag goes up after the look at the other's flag, not before."""
    section = CriticalSection()
    flag = [False, False]
    turn = 0

    def work(me: int) -> None:
        nonlocal turn
        other = 1 - me
        if fixed:
            flag[me] = True
        while flag[other]:
            if turn == other:
                flag[me] = False
                while turn == other:
                    pass
                flag[me] = True
        if not fixed:
            flag[me] = True
        section.enter()
        section.leave()
        turn = other
        flag[me] = False

    run_together((work, 0), (work, 1))


def bakery(*, fixed: bool = False) -> None:
    """Moved: the sign that a number is being chosen goes down before the number is there, not after."""
    section = CriticalSection()
    choosing = [False, False]
    number = [0, 0]

    def work(me: int) -> None:
        other = 1 - me
        choosing[me] = True
        highest = max(number[0], number[1])
        if not fixed:
            choosing[me] = False
        number[me] = highest + 1
        if fixed:
            choosing[me] = False
        while choosing[other]:
            pass
        while number[other] and (number[other], other) < (number[me], me):
            pass
        section.enter()
        section.leave()
        number[me] = 0

    run_together((work, 0), (work, 1))
