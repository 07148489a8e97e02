"""What stands inside of an assert is part of the scenario, though pytest rewrites asserts too."""

import threading

from sync_tools import explore


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
