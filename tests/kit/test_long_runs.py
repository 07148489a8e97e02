"""A long run keeps nothing of the schedules that are over."""

import contextlib
import contextvars
import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync_tools import explore, run_together, stress
from sync_tools.drivers.runner import COLLECT_EVERY
from sync_tools.instrument.loader import LabModule
from sync_tools.seams import carrier

pytestmark = pytest.mark.once

PROGRAM = Path(__file__).resolve().parents[2] / "solutions" / "lab01_hit_counter" / "hit_counter.py"


def two_hits(lab):
    counter = lab.HitCounter()
    run_together(counter.hit, counter.hit)


def explored_at_random(lab):
    found = explore(two_hits, args=(lab,), strategy="random", stop="never", max_schedules=300)
    assert (found.failure, found.schedules) == (None, 300)


def stressed(lab):
    found = stress(two_hits, args=(lab,), rounds=50)
    assert (found.failure, found.schedules) == (None, 50)


@pytest.mark.parametrize("drive", [explored_at_random, stressed])
def test_the_classes_of_a_fresh_program_go_when_its_schedules_are_over(drive):
    drive(LabModule("a_name_of_its_own", PROGRAM))  # other tests load the same program
    gc.collect()
    alive = [
        thing
        for thing in gc.get_objects()
        if type(thing) is type and thing.__module__.startswith("a_name_of_its_own") and thing.__name__ == "HitCounter"
    ]
    assert len(alive) == 1  # the one that was loaded to see whether it loads


# ---- objects ---------------------------------------------------------------------------------------------------------

MADE = []  # weak references to what the schedules made


class Thing:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()
        self.changed = threading.Condition()
        MADE.extend(map(weakref.ref, (self, self.lock, self.changed)))

    def add(self):
        self.value += 1
        with self.lock:
            self.value += 1

    def await_change(self):
        with self.changed:
            self.changed.wait()


def passing():
    thing = Thing()
    run_together(thing.add, thing.add, thing.add)


def failing():
    thing = Thing()
    run_together(thing.add, thing.add, thing.add)
    assert thing.value == 6


def deadlocked():
    thing, other = Thing(), Thing()

    def take(one, two):
        with one.lock, two.lock:
            one.value += 1

    run_together((take, thing, other), (take, other, thing), thing.add, other.add)


def never_notified():
    thing = Thing()
    run_together(thing.await_change, thing.add, thing.add, thing.add)


def left_alone():
    thing = Thing()
    thread = threading.Thread(target=thing.await_change, daemon=True)
    MADE.append(weakref.ref(thread))
    thread.start()
    run_together(thing.add, thing.add, thing.add)


def in_a_pool():
    thing = Thing()
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(thing.add) for _ in range(2)]
        MADE.extend(map(weakref.ref, (pool, *futures)))


def with_a_cycle():
    thing = Thing()
    thing.itself = thing
    run_together(thing.add, thing.add, thing.add)


SCHEDULES = 1_100
KINDS = {failing: "assertion", deadlocked: "deadlock", never_notified: "lost-wakeup"}  # the others pass
AT_ONCE = [passing, failing]  # what their schedules made goes with them
# Threads that wait for ever, futures and cycles of the program's own are left to the garbage collector.
COLLECTED = [deadlocked, never_notified, left_alone, in_a_pool, with_a_cycle]


@pytest.fixture
def made():
    MADE.clear()
    yield MADE
    MADE.clear()


