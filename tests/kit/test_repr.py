"""A primitive's repr says what it is, what it is called and how it stands: in both worlds, at any moment."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import sync_tools
from sync_tools import explore, primitives, run_together
from sync_tools.seams.world import current

KINDS = ["Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier"]


def make(kind: str, name: str = "it") -> Any:
    arguments = [2] if kind == "Barrier" else []
    return getattr(sync_tools, kind)(*arguments, name=name)


def shape(thing: Any) -> str:
    """The repr without what differs from run to run: addresses and identities."""
    return re.sub(r"\(\d+\)", "(ID)", re.sub(r"0x[0-9a-f]+", "0x", repr(thing)))


def natively(function: Callable[[], Any]) -> Any:
    return function()


def explored(function: Callable[[], Any]) -> Any:
    done = explore(function, time="exact", max_schedules=1)
    assert done.failure is None, done.failure.report()
    (result,) = done.results
    return result


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what other threads do as soon as they can."""
    if current() is not None:
        time.sleep(1)  # in exact virtual time, which passes only when nobody else can run
    while not condition():
        pass


WORLDS = pytest.mark.parametrize("world", [natively, explored])


class PlainLock:
    """A lock of the user's own, which does not like to be printed."""

    def acquire(self, *args: Any) -> bool:
        return True

    def release(self) -> None:
        pass

    def locked(self) -> bool:  # Python 3.14 asks every lock for it
        return False

    def __repr__(self) -> str:
        raise RuntimeError("not now")


# ---- what it says ----------------------------------------------------------------------------------------------------


@WORLDS
def test_locks_say_whether_they_are_held_and_an_rlock_by_whom_and_how_often(world: Any) -> None:
    def look() -> tuple[str, ...]:
        door, room = sync_tools.Lock(), sync_tools.RLock(name="room")
        free = shape(door), shape(room)
        with door, room, room:
            return *free, shape(door), shape(room)

    first, second, third, fourth = world(look)
    assert first == "<unlocked sync_tools.Lock object at 0x 'door'>"
    assert second == "<unlocked sync_tools.RLock object at 0x 'room'>"
    # Only a world knows the owner of a lock.
    known = "" if world is natively else ": owner='MainThread' (ID)"
    assert third == f"<locked sync_tools.Lock object at 0x 'door'{known}>"
    assert fourth == "<locked sync_tools.RLock object at 0x 'room': owner='MainThread' (ID), count=2>"


@WORLDS
def test_the_owner_is_told_by_name_and_identity_also_when_another_thread_looks(world: Any) -> None:
    def look() -> tuple[str, int | None]:
        lock, taken, seen = sync_tools.RLock(name="room"), sync_tools.Event(), sync_tools.Event()

        def own() -> None:
            with lock:
                taken.set()
                seen.wait()

        owner = threading.Thread(target=own, name="worker-1")
        owner.start()
        taken.wait()
        text = repr(lock)
        seen.set()
        owner.join()
        return text, owner.ident

    text, ident = world(look)
    assert text.endswith(f" 'room': owner='worker-1' ({ident}), count=1>")


@WORLDS
def test_an_owner_that_has_ended_is_told_by_its_identity(world: Any) -> None:
    def look() -> str:
        lock = sync_tools.RLock(name="room")
        thread = threading.Thread(target=lock.acquire)
        thread.start()
        thread.join()
        return repr(lock)

    assert re.search(r" 'room': owner=\d+, count=1>$", world(look))


@WORLDS
def test_an_event_says_whether_it_is_set_and_how_many_wait(world: Any) -> None:
    def look() -> tuple[str, ...]:
        event = sync_tools.Event(name="ready")
        texts = [shape(event)]
        threads = [threading.Thread(target=event.wait) for _ in range(2)]
        for thread in threads:
            thread.start()
        wait_until(lambda: repr(event).endswith("waiters=2>"))
        texts.append(shape(event))
        event.set()
        for thread in threads:
            thread.join()
        return *texts, shape(event)

    assert world(look) == (
        "<sync_tools.Event at 0x 'ready': unset>",
        "<sync_tools.Event at 0x 'ready': unset, waiters=2>",
        "<sync_tools.Event at 0x 'ready': set>",
    )


