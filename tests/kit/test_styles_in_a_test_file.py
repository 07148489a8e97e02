"""The kit controls what a test file makes, for the module, its classes or a call, though pytest rewrote its asserts."""

import concurrent.futures as cf
import queue
import random
import threading
import threading as t
import time
from dataclasses import dataclass, field
from threading import Lock, Thread

import pytest
from no_os_threads import explored, fails

from sync_tools import RLock as KitRLock
from sync_tools import explore, run_together

module_lock = Lock()
module_kit_lock = KitRLock()
module_event = threading.Event()


class Shared:
    lock = t.RLock()
    condition = threading.Condition()

    def __init__(self):
        self.value = 0


@dataclass
class Account:
    balance: int = 0
    lock: Lock = field(default_factory=Lock)


class Adder(Thread):
    def __init__(self, shared, guard):
        Thread.__init__(self)
        self.shared, self.guard = shared, guard

    def run(self):
        with self.guard:
            self.shared.value += 1


class NoGuard:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None


def add_with_a_default(shared, lock=threading.Lock()):  # noqa: B008  # the very style
    with lock:
        shared.value += 1


GUARDS = {
    "a lock of the module": lambda: module_lock,
    "the kit's own, of the module": lambda: module_kit_lock,
    "a lock of the class": lambda: Shared.lock,
    "a condition of the class": lambda: Shared.condition,
    "from threading import Lock": lambda: Lock(),
    "threading as t": lambda: t.Lock(),
    "the kit's own, made inside": lambda: KitRLock(),
    "a default factory's": lambda: Account().lock,
    "a semaphore": lambda: threading.Semaphore(1),
}


def adders(guard):
    guard = guard()
    shared = Shared()
    threads = [Adder(shared, guard), Adder(shared, guard)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return shared.value


@pytest.mark.parametrize("style", GUARDS)
def test_a_lock_of_this_module_guards(style):
    assert set(explored(adders, GUARDS[style]).results) == {2}


def test_without_one_an_update_is_lost():
    assert set(explored(adders, NoGuard).results) == {1, 2}


def test_a_default_argument_of_this_module_guards():
    def scenario():
        shared = Shared()
        run_together((add_with_a_default, shared), (add_with_a_default, shared))
        assert shared.value == 2, "an assert that pytest rewrote"

    explored(scenario)


def test_threads_that_run_inside_of_an_assert_are_controlled_too():
    def scenario():
        assert adders(NoGuard) == 2

    assert fails(scenario) == "assertion"


def test_an_event_of_this_module_is_unset_again_in_every_schedule():
    def scenario():
        was_set = module_event.is_set()
        thread = Thread(target=module_event.set)
        thread.start()
        module_event.wait()
        thread.join()
        return was_set

    assert set(explored(scenario).results) == {False}
    assert not module_event.is_set(), "the real one was not touched"


def test_futures_and_queues_of_this_module_are_ours():
    def scenario():
        line = queue.Queue()
        with cf.ThreadPoolExecutor(2) as pool:
            first, second = pool.submit(line.put, 1), pool.submit(line.put, 2)
            cf.wait([first, second])
        return line.get(), line.get()

    assert set(explored(scenario).results) == {(1, 2), (2, 1)}


def test_random_numbers_are_the_same_in_every_schedule_and_differ_with_the_seed():
    def scenario():
        return tuple(run_together((random.randint, 0, 10**9), (random.randint, 0, 10**9)))

    one, same, other = (explore(scenario, stop="never", seed=seed).results for seed in (1, 1, 2))
    assert len(one) == 1
    assert one == same
    assert set(one) != set(other)


def test_a_day_of_sleep_takes_no_time_at_all():
    def scenario():
        began = time.monotonic()
        run_together((time.sleep, 86_400))
        return time.monotonic() - began >= 86_400

    assert set(explored(scenario).results) == {True}
