"""A second opinion on the programs of ``drawn_programs.py``: how many classes of schedules one has, and how they end.

This is written apart from the kit and imports nothing of it. It knows the rules (what an operation does, when it can be
done, which two depend on each other) and no algorithm: it follows every order of operations from the start, and merges
two beginnings only when they are the same trace in the sense of Mazurkiewicz ("Concurrent program schemes and their
interpretations", 1977), that is when each can be made from the other by swapping neighbours that commute.

To tell, each operation is stamped with the number of changes that each location it touches had seen before. Two
beginnings with the same operations are the same trace exactly when all stamps are equal: two operations depend on each
other when both touch a location and one changes it, and the stamps say which of them came first.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

Outcome = tuple[Any, ...]  # ("result", what the threads remembered, x, y), ("error", kind) or ("deadlock",)
LIMIT = 20_000  # beginnings of schedules after which a program is given up

DEADLOCK: Outcome = ("deadlock",)
ERROR: Outcome = ("error", "assertion")


class Answer(NamedTuple):
    """How many classes end in which way, and how many there are."""

    outcomes: Counter[Outcome]
    classes: int

    @property
    def results(self) -> Counter[Any]:
        """The classes in which every thread came to its end, by what they returned."""
        return Counter({outcome[1:]: count for outcome, count in self.outcomes.items() if outcome[0] == "result"})

    @property
    def failing(self) -> int:
        """The number of classes in which a thread raised, or waits for ever."""
        return self.classes - sum(self.results.values())


# ---- a thread's code -------------------------------------------------------------------------------------------------

Instruction = tuple[Any, ...]
INVISIBLE = frozenset({"jump", "unless_last", "if_loaded", "check"})


def compiled(steps: tuple[Any, ...]) -> tuple[Instruction, ...]:
    """Straight code with jumps, one instruction an event (and a few that are none)."""
    code: list[Instruction] = []
    late: list[tuple[int, int, tuple[str, ...]]] = []  # checks: where, the limit, the locks that are held there
    _compile(steps, code, (), late)
    code.append(("end",))
    for at, limit, held in late:
        code[at] = ("check", limit, len(code))
        code += [("release", name) for name in reversed(held)]  # what `with` does while the error passes
        code.append(("die",))
    return tuple(code)


def _compile(
    steps: tuple[Any, ...], code: list[Instruction], held: tuple[str, ...], late: list[tuple[int, int, tuple[str, ...]]]
) -> None:
    for kind, *rest in steps:
        if kind == "add":
            code += [("load", *rest), ("store_next", *rest)]
        elif kind == "with":
            name, body = rest
            code.append(("acquire", name))
            _compile(body, code, (*held, name), late)
            code.append(("release", name))
        elif kind == "try":
            code += [("try", *rest), ("unless_last", len(code) + 3), ("release", *rest)]
        elif kind == "await":
            code += [("look",), ("woken",)]
        elif kind == "wait":
            code += [("queue_up",), ("come_back",)]
        elif kind == "wait_if":
            code += [("load", *rest), ("if_loaded", len(code) + 4), ("queue_up",), ("come_back",)]
        elif kind == "wait_while":
            code += [("load", *rest), ("if_loaded", len(code) + 5), ("queue_up",), ("come_back",)]
            code.append(("jump", len(code) - 4))
        elif kind == "if":
            at = len(code)
            code.append(())
            _compile(rest[0], code, held, late)
            code[at] = ("unless_last", len(code))
        elif kind == "assert":
            late.append((len(code), rest[0], held))
            code.append(())
        else:
            code.append((kind, *rest))


class Thread(NamedTuple):
    """Where a thread stands.

    Attributes:
        at: index of its next instruction, which is one with an event, or the last.
        seen: what it has remembered.
        loaded: a value that it has read and not remembered.
        failed: True once it has raised.
    """

    at: int = 0
    seen: tuple[Any, ...] = ()
    loaded: Any = 0
    failed: bool = False


def settled(thread: Thread, code: tuple[Instruction, ...]) -> Thread:
    """The thread once it has done what nobody can see."""
    at, seen, loaded, failed = thread
    while code[at][0] in INVISIBLE:
        kind, *rest = code[at]
        if kind == "jump":
            at = rest[0]
        elif kind == "unless_last":
            at = at + 1 if seen and seen[-1] else rest[0]
        elif kind == "if_loaded":
            at = rest[0] if loaded else at + 1
        else:
            limit, raised = rest
            failed = bool(seen) and seen[-1] >= limit
            at = raised if failed else at + 1
    return Thread(at, seen, loaded, failed)


# ---- what the threads share ------------------------------------------------------------------------------------------

READS = frozenset({"read", "load", "locked", "is_set", "look"})
LOCATION = {
    **dict.fromkeys(("set", "clear", "is_set", "look"), "event"),
    **dict.fromkeys(("up", "down", "poll"), "semaphore"),
    **dict.fromkeys(("put", "get"), "queue"),
    **dict.fromkeys(("notify", "notify_all"), "condition"),
}


class State(NamedTuple):
    """The beginning of a schedule.

    Attributes:
        threads: where each stands.
        memory: the values of all that is shared.
        changes: how often each location was changed.
        stamps: of each thread's events, in order. This is the trace.
    """

    threads: tuple[Thread, ...]
    memory: dict[str, Any]
    changes: dict[str, int]
    stamps: tuple[tuple[Any, ...], ...]


def enabled(instruction: Instruction, tid: int, thread: Thread, memory: dict[str, Any]) -> bool:
    """Can this thread do its next event?"""
    kind = instruction[0]
    if kind in ("end", "die"):
        return False
    if kind == "acquire":
        return memory[instruction[1]] is False
    if kind == "woken":
        return bool(memory["sets"] > thread.loaded)
    if kind == "come_back":
        return tid in memory["notified"] and memory["c"] is False
    if kind == "down":
        return bool(memory["semaphore"] > 0)
    if kind == "put":
        return memory["room"] == 0 or len(memory["queue"]) < memory["room"]
    if kind == "get":
        return len(memory["queue"]) > 0
    return True


def done(state: State, tid: int, instruction: Instruction) -> State:
    """The state after this thread's next event. Its code still has to be settled."""
    thread = state.threads[tid]
    at, seen, loaded, failed = thread
    memory = dict(state.memory)
    kind, *rest = instruction
    where = LOCATION.get(kind) or (rest[0] if rest else "")
    touched = [where]
    at += 1
    if kind == "read":
        seen = (*seen, memory[where])
    elif kind == "load":
        loaded = memory[where]
    elif kind == "write":
        memory[where] = rest[1]
    elif kind == "store_next":
        memory[where] = loaded + 1
    elif kind == "acquire":
        memory[where] = True
    elif kind == "release":
        memory[where] = False
    elif kind == "try":
        seen = (*seen, not memory[where])
        memory[where] = True
    elif kind == "locked":
        seen = (*seen, memory[where])
    elif kind == "set":
        memory["flag"] = True
        memory["sets"] += 1
    elif kind == "clear":
        memory["flag"] = False
    elif kind == "is_set":
        seen = (*seen, memory["flag"])
    elif kind == "look":
        if memory["flag"]:
            at += 1  # it need not wait
        loaded = memory["sets"]
    elif kind == "woken":
        touched = []  # by the first set after the look, and what comes later makes no difference
    elif kind == "up":
        memory["semaphore"] += 1
    elif kind == "down":
        memory["semaphore"] -= 1
    elif kind == "poll":
        seen = (*seen, memory["semaphore"] > 0)
        memory["semaphore"] = max(0, memory["semaphore"] - 1)
    elif kind == "put":
        memory["queue"] = (*memory["queue"], rest[0])
    elif kind == "get":
        seen = (*seen, memory["queue"][0])
        memory["queue"] = memory["queue"][1:]
    elif kind == "queue_up":
        touched = ["c", "condition"]
        memory["c"] = False
        memory["waiting"] = (*memory["waiting"], tid)
    elif kind == "come_back":
        touched = ["c"]  # and after its notify, which the condition's own order settles
        memory["c"] = True
        memory["notified"] = memory["notified"] - {tid}
    elif kind in ("notify", "notify_all"):
        woken = memory["waiting"] if kind == "notify_all" else memory["waiting"][:1]
        memory["waiting"] = memory["waiting"][len(woken) :]
        memory["notified"] = memory["notified"] | set(woken)
    else:
        raise ValueError(f"no operation of the language: {instruction!r}")
    stamp = tuple(state.changes[location] for location in touched)
    changes = state.changes
    if kind not in READS and touched:
        changes = {**changes, **{location: changes[location] + 1 for location in touched}}
    threads = (*state.threads[:tid], Thread(at, seen, loaded, failed), *state.threads[tid + 1 :])
    stamps = (*state.stamps[:tid], (*state.stamps[tid], stamp), *state.stamps[tid + 1 :])
    return State(threads, memory, changes, stamps)


