"""What threads can do with a model, they can do with threading's own class, and the other way round.

The standard library's own text runs in the explored world too, over models of locks alone. Drawn programs are explored
with both: they must come to the same results, and get stuck or not alike.
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from their_classes import their_classes

from sync_tools import explore

THEIRS = their_classes()
INFINITY = float("inf")
MOST = 3000  # schedules of one program; larger ones are left out

Call = tuple[Any, ...]
Program = list[list[Call]]


class Wrapped:
    """A lock of the user's own, with no more than a lock needs."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def acquire(self, *args: Any) -> bool:
        return self.lock.acquire(*args)

    def release(self) -> None:
        self.lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *exception: Any) -> None:
        self.release()


# How an object is made of a namespace; what is done with it, the arguments last.
KINDS: dict[str, tuple[Any, str]] = {
    "Condition": (lambda api: api.Condition(), "condition"),
    "Condition over a Lock": (lambda api: api.Condition(threading.Lock()), "condition"),
    "Condition over a lock of one's own": (lambda api: api.Condition(Wrapped()), "condition"),
    "Condition over a Condition": (lambda api: api.Condition(api.Condition()), "condition"),
    "Event": (lambda api: api.Event(), "event"),
    "Semaphore(0)": (lambda api: api.Semaphore(0), "semaphore"),
    "Semaphore(1)": (lambda api: api.Semaphore(1), "semaphore"),
    "BoundedSemaphore(1)": (lambda api: api.BoundedSemaphore(1), "semaphore"),
    "Barrier(2)": (lambda api: api.Barrier(2), "barrier"),
    "Barrier(2) with an action": (lambda api: api.Barrier(2, lambda: None), "barrier"),
}  # fmt: skip
TIMES = [None, 0, 0.1, -1, INFINITY, "soon"]
CALLS: dict[str, list[Call]] = {
    "condition": [
        *(("wait", time) for time in TIMES),
        *(("wait_for", time) for time in (None, 0, 0.1, INFINITY)),
        *(("notify", n) for n in (1, 2, -1, 1.5, "x")),
        ("notify_all",),
        ("change",),
        ("change_and_notify",),
    ],
    "event": [*(("wait", time) for time in TIMES), ("set",), ("clear",)],
    "semaphore": [*(("acquire", True, time) for time in TIMES), ("acquire", False), ("release",), ("release", 2)],
    "barrier": [*(("wait", time) for time in (None, *TIMES)), ("abort",), ("reset",)],
}


def do(thing: Any, changed: list[bool], name: str, *args: Any) -> Any:
    """Make one call; with a condition, inside of its lock."""
    if not hasattr(thing, "notify"):
        return getattr(thing, name)(*args)
    with thing:
        if name == "wait_for":
            return bool(thing.wait_for(lambda: changed[0], *args))
        if name in ("change", "change_and_notify"):
            changed[0] = True
            return thing.notify() if name == "change_and_notify" else None
        return getattr(thing, name)(*args)


def explored(api: Any, kind: str, program: Program) -> tuple[set[Any], bool]:
    """The results of a program, and whether its threads can get stuck."""

    def scenario() -> str:
        thing = KINDS[kind][0](api)
        changed = [False]
        results: list[list[Any]] = [[] for _ in program]

        def body(own: list[Any], calls: list[Call]) -> None:
            for call in calls:
                try:
                    own.append(do(thing, changed, *call))
                except Exception as error:
                    own.append((type(error).__name__, str(error)))

        threads = [threading.Thread(target=body, args=pair) for pair in zip(results, program, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return repr(results)

    done = explore(scenario, stop="never", races="off", max_schedules=MOST, strategy="dpor")
    assume(done.schedules < MOST and not done.too_long)
    return set(done.results), done.failure is not None


def programs(kind: str) -> st.SearchStrategy[Program]:
    call = st.sampled_from(CALLS[KINDS[kind][1]])
    two = st.lists(st.lists(call, min_size=1, max_size=2), min_size=2, max_size=2)
    three = st.lists(st.lists(call, min_size=1, max_size=1), min_size=3, max_size=3)
    return st.one_of(two, three)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, derandomize=True, database=None, deadline=None)
@given(data=st.data())
def test_drawn_programs_come_to_the_same_as_with_threadings_own_text(kind: str, data: st.DataObject) -> None:
    program = data.draw(programs(kind))
    assert explored(threading, kind, program) == explored(THEIRS, kind, program)
