"""The instrumented primitives behave as their namesakes in threading do: each test runs against both."""

from __future__ import annotations

import copy
import pickle
import re
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from three_paths import PATHS, on_path

from sync_tools import primitives

NAMES = ["Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier"]
LOCKS = ["Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore"]


@pytest.fixture(params=["threading", *PATHS])
def api(request: pytest.FixtureRequest) -> Iterator[Any]:
    """threading itself, and the instrumented primitives on each of their paths."""
    if request.param == "threading":
        yield threading
    else:
        with on_path(request.param):
            yield primitives


def make(api: Any, name: str) -> Any:
    return getattr(api, name)(2) if name == "Barrier" else getattr(api, name)()


def in_thread(function: Callable[[], Any]) -> Any:
    """What `function` returns, or raises, in a thread of its own."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0]


def error_of(function: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[type, str]:
    with pytest.raises(Exception) as caught:
        function(*args, **kwargs)
    return type(caught.value), re.sub(r"^\S*(_thread|sync_tools)\S*", "", str(caught.value))


# ---- locks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOCKS)
def test_a_with_block_holds_the_lock_and_gives_it_back_on_an_exception(api: Any, name: str) -> None:
    lock = make(api, name)
    with pytest.raises(KeyError), lock as got:
        assert got is True
        assert in_thread(lambda: lock.acquire(False)) is False
        raise KeyError
    assert in_thread(lambda: lock.acquire(False)) is True


@pytest.mark.parametrize("name", LOCKS)
def test_an_exit_stack_can_enter_it(api: Any, name: str) -> None:
    lock = make(api, name)
    with ExitStack() as stack:
        assert stack.enter_context(lock) is True
        assert in_thread(lambda: lock.acquire(False)) is False
    assert in_thread(lambda: lock.acquire(False)) is True


@pytest.mark.parametrize("name", LOCKS)
def test_acquire_and_release(api: Any, name: str) -> None:
    lock = make(api, name)
    assert lock.acquire() is True
    assert in_thread(lambda: lock.acquire(blocking=False)) is False
    assert in_thread(lambda: lock.acquire(timeout=0.001)) is False
    assert in_thread(lambda: lock.acquire(True, 0.001)) is False
    assert lock.release() is None
    assert lock.acquire(timeout=5) is True
    lock.release()


@pytest.mark.parametrize(
    ("args", "kwargs"), [((False, 1), {}), ((True, -2), {}), ((True, 1e99), {}), ((), {"timeout": "soon"})]
)
@pytest.mark.parametrize("name", ["Lock", "RLock"])
def test_wrong_arguments_of_acquire_give_the_same_errors(api: Any, name: str, args: Any, kwargs: Any) -> None:
    expected = error_of(make(threading, name).acquire, *args, **kwargs)
    lock = make(api, name)
    assert error_of(lock.acquire, *args, **kwargs) == expected
    assert lock.acquire(False) is True  # and nothing was taken


@pytest.mark.parametrize("name", ["Lock", "RLock", "Condition", "BoundedSemaphore"])
def test_releasing_what_is_not_held_gives_the_same_error(api: Any, name: str) -> None:
    assert error_of(make(api, name).release) == error_of(make(threading, name).release)


def test_a_lock_may_be_released_by_another_thread(api: Any) -> None:
    lock = api.Lock()
    lock.acquire()
    assert in_thread(lock.release) is None
    assert lock.locked() is False


def test_locked_tells_the_state(api: Any) -> None:
    lock = api.Lock()
    assert lock.locked() is False
    with lock:
        assert lock.locked() is True


def test_an_rlock_counts_its_levels_and_belongs_to_one_thread(api: Any) -> None:
    lock = api.RLock()
    with lock, lock:
        lock.acquire()
        lock.release()
        assert in_thread(lambda: lock.acquire(False)) is False
        assert isinstance(in_thread(lock.release), RuntimeError)
    assert in_thread(lambda: lock.acquire(False)) is True


@pytest.mark.parametrize("name", NAMES)
def test_optional_names_exist_exactly_where_threading_has_them(api: Any, name: str) -> None:
    theirs, ours = make(threading, name), make(api, name)
    for attribute in (
        "locked",
        "_is_owned",
        "_release_save",
        "_at_fork_reinit",
        "_recursion_count",
        "_value",
        "_waiters",
    ):
        assert hasattr(ours, attribute) == hasattr(theirs, attribute), attribute


# ---- Condition -------------------------------------------------------------------------------------------------------


class PlainLock:
    """A lock of the user's own: the least that a Condition accepts."""

    def __init__(self) -> None:
        self.inner = threading.Lock()

    def acquire(self, *args: Any) -> bool:
        return self.inner.acquire(*args)

    def release(self) -> None:
        self.inner.release()

    def locked(self) -> bool:  # Python 3.14 asks every lock for it
        return self.inner.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exception: object) -> None:
        self.release()


