"""The patch that puts a world under ``threading``, ``queue``, ``time``, ``concurrent.futures`` and ``random``.

While installed, the names in those modules lead to models that ask :func:`current` at each call, so threads that are
not the scenario's keep getting the real things. Code that was imported before the patch holds the real objects; the
access hooks look them up in :data:`STAND_INS` at the place of the call.
"""

from __future__ import annotations

import _thread
import concurrent.futures as cf
import concurrent.futures.thread as cf_thread
import importlib
import logging
import queue
import random
import select
import selectors
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sync_tools.instrument import access, loader
from sync_tools.models import barriers, clock, conditions, executors, futures, locks, queues, threads
from sync_tools.seams import real
from sync_tools.seams.world import current, here
from sync_tools.words.errors import Uncontrolled
from sync_tools.worlds import logs
from sync_tools.worlds.base import REAL_TYPES

_start_new_thread = threads.new_thread_starter(_thread.start_new_thread)
_NAMES: list[tuple[Any, str, Any]] = [
    (threading, "Lock", locks.Lock),
    (threading, "RLock", locks.RLock),
    (threading, "_allocate_lock", locks.Lock),
    (threading, "Condition", conditions.Condition),
    (threading, "Event", conditions.Event),
    (threading, "Semaphore", conditions.Semaphore),
    (threading, "BoundedSemaphore", conditions.BoundedSemaphore),
    (threading, "Barrier", barriers.Barrier),
    (threading, "local", threads.Local),
    (threading, "current_thread", threads.current_thread),
    (threading, "currentThread", threads.current_thread),
    (threading, "get_ident", threads.get_ident),
    (threading, "get_native_id", threads.get_ident),
    (threading, "main_thread", threads.main_thread),
    (threading, "enumerate", threads.enumerate_threads),
    (threading, "active_count", threads.active_count),
    (_thread, "allocate_lock", locks.Lock),
    (_thread, "allocate", locks.Lock),
    (_thread, "get_ident", threads.get_ident),
    (_thread, "get_native_id", threads.get_ident),
    (_thread, "start_new_thread", _start_new_thread),
    (_thread, "start_new", _start_new_thread),
    (threading, "_start_new_thread", _start_new_thread),
    (_thread, "_count", threads.thread_counter(_thread._count)),
    (queue, "Queue", queues.Queue),
    (queue, "LifoQueue", queues.LifoQueue),
    (queue, "PriorityQueue", queues.PriorityQueue),
    (queue, "SimpleQueue", queues.SimpleQueue),
    (cf, "ThreadPoolExecutor", executors.ThreadPoolExecutor),
    (cf_thread, "ThreadPoolExecutor", executors.ThreadPoolExecutor),
    (cf, "Future", futures.Future),
    (cf, "wait", futures.wait),
    (cf, "as_completed", futures.as_completed),
    *((time, name, stand_in) for name, (_, stand_in) in clock.CLOCKS.items()),
    *((random, name, stand_in) for name, (_, stand_in) in clock.DRAWS.items()),
    (random, "Random", clock.SeededRandom),
]

# Real callable -> what to call instead inside of a scenario, for code that holds the real one.
STAND_INS: dict[Any, Any] = access.stand_ins


def _remember(instead_of: Any, stand_in: Any) -> None:
    STAND_INS.setdefault(instead_of, stand_in)


for _module, _attribute, _stand_in in _NAMES:
    if hasattr(_module, _attribute):
        _remember(getattr(_module, _attribute), _stand_in)
    if _module is threading and hasattr(real, _attribute):  # in an adopted program that is another one
        _remember(getattr(real, _attribute), _stand_in)
_remember(cf.ThreadPoolExecutor, executors.ThreadPoolExecutor)
for _real, _stand_in in clock.DATES.items():
    _remember(_real, _stand_in)
access.real_types.update(REAL_TYPES)

_installed: list[tuple[Any, str, Any]] = []
_depth = 0
_guard = _thread.allocate_lock()


def _put(owner: Any, name: str, value: Any) -> None:
    if name in vars(owner):
        _installed.append((owner, name, vars(owner)[name]))
        setattr(owner, name, value)


@contextmanager
def installed() -> Iterator[None]:
    """Keep the patch in place for a ``with`` block; it nests, and may be used from several OS threads."""
    global _depth
    with _guard:
        _depth += 1
        if _depth == 1:
            _install()
    try:
        yield
    finally:
        with _guard:
            _depth -= 1
            if _depth == 0:
                for owner, name, value in reversed(_installed):
                    setattr(owner, name, value)
                _installed.clear()


_bootstrap: Any = importlib._bootstrap
_real_find = _bootstrap._find_and_load
_real_load = _bootstrap._load_unlocked
_importing: list[Any] = []  # the explored worlds that the imports in progress were asked for in


def _import_outside(*args: Any) -> Any:
    """Find and execute a module outside of the scenario that imports it.

    It stays for the schedules that follow, so that a model which it kept, a lock for one, would be of a world that is
    over: ``time.strptime`` imports a module with such a lock on its first call. The import system has locks too.
    """
    world = here.world
    if world is None or world.name != "explored":
        return _real_find(*args)
    _importing.append(world)
    here.world = None
    try:
        return _real_find(*args)
    finally:
        here.world = _importing.pop()


