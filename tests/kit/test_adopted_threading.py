"""Instrumented classes under threading's own names: programs that know nothing of the kit go on as before."""

from __future__ import annotations

import _thread
import abc
import contextlib
import inspect
import threading
import unittest
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from sync_tools import primitives
from sync_tools.primitives import adopt, recording
from sync_tools.primitives.face import Face
from sync_tools.seams import real
from sync_tools.words.errors import UserError

NAMES = ("Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier")
DERIVABLE = NAMES[2:]  # threading's own Lock and RLock cannot be inherited from in every version
ARGUMENTS: dict[str, tuple[Any, ...]] = {"Barrier": (2,)}


def made(name: str, owner: Any = threading) -> Any:
    return getattr(owner, name)(*ARGUMENTS.get(name, ()))


# ---- they are what threading's are -----------------------------------------------------------------------------------

try:
    from test import lock_tests
except ImportError:  # a Python that was built without its tests
    CASES: list[unittest.TestCase] = []
else:
    SUITES = {
        lock_tests.LockTests: ("locktype", "Lock"),
        lock_tests.RLockTests: ("locktype", "RLock"),
        lock_tests.EventTests: ("eventtype", "Event"),
        lock_tests.ConditionTests: ("condtype", "Condition"),
        lock_tests.SemaphoreTests: ("semtype", "Semaphore"),
        lock_tests.BoundedSemaphoreTests: ("semtype", "BoundedSemaphore"),
        lock_tests.BarrierTests: ("barriertype", "Barrier"),
    }
    CASES = [
        kind(test)
        for base, (slot, name) in SUITES.items()
        for kind in [type(base.__name__, (base,), {slot: staticmethod(real.adopted[name])})]
        for test in unittest.TestLoader().getTestCaseNames(kind)
    ]