@pytest.mark.parametrize("over", ["own", "Lock", "RLock", "user", "plain"])
@pytest.mark.parametrize("by_predicate", [False, True], ids=["wait", "wait_for"])
def test_a_condition_passes_a_value_over_any_lock(api: Any, over: str, by_predicate: bool) -> None:
    makers: dict[str, Callable[[], Any]] = {
        "own": lambda: None, "Lock": api.Lock, "RLock": api.RLock, "user": PlainLock, "plain": threading.Lock,
    }  # fmt: skip
    condition = api.Condition(makers[over]())
    box: list[int] = []

    def consume() -> Any:
        with condition:
            if by_predicate:
                assert condition.wait_for(lambda: box) is box
            else:
                while not box:
                    assert condition.wait() is True
            return box.pop()

    results: list[Any] = []
    consumer = threading.Thread(target=lambda: results.append(consume()))
    consumer.start()
    with condition:
        box.append(7)
        condition.notify()
    consumer.join()
    assert results == [7] and box == []


def test_a_condition_times_out_and_holds_the_lock_again(api: Any) -> None:
    lock = api.Lock()
    condition = api.Condition(lock)
    with condition:
        assert condition.wait(0.001) is False
        assert lock.locked() is True
        assert condition.wait_for(lambda: 0, timeout=0.001) == 0
        assert lock.locked() is True
    assert lock.locked() is False


def test_a_condition_without_its_lock_gives_the_same_errors(api: Any) -> None:
    for operation in ("wait", "notify", "notify_all"):
        expected = error_of(getattr(threading.Condition(), operation))
        assert error_of(getattr(api.Condition(), operation)) == expected
    assert error_of(api.Condition().wait_for, lambda: False) == error_of(threading.Condition().wait_for, lambda: False)


def test_a_wait_puts_down_all_levels_of_an_rlock(api: Any) -> None:
    lock = api.RLock()
    condition = api.Condition(lock)
    taken = threading.Event()

    def other() -> None:
        with condition:
            taken.set()
            condition.notify_all()

    with lock, lock:
        thread = threading.Thread(target=other)
        thread.start()
        assert condition.wait() is True
        assert taken.is_set()
        assert in_thread(lambda: lock.acquire(False)) is False
    thread.join()
    assert in_thread(lambda: lock.acquire(False)) is True


def test_a_plain_condition_works_over_an_instrumented_lock(api: Any) -> None:
    for lock in (api.Lock(), api.RLock()):
        condition = threading.Condition(lock)
        with condition:
            assert condition.wait(0.001) is False
            assert in_thread(lambda lock=lock: lock.acquire(False)) is False
        assert in_thread(lambda lock=lock: lock.acquire(False)) is True


# ---- Event, Semaphore, Barrier ---------------------------------------------------------------------------------------


def test_an_event_is_set_awaited_and_cleared(api: Any) -> None:
    event = api.Event()
    assert event.is_set() is False
    assert event.wait(0.001) is False
    assert event.wait(0) is False
    results: list[bool] = []
    waiter = threading.Thread(target=lambda: results.append(event.wait()))
    waiter.start()
    assert event.set() is None
    waiter.join()
    assert results == [True] and event.is_set() is True and event.wait() is True
    assert event.clear() is None
    assert event.is_set() is False


