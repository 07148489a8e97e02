"""A small language of concurrent programs: drawn from a seed or by hypothesis, and run on the kit.

A program is plain data, so that ``reference.py`` can interpret it without anything of the kit. Each thread is a tuple
of operations, and an operation is a tuple that begins with its name:

=============================  =========================================================================
("read", v)                    look at variable x or y, and remember what was seen
("write", v, n)                v = n
("add", v)                     v += 1: a read and a write
("with", name, body)           the body under lock l or m, or under the condition c
("try", name)                  take lock l or m without waiting, remember whether it was free, give it back
("locked", name)               remember whether lock l or m is taken
("set",), ("clear",)           the event
("is_set",), ("await",)        look at the event and remember; wait for it
("up",), ("down",), ("poll",)  release, acquire, acquire(blocking=False) of the semaphore; the last remembers
("put", n), ("get",)           the queue; get remembers
("wait",)                      wait for the condition (this and the next four stand under c)
("wait_if", v)                 if not v: c.wait()
("wait_while", v)              while not v: c.wait()
("notify",), ("notify_all",)
("if", body)                   the body, when what the thread remembered last is true
("assert", n)                  fail unless what the thread remembered last is less than n
=============================  =========================================================================
"""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from sync_tools import run_together

Step = tuple[Any, ...]
Steps = tuple[Step, ...]
Seen = tuple[Any, ...]  # what a thread has remembered so far


class Program(NamedTuple):
    """What the threads do, the semaphore's first value and the queue's size (0: without a limit)."""

    semaphore: int
    room: int
    threads: tuple[Steps, ...]


# ---- drawing ---------------------------------------------------------------------------------------------------------

Pick = Callable[[Sequence[Any]], Any]  # chooses one of several; simpler ones stand first, for shrinking

VARIABLES, LOCKS = "xy", "lm"
# What a program is mostly about. Threads that have nothing in common have one class and show nothing.
THEMES: tuple[tuple[str, ...], ...] = (
    ("read", "write", "add"),
    ("read", "write", "if", "assert"),
    ("section", "read", "write", "add"),
    ("section", "section", "try", "locked", "write"),
    ("set", "clear", "is_set", "await", "write", "read"),
    ("up", "down", "poll", "add"),
    ("put", "get", "put", "read"),
    ("monitor", "monitor", "write", "read"),
    ("set", "await", "section", "put", "get"),
    ("up", "down", "put", "get", "write"),
    (
        *("read", "write", "add", "section", "try", "locked", "set", "clear", "is_set", "await", "up", "down", "poll"),
        *("put", "get", "monitor", "if", "assert"),
    ),
)
LENGTHS = {2: (1, 2, 2, 3, 3, 4), 3: (1, 1, 2, 2, 3, 4)}


def build(pick: Pick) -> Program:
    """A program, each choice of it made by `pick`."""
    count = pick((2, 2, 3))
    kinds = pick(THEMES)
    threads = tuple(_steps(pick, kinds, pick(LENGTHS[count]), frozenset()) for _ in range(count))
    return Program(pick((0, 1, 2)), pick((0, 1)), threads)


def _steps(pick: Pick, kinds: Sequence[str], count: int, inside: frozenset[str]) -> Steps:
    return tuple(_step(pick, pick(kinds), kinds, inside) for _ in range(count))


def _step(pick: Pick, kind: str, kinds: Sequence[str], inside: frozenset[str]) -> Step:
    if kind == "section":
        name = pick(LOCKS)
        # A lock that the thread holds already would stop it for good: now and then that is wanted.
        if len(inside) > 1 or (name in inside and pick((False, False, False, True)) is False):
            return ("read", pick(VARIABLES))
        return ("with", name, _steps(pick, kinds, pick((1, 1, 2)), inside | {name}))
    if kind == "monitor":
        if "c" in inside:
            return _under_the_condition(pick)
        body = tuple(
            _under_the_condition(pick) if pick((True, True, False)) else _step(pick, pick(kinds), kinds, inside | {"c"})
            for _ in range(pick((1, 1, 2)))
        )
        return ("with", "c", body)
    if kind == "if":
        return ("if", _steps(pick, [other for other in kinds if other != "if"], pick((1, 1, 2)), inside))
    if kind in ("read", "add"):
        return (kind, pick(VARIABLES))
    if kind == "write":
        return (kind, pick(VARIABLES), pick((1, 2, 0)))
    if kind in ("try", "locked"):
        return (kind, pick(LOCKS))
    if kind == "put":
        return (kind, pick((1, 2)))
    if kind == "assert":
        return (kind, pick((1, 2)))
    return (kind,)


