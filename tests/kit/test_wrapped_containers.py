"""Containers that the standard library writes in Python, whose code is not rewritten, are seen all the same."""

from collections import ChainMap, UserDict, UserList

import pytest

from sync_tools import explore, run_together


class Upper(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.upper(), value)


class Counting(UserDict):
    def bump(self):
        self.data["N"] += 1


def bump(table):
    table["N"] += 1


def bump_by_get(table):
    table["N"] = table.get("N", 0) + 1


def count(table, change):
    def scenario():
        shared = table()
        run_together((change, shared), (change, shared))
        return shared["N"]

    return explore(scenario, stop="never")


@pytest.mark.parametrize("change", [bump, bump_by_get])
@pytest.mark.parametrize("table", [UserDict, Upper, Counting, ChainMap], ids=lambda kind: kind.__name__)
def test_a_lost_update_of_an_entry_is_seen(table, change):
    def made():
        return table({"N": 0})

    found = count(made, change)
    assert (found.complete, found.unseen) == (True, ())
    assert set(found.results) == {1, 2}


def test_an_entry_and_the_data_behind_it_are_one_thing():
    def scenario():
        shared = Counting(N=0)
        run_together(shared.bump, (bump, shared))
        return shared["N"]

    found = explore(scenario, stop="never")
    assert found.complete
    assert set(found.results) == {1, 2}


def test_different_entries_are_different_things():
    def scenario():
        shared = UserDict(a=0, b=0)

        def change(key):
            shared[key] += 1

        run_together((change, "a"), (change, "b"))
        assert dict(shared) == {"a": 1, "b": 1}

    found = explore(scenario, stop="never")
    assert (found.outcome, found.complete, found.schedules) == ("passed", True, 1)


def test_a_look_before_an_append_to_a_user_list_is_seen():
    def scenario():
        shared = UserList()

        def work():
            if len(shared) == 0:
                shared.append("only")

        run_together(work, work)
        return len(shared)

    found = explore(scenario, stop="never")
    assert found.complete
    assert set(found.results) == {1, 2}


def test_a_loop_over_what_grows_is_seen():
    def scenario():
        shared = UserDict(a=1)

        def loop():
            return [key for key in shared]  # noqa: C416  # one step a key

        def grow():
            shared["b"] = 2

        run_together(loop, grow)

    assert explore(scenario).failure.message == "RuntimeError: dictionary changed size during iteration"


def test_what_a_view_of_it_shows_is_named_as_unseen():
    def scenario():
        shared = UserDict(a=1)
        run_together(lambda: sum(shared.values()), lambda: shared.update(b=1))

    found = explore(scenario, stop="never")
    assert found.unseen == ("what is seen through values() of a UserDict",)
    assert not found.complete