@pytest.mark.parametrize("name", ["Semaphore", "BoundedSemaphore"])
def test_a_semaphore_counts(api: Any, name: str) -> None:
    semaphore = getattr(api, name)(2)
    assert [semaphore.acquire(), semaphore.acquire(blocking=False), semaphore.acquire(False)] == [True, True, False]
    assert semaphore.acquire(timeout=0.001) is False
    assert semaphore.acquire(timeout=-1) is False
    semaphore.release(2)
    assert [semaphore.acquire(False), semaphore.acquire(False), semaphore.acquire(False)] == [True, True, False]


def test_semaphore_misuse_gives_the_same_errors(api: Any) -> None:
    for name in ("Semaphore", "BoundedSemaphore"):
        theirs, ours = getattr(threading, name), getattr(api, name)
        assert error_of(ours, -1) == error_of(theirs, -1)
        assert error_of(ours().acquire, False, 1) == error_of(theirs().acquire, False, 1)
        assert error_of(ours().release, 0) == error_of(theirs().release, 0)
    assert issubclass(api.BoundedSemaphore, api.Semaphore)


def test_a_barrier_gives_each_thread_its_number_and_runs_the_action_once(api: Any) -> None:
    actions: list[int] = []
    barrier = api.Barrier(3, action=lambda: actions.append(1), timeout=60)
    numbers: list[int] = []
    threads = [threading.Thread(target=lambda: numbers.append(barrier.wait())) for _ in range(2)]
    for thread in threads:
        thread.start()
    numbers.append(barrier.wait())
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [0, 1, 2] and actions == [1]
    assert (barrier.parties, barrier.n_waiting, barrier.broken) == (3, 0, False)


def test_a_barrier_breaks_on_abort_and_on_a_time_out_and_is_mended_by_reset(api: Any) -> None:
    barrier = api.Barrier(2)
    barrier.abort()
    assert barrier.broken is True
    with pytest.raises(threading.BrokenBarrierError):
        barrier.wait()
    barrier.reset()
    assert barrier.broken is False
    with pytest.raises(threading.BrokenBarrierError):
        barrier.wait(0.001)
    assert barrier.broken is True


def test_a_failing_barrier_action_comes_out_and_breaks_the_barrier(api: Any) -> None:
    def fail() -> None:
        raise KeyError("no")

    barrier = api.Barrier(1, fail)
    with pytest.raises(KeyError):
        barrier.wait()
    assert barrier.broken is True


# ---- all -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_weakly_referenced_and_dies_with_its_last_reference(api: Any, name: str) -> None:
    thing = make(api, name)
    reference = weakref.ref(thing)
    assert reference() is thing
    del thing
    assert reference() is None


@pytest.mark.parametrize("name", NAMES)
def test_it_cannot_be_pickled(api: Any, name: str) -> None:
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(make(api, name))
    with pytest.raises(TypeError, match="cannot pickle"):
        copy.deepcopy(make(api, name))


def test_a_subclass_of_rlock_that_counts_is_used_by_a_condition_over_it(api: Any) -> None:
    class Counting(PlainLock if api is threading else api.RLock):  # type: ignore[misc]
        taken = 0

        def acquire(self, *args: Any) -> bool:
            self.taken += 1
            return bool(super().acquire(*args))

    lock = Counting()
    condition = api.Condition(lock)
    condition.acquire()
    condition.release()
    assert lock.taken == 1


def test_overridden_methods_are_called_where_threading_calls_them(api: Any) -> None:
    calls: list[str] = []

    class Permits(api.Semaphore):  # type: ignore[misc]
        def release(self, n: int = 1) -> None:
            calls.append("release")
            super().release(n)

    class Signal(api.Condition):  # type: ignore[misc]
        def wait(self, timeout: float | None = None) -> bool:
            calls.append("wait")
            return bool(super().wait(timeout))

        def notify(self, n: int = 1) -> None:
            calls.append("notify")
            super().notify(n)

    with Permits():
        pass
    signal = Signal()
    with signal:
        assert signal.wait_for(lambda: False, timeout=0.001) is False
        signal.notify_all()
    assert calls == ["release", "wait", "notify"]
