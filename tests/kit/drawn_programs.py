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

VARIABLES, LOCKS = "xxy", "llm"  # threads should meet
# What a program is mostly about. Threads that have nothing in common have one class and show nothing, and of what lets
# others go on there should be more than of what waits.
THEMES: tuple[tuple[str, ...], ...] = (
    ("read", "write", "add"),
    ("read", "write", "add", "branch", "check"),
    ("section", "read", "write", "add", "check"),
    ("section", "section", "try", "locked", "write", "branch"),
    ("set", "set", "clear", "is_set", "await", "write", "read", "branch"),
    ("up", "up", "down", "poll", "add", "branch"),
    ("put", "put", "put", "get", "add", "branch"),
    ("monitor", "monitor", "monitor", "write", "read"),
)
REMEMBERED = ("read", "try", "locked", "is_set", "poll", "get")
LENGTHS = {2: (1, 2, 3, 3, 4, 4), 3: (1, 2, 2, 3)}


def build(pick: Pick) -> Program:
    """A program, each choice of it made by `pick`."""
    count = pick((2, 2, 3))
    kinds = pick(THEMES)
    if pick((False, False, True)):
        kinds = (*kinds, *pick(THEMES))
    threads = tuple(_steps(pick, kinds, pick(LENGTHS[count]), frozenset()) for _ in range(count))
    return Program(pick((0, 1, 1, 2)), pick((0, 0, 1)), threads)


def _steps(pick: Pick, kinds: Sequence[str], count: int, inside: frozenset[str]) -> Steps:
    return tuple(step for _ in range(count) for step in _piece(pick, pick(kinds), kinds, inside))


def _piece(pick: Pick, kind: str, kinds: Sequence[str], inside: frozenset[str]) -> Steps:
    """One operation, or two that belong together. `inside` names the locks that are held there."""
    if kind in ("branch", "check"):
        asks = pick([other for other in kinds if other in REMEMBERED] or ["read"])
        [asked] = _piece(pick, asks, kinds, inside)
        if kind == "check":
            return (asked, ("assert", pick((1, 2))))
        rest = [other for other in kinds if other != "branch"]
        return (asked, ("if", _steps(pick, rest, pick((1, 1, 2)), inside)))
    if kind == "section":
        name = pick(LOCKS)
        # A lock that the thread holds already would stop it for good: now and then that is wanted.
        if len(inside) > 1 or (name in inside and not pick((False, False, False, True))):
            return (("read", pick(VARIABLES)),)
        return (("with", name, _steps(pick, kinds, pick((1, 1, 2)), inside | {name})),)
    if kind == "monitor":
        return _monitor(pick, kinds, inside)
    if kind in ("read", "add"):
        return ((kind, pick(VARIABLES)),)
    if kind == "write":
        return ((kind, pick(VARIABLES), pick((1, 2, 0))),)
    if kind in ("try", "locked"):
        return ((kind, pick(LOCKS)),)
    if kind == "put":
        return ((kind, pick((1, 2))),)
    return ((kind,),)


def _monitor(pick: Pick, kinds: Sequence[str], inside: frozenset[str]) -> Steps:
    """A section under the condition; or, within one, something to do there."""
    if "c" not in inside:
        more = pick((False, False, True))
        body = (*_monitor(pick, kinds, inside | {"c"}), *_steps(pick, kinds, int(more), inside | {"c"}))
        return (("with", "c", body),)
    name = pick(VARIABLES)
    kind = pick(("notify", "notify_all", "notify_all", "wait_if", "wait_while", "wait"))
    if kind in ("notify", "notify_all"):
        change = (("write", name, 1),) if pick((True, True, False)) else ()
        return (*change, (kind,))
    return ((kind, name),) if kind in ("wait_if", "wait_while") else ((kind,),)


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
    """What the threads share."""

    shared: Shared
    locks: dict[str, Any]
    event: threading.Event
    semaphore: threading.Semaphore
    channel: queue.Queue[int]


Part = Callable[[Seen], Seen]  # a piece of a thread: takes what was remembered before, gives what is by then


def scenario(program: Program) -> tuple[Any, ...]:
    """Run a program: what each thread remembered, and the last values of x and y."""
    tools = Tools(
        Shared(),
        {"l": threading.Lock(), "m": threading.Lock(), "c": threading.Condition()},
        threading.Event(),
        threading.Semaphore(program.semaphore),
        queue.Queue(program.room),
    )
    # The program is taken apart before there are threads, so that they touch nothing but what it says.
    results = run_together(*[(part_of(steps, tools), ()) for steps in program.threads])
    return (*results, tools.shared.x, tools.shared.y)


