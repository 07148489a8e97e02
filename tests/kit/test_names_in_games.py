"""What a game calls things and shows of them depends on what was done, and not on what happened to come first."""

from __future__ import annotations

import threading

import pytest

from sync_tools import run_together
from sync_tools.drivers.playing import Game

pytestmark = pytest.mark.once


def played(scenario, *choices):
    game = Game(scenario)
    assert game.pass_what_decides_nothing()
    return game.at(choices)


def shown(position):
    """What a position shows, in no order."""
    return position.threads, {(each.name, each.value, each.shared, each.changed) for each in position.variables}


class Page:
    def __init__(self, hits):
        self.hits = hits
        self.seen = 0


def two_pages():
    first, second, shared = Page(1), Page(2), Page(3)

    def visit(page):
        shared.seen += 1
        page.hits += 1

    run_together((visit, first), (visit, second))


def two_lists():
    total = Page(0)

    def visit(number):
        rows = []
        total.seen += 1
        rows.append(number)

    run_together((visit, 1), (visit, 2))


@pytest.mark.parametrize(
    ("scenario", "values"),
    [
        (two_pages, {("Page.hits#2", "2"), ("Page.hits#3", "3"), ("Page.seen", "2")}),
        (two_lists, {("rows", "[1]"), ("rows#2", "[2]"), ("Page.seen", "2")}),
    ],
)
def test_which_of_two_is_the_second_does_not_depend_on_who_comes_first(scenario, values):
    one_after_the_other = [(1, 1, 2, 2), (2, 2, 1, 1)]
    first, second = (played(scenario, *choices[:2]) for choices in one_after_the_other)
    assert first.outcome == second.outcome == "passed", "the other one's steps are forced then"
    assert shown(first)[0] == shown(second)[0]
    assert {(name, value) for name, value, _, _ in shown(first)[1]} == values
    assert shown(first) == shown(second)


def test_where_there_is_one_object_whoever_meets_it_first_meets_that_one():
    def scenario():
        page = Page(0)
        lock = threading.Lock()

        def visit():
            if page.seen == 0:
                with lock:
                    page.seen += 1

        run_together(visit, visit)

    # In the default order the second thread never comes to the lock.
    names = {each.name for each in played(scenario, 2, 2).variables}
    assert "lock#2" not in names
    assert "Page.seen" in names


def test_of_a_list_that_is_read_by_its_name_the_elements_are_not_told():
    class Shop:
        def __init__(self):
            self.names = ["ada"]
            self.open = True

    def scenario():
        shop = Shop()

        def add():
            shop.names.append("bob")

        def look():
            names = shop.names
            return len(names)

        run_together(add, look)

    steps = played(scenario, 1).steps
    told = [(step.thread, step.operation, step.value) for step in steps if step.target == "Shop.names"]
    assert (2, "read", None) in told, "whether bob is in it by then has nothing to do with that read"
    assert (1, "append", "'bob'") in told
    held = {each.name: each.value for each in played(scenario, 1).variables}
    assert held["Shop.names"] == "['ada', 'bob']"


def test_of_two_objects_that_are_called_the_same_the_present_one_is_told():
    class Routes:
        def __init__(self):
            self.table = {}

        def add(self, path):
            fresh = dict(self.table)
            fresh[path] = len(path)
            self.table = fresh

    def scenario():
        routes = Routes()
        run_together((routes.add, "/a"), (routes.add, "/long"))
        return dict(routes.table)

    for first, other in ((1, 2), (2, 1)):
        position = played(scenario, first, other)  # both have read what was there, and then one writes, then the other
        while not position.outcome:
            position = played(scenario, *position.choices, first if first in position.ready else other)
        [table] = [each.value for each in position.variables if each.name == "Routes.table"]
        assert table == position.result