@WORLDS
def test_semaphores_say_how_many_permits_are_left_and_of_how_many(world: Any) -> None:
    def look() -> tuple[str, ...]:
        permits, bounded = sync_tools.Semaphore(2, name="permits"), sync_tools.BoundedSemaphore(3, name="bounded")
        with permits, bounded:
            return shape(permits), shape(bounded)

    assert world(look) == (
        "<sync_tools.Semaphore at 0x 'permits': value=1>",
        "<sync_tools.BoundedSemaphore at 0x 'bounded': value=2/3>",
    )


def test_a_semaphore_says_how_many_wait() -> None:
    permits = sync_tools.Semaphore(0, name="permits")
    thread = threading.Thread(target=permits.acquire)
    thread.start()
    wait_until(lambda: "waiters" in repr(permits))
    assert shape(permits) == "<sync_tools.Semaphore at 0x 'permits': value=0, waiters=1>"
    permits.release()
    thread.join()


@WORLDS
def test_a_barrier_says_how_many_of_how_many_are_there_and_that_it_is_broken(world: Any) -> None:
    def look() -> tuple[str, ...]:
        start = sync_tools.Barrier(2, name="start")
        texts = [shape(start)]
        thread = threading.Thread(target=start.wait)
        thread.start()
        wait_until(lambda: start.n_waiting == 1)
        texts.append(shape(start))
        start.wait()
        thread.join()
        start.abort()
        return *texts, shape(start)

    assert world(look) == (
        "<sync_tools.Barrier at 0x 'start': waiters=0/2>",
        "<sync_tools.Barrier at 0x 'start': waiters=1/2>",
        "<sync_tools.Barrier at 0x 'start': broken>",
    )


