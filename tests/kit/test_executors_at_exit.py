"""An executor that nobody shuts down ends with the interpreter: idle workers go, work and waits do not."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import programs_of_exits
import pytest
from programs_of_exits import DONE, ONCE_MORE, RIGHT, again_and_again

from sync_tools import explore, stress

FILE = Path(programs_of_exits.__file__)


def plain(name):
    """What a program leaves when the interpreter runs it by itself: its exit code, and all that it says."""
    done = subprocess.run([sys.executable, str(FILE), name], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", RIGHT)
def test_a_program_that_the_interpreter_ends_quietly_passes_in_both_worlds(name):
    assert plain(name) == (0, "", "")
    scenario, added = RIGHT[name]
    DONE.clear()
    found = explore(scenario, stop="never")
    assert (found.outcome, found.failing) == ("passed", 0), found.failure
    assert (found.complete, found.waited_out) == (True, ()), found.unseen
    if added:  # the first schedule is run twice, to see whether it is deterministic
        assert len(DONE) >= added * found.schedules
        assert len(DONE) % added == 0
    DONE.clear()
    assert stress(scenario, rounds=5).failure is None
    assert len(DONE) == added * 5


@pytest.mark.parametrize("scenario", ONCE_MORE, ids=lambda scenario: scenario.__name__)
def test_a_task_can_submit_until_the_interpreter_exits_and_then_hears_what_python_says(scenario):
    code, said, errors = plain("again_and_again")
    assert (code, errors) == (0, "")
    DONE.clear()
    found = explore(scenario, stop="never")
    assert (found.outcome, found.complete) == ("passed", True)
    assert set(DONE) == {"taken", said.strip()}
    DONE.clear()
    assert stress(scenario, rounds=30).failure is None
    assert set(DONE) <= {"taken", said.strip()}


def test_a_task_that_submits_for_ever_is_ended_by_the_exit_on_os_threads():
    assert stress(again_and_again, rounds=3).failure is None


# ---- what the exit does not end -------------------------------------------------------------------------------------


def pool_with(task):
    def scenario():
        pool = ThreadPoolExecutor(2)
        assert pool.submit(int).result() == 0
        pool.submit(task)

    return scenario


def twice_the_same_lock():
    lock = threading.Lock()
    with lock, lock:
        pass


STUCK = {
    "lost-wakeup": lambda: threading.Event().wait(),
    "self-deadlock": twice_the_same_lock,
    "starved-semaphore": lambda: threading.Semaphore(0).acquire(),
    "unfilled-barrier": lambda: threading.Barrier(2).wait(),
}


@pytest.mark.parametrize("kind", STUCK)
@pytest.mark.parametrize("drive", [explore, stress])
def test_a_task_that_waits_for_ever_keeps_the_interpreter_from_its_exit(drive, kind):
    failure = drive(pool_with(STUCK[kind])).failure
    assert failure.kind == kind
    (waiter,) = failure.waiters  # and not the worker that idles
    assert failure.threads[waiter.thread].startswith("ThreadPoolExecutor_")
    assert waiter.operation != "get"


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_worker_that_idles_is_none_of_those_that_wait_for_ever(drive):
    def scenario():
        pool = ThreadPoolExecutor(1)
        pool.submit(int).result()
        threading.Event().wait()

    failure = drive(scenario).failure
    assert (failure.kind, [waiter.thread for waiter in failure.waiters]) == ("lost-wakeup", [0])
    assert failure.message.startswith("1 thread waits for ever")


@pytest.mark.parametrize("drive", [explore, stress])
def test_who_waits_for_the_end_of_an_idle_worker_waits_for_ever(drive):
    def scenario():
        pool = ThreadPoolExecutor(1)
        worker = pool.submit(threading.current_thread).result()
        worker.join()

    failure = drive(scenario).failure
    assert (failure.kind, [waiter.thread for waiter in failure.waiters]) == ("starved-queue", [0, 1])


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_worker_that_a_daemon_brought_about_is_waited_for_all_the_same(drive):
    def scenario():
        bell, pool = threading.Event(), ThreadPoolExecutor(1)

        def submit():
            pool.submit(threading.Event().wait)
            bell.set()

        threading.Thread(target=submit, daemon=True).start()
        bell.wait()

    assert drive(scenario).failure.kind == "lost-wakeup"


def test_a_livelock_is_not_laid_on_a_worker_that_idles():
    def scenario():
        pool = ThreadPoolExecutor(1)
        pool.submit(int).result()
        beats = [0]

        def beat():
            while True:
                beats[0] += 1

        thread = threading.Thread(target=beat)
        thread.start()
        thread.join()

    assert explore(scenario, max_steps=300).failure.kind == "livelock"


# ---- submit and shutdown hold the executor's lock --------------------------------------------------------------------


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("cancel", [True, False])
def test_what_is_submitted_while_another_thread_shuts_down_is_refused_or_done(wait, cancel):
    outcomes = set()

    def scenario():
        pool = ThreadPoolExecutor(2)
        thread = threading.Thread(target=lambda: pool.shutdown(wait, cancel_futures=cancel))
        thread.start()
        try:
            future = pool.submit(sum, [1, 2])
        except RuntimeError as error:
            outcomes.add(str(error))
        else:
            try:
                outcomes.add(future.result())
            except BaseException as error:
                if type(error).__name__ != "CancelledError":
                    raise
                outcomes.add("cancelled")
        thread.join()

    found = explore(scenario, stop="never")
    assert (found.outcome, found.complete) == ("passed", True), found.failure
    assert outcomes == {"cannot schedule new futures after shutdown", 3, *(["cancelled"] if cancel else [])}
    outcomes.clear()
    assert stress(scenario, rounds=30).failure is None
