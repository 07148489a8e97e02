"""A defaultdict that fills itself: two threads may both find a key missing, if its factory gives them the time."""

from __future__ import annotations

import concurrent.futures
import queue
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial

import pytest

from sync_tools import explore, run_together


class Box:
    """Has an __init__ in Python."""

    def __init__(self):
        self.items = []


class Plain:
    """Has none: making one runs no Python code."""


@dataclass
class Record:
    items: list = field(default_factory=list)


class Maker:
    def __init__(self):
        self.made = 0

    def __call__(self):
        self.made += 1
        return [self.made]

    def make(self):
        return [0]


def make():
    return [0]


IN_PYTHON = {
    "function": lambda: make,
    "lambda": lambda: lambda: [0],
    "partial": lambda: partial(make),
    "bound method": lambda: Maker().make,
    "callable object": Maker,
    "class with __init__": lambda: Box,
    "dataclass": lambda: Record,
}
IN_C = {"list": lambda: list, "class without __init__": lambda: Plain, "Lock": lambda: threading.Lock}


def same(factory):
    table = defaultdict(factory())
    one, other = run_together(lambda: table["a"], lambda: table["a"])
    return one is other, table["a"] is one or table["a"] is other


@pytest.mark.parametrize("name", IN_PYTHON)
def test_two_threads_may_get_different_values_from_a_factory_in_python(name):
    found = explore(same, args=(IN_PYTHON[name],), stop="never")
    assert set(found.results) == {(True, True), (False, True)}
    assert found.complete


@pytest.mark.parametrize("name", IN_C)
def test_they_get_the_same_from_one_in_c(name):
    found = explore(same, args=(IN_C[name],), stop="never")
    assert set(found.results) == {(True, True)}
    assert found.complete


def test_a_table_of_locks_that_python_code_makes_keeps_nobody_out():
    def new_lock():
        return threading.Lock()

    def adding():
        locks = defaultdict(new_lock)
        points = {"ada": 0}

        def add():
            with locks["ada"]:
                points["ada"] += 1

        run_together(add, add)
        assert points["ada"] == 2

    assert explore(adding).failure.kind == "assertion"


def test_a_lock_round_the_table_makes_it_right():
    def adding():
        guard = threading.Lock()
        table = defaultdict(make)

        def add():
            with guard:
                table["ada"][0] += 1

        run_together(add, add)
        assert table["ada"] == [2]

    assert explore(adding).complete


def test_what_a_factory_raises_is_raised():
    def failing():
        table = defaultdict(lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            table["a"]
        assert "a" not in table

    assert explore(failing).outcome == "passed"


class Inserting(dict):
    def __missing__(self, key):
        self[key] = value = [key]
        return value


class Defaulting(defaultdict):
    def __missing__(self, key):
        self[key] = value = [key]
        return value


@pytest.mark.parametrize("kind", [Inserting, Defaulting])
def test_a_missing_in_python_is_seen_too(kind):
    def scenario():
        table = kind()
        one, other = run_together(lambda: table["a"], lambda: table["a"])
        return one is other

    assert set(explore(scenario, stop="never").results) == {True, False}


@pytest.mark.parametrize(
    "name", ["queue.Queue", "queue.LifoQueue", "queue.PriorityQueue", "queue.SimpleQueue", "concurrent.futures.Future"]
)
def test_classes_that_take_type_arguments_take_them_in_a_scenario(name):
    module, _, kind = name.rpartition(".")
    modules = {"queue": queue, "concurrent.futures": concurrent.futures}

    def scenario():
        alias = getattr(modules[module], kind)[int]
        made = alias()
        if module == "queue":
            made.put(1)
            return made.get()
        made.set_result(1)
        return made.result()

    assert explore(scenario, stop="never").results == {1: 1}


# Looping over a container: the iterator of a dict, set or deque remembers the size when it is made.


@pytest.mark.parametrize("loop", ["for", "comprehension", "iter"])
@pytest.mark.parametrize("kind", ["dict", "keys", "items", "set", "deque"])
def test_what_was_added_before_a_loop_begins_is_seen_in_it(kind, loop):
    from collections import deque

    def scenario():
        started = threading.Event()
        table, queued = {"a": 1}, deque("a")
        names = {"a"}
        looped = {"dict": table, "keys": table.keys(), "items": table.items(), "set": names, "deque": queued}[kind]

        def read():
            started.set()
            try:
                if loop == "for":
                    count = 0
                    for _ in looped:
                        count += 1
                    return count
                if loop == "comprehension":
                    return len([each for each in looped])  # noqa: C416
                return sum(1 for _ in iter(looped))
            except RuntimeError:
                return "changed"

        def add():
            started.wait()
            if kind == "set":
                names.add("b")
            elif kind == "deque":
                queued.append("b")
            else:
                table["b"] = 2

        return run_together(read, add)[0]

    found = explore(scenario, stop="never")
    assert set(found.results) == {1, 2, "changed"}
    assert found.complete