class Mine(sync_tools.Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return super().acquire(blocking, timeout)


@WORLDS
def test_a_condition_says_how_its_lock_stands_and_how_many_wait(world: Any) -> None:
    def look() -> tuple[str, ...]:
        lock = sync_tools.Lock(name="lock")
        own, over = sync_tools.Condition(name="own"), sync_tools.Condition(lock, name="over")
        plain = sync_tools.Condition(threading.Lock(), name="plain")
        mine, user = sync_tools.Condition(Mine(name="mine"), name="c"), sync_tools.Condition(PlainLock(), name="user")
        texts = [shape(thing) for thing in (own, over, plain, mine, user)]

        def wait() -> None:
            with own:
                own.wait()

        thread = threading.Thread(target=wait)
        thread.start()
        wait_until(lambda: "waiters=1" in repr(own))
        with own:
            texts.append(shape(own))
            own.notify()
        thread.join()
        return tuple(texts)

    module = __name__
    assert world(look) == (
        "<sync_tools.Condition at 0x 'own': lock=<unlocked RLock>, waiters=0>",
        "<sync_tools.Condition at 0x 'over': lock=<unlocked Lock 'lock'>, waiters=0>",
        "<sync_tools.Condition at 0x 'plain': lock=<unlocked Lock>, waiters=0>",
        f"<sync_tools.Condition at 0x 'c': lock=<unlocked {module}.Mine object at 0x 'mine'>, waiters=0>",
        f"<sync_tools.Condition at 0x 'user': lock=<{module}.PlainLock object at 0x>, waiters=0>",
        "<sync_tools.Condition at 0x 'own': lock=<locked RLock: owner='MainThread' (ID), count=1>, waiters=1>",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_subclass_is_called_by_its_own_name(kind: str) -> None:
    base = getattr(sync_tools, kind)

    class Special(base):  # type: ignore[misc, valid-type]
        kind = "of mine"
        name = "of mine"

    special = Special(2) if kind == "Barrier" else Special()
    assert f"{__name__}.{Special.__qualname__} " in repr(special)
    assert " 'special'" in repr(special)


# ---- at any moment ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_made_yet_can_be_printed(kind: str) -> None:
    cls = getattr(sync_tools, kind)
    seen: list[str] = []

    class Early(cls):  # type: ignore[misc, valid-type]
        def __init__(self, *arguments: Any) -> None:
            seen.append(shape(self))
            super().__init__(*arguments)

    Early(2) if kind == "Barrier" else Early()
    assert seen == [f"<{__name__}.{Early.__qualname__} at 0x: not initialized>"]
    assert shape(cls.__new__(cls)) == f"<sync_tools.{kind} at 0x: not initialized>"


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_lost_its_inside_can_be_printed(kind: str) -> None:
    thing = make(kind)
    thing._sl_inner = object()
    assert repr(thing).startswith(("<sync_tools.", "<unlocked sync_tools."))


@pytest.mark.parametrize("kind", ["Event", "Semaphore", "BoundedSemaphore", "Barrier", "Condition"])
def test_a_look_waits_for_no_lock_inside(kind: str) -> None:
    thing = make(kind)
    inside = thing._sl_inner if kind == "Condition" else thing._sl_inner._cond
    with inside:  # as while another thread is in the middle of an operation
        texts: list[str] = []
        thread = threading.Thread(target=lambda: texts.append(repr(thing)))
        thread.start()
        thread.join()
    assert len(texts) == 1


@pytest.mark.parametrize("kind", KINDS[:5])
@WORLDS
def test_the_holder_can_print_it(world: Any, kind: str) -> None:
    def look() -> bool:
        thing = make(kind)
        if kind == "Event":
            thing.set()
            return repr(thing) == repr(thing)
        with thing:
            return repr(thing) == repr(thing) != ""

    assert world(look) is True


def test_a_threads_name_is_read_and_no_property_asked() -> None:
    class Shy(threading.Thread):
        @property
        def name(self) -> str:
            raise RuntimeError("not now")

        @name.setter
        def name(self, value: str) -> None:
            pass

    lock, texts = sync_tools.RLock(), []

    def look() -> None:
        with lock:
            texts.append(repr(lock))

    thread = Shy(target=look)
    thread.start()
    thread.join()
    assert "owner=" in texts[0]


# ---- an explored schedule does not notice ----------------------------------------------------------------------------

outer = sync_tools.Lock()
permits = sync_tools.BoundedSemaphore(2)


def count(look: Callable[[Any], Any]) -> Callable[[], None]:
    def scenario() -> None:
        values = [0]
        things = [make(kind) for kind in KINDS] + [outer, permits]

        def work() -> None:
            for thing in things:
                look(thing)
            with outer:
                seen = values[0]
                look(outer)
            with things[0]:
                look(things[0])
                values[0] = seen + 1
            with permits:
                for thing in things:
                    look(thing)

        run_together(work, work)
        assert values[0] == 2

    return scenario


@pytest.mark.parametrize("stop", ["first", "never"])
def test_a_look_is_no_operation_and_changes_no_schedule_and_no_name(stop: str) -> None:
    runs = [explore(count(look), stop=stop, races="off") for look in (id, repr)]
    plain, looked = ((run.schedules, run.operations, run.outcome) for run in runs)
    assert plain == looked
    reports = [run.failure.report() for run in runs if run.failure is not None]
    assert len(reports) == 2 and reports[0] == reports[1]


def test_a_look_at_what_was_made_before_the_scenario_makes_no_stand_in_for_it() -> None:
    def scenario() -> tuple[str, bool, str]:
        before = shape(outer), id(outer._sl_inner) in current()._twins  # type: ignore[union-attr]
        with outer:
            return *before, shape(outer)

    first, made, second = next(iter(explore(scenario).results))
    assert (first, made) == ("<unlocked sync_tools.Lock object at 0x 'outer'>", False)
    assert second == "<locked sync_tools.Lock object at 0x 'outer': owner='MainThread' (ID)>"


# ---- while a recording is open ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_block", [True, False])
def test_a_recorded_lock_knows_who_holds_it_and_how_many_wait(by_block: bool) -> None:
    lock = primitives.Lock(name="door")
    with primitives.recording() as log:
        if by_block:
            lock.__enter__()
        else:
            lock.acquire()
        me = threading.current_thread()
        holder = f"owner={me.name!r} ({me.ident})"
        assert repr(lock).endswith(f"'door': {holder}>")
        waiting = [threading.Thread(target=lambda: lock.acquire() and lock.release()) for _ in range(2)]
        for thread in waiting:
            thread.start()
        while sum(record.op == "request" for record in log.records) < 3:
            pass
        while not repr(lock).endswith(f"'door': {holder}, waiters=2>"):
            pass
        lock.release()
        for thread in waiting:
            thread.join()
        assert repr(lock).startswith("<unlocked") and repr(lock).endswith("'door'>")


def test_what_an_earlier_recording_knew_is_not_told_any_more() -> None:
    lock = primitives.Lock(name="door")
    with primitives.recording():
        lock.acquire()
    assert repr(lock).endswith("'door'>")
    lock.release()
    other = threading.Thread(target=lock.acquire)
    other.start()
    other.join()
    with primitives.recording():
        assert repr(lock).startswith("<locked") and repr(lock).endswith("'door'>")
