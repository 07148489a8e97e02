"""The scenario's own thread ends like a program's main thread: others can wait for that, and look whether it was."""

import subprocess
import sys
import threading

import pytest

from sync_tools import explore, stress

DRIVERS = pytest.mark.parametrize("drive", [explore, stress], ids=["explore", "stress"])


def beside_the_end(work):
    """A scenario that ends while a thread works."""

    def scenario():
        threading.Thread(target=work).start()

    return scenario


@DRIVERS
def test_a_thread_may_wait_for_the_main_threads_end(drive):
    def work():
        threading.main_thread().join()
        assert not threading.main_thread().is_alive()
        assert threading.main_thread() in threading.enumerate()
        assert threading.active_count() == 2

    assert drive(beside_the_end(work), instrument=[__name__]).outcome == "passed"


def test_it_is_what_a_program_of_its_own_sees():
    program = (
        "import threading\n"
        "def work():\n"
        "    threading.main_thread().join()\n"
        "    assert not threading.main_thread().is_alive()\n"
        "    assert threading.main_thread() in threading.enumerate()\n"
        "    assert threading.active_count() == 2\n"
        "threading.Thread(target=work).start()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_whether_it_has_ended_is_seen_both_ways():
    seen = set()

    def work():
        seen.add(threading.main_thread().is_alive())

    found = explore(beside_the_end(work), instrument=[__name__])
    assert (found.outcome, found.schedules, found.complete) == ("passed", 2, True)
    assert seen == {True, False}


def test_what_it_did_last_has_happened_before_a_join_on_it_returns():
    class Box:
        full = 0

    def scenario():
        box = Box()

        def work():
            threading.main_thread().join()
            assert box.full == 1

        threading.Thread(target=work).start()
        box.full = 1

    found = explore(scenario, instrument=[__name__])
    assert (found.outcome, found.races) == ("passed", ())


def test_who_does_not_look_at_it_gets_no_further_classes():
    found = explore(beside_the_end(threading.Lock), instrument=[__name__])
    assert (found.outcome, found.schedules) == ("passed", 1)


@DRIVERS
def test_to_wait_for_each_other_is_a_deadlock_all_the_same(drive):
    def scenario():
        thread = threading.Thread(target=threading.main_thread().join)
        thread.start()
        thread.join()

    failure = drive(scenario, instrument=[__name__]).failure
    assert failure is not None and failure.kind == "deadlock"


@DRIVERS
def test_a_lock_that_it_keeps_is_kept_for_ever(drive):
    def scenario():
        lock = threading.Lock()

        def work():
            threading.main_thread().join()
            lock.acquire()

        lock.acquire()
        threading.Thread(target=work).start()

    failure = drive(scenario, instrument=[__name__]).failure
    assert failure is not None and failure.kind == "leaked-lock"
