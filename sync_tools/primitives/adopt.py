"""Adoption: instrumented classes under ``threading``'s own names, for programs that have never heard of the kit.

Whoever says ``threading.Lock()`` then gets an instrumented lock: the program, and ``queue``, ``concurrent.futures``,
``logging`` and whatever else of the standard library is written over ``threading``. The classes below stand for their
namesakes in all that programs do with those: they are called, subclassed, and asked about with ``isinstance``. What
``threading`` makes for its own use (a Thread's event, a Barrier's inner condition) and what the kit makes stays real.
"""

from __future__ import annotations

import functools
import sys
import threading
from _thread import RLock as _NativeRLock
from abc import ABCMeta
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any

from sync_tools.primitives import barrier, condition, event, lock, semaphore, watch
from sync_tools.primitives.face import Face
from sync_tools.seams import real
from sync_tools.seams.world import here
from sync_tools.words.errors import UserError

_KIT = "sync_tools."
_INSIDE = vars(threading)


def instrument_threading() -> None:
    """Put the instrumented classes under ``threading``'s names, for all threads, until :func:`restore_threading`.

    It nests: only the first call changes anything, and only the last :func:`restore_threading` undoes that. Objects
    made before stay real and go on working beside the new ones. ``from threading import Lock`` in a module that is
    imported already still gives real locks.

    Raises:
        UserError: something else than the standard library's own stands under one of the names: another package has
            replaced it (gevent does), or a scenario runs.
    """
    global _depth
    with _changing:
        if not _depth:
            for name in real.adopted:
                if getattr(threading, name) is not getattr(real, name):
                    raise UserError(
                        f"threading.{name} is not the standard library's own, so its use cannot be recorded: another "
                        "package has replaced it, or a scenario runs. Adopt threading before that."
                    )
            for name, instrumented in real.adopted.items():
                setattr(threading, name, instrumented)
            watch.adopted = True
        _depth += 1


def restore_threading() -> None:
    """Undo :func:`instrument_threading`. Objects made in between stay instrumented.

    Raises:
        UserError: there is nothing to undo.
    """
    global _depth
    with _changing:
        if not _depth:
            raise UserError("restore_threading(): threading is not instrumented")
        _depth -= 1
        if not _depth:
            for name, instrumented in real.adopted.items():
                if getattr(threading, name) is instrumented:  # else somebody has replaced it since
                    setattr(threading, name, getattr(real, name))


_depth = 0
_changing = _NativeRLock()


# ---- what the classes have in common ---------------------------------------------------------------------------------


class _Adopted(ABCMeta):
    """The type of the classes that stand under ``threading``'s names, and of the program's own subclasses of them.

    It derives from ABCMeta so that a subclass may inherit from an abstract class as well.
    """

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], **kwargs: Any) -> Any:
        """Make a class. One that uses a private name of those here is derived from the real ones instead."""
        if "_sl_real" not in space and _clashes(bases, space):
            plain = tuple(base.__dict__.get("_sl_type", base) for base in bases)
            if plain != bases:
                return type(name, plain, space, **kwargs)
        return super().__new__(mcs, name, bases, space, **kwargs)

    def __subclasscheck__(cls, subclass: type) -> bool:
        # Real ones count too: there are objects that were made, and classes that were derived, before the adoption.
        kind = cls.__dict__.get("_sl_type")
        return (kind is not None and issubclass(subclass, kind)) or super().__subclasscheck__(subclass)

    def __getattribute__(cls, name: str) -> Any:
        """A class's attribute; ``threading.Event.set(self)`` does for real ones what it does in their own class."""
        value = super().__getattribute__(name)
        if type(value) is FunctionType and not name.startswith("_"):
            kind = super().__getattribute__("__dict__").get("_sl_type")
            if kind in super().__getattribute__("__mro__"):
                return _either(value, getattr(kind, name, value))
        return value