@pytest.mark.once
@pytest.mark.parametrize("recorded", [False, True], ids=["unrecorded", "recorded"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{type(case).__name__}.{case._testMethodName}")
def test_they_pass_cpythons_own_suite_while_they_stand_under_its_names(
    case: unittest.TestCase, recorded: bool, adopted: None
) -> None:
    result = unittest.TestResult()
    with recording(capacity=1000) if recorded else contextlib.nullcontext():
        case.run(result)
    for _, text in result.errors + result.failures:
        pytest.fail(text, pytrace=False)
    for _, reason in result.skipped:
        pytest.skip(reason)


@pytest.mark.parametrize("name", NAMES)
def test_they_are_classes_and_old_and_new_objects_are_instances_of_them(name: str, adopted: None) -> None:
    kind = getattr(threading, name)
    new, old = made(name), made(name, real)
    assert isinstance(kind, type) and type(new) is kind and isinstance(new, Face)
    assert isinstance(new, kind) and isinstance(old, kind) and not isinstance(old, Face)
    assert not isinstance(threading.Thread(), kind)
    assert (kind.__module__, kind.__qualname__) == ("threading", name)


@pytest.mark.parametrize("one", NAMES)
@pytest.mark.parametrize("other", NAMES)
def test_they_are_instances_of_each_other_just_where_the_real_ones_are(one: str, other: str, adopted: None) -> None:
    expected = isinstance(made(one, real), type(made(other, real)))
    assert isinstance(made(one), getattr(threading, other)) is expected
    assert isinstance(made(one, real), getattr(threading, other)) is expected
    if other in DERIVABLE:
        assert isinstance(made(one), getattr(real, other)) is expected


@pytest.mark.parametrize("name", DERIVABLE)
def test_their_constructors_take_what_threadings_take(name: str, adopted: None) -> None:
    def parameters(kind: Any) -> list[tuple[str, Any, Any]]:
        found = inspect.signature(kind.__init__).parameters.values()
        return [(each.name, each.default, each.kind) for each in found]

    assert parameters(getattr(threading, name)) == parameters(getattr(real, name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("args", "kwargs"), [((1, 2, 3, 4), {}), ((), {"name": "mine"}), ((-1,), {}), ((), {"timeout": 1})]
)
def test_wrong_arguments_are_refused_where_threading_refuses_them(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], adopted: None
) -> None:
    def outcome(kind: Callable[..., Any]) -> tuple[list[type[Warning]], type[BaseException] | None]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                kind(*args, **kwargs)
            except Exception as error:
                return [each.category for each in caught], type(error)
        return [each.category for each in caught], None

    assert outcome(getattr(threading, name)) == outcome(getattr(real, name))


# ---- programs derive classes from them -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_class_of_the_programs_is_recorded_too(name: str, adopted: None) -> None:
    kind: Any = type("Mine", (getattr(threading, name),), {"extra": 1})
    mine = kind(*ARGUMENTS.get(name, ()))
    assert isinstance(mine, getattr(threading, name)) and isinstance(mine, Face)
    assert not isinstance(made(name), kind) and not isinstance(made(name, real), kind)
    mine.note = "of its own"
    assert (mine.extra, mine.note) == (1, "of its own")


def test_a_subclass_may_have_a_name_and_whatever_else_threadings_have_not(adopted: None) -> None:
    class Named(threading.Event):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    assert Named("ready").name == "ready"
    with recording() as log:
        Named("ready").set()
    assert [record.op for record in log.records] == ["set"]


def test_whoever_changes_the_state_of_threadings_own_changes_it(adopted: None) -> None:
    class Resizable(threading.Semaphore):
        def grow(self, n: int) -> None:
            with self._cond:
                self._value += n
                self._cond.notify_all()

    permits = Resizable(0)
    permits.grow(2)
    assert [permits.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    assert not isinstance(permits, Face)  # it knows how the real one works, so that is what it gets
    event = threading.Event()
    event._flag = True
    assert event.is_set()
    one = threading.Semaphore(1)
    one._value -= 1
    assert not one.acquire(blocking=False)


def test_multiprocessings_barrier_which_replaces_the_inside_of_threadings_works(adopted: None) -> None:
    class Barrier(threading.Barrier):
        """It calls no constructor: what ``multiprocessing.synchronize.Barrier`` does, in one process."""

        def __init__(self, parties: int) -> None:
            self._cond = real.Condition()
            self._parties, self._action, self._timeout = parties, None, None
            self._shared = {"state": 0, "count": 0}

        @property
        def _state(self) -> int:
            return self._shared["state"]

        @_state.setter
        def _state(self, value: int) -> None:
            self._shared["state"] = value

        @property
        def _count(self) -> int:
            return self._shared["count"]

        @_count.setter
        def _count(self, value: int) -> None:
            self._shared["count"] = value

    barrier = Barrier(1)
    assert [barrier.wait(), barrier.wait(), barrier.parties] == [0, 0, 1]


@pytest.mark.parametrize("name", ["Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier"])
def test_a_subclass_may_have_private_names_of_its_own(name: str, adopted: None) -> None:
    names = ["_inner", "_mark", "_name", "_set", "_wait", "_enter", "_exit", "_acquire", "_release", "_now", "_try"]

    class Mine(getattr(threading, name)):  # type: ignore[misc]
        def __init__(self, *args: Any) -> None:
            for mine in names:
                setattr(self, mine, f"my {mine}")
            super().__init__(*args)

    mine = Mine(1) if name == "Barrier" else Mine()
    assert isinstance(mine, Face)
    with recording() as log:
        if name == "Event":
            mine.set()
            assert mine.wait()
        elif name == "Barrier":
            assert mine.wait() == 0
        else:
            with mine:
                assert mine.acquire(blocking=False) is (name in ("RLock", "Condition"))
    assert log.records
    assert [getattr(mine, each) for each in names] == [f"my {each}" for each in names]


def test_a_subclass_may_inherit_from_an_abstract_class_and_from_one_with_its_own_new(adopted: None) -> None:
    class Abstract(abc.ABC):
        @abc.abstractmethod
        def work(self) -> int: ...

    class Half(threading.Condition, Abstract):
        pass

    class Whole(Half):
        def work(self) -> int:
            return 1

    class Counted:
        made = 0

        def __new__(cls, label: str) -> Any:
            Counted.made += 1
            return super().__new__(cls)

    class Both(threading.Event, Counted):
        def __init__(self, label: str) -> None:
            super().__init__()

    with pytest.raises(TypeError, match="abstract"):
        Half()
    assert Whole().work() == 1
    assert isinstance(Both("one"), Face) and Counted.made == 1


def test_a_class_that_was_derived_before_the_adoption_goes_on() -> None:
    class Before(threading.Event):
        def __init__(self) -> None:
            threading.Event.__init__(self)

        def set(self) -> None:
            threading.Event.set(self)

    class Gate(threading.Barrier):
        def __init__(self) -> None:
            threading.Barrier.__init__(self, 1)

    class Permits(threading.BoundedSemaphore):
        def __init__(self) -> None:
            threading.Semaphore.__init__(self, 3)

    class Changed(threading.Condition):
        def __init__(self) -> None:
            threading.Condition.__init__(self)

    adopt.instrument_threading()
    try:
        event = Before()
        event.set()
        assert event.is_set() and isinstance(event, threading.Event)
        assert Gate().wait() == 0
        assert Permits()._value == 3
        with Changed() as changed:
            assert changed
    finally:
        adopt.restore_threading()


# ---- what stays real -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_what_threading_makes_for_itself_and_what_the_kit_makes_stays_real(name: str, adopted: None) -> None:
    def parts(value: Any) -> list[Any]:
        inside = list(vars(value).values()) if hasattr(value, "__dict__") else []
        return [*inside, *(part for each in inside if hasattr(each, "__dict__") for part in vars(each).values())]

    threads = [threading.Thread(target=str), threading.Timer(1, str)]
    ours = made(name, primitives)
    values = (*threads, made(name, real), ours._sl_inner)
    assert not [part for value in values for part in parts(value) if _is_face(part)]
    assert not _is_face(ours._sl_inner)
    assert not _is_face(_thread.allocate_lock()) and not _is_face(threading._allocate_lock())  # type: ignore[attr-defined]


def _is_face(value: Any) -> bool:
    return isinstance(value, Face)


def test_threads_start_join_and_time_without_a_record(adopted: None) -> None:
    with recording() as log:
        thread = threading.Thread(target=str)
        thread.start()
        thread.join()
        timer = threading.Timer(0, str)
        timer.start()
        timer.join()
    assert [record for record in log.records if record.kind != "Thread"] == []


def test_objects_made_before_work_beside_new_ones() -> None:
    lock, event = threading.RLock(), threading.Event()
    adopt.instrument_threading()
    try:
        condition = threading.Condition(lock)
        with recording() as log, lock, condition:
            condition.notify_all()
            event.set()
    finally:
        adopt.restore_threading()
    assert event.is_set()
    assert [record.op for record in log.records] == ["request", "acquired", "notify", "released"]
    with condition:  # and it goes on when all is over
        condition.notify()


def test_it_nests_and_ends_as_it_was() -> None:
    before = {name: getattr(threading, name) for name in NAMES}
    adopt.instrument_threading()
    adopt.instrument_threading()
    adopt.restore_threading()
    assert threading.Lock is real.adopted["Lock"]
    adopt.restore_threading()
    assert {name: getattr(threading, name) for name in NAMES} == before
    with pytest.raises(UserError, match="not instrumented"):
        adopt.restore_threading()


def test_what_somebody_else_put_there_is_neither_covered_nor_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other:
        pass

    monkeypatch.setattr(threading, "Event", Other)  # which also puts the real one back at the end
    with pytest.raises(UserError, match=r"threading\.Event is not the standard library's own"):
        adopt.instrument_threading()
    assert threading.Lock is real.Lock
    threading.Event = real.Event
    adopt.instrument_threading()
    threading.Event = Other  # type: ignore[misc, assignment]
    adopt.restore_threading()
    assert threading.Event is Other and threading.Lock is real.Lock