# ---- all orders ------------------------------------------------------------------------------------------------------


def answer(program: Any, limit: int = LIMIT) -> Answer | None:
    """Count the classes of a program's schedules.

    Args:
        program: its semaphore's first value, its queue's size, and a tuple of operations a thread.
        limit: how many different beginnings to follow.

    Returns:
        None when there are more than that.
    """
    semaphore, room, bodies = program
    codes = [compiled(body) for body in bodies]
    memory: dict[str, Any] = {"x": 0, "y": 0}
    for kind, *rest in (instruction for code in codes for instruction in code):
        if kind in ("acquire", "try", "locked"):
            memory[rest[0]] = False
    changes = dict.fromkeys((*memory, *LOCATION.values()), 0)
    memory |= {"flag": False, "sets": 0, "semaphore": semaphore, "room": room, "queue": ()}
    memory |= {"waiting": (), "notified": frozenset()}
    start = State(tuple(settled(Thread(), code) for code in codes), memory, changes, ((),) * len(codes))
    outcomes: Counter[Outcome] = Counter()
    known = {start.stamps}
    waiting = [start]
    while waiting:
        state = waiting.pop()
        ended = True
        for tid, (thread, code) in enumerate(zip(state.threads, codes, strict=True)):
            if not enabled(code[thread.at], tid, thread, state.memory):
                continue
            ended = False
            after = done(state, tid, code[thread.at])
            if after.stamps not in known:
                if len(known) >= limit:
                    return None
                known.add(after.stamps)
                threads = list(after.threads)
                threads[tid] = settled(threads[tid], code)
                waiting.append(after._replace(threads=tuple(threads)))
        if ended:
            outcomes[outcome_of(state, codes)] += 1
    return Answer(outcomes, sum(outcomes.values()))


def outcome_of(state: State, codes: list[tuple[Instruction, ...]]) -> Outcome:
    """How a schedule ended. Who starts the threads waits for all of them before it passes on an error."""
    if any(code[thread.at][0] not in ("end", "die") for thread, code in zip(state.threads, codes, strict=True)):
        return DEADLOCK
    if any(thread.failed for thread in state.threads):
        return ERROR
    return ("result", *(thread.seen for thread in state.threads), state.memory["x"], state.memory["y"])
