"""Small programs of threads and locks as data: drawn at random, run, and searched for every deadlock they can reach.

A program is a list of threads, thread 0 being the one that is there at the beginning; a thread is a list of operations.
Nothing in it depends on data, so one run shows all that any run does, only in another order. The search walks through
all interleavings of single operations: slow, and too simple to be wrong in the same way as the detector.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from made_records import LOCKS, Recorder

from sync_tools.primitives import Record

ACQUIRE, RELEASE, START, JOIN = "acquire", "release", "start", "join"
Op = tuple[str, int]  # with a lock, or a thread
Program = list[list[Op]]
State = tuple[int, ...]  # for each thread the number of its next operation; -1 before it is started


# ---- drawing ---------------------------------------------------------------------------------------------------------


def draw(rng: random.Random, tame: bool) -> Program:
    """A program of two to five threads and two to four locks.

    Args:
        rng: the source of chance.
        tame: threads are started and joined only while no lock is held, and a thread that has released a lock takes no
            other before it has released all.
    """
    threads = rng.choice((2, 3, 3, 4, 4, 5))
    locks = rng.choice((2, 2, 3, 4))
    # Who starts whom, and then, thread by thread, between what.
    starter = [0] + [rng.choice((0, 0, child - 1, rng.randrange(child))) for child in range(1, threads)]
    known: list[list[int]] = [[] for _ in range(threads)]  # threads that have been started when this one is
    program: Program = []
    for thread in range(threads):
        nests = rng.choice((1, 1, 2)) if thread else rng.choice((0, 1, 2))
        ops = [op for _ in range(nests) for op in _nest(rng, locks, tame)]
        for child in [child for child in range(1, threads) if starter[child] == thread]:
            _put_in(rng, ops, (START, child), tame, after=None)
        for number, (kind, child) in enumerate(ops):
            if kind == START:
                known[child] = known[thread] + [before for what, before in ops[:number] if what == START]
        for other in known[thread]:
            if rng.random() < 0.3:
                _put_in(rng, ops, (JOIN, other), tame, after=None)
        for child in [child for what, child in ops if what == START]:
            if rng.random() < 0.6:
                _put_in(rng, ops, (JOIN, child), tame, after=(START, child))
        program.append(ops)
    return program


def _nest(rng: random.Random, locks: int, tame: bool) -> list[Op]:
    """Acquisitions of some locks, each released in the end."""
    chosen = rng.sample(range(locks), min(locks, rng.choice((1, 2, 2, 2, 3))))
    ops: list[Op] = [(ACQUIRE, lock) for lock in chosen]
    if tame:
        rng.shuffle(chosen)
        return ops + [(RELEASE, lock) for lock in chosen]
    for lock in chosen:
        _put_in(rng, ops, (RELEASE, lock), tame=False, after=(ACQUIRE, lock))
    if rng.random() < 0.6:  # take one of them again
        lock = rng.choice(chosen)
        end = ops.index((RELEASE, lock))
        place = rng.randint(end + 1, len(ops))
        ops[place:place] = [(ACQUIRE, lock)]
        ops.insert(rng.randint(place + 1, len(ops)), (RELEASE, lock))
    return ops


def _put_in(rng: random.Random, ops: list[Op], op: Op, tame: bool, after: Op | None) -> None:
    first = 0 if after is None else ops.index(after) + 1
    places = [place for place in range(first, len(ops) + 1) if not (tame and holds(ops, place))]
    ops.insert(rng.choice(places), op)


# ---- running ---------------------------------------------------------------------------------------------------------


def holds(ops: list[Op], place: int) -> set[int]:
    """The locks that a thread holds when `place` is its next operation."""
    held: set[int] = set()
    for kind, what in ops[: max(place, 0)]:
        if kind == ACQUIRE:
            held.add(what)
        elif kind == RELEASE:
            held.discard(what)
    return held


class Machine:
    """Runs a program, one operation at a time."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.first: State = (0, *(-1 for _ in program[1:]))
        self.held = [[holds(ops, place) for place in range(len(ops) + 1)] for ops in program]

    def holder(self, state: State, lock: int) -> int | None:
        for thread, place in enumerate(state):
            if place > 0 and lock in self.held[thread][place]:
                return thread
        return None

    def can_go(self, state: State, thread: int) -> bool:
        place = state[thread]
        if not 0 <= place < len(self.program[thread]):
            return False
        kind, what = self.program[thread][place]
        if kind == ACQUIRE:
            return self.holder(state, what) is None
        return kind != JOIN or state[what] == len(self.program[what])

    def step(self, state: State, thread: int) -> State:
        after = list(state)
        kind, what = self.program[thread][state[thread]]
        after[thread] += 1
        if kind == START:
            after[what] = 0
        return tuple(after)

    def states(self) -> Iterator[State]:
        """All states that any interleaving comes to."""
        seen = {self.first}
        ahead = [self.first]
        while ahead:
            state = ahead.pop()
            yield state
            for thread in range(len(state)):
                if self.can_go(state, thread):
                    after = self.step(state, thread)
                    if after not in seen:
                        seen.add(after)
                        ahead.append(after)

    def deadlocks(self, state: State) -> set[frozenset[int]]:
        """The sets of locks for which threads wait in a circle."""
        waits: dict[int, tuple[int, int]] = {}  # thread -> for which lock, and who holds it
        for thread, place in enumerate(state):
            if 0 <= place < len(self.program[thread]) and self.program[thread][place][0] == ACQUIRE:
                lock = self.program[thread][place][1]
                holder = self.holder(state, lock)
                if holder is not None:
                    waits[thread] = (lock, holder)
        circles = set()
        for thread in waits:
            locks, at = [], thread
            while at in waits and len(locks) <= len(waits):
                lock, after = waits[at]
                locks.append(lock)
                at = after
                if at == thread:
                    circles.add(frozenset(locks))
                    break
        return circles

    def run(self, choose: Callable[[list[int]], int]) -> tuple[list[int], State]:
        """One run: the thread of each step, and the state in which nobody can go on."""
        state, steps = self.first, []
        while ready := [thread for thread in range(len(state)) if self.can_go(state, thread)]:
            steps.append(choose(ready))
            state = self.step(state, steps[-1])
        return steps, state

    def lucky(self) -> list[int] | None:
        """A run to the end in which each thread, as soon as it is started, goes on as long as it can.

        Where that gets stuck, the nearest other run; None where no run comes to the end.
        """
        steps: list[int] = []
        end = tuple(len(ops) for ops in self.program)
        seen = {self.first}

        def search(state: State) -> bool:
            for thread in reversed(range(len(state))):  # the children first
                if self.can_go(state, thread):
                    after = self.step(state, thread)
                    if after not in seen:
                        seen.add(after)
                        steps.append(thread)
                        if search(after):
                            return True
                        steps.pop()
            return state == end

        return steps if search(self.first) else None


