"""What the instrumented primitives add: names, and a world's stand-in while a scenario runs."""

from __future__ import annotations

import subprocess
import sys
import threading
from abc import ABC
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_tools import primitives
from sync_tools.primitives import watch
from sync_tools.primitives.lock import _AnyLock
from sync_tools.seams.world import here

NAMES = ["Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier"]
FILE = Path(__file__).name
LOCKS = ["Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore"]


def make(name: str) -> Any:
    return getattr(primitives, name)(2) if name == "Barrier" else getattr(primitives, name)()


def taken_elsewhere(lock: Any) -> bool:
    """True when another thread finds it taken."""
    results: list[bool] = []
    thread = threading.Thread(target=lambda: results.append(lock.acquire(False)))
    thread.start()
    thread.join()
    return not results[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_subclass_with_state_of_its_own_works(name: str) -> None:
    base = getattr(primitives, name)

    class Mine(base, ABC):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self.mine = 1

    mine = Mine(2) if name == "Barrier" else Mine()
    assert (mine.mine, mine.name) == (1, "mine")
    if name in LOCKS:
        with mine:
            assert taken_elsewhere(mine)


def test_a_misspelt_method_is_an_attribute_error_that_names_the_class() -> None:
    with pytest.raises(AttributeError, match="'Lock' object has no attribute 'aquire'"):
        primitives.Lock().aquire()  # type: ignore[attr-defined]


def test_bound_methods_kept_from_earlier_still_work_when_a_recording_opens() -> None:
    lock, event = primitives.Lock(name="kept"), primitives.Event(name="flag")
    acquire, release, signal = lock.acquire, lock.release, event.set
    with primitives.recording() as log:
        acquire()
        release()
        signal()
    assert [record.op for record in log.records] == ["request", "acquired", "released", "set"]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_the_given_one_else_the_bound_one_else_the_site(name: str) -> None:
    kind = getattr(primitives, name)
    args = (2,) if name == "Barrier" else ()
    given, unnamed = kind(*args, name="accounts"), [None, kind(*args)][-1]
    assert unnamed._sl_name is None and unnamed.name.startswith(f"{FILE}:")
    unnamed._sl_name = "bank.lock"
    given._sl_name = "something else"
    assert (unnamed.name, given.name, given._sl_name) == ("bank.lock", "accounts", "accounts")
    assert "'accounts'" in repr(given) and "'bank.lock'" in repr(unnamed)


# ---- the world's stand-in --------------------------------------------------------------------------------------------


class Model:
    """A world's stand-in: notes the calls it gets and says that all went well."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._sl_name: str | None = None

    def __getattr__(self, operation: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> bool:
            self.calls.append(operation)
            return True

        return call


class FakeWorld:
    name = "explored"

    def __init__(self) -> None:
        self.models: dict[int, Model] = {}

    def twin(self, real: Any) -> Any:
        return real if isinstance(real, Model) else self.models.setdefault(id(real), Model())

    def peek(self) -> float:
        return 5.0

    def ident(self) -> int:
        return 1001

    def thread(self) -> Any:
        return threading.Thread(name="virtual-1")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWorld]:
    monkeypatch.setattr(watch, "worlds_seen", False)
    watch._tell_when_a_world_opens()
    watch._switch()
    fake = FakeWorld()
    here.world = fake  # type: ignore[assignment]  # as a world does; nothing else is told
    try:
        yield fake
    finally:
        here.world = None
        monkeypatch.undo()
        watch._switch()
        watch._tell_when_a_world_opens()  # for the scenarios of later tests: this one has used the notice up


OPERATIONS: list[tuple[str, Callable[[Any], Any], list[str]]] = [
    ("Lock", lambda it: it.acquire(), ["acquire"]),
    ("Lock", lambda it: it.acquire(timeout=1), ["acquire"]),
    ("Lock", lambda it: it.acquire(False), ["acquire"]),
    ("Lock", lambda it: it.release(), ["release"]),
    ("Lock", lambda it: it.locked(), ["locked"]),
    ("Lock", lambda it: it.__enter__(), ["acquire"]),
    ("Lock", lambda it: it.__exit__(None, None, None), ["release"]),
    ("RLock", lambda it: it.acquire(), ["acquire"]),
    ("RLock", lambda it: it.release(), ["release"]),
    ("Condition", lambda it: it.acquire(), ["acquire"]),
    ("Condition", lambda it: it.release(), ["release"]),
    ("Condition", lambda it: it.wait(), ["wait"]),
    ("Condition", lambda it: it.wait_for(lambda: True), ["wait_for"]),
    ("Condition", lambda it: it.notify(), ["notify"]),
    ("Condition", lambda it: it.notify_all(), ["notify_all"]),
    ("Event", lambda it: it.wait(), ["wait"]),
    ("Event", lambda it: it.set(), ["set"]),
    ("Event", lambda it: it.clear(), ["clear"]),
    ("Event", lambda it: it.is_set(), ["is_set"]),
    ("Semaphore", lambda it: it.acquire(), ["acquire"]),
    ("Semaphore", lambda it: it.__enter__(), ["acquire"]),
    ("Semaphore", lambda it: it.__exit__(None, None, None), ["release"]),
    ("BoundedSemaphore", lambda it: it.release(2), ["release"]),
    ("Barrier", lambda it: it.wait(), ["wait"]),
    ("Barrier", lambda it: it.abort(), ["abort"]),
    ("Barrier", lambda it: it.reset(), ["reset"]),
]  # fmt: skip


@pytest.mark.parametrize("recorded", [False, True], ids=["unrecorded", "recorded"])
@pytest.mark.parametrize(
    ("name", "operation", "calls"), OPERATIONS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_face_made_outside_makes_one_call_to_the_worlds_stand_in(
    world: FakeWorld, name: str, operation: Callable[[Any], Any], calls: list[str], recorded: bool
) -> None:
    here.world = None
    thing = make(name)
    thing._sl_name = "shared"
    here.world = world  # type: ignore[assignment]
    if recorded:
        with primitives.recording() as log:
            operation(thing)
        assert all((r.time, r.thread, r.thread_id) == (5.0, "virtual-1", 1001) for r in log.records)
    else:
        operation(thing)
    model = world.models[id(thing._sl_inner)]
    assert model.calls == calls
    assert model._sl_name == "shared"


def test_an_over_world_is_not_recorded(world: FakeWorld) -> None:
    world.over = True  # type: ignore[attr-defined]
    lock = primitives.Lock()
    with primitives.recording() as log:
        lock.release()
    assert log.records == []


def test_outside_of_scenarios_a_with_statement_runs_no_python_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "worlds_seen", False)
    watch._switch()
    try:
        assert isinstance(_AnyLock.__dict__["__enter__"], watch.Shortcut)
        with primitives.recording():
            assert not isinstance(_AnyLock.__dict__["__enter__"], watch.Shortcut)
        assert isinstance(_AnyLock.__dict__["__enter__"], watch.Shortcut)
    finally:
        monkeypatch.undo()
        watch._switch()


def test_importing_the_primitives_is_light() -> None:
    code = (
        "import sys; before = set(sys.modules); import sync_tools.primitives\n"
        "print(sorted({'json', 'loguru', 'rich', 'click', 'asyncio'} & (set(sys.modules) - before)))"
    )
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