def _load_inside(spec: Any) -> Any:
    """Execute a lab's own module in the scenario after all: it is fresh in every schedule."""
    if here.world is not None or not _importing or not isinstance(spec.loader, loader.Rewriting):
        return _real_load(spec)
    here.world = _importing[-1]
    try:
        return _real_load(spec)
    finally:
        here.world = None


def _install() -> None:
    _watch_for_uncontrolled()
    sched: Any = sys.modules.get("sched")
    for module, name, stand_in in _NAMES:
        getattr(module, name, None)  # concurrent.futures fills its namespace on first use
        _put(module, name, stand_in)
    for name, method in threads.METHODS.items():
        _put(threading.Thread, name, method)
    for name, method in logs.METHODS.items():
        _put(logging.Handler, name, method)
    for name, method in executors.METHODS.items():
        _put(executors.RealExecutor, name, method)
    _put(sys, "breakpointhook", _no_breakpoint)
    _put(_bootstrap, "_find_and_load", _import_outside)
    _put(_bootstrap, "_load_unlocked", _load_inside)
    if sched is not None:  # its clock and its sleep are defaults of its constructor
        _installed.append((sched.scheduler.__init__, "__defaults__", sched.scheduler.__init__.__defaults__))
        sched.scheduler.__init__.__defaults__ = (clock.CLOCKS["monotonic"][1], clock.CLOCKS["sleep"][1])


@contextmanager
def breakpoints() -> Iterator[None]:
    """Let ``breakpoint()`` stop as it does elsewhere, for a schedule that is run on purpose; within :func:`installed`.

    The hook that was there is called itself: a debugger shows the frame that called it.
    """
    kept = sys.breakpointhook
    sys.breakpointhook = next(value for owner, name, value in _installed if (owner, name) == (sys, "breakpointhook"))
    try:
        yield
    finally:
        sys.breakpointhook = kept


def _no_breakpoint(*args: Any, **kwargs: Any) -> Any:
    world = current()
    if world is not None and world.name == "explored":
        raise Uncontrolled(
            "breakpoint() while schedules are explored would stop in each of them. Take it out, run the test, and put "
            "it back to replay the token of the report: synclab replay, or replay(scenario, token), stops there."
        )
    return sys.__breakpointhook__(*args, **kwargs)


# ---- what cannot be controlled ---------------------------------------------------------------------------------------

_UNCONTROLLED = {
    "_thread.start_new_thread": "starts an OS thread behind the scheduler's back",
    "_thread.start_joinable_thread": "starts an OS thread behind the scheduler's back",
    "builtins.input": "waits for the keyboard",
    "socket.connect": "talks to a real socket",
    "socket.bind": "talks to a real socket",
    "socket.getaddrinfo": "talks to a real socket",
    "subprocess.Popen": "starts a process",
    "os.system": "starts a process",
    "os.fork": "starts a process",
    "os.posix_spawn": "starts a process",
    "select": "waits for the operating system, as asyncio's event loop and multiprocessing do",
}
_watching = False


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if event in _UNCONTROLLED:
        _refuse(event)


def _refuse(event: str) -> None:
    world: Any = current()
    if world is not None and world.name == "explored":
        if world.replaying and event == "builtins.input":
            return  # a debugger asks
        world.fault = Uncontrolled(
            f"{event.rsplit('.', 1)[-1]}: the program {_UNCONTROLLED[event]}, which no schedule can control. "
            "Pass the scenario something that stays in memory, or test this part with @stressed."
        )
        raise world.fault


def _guarded(starter: Any) -> Any:
    def start(*args: Any, **kwargs: Any) -> Any:
        _refuse("_thread.start_joinable_thread")
        return starter(*args, **kwargs)

    return start


def _guarded_wait(wait: Any, timeout_at: int) -> Any:
    """Refuse to wait for files and sockets; to look without waiting is no harm.

    Args:
        wait: ``select.select``, or a selector's method.
        timeout_at: the position of its time-out; None or no time-out waits for ever.
    """

    def look(*args: Any, **kwargs: Any) -> Any:
        timeout = kwargs["timeout"] if "timeout" in kwargs else args[timeout_at] if len(args) > timeout_at else None
        if timeout is None or timeout > 0:
            _refuse("select")
        return wait(*args, **kwargs)

    return look


_NAMES.append((select, "select", _guarded_wait(select.select, 3)))
_remember(select.select, _NAMES[-1][2])
for _class in vars(selectors).values():
    if isinstance(_class, type) and issubclass(_class, selectors.BaseSelector) and "select" in vars(_class):
        _NAMES.append((_class, "select", _guarded_wait(vars(_class)["select"], 1)))

# It is threading's own, and its handle goes to no model. It is guarded itself, so that the message names its caller.
for _module, _attribute in ((_thread, "start_joinable_thread"), (threading, "_start_joinable_thread")):
    if hasattr(_module, _attribute):
        _NAMES.append((_module, _attribute, _guarded(getattr(_module, _attribute))))
        _remember(getattr(_module, _attribute), _NAMES[-1][2])


def _watch_for_uncontrolled() -> None:
    # An audit hook can never be taken out again, so it is added once, on the first exploration, and does nothing
    # outside of a scenario.
    global _watching
    if not _watching:
        _watching = True
        sys.addaudithook(_audit)