def _either(ours: Callable[..., Any], theirs: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(ours)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return (ours if isinstance(self, Face) else theirs)(self, *args, **kwargs)

    return call


def _clashes(bases: Iterable[type], space: dict[str, Any]) -> bool:
    """True when the body of a class defines or uses a private name of ``threading``'s classes.

    It works on what is inside, as ``multiprocessing``'s Barrier does.
    """
    private = {
        name
        for base in bases
        for kind in base.__mro__
        if kind.__module__ == "threading"
        for name in vars(kind)
        if name.startswith("_") and not name.startswith(("__", "_sl_"))
    }
    return not private.isdisjoint(space) or any(
        not private.isdisjoint(code.co_names) for value in space.values() for code in _codes(value)
    )


def _codes(value: Any) -> Iterator[CodeType]:
    """The code of a method, or of a property's methods, with all functions in it."""
    methods = (value.fget, value.fset, value.fdel) if isinstance(value, property) else (value,)
    waiting = [getattr(getattr(method, "__func__", method), "__code__", None) for method in methods]
    while waiting:
        code = waiting.pop()
        if isinstance(code, CodeType):
            yield code
            waiting += code.co_consts


def _new(cls: type, *args: Any, **kwargs: Any) -> Any:
    """``__new__`` of all: an instrumented object, but a real one where the program is not who asks for it.

    Inside of a scenario the world's model, which code that holds the real class gets there, too.
    """
    make = cls.__dict__.get("_sl_real")
    if make is None:
        mro = iter(cls.__mro__)  # of a program's subclass: whose __new__ would come after threading's classes?
        any("_sl_real" in kind.__dict__ for kind in mro)
        later = next(kind for kind in mro if "__new__" in kind.__dict__ and "_sl_real" not in kind.__dict__)
        return object.__new__(cls) if later is object else later.__new__(cls, *args, **kwargs)
    if here.world is not None:
        model = getattr(threading, cls.__name__)
        if model is not cls:
            return model(*args, **kwargs)
    space = sys._getframe(1).f_globals
    if space is _INSIDE or str(space.get("__name__")).startswith(_KIT):
        return make(*args, **kwargs)
    return object.__new__(cls)


def _forward(name: str) -> property:
    """A property for a private attribute of ``threading``'s: whoever sets it means the inner object's."""

    def get(face: Any) -> Any:
        return getattr(face._sl_now(), name)

    def put(face: Any, value: Any) -> None:
        setattr(face._sl_now(), name, value)

    return property(get, put)


# ---- the classes -----------------------------------------------------------------------------------------------------

# _sl_real: what makes the real ones. _sl_type: what they are. The constructors are threading's: no `name`. A class that
# was derived from a real one before the adoption may call them, too, by "threading.Event.__init__(self)".


class Lock(lock.Lock, metaclass=_Adopted):
    """``threading.Lock``, instrumented."""

    __slots__ = ()
    __module__ = "threading"
    _sl_real = real.Lock
    _sl_type = real.LockType
    __new__ = _new

    def __init__(self) -> None:
        super().__init__()


class RLock(lock.RLock, metaclass=_Adopted):
    """``threading.RLock``, instrumented."""

    __slots__ = ()
    __module__ = "threading"
    _sl_real = real.RLock
    _sl_type = real.RLockType
    __new__ = _new

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            real.RLock(*args, **kwargs)  # most versions take any, the latest warn, and soon it will be an error
        super().__init__()


class Condition(condition.Condition, real.Condition, metaclass=_Adopted):
    """``threading.Condition``, instrumented."""

    __slots__ = ()
    __module__ = "threading"
    _sl_real = _sl_type = real.Condition
    __new__ = _new

    def __init__(self, lock: Any = None) -> None:
        if isinstance(self, Face):
            super().__init__(lock)
        else:
            real.Condition.__init__(self, lock)


class Event(event.Event, real.Event, metaclass=_Adopted):
    """``threading.Event``, instrumented."""

    __slots__ = ()
    __module__ = "threading"
    _sl_real = _sl_type = real.Event
    __new__ = _new

    def __init__(self) -> None:
        if isinstance(self, Face):
            super().__init__()
        else:
            real.Event.__init__(self)


class Semaphore(semaphore.Semaphore, real.Semaphore, metaclass=_Adopted):  # type: ignore[misc]
    """``threading.Semaphore``, instrumented."""

    __slots__ = ()
    __module__ = "threading"
    _sl_real = _sl_type = real.Semaphore
    __new__ = _new

    def __init__(self, value: int = 1) -> None:
        if isinstance(self, Face):
            super().__init__(value)
        else:
            real.Semaphore.__init__(self, value)


class BoundedSemaphore(semaphore.BoundedSemaphore, Semaphore, real.BoundedSemaphore):  # type: ignore[misc]
    """``threading.BoundedSemaphore``, instrumented."""

    __slots__ = ()
    __module__ = "threading"
    _sl_real = _sl_type = real.BoundedSemaphore


class Barrier(barrier.Barrier, real.Barrier, metaclass=_Adopted):
    """``threading.Barrier``, instrumented."""

    __slots__ = ()
    __module__ = "threading"
    _sl_real = _sl_type = real.Barrier
    __new__ = _new

    def __init__(self, parties: int, action: Callable[[], None] | None = None, timeout: float | None = None) -> None:
        if isinstance(self, Face):
            super().__init__(parties, action, timeout)
        else:
            real.Barrier.__init__(self, parties, action, timeout)


for _made in (Lock, RLock, Condition, Event, Semaphore, BoundedSemaphore, Barrier):
    real.adopted[_made.__name__] = _made
for _sample in (real.Condition(), real.Event(), real.Semaphore(), real.BoundedSemaphore(), real.Barrier(1)):
    for _attribute in vars(_sample):
        if _attribute.startswith("_"):
            setattr(real.adopted[type(_sample).__name__], _attribute, _forward(_attribute))
