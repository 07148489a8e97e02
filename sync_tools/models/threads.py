"""``threading.Thread`` in a scenario. The class itself stays (programs subclass it); its methods ask for the world.

The standard library starts threads differently from version to version, so nothing of its own machinery is used here.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sync_tools.seams import lives
from sync_tools.seams.world import current
from sync_tools.words.operations import SYNC, THREADS, identity

RealThread = threading.Thread
RealLocal = threading.local

# The real methods, as they were when the kit was imported.
_real = {
    name: RealThread.__dict__[name]
    for name in ("__init__", "start", "join", "is_alive", "ident", "native_id", "daemon", "__repr__", "setDaemon")
    if name in RealThread.__dict__
}
real_current_thread = threading.current_thread
real_get_ident = threading.get_ident
real_enumerate = threading.enumerate
real_main_thread = threading.main_thread


class ThreadState:
    """What a world knows of a thread, kept on the ``threading.Thread`` as ``_sl_state``.

    Attributes:
        world: the world that the thread was made in.
        status: "new", "started" or "ended"; never goes back.
        ident: its identity once it has started.
        worker: it does an executor's tasks; the interpreter waits for these at its exit, whether it is a daemon or not.
    """

    __slots__ = ("daemon", "handle", "ident", "status", "worker", "world")

    def __init__(self, world: Any, daemon: bool) -> None:
        self.world = world
        self.status = "new"
        self.ident: int | None = None
        self.daemon = daemon
        self.worker = False
        self.handle: Any = None

    def is_not_running(self) -> bool:
        """The guard of a join. (One on a thread that was not started does not wait: it is an error.)"""
        return self.status != "started"

    def has_ended(self) -> bool:
        """The guard of a join on one that may not have started yet."""
        return self.status == "ended"

    def joined(self) -> None:
        """The effect of a join."""
        if self.status == "new":
            raise RuntimeError("cannot join thread before it is started")


def state_of(thread: Any) -> ThreadState | None:
    """The state of a thread that was made in a scenario; None for a real one."""
    state: ThreadState | None = thread.__dict__.get("_sl_state")
    return state


def thread_init(
    self: Any,
    group: None = None,
    target: Any = None,
    name: str | None = None,
    args: Iterable[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    daemon: bool | None = None,
    **later: Any,
) -> None:
    """``Thread.__init__``; `later` takes what newer Pythons added (``context=``)."""
    world = current()
    if world is None:
        _real["__init__"](self, group, target, name, args, kwargs, daemon=daemon, **later)
        return
    assert group is None, "group argument must be None for now"
    number = world.next_thread_number()
    if name is None:
        name = f"Thread-{number}" + (f" ({getattr(target, '__name__', '?')})" if target is not None else "")
    self._target = target
    self._name = str(name)
    self._args = args
    self._kwargs = {} if kwargs is None else kwargs
    if daemon is None:
        daemon = bool(getattr(world.thread(), "daemon", False))
    self._sl_state = ThreadState(world, daemon)
    self._initialized = True
    self._daemonic = daemon


@lives.tells
def thread_start(self: Any) -> None:
    """``Thread.start``."""
    state = self.__dict__.get("_sl_state")
    world = current()
    if state is None and world is not None and getattr(self, "_initialized", False):
        state = world.adopt(self)
    if state is None:
        _real["start"](self)
        return
    if state.status != "new":
        raise RuntimeError("threads can only be started once")
    if lives.watcher is not None:
        lives.watcher.starts(self, sys._getframe(1))
    state.world.start(self)


@lives.tells
def thread_join(self: Any, timeout: float | None = None) -> None:
    """``Thread.join``."""
    state = self.__dict__.get("_sl_state")
    if state is None:
        _real["join"](self, timeout)
        return
    world: Any = current()
    if state.status == "new" and world is None:
        raise RuntimeError("cannot join thread before it is started")
    if world is not state.world:
        return  # its world is over, and so is the thread
    if timeout is not None:
        timeout = max(timeout, 0.0)
    _join(self, state, state.is_not_running, timeout, _not_running)


def join_when_started(thread: Any) -> None:
    """Wait for the end of a thread that may only be about to start."""
    state = state_of(thread)
    if state is not None and current() is state.world:
        _join(thread, state, state.has_ended, None, _ended)


def _join(
    thread: Any, state: ThreadState, ready: Callable[[], bool], timeout: float | None, fits: Callable[[Any], bool]
) -> None:
    world = state.world
    if world.thread() is thread:
        raise RuntimeError("cannot join current thread")
    began = 0.0 if lives.watcher is None else world.peek()
    world.perform("join", thread, state.joined, ready, timeout, "R", fits=fits)
    if lives.watcher is not None and state.status == "ended":
        lives.watcher.joined(thread, sys._getframe(2), world.peek() - began)


def _not_running(status: str) -> bool:
    return status != "started"


def _ended(status: str) -> bool:
    return status == "ended"


def thread_is_alive(self: Any) -> bool:
    """``Thread.is_alive``."""
    state: Any = self.__dict__.get("_sl_state")
    if state is None:
        return bool(_real["is_alive"](self))
    world: Any = current()
    if world is not state.world:
        return False
    return bool(world.perform("is_alive", self, lambda: state.status == "started", mode="R"))


def _ident(self: Any) -> int | None:
    state = self.__dict__.get("_sl_state")
    if state is None:
        return _real["ident"].__get__(self)  # type: ignore[no-any-return]
    return state.ident  # type: ignore[no-any-return]


def _native_id(self: Any) -> int | None:
    state = self.__dict__.get("_sl_state")
    if state is None:
        return _real["native_id"].__get__(self)  # type: ignore[no-any-return]
    return state.ident  # type: ignore[no-any-return]


def _get_daemon(self: Any) -> bool:
    state = self.__dict__.get("_sl_state")
    return bool(_real["daemon"].__get__(self) if state is None else state.daemon)


def _set_daemon(self: Any, daemonic: bool) -> None:
    state = self.__dict__.get("_sl_state")
    if state is None:
        _real["daemon"].__set__(self, daemonic)
        return
    if state.status != "new":
        raise RuntimeError("cannot set daemon status of active thread")
    state.daemon = self._daemonic = daemonic


def _repr(self: Any) -> str:
    state = self.__dict__.get("_sl_state")
    if state is None:
        return str(_real["__repr__"](self))
    status = {"new": "initial", "started": "started", "ended": "stopped"}[state.status]
    return f"<{type(self).__name__}({self._name}, {status}{' daemon' if state.daemon else ''})>"


METHODS: dict[str, Any] = {
    "__init__": thread_init,
    "start": thread_start,
    "join": thread_join,
    "is_alive": thread_is_alive,
    "ident": property(_ident),
    "native_id": property(_native_id),
    "daemon": property(_get_daemon, _set_daemon),
    "setDaemon": _set_daemon,
    "__repr__": _repr,
}


def current_thread() -> threading.Thread:
    """``threading.current_thread``."""
    world = current()
    return real_current_thread() if world is None else world.thread()


def get_ident() -> int:
    """``threading.get_ident``."""
    world = current()
    return real_get_ident() if world is None else world.ident()


def main_thread() -> threading.Thread:
    """``threading.main_thread``."""
    world: Any = current()
    return real_main_thread() if world is None else world.main()


def enumerate_threads() -> list[threading.Thread]:
    """``threading.enumerate``."""
    world: Any = current()
    return real_enumerate() if world is None else _running(world)


def _running(world: Any) -> list[threading.Thread]:
    """Who runs, as one visible operation: the start or the end of any of them changes the answer."""
    others = tuple(((identity(thread), SYNC), "R") for thread in world.alive() if thread is not world.main())
    others = (*others, (THREADS, "R"))  # who is not there yet counts as well
    return list(world.perform("enumerate", world.main(), world.alive, mode="R", also=others))


def active_count() -> int:
    """``threading.active_count``."""
    return len(enumerate_threads())


def new_thread_starter(real: Callable[..., int]) -> Callable[..., int]:
    """``_thread.start_new_thread``: a thread without an object of its own, as a daemon of the calling thread's world.

    Args:
        real: what starts one outside of a scenario, and complains about wrong arguments in this Python's words.
    """

    def start_new_thread(*args: Any) -> int:
        world = current()
        if world is None or not _may_start(*args):
            return real(*args)
        function, positional, keywords = (*args, {})[:3]
        thread = RealThread(target=function, args=positional, kwargs=keywords, daemon=True)
        thread.start()
        return thread.ident  # type: ignore[return-value]

    return start_new_thread


def _may_start(*args: Any) -> bool:
    return (
        len(args) in (2, 3)
        and callable(args[0])
        and isinstance(args[1], tuple)
        and (len(args) == 2 or isinstance(args[2], dict))
    )


def thread_counter(real: Callable[[], int]) -> Callable[[], int]:
    """``_thread._count``: how many threads run besides the main one."""

    def count() -> int:
        world: Any = current()
        if world is None:
            return real()
        return sum(thread is not world.main() for thread in _running(world))

    return count


class Local:
    """A model of ``threading.local``: one namespace a thread of the world."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if current() is None:
            return RealLocal() if cls is Local else RealLocal.__new__(RealLocal)
        if (args or kwargs) and cls.__init__ is Local.__init__:
            raise TypeError("Initialization arguments are not supported")
        self = object.__new__(cls)
        object.__setattr__(self, "_sl_spaces", {})
        object.__setattr__(self, "_sl_arguments", (args, kwargs))
        return self

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def _sl_space(self) -> dict[str, Any]:
        """The calling thread's namespace; a subclass' ``__init__`` runs once in each thread, as in the real one."""
        world = current()
        assert world is not None
        spaces = object.__getattribute__(self, "_sl_spaces")
        ident = world.ident()
        space: dict[str, Any] | None = spaces.get(ident)
        if space is None:
            first = not spaces
            space = spaces[ident] = {}
            if not first and type(self).__init__ is not Local.__init__:
                args, kwargs = object.__getattribute__(self, "_sl_arguments")
                type(self).__init__(self, *args, **kwargs)
        return space

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_sl_"):
            return object.__getattribute__(self, name)
        space = Local._sl_space(self)
        if name == "__dict__":
            return space
        if name in space:
            return space[name]
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        Local._sl_space(self)[name] = value

    def __delattr__(self, name: str) -> None:
        space = Local._sl_space(self)
        if name not in space:
            raise AttributeError(name)
        del space[name]
