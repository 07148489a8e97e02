"""Threads that start threads at the same time: which is which depends on who was first, and no order is lost."""

from __future__ import annotations

import threading

import pytest

from sync_tools import explore

pytestmark = pytest.mark.once


class Variables:
    def __init__(self):
        self.x = self.y = 0


# Found by drawing: the search lost its way in these, while starts by different threads counted as commuting. A thread
# is a list of reads ("r") and writes ("w") of variables, and of starts ("s") of further threads.
PROGRAMS = {
    "a reader beside two starters": [
        [("r", "y"), ("r", "x")],
        [("w", "y"), ("s", [("w", "x"), ("w", "y")])],
        [("r", "x"), ("s", [("w", "x"), ("r", "x")])],
    ],
    "a start at the end and one at the beginning": [
        [("w", "x"), ("r", "x"), ("r", "y")],
        [("w", "x"), ("r", "x"), ("s", [("w", "x")])],
        [("s", [("r", "x"), ("r", "x")])],
    ],
    "a start between two reads": [
        [("w", "x"), ("r", "y")],
        [("r", "y"), ("s", [("w", "x")]), ("r", "x")],
        [("s", [("w", "y"), ("w", "x")])],
    ],
}


def scenario(program):
    variables, log = Variables(), {}

    def run(name, operations):
        seen, children = [], []
        for place, (kind, what) in enumerate(operations):
            if kind == "s":
                child = threading.Thread(target=run, args=(f"{name}.{place}", what))
                child.start()
                children.append(child)
            elif kind == "w":
                setattr(variables, what, f"{name}.{place}")
            else:
                seen.append(getattr(variables, what))
        for child in children:
            child.join()
        log[name] = seen

    threads = [threading.Thread(target=run, args=(str(number), each)) for number, each in enumerate(program)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return str(sorted(log.items()))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_search_finds_its_way_and_shows_all_that_samples_show(name):
    arguments = (PROGRAMS[name],)
    found = explore(scenario, args=arguments, strategy="dpor", stop="never", races="off", max_schedules=2500)
    drawn = explore(scenario, args=arguments, strategy="random", stop="never", races="off", max_schedules=500)
    assert found.schedules > 100
    if found.complete:
        assert set(drawn.results) <= set(found.results)


def test_who_starts_first_has_the_lower_number():
    def two_starters():
        names = []

        def begin():
            child = threading.Thread(target=lambda: None)
            child.start()
            names.append(child.ident)
            child.join()

        starters = [threading.Thread(target=begin) for _ in range(2)]
        for starter in starters:
            starter.start()
        for starter in starters:
            starter.join()
        return len(names), names[0] < names[1]

    found = explore(two_starters, stop="never")
    assert found.complete and set(found.results) == {(2, True), (2, False)}
