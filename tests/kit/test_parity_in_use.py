"""Programs that subclass, copy, compare, fork or misuse a primitive see no difference to threading's."""

from __future__ import annotations

import contextlib
import copy
import os
import pickle
import threading
import warnings
import weakref
from abc import ABC
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import pytest
from calls_to_compare import KINDS
from three_paths import PATHS, on_path

from sync_tools import explore, primitives
from sync_tools.primitives import recording

T = TypeVar("T")
OF_PYTHON = ["Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier"]  # threading's classes, not C's


@pytest.fixture(params=["threading", *PATHS])
def api(request: pytest.FixtureRequest) -> Iterator[Any]:
    """threading itself, and the instrumented primitives on each of their paths."""
    if request.param == "threading":
        yield threading
    else:
        with on_path(request.param):
            yield primitives


def make(api: Any, kind: str) -> Any:
    return getattr(api, kind)(*[2] * (kind == "Barrier"))


# ---- as values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_true_equal_to_itself_only_hashable_and_a_key_of_weak_dictionaries(api: Any, kind: str) -> None:
    one, other = make(api, kind), make(api, kind)
    assert one and one == one and one != other
    assert len({one, other, one}) == 2
    kept = weakref.WeakKeyDictionary({one: 1, other: 2})
    assert kept[one] == 1
    del other
    assert len(kept) == 1
    with pytest.raises(TypeError):
        one < one  # noqa: B015
    with pytest.raises(TypeError):
        len(one)
    with pytest.raises(TypeError):
        iter(one)
    with pytest.raises(TypeError):
        getattr(api, kind)[int]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_context_manager_where_threadings_is(api: Any, kind: str) -> None:
    thing = make(api, kind)
    assert isinstance(thing, contextlib.AbstractContextManager) is isinstance(
        make(threading, kind), contextlib.AbstractContextManager
    )


@pytest.mark.parametrize("kind", KINDS)
def test_an_attribute_of_ones_own_can_be_set_where_threadings_takes_it(api: Any, kind: str) -> None:
    thing = make(api, kind)
    if kind in OF_PYTHON:
        thing.mine = 1
        assert thing.mine == 1 and vars(thing)["mine"] == 1
        del thing.mine
        assert not hasattr(thing, "mine")
    for name in ("mine", "name", "acquire") if kind not in OF_PYTHON else ():
        with pytest.raises(AttributeError):
            setattr(thing, name, 1)


def test_a_barriers_properties_cannot_be_set(api: Any) -> None:
    for name in ("parties", "n_waiting", "broken"):
        with pytest.raises(AttributeError):
            setattr(api.Barrier(2), name, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_as_an_attribute_of_a_class_it_is_shared_and_not_bound(api: Any, kind: str) -> None:
    class Account:
        shared = make(api, kind)
        factory = getattr(api, kind)

    assert Account().shared is Account.shared
    if kind != "RLock" or api is not threading:  # that is a function, and so a method
        assert type(Account().factory(*[2] * (kind == "Barrier"))) is type(Account.shared)


def test_a_bounded_semaphore_is_a_semaphore_and_nothing_else_is_another(api: Any) -> None:
    classes = [getattr(api, kind) for kind in OF_PYTHON]
    related = [(one, other) for one in classes for other in classes if one is not other and issubclass(one, other)]
    assert related == [(api.BoundedSemaphore, api.Semaphore)]
    assert [isinstance(make(api, kind), getattr(api, kind)) for kind in OF_PYTHON] == [True] * 5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))  # the old ones do not even look
def test_it_cannot_be_pickled_nor_copied_in_depth(api: Any, kind: str, protocol: int) -> None:
    for operate in (lambda thing: pickle.dumps(thing, protocol), copy.deepcopy):
        with pytest.raises(TypeError):
            operate(make(api, kind))


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_a_lock_cannot_be_copied(api: Any, kind: str) -> None:
    with pytest.raises(TypeError, match="cannot pickle "):
        copy.copy(make(api, kind))


