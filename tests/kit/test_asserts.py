"""What stands inside of an assert is part of the scenario, though pytest rewrites asserts too."""

import threading

import pytest

from sync_tools import explore, run_together


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1
        return True


def test_a_call_inside_an_assert_can_be_interrupted():
    def scenario():
        counter = Counter()
        thread = threading.Thread(target=counter.increment)
        thread.start()
        assert counter.increment()
        thread.join()
        return counter.value

    result = explore(scenario, stop="never")
    assert set(result.results) == {1, 2}
    assert result.complete


def test_a_container_s_method_inside_an_assert_is_an_operation():
    def scenario():
        items = ["first", "second"]
        got = []

        def take():
            got.append(items.pop())

        thread = threading.Thread(target=take)
        thread.start()
        assert items.pop() in ("first", "second")
        thread.join()
        return got[0]

    result = explore(scenario, stop="never")
    assert set(result.results) == {"first", "second"}


def test_a_method_kept_under_another_name_is_an_operation():
    def scenario():
        items = ["first", "second"]
        got = []

        def take():
            pop = items.pop
            got.append(pop())

        thread = threading.Thread(target=take)
        thread.start()
        pop = items.pop
        pop()
        thread.join()
        return got[0]

    assert set(explore(scenario, stop="never").results) == {"first", "second"}


def test_a_daemon_thread_s_work_races_with_the_end_of_the_scenario():
    def scenario():
        counter = Counter()
        threading.Thread(target=counter.increment, daemon=True).start()
        return counter.value

    assert set(explore(scenario, stop="never").results) == {0, 1}


def test_a_daemon_thread_that_never_ends_does_not_keep_the_schedule():
    def scenario():
        jobs = threading.Semaphore(0)
        counter = Counter()

        def serve():
            while True:
                jobs.acquire()
                counter.increment()

        threading.Thread(target=serve, daemon=True).start()
        jobs.release()
        return counter.value

    result = explore(scenario, stop="never")
    assert set(result.results) == {0, 1}
    assert result.complete


class Box:
    def __init__(self, items):
        self.items = items


def equal(box):
    assert box.items == []


def not_in(box):
    assert 1 not in box.items


def computed_not_in(box):
    assert len("a") not in box.items


def empty(box):
    assert not box.items


def either(box):
    assert box.items == [] or box.items == [2]


def a_sum(box):
    assert box.items + [2] == [2]  # noqa: RUF005  # the plus is the point


def with_a_message(box):
    assert box.items == [], "nothing there"


def a_chain(box):
    assert [] <= box.items <= []


def a_local_variable(box):
    items = box.items
    assert items == []


@pytest.mark.parametrize(
    "check", [equal, not_in, computed_not_in, empty, either, a_sum, with_a_message, a_chain, a_local_variable]
)
def test_what_an_assert_compares_may_change_just_before(check):
    def scenario():
        box = Box([])

        def change():
            box.items.append(1)
            box.items.clear()

        run_together((check, box), change)

    failure = explore(scenario).failure
    assert (failure.kind, failure.preemptions) == ("assertion", 1)


def test_a_failed_assert_is_described_without_looking_again():
    """A second look could find another value, and then the description would be wrong, or would crash."""

    def scenario():
        box = Box([])

        def fill():
            box.items.append(1)

        def look():
            assert box.items or box.items

        run_together(look, fill)

    result = explore(scenario, stop="never")
    assert result.failure.kind == "assertion"
    assert result.failure.message.splitlines() == [
        "assert ([] or [])",
        " +  where [] = <test_asserts.Box object>.items",
        " +  and   [] = <test_asserts.Box object>.items",
    ]