@pytest.mark.parametrize("strategy", ["dpor", "random"])
@pytest.mark.parametrize("program", AT_ONCE + COLLECTED)
def test_nothing_that_a_schedule_made_outlives_the_exploration(program, strategy, made):
    living = []

    def count(_):
        living.append(sum(reference() is not None for reference in made))

    found = explore(program, stop="never", strategy=strategy, max_schedules=SCHEDULES, progress=count)
    ran = found.schedules + found.redundant
    assert ran > 20
    assert (found.failure and found.failure.kind) == KINDS.get(program)
    assert len(made) >= 3 * ran
    del found  # a failure keeps its exception, whose frames keep what they worked on
    gc.collect()
    assert [reference() for reference in made if reference() is not None] == []
    assert living or ran < 64
    # In between there are those of the schedule at hand, of the first one that failed, and of the one before; and
    # where the collector is needed, those since it ran last.
    schedules = 3 if program in AT_ONCE else 3 + COLLECT_EVERY
    assert max(living, default=0) <= schedules * len(made) / ran


# ---- carriers --------------------------------------------------------------------------------------------------------


def carriers():
    gc.collect()
    return [thing for thing in gc.get_objects() if type(thing) is carrier.Carrier]


@pytest.mark.parametrize("program", AT_ONCE + COLLECTED)
def test_the_carriers_of_one_schedule_are_used_again_by_the_next(program, made):
    explore(program, stop="never", strategy="random", max_schedules=5)
    before = carriers()  # kept alive, so that no other comes to lie where one lay
    assert before
    explore(program, stop="never", strategy="random", max_schedules=300)
    assert set(map(id, carriers())) == set(map(id, before))


COLOUR = contextvars.ContextVar("COLOUR")


def test_a_context_variable_set_in_one_schedule_is_not_seen_in_the_next():
    COLOUR.set("outside")

    def scenario():
        seen = [COLOUR.get("none")]
        COLOUR.set("red")

        def work(colour):
            seen.append(COLOUR.get("none"))
            COLOUR.set(colour)
            seen.append(COLOUR.get())

        run_together((work, "green"), (work, "blue"))
        return (*seen[:1], *sorted(seen[1:]), COLOUR.get())

    found = explore(scenario, stop="never", strategy="random", max_schedules=200)
    assert set(found.results) == {("none", "blue", "green", "none", "none", "red")}
    assert COLOUR.get() == "outside"


CAUGHT = []


def swallowing():
    lock = threading.Lock()
    lock.acquire()

    def work():
        while True:
            with contextlib.suppress(BaseException):  # hides it from the code that would let it through
                try:
                    lock.acquire()
                finally:
                    CAUGHT.append(len(CAUGHT))

    threading.Thread(target=work, daemon=True).start()


def test_a_thread_that_swallows_the_unwinding_is_got_rid_of_and_its_carrier_is_fit_for_use():
    CAUGHT.clear()
    assert explore(swallowing, stop="never").complete
    tries = len(CAUGHT)
    assert tries > 0
    assert carrier._idle.carriers
    assert all(idle.body is None for idle in carrier._idle.carriers)
    explore(passing, stop="never", strategy="random", max_schedules=20).raise_if_failed("pass")
    gc.collect()
    assert len(CAUGHT) == tries


# Code that is not rewritten, a library's for one: nothing in its loop lets the unwinding through.
LIBRARY = """
def wait_for_ever(wait, caught):
    while True:
        try:
            wait()
        except BaseException as error:
            caught.append(type(error).__name__)
"""


def by_a_lock():
    lock = threading.Lock()
    lock.acquire()
    return lock.acquire


def by_a_condition():
    condition = threading.Condition()

    def wait():
        with condition:
            condition.wait()

    return wait


@pytest.mark.parametrize("make", [by_a_lock, by_a_condition])
def test_a_library_s_thread_that_swallows_the_unwinding_is_given_up_and_never_runs_again(make):
    library, caught = {}, []
    exec(LIBRARY, library)

    def scenario():
        threading.Thread(target=library["wait_for_ever"], args=(make(), caught), daemon=True).start()

    explore(scenario, stop="never")
    often = len(caught)
    assert "Unwind" in caught
    assert carrier._idle.carriers
    assert all(idle.body is None for idle in carrier._idle.carriers)
    explore(passing, stop="never", strategy="random", max_schedules=20).raise_if_failed("pass")
    gc.collect()
    assert len(caught) == often