class Described:
    """What subclasses do to be pickled: leave the lock behind and make a new one."""

    kept = 0

    def __getstate__(self) -> dict[str, int]:
        return {"kept": self.kept}

    def __setstate__(self, state: dict[str, int]) -> None:
        self.__init__()  # type: ignore[misc]
        self.kept = state["kept"]


class TheirEvent(Described, threading.Event):
    pass


class OurEvent(Described, primitives.Event):
    pass


class OurLock(Described, primitives.Lock):
    pass


@pytest.mark.parametrize("kind", [TheirEvent, OurEvent, OurLock])
@pytest.mark.parametrize("operate", [lambda thing: pickle.loads(pickle.dumps(thing)), copy.copy, copy.deepcopy])
def test_a_subclass_that_says_how_can_be_pickled_and_copied(kind: Any, operate: Callable[[Any], Any]) -> None:
    thing = kind()
    thing.kept = 7
    other = operate(thing)
    assert type(other) is kind and other is not thing and other.kept == 7
    if kind is not OurLock:
        other.set()
        assert (thing.is_set(), other.is_set()) == (False, True)


# ---- subclasses ------------------------------------------------------------------------------------------------------


class Mixin:
    def __init__(self, *arguments: Any, label: str = "", **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.label = label

    def __init_subclass__(cls, **kwargs: Any) -> None:
        pass  # forgets the next one


@pytest.mark.parametrize("kind", OF_PYTHON)
def test_it_can_be_one_of_several_bases_and_have_any_attributes(api: Any, kind: str) -> None:
    base = getattr(api, kind)

    class First(Mixin, base): ...  # type: ignore[misc, valid-type]

    class Abstract(base, ABC): ...  # type: ignore[misc, valid-type]

    class Typed(base, Generic[T]): ...  # type: ignore[misc, valid-type]

    class Named(base):  # type: ignore[misc, valid-type]
        def __init__(self, name: Any, *arguments: Any) -> None:
            super().__init__(*arguments)
            self.name, self.kind = name, "mine"

    arguments = [2] * (kind == "Barrier")
    assert First(*arguments, label="x").label == "x"
    assert isinstance(Abstract(*arguments), base) and isinstance(Typed[int](*arguments), base)
    named = Named(3, *arguments)
    assert (named.name, named.kind) == (3, "mine") and repr(named)


def uses(thing: Any, kind: str) -> list[Any]:
    """Use all of a primitive's methods, none of which waits."""
    if kind == "Event":
        return [thing.set(), thing.is_set(), thing.wait(), thing.clear(), thing.wait(0), thing.isSet()]
    if kind == "Barrier":
        with contextlib.suppress(threading.BrokenBarrierError):
            thing.wait(0)
        return [thing.broken, thing.reset(), thing.n_waiting, thing.parties, thing.abort()]
    if kind == "Condition":
        with thing:
            results = [thing.wait(0), thing.wait_for(lambda: False, 0), thing.wait_for(lambda: 7)]
            return [*results, thing.notify(), thing.notify_all(), thing.notifyAll()]
    with thing:
        pass
    return [thing.acquire(), thing.release(), thing.acquire(blocking=False), thing.release()]


def methods_of(kind: str) -> list[str]:
    """The public methods of one of threading's classes, and how it is entered and left."""
    cls = getattr(threading, kind)
    named = [name for name in dir(cls) if not name.startswith("_") and callable(getattr(cls, name))]
    return [*named, *(name for name in ("__enter__", "__exit__") if hasattr(cls, name))]


def calls_of(api: Any, kind: str, names: list[str]) -> list[str]:
    """The methods overridden under these names that are called while a subclass is used, in order."""
    base: Any = getattr(api, kind)
    calls: list[str] = []

    def overriding(name: str) -> Callable[..., Any]:
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            calls.append(name)
            return getattr(base, name)(self, *args, **kwargs)

        return method

    mine = type("Mine", (base,), {name: overriding(name) for name in names})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = uses(mine(*[2] * (kind == "Barrier")), kind)
    return [*calls, *map(repr, results)]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in OF_PYTHON for name in methods_of(kind)])