def part_of(steps: Steps, tools: Tools) -> Part:
    """Several operations, one after the other."""
    parts = tuple(one_of(step, tools) for step in steps)

    def run(seen: Seen) -> Seen:
        for part in parts:
            seen = part(seen)
        return seen

    return run


def one_of(step: Step, tools: Tools) -> Part:
    """One operation."""
    kind, *rest = step
    if kind in ("read", "write", "add"):
        return on_a_variable(tools.shared, *step)
    if kind in ("with", "if"):
        body = part_of(rest[-1], tools)
        return under(tools.locks[rest[0]], body) if kind == "with" else lambda seen: body(seen) if last(seen) else seen
    if kind == "assert":
        return lambda seen: checked(seen, rest[0])
    if kind in ("wait", "wait_if", "wait_while", "notify", "notify_all"):
        return on_the_condition(tools.locks["c"], tools.shared, *step)
    if kind in ("try", "locked"):
        lock = tools.locks[rest[0]]
        return (lambda seen: (*seen, attempt(lock))) if kind == "try" else (lambda seen: (*seen, lock.locked()))
    if kind in ("set", "clear", "is_set", "await"):
        return on_the_event(tools.event, kind)
    if kind in ("up", "down", "poll"):
        return on_the_semaphore(tools.semaphore, kind)
    if kind in ("put", "get"):
        return on_the_queue(tools.channel, *step)
    raise ValueError(f"no operation of the language: {step!r}")


def last(seen: Seen) -> Any:
    """What a thread remembered last; nothing is false, and less than everything."""
    return seen[-1] if seen else 0


def checked(seen: Seen, limit: int) -> Seen:
    assert last(seen) < limit
    return seen


def after(seen: Seen, _: Any) -> Seen:
    """Do a call that gives nothing to remember."""
    return seen


def attempt(lock: Any) -> bool:
    """Take a lock without waiting, and give it back if that worked."""
    got = bool(lock.acquire(blocking=False))
    if got:
        lock.release()
    return got


def under(lock: Any, body: Part) -> Part:
    def section(seen: Seen) -> Seen:
        with lock:
            return body(seen)

    return section


def look(shared: Shared, name: str) -> int:
    return shared.x if name == "x" else shared.y


def store(shared: Shared, name: str, value: int) -> None:
    if name == "x":
        shared.x = value
    else:
        shared.y = value


def on_a_variable(shared: Shared, kind: str, name: str, value: int = 0) -> Part:
    if kind == "read":
        return lambda seen: (*seen, look(shared, name))
    if kind == "write":
        return lambda seen: after(seen, store(shared, name, value))
    return lambda seen: after(seen, store(shared, name, look(shared, name) + 1))


def on_the_condition(condition: Any, shared: Shared, kind: str, name: str = "") -> Part:
    def wait_if(seen: Seen) -> Seen:
        if not look(shared, name):
            condition.wait()
        return seen

    def wait_while(seen: Seen) -> Seen:
        while not look(shared, name):
            condition.wait()
        return seen

    return {
        "wait": lambda seen: after(seen, condition.wait()),
        "wait_if": wait_if,
        "wait_while": wait_while,
        "notify": lambda seen: after(seen, condition.notify()),
        "notify_all": lambda seen: after(seen, condition.notify_all()),
    }[kind]


def on_the_event(event: Any, kind: str) -> Part:
    return {
        "set": lambda seen: after(seen, event.set()),
        "clear": lambda seen: after(seen, event.clear()),
        "is_set": lambda seen: (*seen, event.is_set()),
        "await": lambda seen: after(seen, event.wait()),
    }[kind]


def on_the_semaphore(semaphore: Any, kind: str) -> Part:
    return {
        "up": lambda seen: after(seen, semaphore.release()),
        "down": lambda seen: after(seen, semaphore.acquire()),
        "poll": lambda seen: (*seen, semaphore.acquire(blocking=False)),
    }[kind]


def on_the_queue(channel: Any, kind: str, value: int = 0) -> Part:
    return {
        "put": lambda seen: after(seen, channel.put(value)),
        "get": lambda seen: (*seen, channel.get()),
    }[kind]
