"""A generator that two threads advance: who comes while it runs is refused, and no schedule of that is lost."""

import threading

import pytest

from sync_tools import explore, replay, run_together, stress


def shared(lock=None):
    def scenario():
        last = {"number": 0}

        def count():
            while True:
                last["number"] += 1
                yield 1

        numbers = count()

        def take():
            if lock is None:
                next(numbers)
            else:
                with lock:
                    next(numbers)

        run_together(take, take)
        return last["number"]

    return scenario


@pytest.mark.parametrize("strategy", ["dpor", "dfs"])
def test_a_generator_that_is_running_refuses_a_second_thread(strategy):
    failure = explore(shared(), strategy=strategy).failure
    assert (failure.kind, failure.message) == ("exception", "ValueError: generator already executing")
    assert replay(shared(), failure.schedule, strict=False).message == failure.message


def test_every_order_of_coming_and_going_is_a_class():
    # One after the other, or one in the middle of the other: twice each.
    result = explore(shared(), strategy="dpor", stop="never")
    assert (result.complete, result.schedules, result.failing, result.redundant) == (True, 4, 2, 0)


def test_the_report_names_the_generator_and_who_was_in_it():
    failure = explore(shared()).failure
    assert {step.target for step in failure.steps if step.operation in ("resume", "yield")} == {"count"}
    assert failure.why[0] == "T2 resumed count at #2, while T1 was in it since #1."
    assert failure.why[1] == "No lock was held by both."


def test_under_a_lock_it_is_right():
    result = explore(shared(threading.Lock()), stop="never")
    assert (result.outcome, result.complete, set(result.results)) == ("passed", True, {2})


def test_on_os_threads_too():
    assert stress(shared()).failure.message == "ValueError: generator already executing"


def test_a_generator_that_resumes_itself_is_refused_as_always():
    def scenario():
        def selfish():
            yield next(numbers)

        numbers = selfish()
        run_together((next, numbers), int)

    assert explore(scenario).failure.message == "ValueError: generator already executing"