def test_an_overridden_method_is_called_where_threading_calls_it(api: Any, kind: str, name: str) -> None:
    assert calls_of(api, kind, [name]) == calls_of(threading, kind, [name])


@pytest.mark.parametrize("kind", OF_PYTHON)
def test_and_in_an_explored_schedule_too(kind: str) -> None:
    def scenario() -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(calls_of(primitives, kind, [name])) for name in methods)

    methods = methods_of(kind)
    theirs = tuple(tuple(calls_of(threading, kind, [name])) for name in methods)
    done = explore(scenario, time="exact", strategy="dfs", races="off")
    assert done.failure is None and list(done.results) == [theirs]


@pytest.mark.parametrize("kind", OF_PYTHON)
def test_methods_overridden_together_are_called_where_threading_calls_them(api: Any, kind: str) -> None:
    assert calls_of(api, kind, methods_of(kind)) == calls_of(threading, kind, methods_of(kind))


@pytest.mark.parametrize("kind", ["Event", "Condition"])
def test_old_names_warn_at_the_line_of_the_call_and_are_recorded_there(api: Any, kind: str) -> None:
    thing = make(api, kind)
    with recording() as log, contextlib.nullcontext() if kind == "Event" else thing:
        before = len(log.records)
        with pytest.warns(DeprecationWarning, match="is deprecated, use .* instead") as caught:
            thing.isSet() if kind == "Event" else thing.notifyAll()
        sites = {record.site.file for record in log.records[before:]}
    assert caught[0].filename == __file__
    assert sites <= {__file__} and bool(sites) == (kind == "Condition" and api is primitives)


# ---- in a new process ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kind", ["Lock", "RLock", "Condition", "Event"])
def test_a_child_process_can_take_what_another_thread_of_its_parent_held(api: Any, kind: str) -> None:
    thing = make(api, kind)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        if kind == "Event":
            thing.set()
        else:
            thing.acquire()
        held.set()
        done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on: this process has threads
            child = os.fork()
        if child == 0:
            code = 1
            try:
                if kind == "Event":
                    thing._at_fork_reinit()
                    code = 0 if thing.wait(0) and not thing.clear() and not thing.is_set() else 2
                else:
                    code = 3 if thing.acquire(blocking=False) else 0
                    thing._at_fork_reinit()
                    code = code or (0 if thing.acquire(blocking=False) else 4)
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_threading_can_renew_after_a_fork_can_be(kind: str) -> None:
    assert hasattr(make(primitives, kind), "_at_fork_reinit") == hasattr(make(threading, kind), "_at_fork_reinit")


# ---- what still differs ----------------------------------------------------------------------------------------------


class OwnWays:
    """A lock of the user's own that does more in a ``with`` statement, and swallows KeyErrors."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def acquire(self, *args: Any) -> str:
        self.calls.append("acquire")
        return "acquired"

    def release(self) -> None:
        self.calls.append("release")

    def locked(self) -> bool:  # Python 3.14 asks every lock for it
        return False

    def __enter__(self) -> str:
        self.calls.append("enter")
        return "entered"

    def __exit__(self, kind: Any, *rest: Any) -> bool:
        self.calls.append("exit")
        return kind is KeyError


def enter(api: Any) -> list[str]:
    lock = OwnWays()
    with api.Condition(lock) as got:
        lock.calls.append(got)
        raise KeyError
    return lock.calls


@pytest.mark.parametrize("path", PATHS)
def test_a_condition_over_a_lock_of_the_users_own_enters_and_leaves_it(path: str) -> None:
    with on_path(path):
        assert enter(primitives) == enter(threading) == ["enter", "entered", "exit"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", ["Lock", "RLock", "Condition"])
def test_leaving_takes_any_arguments(kind: str, path: str) -> None:
    with on_path(path):
        thing = make(primitives, kind)
        thing.acquire()
        assert thing.__exit__() is None