def _under_the_condition(pick: Pick) -> Step:
    kind = pick(("notify", "notify_all", "wait", "wait_if", "wait_while", "write"))
    if kind == "write":
        return (kind, pick(VARIABLES), pick((1, 2, 0)))
    return (kind, pick(VARIABLES)) if kind in ("wait_if", "wait_while") else (kind,)


def draw(seed: int) -> Program:
    """The program with that number: always the same one."""
    return build(random.Random(seed).choice)


@st.composite
def programs(choose: st.DrawFn) -> Program:
    """The same programs for hypothesis, which makes one that fails smaller."""
    return build(lambda options: choose(st.sampled_from(options)))


# ---- running on the kit ----------------------------------------------------------------------------------------------


class Shared:
    """The variables."""

    def __init__(self) -> None:
        self.x = 0
        self.y = 0


class Tools(NamedTuple):
    """What the threads synchronize with."""

    locks: dict[str, Any]
    condition: threading.Condition
    event: threading.Event
    semaphore: threading.Semaphore
    channel: queue.Queue[int]


def scenario(program: Program) -> tuple[Any, ...]:
    """Run a program: what each thread remembered, and the last values of x and y."""
    condition = threading.Condition()
    tools = Tools(
        {"l": threading.Lock(), "m": threading.Lock(), "c": condition},
        condition,
        threading.Event(),
        threading.Semaphore(program.semaphore),
        queue.Queue(program.room),
    )
    shared = Shared()
    results = run_together(*[(run, shared, tools, steps, ()) for steps in program.threads])
    return (*results, shared.x, shared.y)


def run(shared: Shared, tools: Tools, steps: Steps, seen: Seen) -> Seen:
    """Do some operations; what the thread has remembered by then."""
    for step in steps:
        seen = act(shared, tools, step, seen)
    return seen


def act(shared: Shared, tools: Tools, step: Step, seen: Seen) -> Seen:
    """Do one operation: every access to `shared` and to a tool is the program's own."""
    kind, *rest = step
    if kind == "read":
        return (*seen, look(shared, rest[0]))
    if kind == "write":
        store(shared, *rest)
    elif kind == "add":
        store(shared, rest[0], look(shared, rest[0]) + 1)
    elif kind == "with":
        with tools.locks[rest[0]]:
            return run(shared, tools, rest[1], seen)
    elif kind == "if":
        if seen and seen[-1]:
            return run(shared, tools, rest[0], seen)
    elif kind == "assert":
        assert not seen or seen[-1] < rest[0]
    elif kind == "wait_if":
        if not look(shared, rest[0]):
            tools.condition.wait()
    elif kind == "wait_while":
        while not look(shared, rest[0]):
            tools.condition.wait()
    else:
        return (*seen, *SIMPLE[kind](tools, *rest))
    return seen


def look(shared: Shared, name: str) -> int:
    """Read a variable."""
    return shared.x if name == "x" else shared.y


def store(shared: Shared, name: str, value: int) -> None:
    """Write a variable."""
    if name == "x":
        shared.x = value
    else:
        shared.y = value


def attempt(lock: Any) -> bool:
    """Take a lock without waiting, and give it back if that worked."""
    got = bool(lock.acquire(blocking=False))
    if got:
        lock.release()
    return got


def quiet(_: Any) -> Seen:
    """Nothing to remember."""
    return ()


# Operations of one call; each gives what there is to remember.
SIMPLE: dict[str, Callable[..., Seen]] = {
    "try": lambda tools, name: (attempt(tools.locks[name]),),
    "locked": lambda tools, name: (tools.locks[name].locked(),),
    "set": lambda tools: quiet(tools.event.set()),
    "clear": lambda tools: quiet(tools.event.clear()),
    "is_set": lambda tools: (tools.event.is_set(),),
    "await": lambda tools: quiet(tools.event.wait()),
    "up": lambda tools: quiet(tools.semaphore.release()),
    "down": lambda tools: quiet(tools.semaphore.acquire()),
    "poll": lambda tools: (tools.semaphore.acquire(blocking=False),),
    "put": lambda tools, value: quiet(tools.channel.put(value)),
    "get": lambda tools: (tools.channel.get(),),
    "wait": lambda tools: quiet(tools.condition.wait()),
    "notify": lambda tools: quiet(tools.condition.notify()),
    "notify_all": lambda tools: quiet(tools.condition.notify_all()),
}