# ---- recording -------------------------------------------------------------------------------------------------------


def line_of(thread: int, place: int) -> int:
    """Where an operation stands, as records show it."""
    return thread * 1000 + place + 1


def record_run(machine: Machine, steps: list[int]) -> list[Record]:
    """The log of a run: who stands before a lock in its last state has asked for it."""
    log = Recorder()
    state = machine.first
    for thread in steps:
        place = state[thread]
        kind, what = machine.program[thread][place]
        line = line_of(thread, place)
        if kind == ACQUIRE:
            log.add(thread, "request", LOCKS + what, line=line)
            log.add(thread, "acquired", LOCKS + what, line=line)
        elif kind == RELEASE:
            log.add(thread, "released", LOCKS + what, line=line)
        else:
            log.add(thread, "start" if kind == START else "joined", what, "Thread", line)
        state = machine.step(state, thread)
        if state[thread] == len(machine.program[thread]):
            log.add(thread, "ended", thread, "Thread", line)
    for thread, place in enumerate(state):
        if 0 <= place < len(machine.program[thread]) and machine.program[thread][place][0] == ACQUIRE:
            log.add(thread, "request", LOCKS + machine.program[thread][place][1], line=line_of(thread, place))
    return log.records


def only_the_circle(program: Program, places: dict[int, int]) -> Program:
    """The program without any acquisition but those that matter when threads stand at `places`.

    Args:
        program: the whole.
        places: thread -> the acquisition at which it stands. It keeps this and those of the locks that it holds then;
            all other locks, and all locks of other threads, are left out. Starts and joins stay.
    """
    result: Program = []
    for thread, ops in enumerate(program):
        if thread not in places:
            result.append([op for op in ops if op[0] in (START, JOIN)])
            continue
        place = places[thread]
        held = holds(ops, place)
        last = {lock: max(n for n in range(place) if ops[n] == (ACQUIRE, lock)) for lock in held}
        kept = [op for n, op in enumerate(ops[:place]) if op[0] in (START, JOIN) or last.get(op[1]) == n]
        result.append([*kept, ops[place]])
    return result
