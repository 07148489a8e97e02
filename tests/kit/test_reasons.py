"""What a report says of the reasons is true of the schedule that it shows."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
from programs_of_verdicts import SHOWN, TOLD, Counter

from sync_tools import explore, run_together, stress


def failure_of(scenario):
    return explore(scenario).failure


class Pool:
    def __init__(self):
        self.connection = None
        self.opened = 0


def test_a_new_value_written_after_a_look_is_no_lost_update():
    def scenario():
        pool, lock = Pool(), threading.Lock()

        def connect():
            if pool.connection is None:
                with lock:
                    pool.opened += 1
                    pool.connection = object()

        run_together(connect, connect)
        assert pool.opened == 1

    failure = failure_of(scenario)
    assert failure.bug_class == "check-then-act"
    assert failure.why[0].startswith("T1 decided at #")


@pytest.mark.parametrize("lines", [1, 2])
def test_a_value_made_of_what_was_read_is_a_lost_update_on_one_line_or_two(lines):
    def scenario():
        counter = Counter()

        def one_line():
            counter.value += 1

        def two_lines():
            value = counter.value
            counter.value = value + 1

        run_together(*[one_line if lines == 1 else two_lines] * 2)
        assert counter.value == 2

    assert failure_of(scenario).bug_class == "lost update"


def test_a_wait_that_is_not_followed_by_another_look_is_blamed_and_not_the_lock():
    failure = failure_of(TOLD["wait_in_an_if"][0])
    decided, again = failure.why
    taken = next(step for step in failure.steps if step.thread == 2 and step.operation == "pop")
    assert decided.endswith(f"T2 changed it at #{taken.number}.")
    assert again.startswith("T1 did not look again after it woke up at #")
    assert "Try:    wait in a while loop, not in an if: look again after every wake-up." in failure.report(100)


def test_a_check_that_was_made_again_is_not_blamed():
    def scenario():
        counter = Counter()
        lock = threading.Lock()

        def once():
            if not counter.stop:
                with lock:
                    if not counter.stop:
                        counter.stop = True
                        counter.value += 1

        run_together(once, once)
        assert counter.value == 2, "this is what is wrong"

    failure = failure_of(scenario)
    assert (failure.kind, failure.bug_class) == ("assertion", "unclassified")
    assert failure.message.startswith("this is what is wrong")


def test_an_exception_after_a_look_names_the_change_between_the_two():
    failure = failure_of(SHOWN["exception"][0])
    assert failure.bug_class == "check-then-act"
    assert failure.why[0] == "T1 decided at #4 by what it had read at #1; T2 changed it at #3."


@pytest.mark.parametrize("drive", [explore, stress])
def test_an_error_of_one_of_several_calls_is_the_error_of_its_thread(drive):
    def fail():
        raise ValueError("it")

    failure = drive(lambda: run_together(int, fail)).failure
    assert failure.threads[failure.failing_thread] == "worker-2"
    assert "Raised in T2 worker-2:" in failure.report()


def test_a_traceback_does_not_begin_in_the_library_that_starts_threads():
    def fail():
        raise ValueError("it")

    def scenario():
        threading.Thread(target=fail).start()

    text = failure_of(scenario).traceback
    assert "in fail" in text
    assert "threading.py" not in text


def test_what_happened_after_the_failure_is_marked():
    failure = failure_of(TOLD["time_out_taken_for_the_end"][0])
    assert [step.operation for step in failure.steps] == ["join", "read", "append", "append"]
    assert failure.raised_after == 2
    lines = failure.report().split("\n")
    at = next(index for index, line in enumerate(lines) if "T0 has failed" in line)
    assert "read rows" in lines[at - 1] and "append rows" in lines[at + 1]


def test_nothing_is_marked_where_the_failure_is_the_end():
    failure = failure_of(SHOWN["assertion"][0])
    assert failure.raised_after == failure.steps[-1].number
    assert "has failed" not in failure.report()


def test_the_thread_that_loops_without_an_end_is_named():
    def scenario():
        def loop():
            while True:
                pass

        run_together(int, loop)

    failure = failure_of(scenario)
    assert (failure.failing_thread, failure.message[:9]) == (2, "T2's loop")


def test_what_a_pool_does_inside_is_called_by_what_it_is():
    def scenario():
        with ThreadPoolExecutor(max_workers=2) as pool:
            futures = [pool.submit(int, digit) for digit in "12"]
            values = [future.result() for future in as_completed(futures)]
        assert values == [1, 2]

    targets = {step.target for step in failure_of(scenario).steps}
    assert {"the pool's tasks", "the futures"} <= targets
    assert not any(target.startswith(("Queue", "explored")) for target in targets)


def test_the_event_inside_of_a_timer_is_called_by_its_attribute():
    def scenario():
        fired = []
        timer = threading.Timer(60, lambda: fired.append(1))
        timer.start()
        timer.cancel()
        timer.join()
        assert fired == []

    assert {step.target for step in failure_of(scenario).steps} == {"Timer.finished", "fired"}


def test_a_wait_that_is_the_thread_s_own_target_stands_where_the_thread_was_started():
    def scenario():
        bell = threading.Event()
        threading.Thread(target=bell.wait).start()

    (waiter,) = failure_of(scenario).waiters
    assert waiter.site.source == "threading.Thread(target=bell.wait).start()"


def test_a_spin_that_keeps_a_lock_is_one_thread_and_names_who_waits_for_it():
    failure = failure_of(TOLD["spin_with_the_lock"][0])
    assert failure.message.startswith("1 thread spins for ever")
    assert failure.why == ("T1 spins while it holds guard, which T2 waits for.",)


class Point:
    def __init__(self):
        self.x = self.y = 0
        self.ready = False


def test_two_attributes_seen_in_the_middle_of_their_change_are_a_torn_read():
    def scenario():
        point = Point()

        def move():
            point.x = 1
            point.y = 1

        def look():
            assert point.x == point.y

        run_together(move, look)

    failure = failure_of(scenario)
    assert failure.bug_class == "torn read"
    assert failure.why == (
        "T2 looked at Point.x at #2 and Point.y at #3, but T1 changed the one at #1 and the other only at #4.",
        "No lock was held by both.",
    )


def test_a_flag_that_is_set_before_its_data_is_a_publication():
    def scenario():
        point, box = Point(), []

        def fill():
            point.ready = True
            box.append(7)

        def use():
            if point.ready:
                assert box == [7]

        run_together(fill, use)

    failure = failure_of(scenario)
    assert failure.bug_class == "publication"
    assert failure.why[0].startswith("T2 looked at Point.ready at #2 and box at #3, but T1 changed the one at #1")


def test_attributes_that_are_changed_and_read_under_one_lock_are_no_torn_read():
    def scenario():
        point, lock = Point(), threading.Lock()

        def move():
            with lock:
                point.x = 1
                point.y = 1

        def look():
            with lock:
                assert point.x == point.y == 0

        run_together(move, look)

    failure = failure_of(scenario)
    assert (failure.kind, failure.bug_class, failure.why) == ("assertion", "unclassified", ())


def test_who_keeps_the_lock_that_a_spin_tries_for_is_named():
    def scenario():
        lock = threading.Lock()

        def work():
            while not lock.acquire(blocking=False):
                pass

        run_together(work, work)

    failure = failure_of(scenario)
    assert failure.kind == "livelock"
    (spinning,) = [waiter.thread for waiter in failure.waiters if waiter.operation == "spin"]
    assert failure.why == (f"T{spinning} tries for lock, which T{3 - spinning} took and keeps.",)


def test_a_queue_that_gave_nothing_is_not_said_to_have_been_waited_for_in_vain():
    def scenario():
        jobs = queue.Queue()

        def take():
            jobs.get_nowait()

        run_together((jobs.put, 1), take)

    failure = failure_of(scenario)
    assert failure.message == "Empty"
    assert failure.why == ()
    assert next(step.note for step in failure.steps if step.operation == "get") == "it is empty"
