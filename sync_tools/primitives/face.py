"""What all faces share: the inner object, the stand-in of the current world, the name.

A face looks like its namesake in ``threading`` and hands each operation to an inner object, made by calling the
``threading`` module when the face is made. Inside of a scenario that call yields the world's own model; a face made
earlier asks the world for its stand-in. Either way one operation of a face is one operation of the inner object.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar

from sync_tools.primitives import record, watch
from sync_tools.primitives.looks import seen
from sync_tools.primitives.tag import ELSEWHERE, Mark, mark_of, name_of, new_mark
from sync_tools.seams.world import World, here


class Name:
    """The name given at construction, else what it is bound to, else where it was made ("bank.py:12").

    It is no ``property``, because a subclass may have a ``self.name`` of its own, as it may with ``threading``'s.
    """

    def __get__(self, face: Face | None, kind: type | None = None) -> str:
        return self if face is None else name_of(face._sl_mark)  # type: ignore[return-value]


class Face:
    """Base class of the instrumented primitives; not for direct use.

    What is private to the kit begins with ``_sl_``, for programs derive classes of theirs from ``threading``'s, and
    those have private names of their own.
    """

    __slots__ = ("__weakref__", "_sl_inner", "_sl_mark")

    kind: ClassVar[str] = ""
    _sl_own: ClassVar[type[Face]]  # the kit's own class, for it and for subclasses of the user's
    _sl_inner: Any
    _sl_mark: Mark

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Tell the kit's own classes from the user's."""
        super().__init_subclass__(**kwargs)
        if cls.__module__.startswith(f"{__package__}."):
            cls._sl_own = cls

    def _sl_set_up(self, inner: Any, name: str | None) -> None:
        """Take `inner`; called by a face's ``__init__``, whose caller made the face."""
        self._sl_inner = inner
        frame = sys._getframe(2)
        own = self._sl_own  # its `kind`, for a subclass may mean something else by that
        if type(self) is not own or frame.f_code.co_name in ELSEWHERE:
            self._sl_mark = mark_of(self, own, name, frame)
        else:
            self._sl_mark = new_mark(own.kind, name, frame)
        if name is not None:
            _label(inner, self._sl_mark[2])

    def _sl_at(self, world: World | None) -> Any:
        """The inner object for a thread of `world`."""
        if world is None:
            return self._sl_inner
        inner = world.twin(self._sl_inner)
        if inner is not self._sl_inner:
            name = self._sl_name
            if name is not None and getattr(inner, "_sl_name", name) is None:
                _label(inner, name)
        return inner

    def _sl_now(self) -> Any:
        """The inner object for the calling thread."""
        return self._sl_at(here.world) if watch.on else self._sl_inner

    name = Name()

    @property
    def _sl_name(self) -> str | None:
        """The given name, else the variable or attribute that rewritten code first bound this to, else None."""
        return self._sl_mark[2] or self._sl_mark[3]

    @_sl_name.setter
    def _sl_name(self, name: str | None) -> None:
        serial, kind, given, _, code, offset, binding = self._sl_mark
        self._sl_set_mark((serial, kind, given, name, code, offset, binding))
        if given is None:
            _label(self._sl_inner, name)

    def _sl_set_mark(self, mark: Mark) -> None:
        self._sl_mark = mark

    def __reduce_ex__(self, protocol: Any) -> Any:
        kind = type(self)
        state = getattr(kind, "__getstate__", None)  # from Python 3.11 on object has one
        if kind.__reduce__ is object.__reduce__ and state is getattr(object, "__getstate__", None):
            raise TypeError(f"cannot pickle {kind.__qualname__!r} object")
        return super().__reduce_ex__(protocol)  # the subclass says how

    def __dir__(self) -> list[str]:
        inside = dir(getattr(self, "_sl_inner", None))
        return sorted({*super().__dir__(), *(name for name in inside if not name.startswith("__"))})

    def __repr__(self) -> str:
        """What it is, what it is called and how it stands, as far as that is known. It never waits and never raises."""
        kind = type(self)
        title = f"sync_tools.{kind.kind}" if kind is self._sl_own else f"{kind.__module__}.{kind.__qualname__}"
        try:
            before, after = self._sl_looks(title, seen(self._sl_inner))
            name = f" {name_of(self._sl_mark)!r}"
        except Exception:  # it is half made, or somebody is just changing it: what can be said is said
            before, name, after = title, "", "state unknown" if hasattr(self, "_sl_mark") else "not initialized"
        return f"<{before} at {id(self):#x}{name}{after and f': {after}'}>"

    def _sl_looks(self, title: str, inner: Any) -> tuple[str, str]:
        """What a repr says before the address, and what after the name.

        Args:
            title: the class.
            inner: the inner object, which must not be operated on: in an explored world that might switch threads.
        """
        raise NotImplementedError

    if not TYPE_CHECKING:  # hidden from type checkers, which shall go on to catch misspelt methods

        def __getattr__(self, name):
            """What else the inner object has: ``_at_fork_reinit``, ``_value``, names of older or newer Pythons."""
            # Not constructed (yet): looking into the inner object would never end.
            if name in ("_sl_inner", "_sl_mark"):
                raise AttributeError(name)
            try:
                return getattr(self._sl_now(), name)
            except AttributeError:
                raise AttributeError(f"{type(self).__qualname__!r} object has no attribute {name!r}") from None


def overrides(face: Face, base: type, method: str) -> bool:
    """True when `face` is of a class that has a `method` of its own, instead of that of `base`."""
    return next(kind for kind in type(face).__mro__ if method in kind.__dict__) is not base


def _label(inner: Any, name: str | None) -> None:
    with suppress(AttributeError):  # a real lock takes no attributes; only a world's model has a use for the name
        inner._sl_name = name


def acquire(
    inner: Callable[..., Any],
    mark: Mark,
    frame: FrameType,
    *args: Any,
    forever: bool,
    try_first: bool,
    holder: Any = None,
    entering: bool = False,
    **kwargs: Any,
) -> Any:
    """Acquire and record it.

    Args:
        inner: the inner object's ``acquire``.
        mark: whose acquisition it is.
        frame: the caller's frame.
        args, kwargs: passed to `inner`, unchecked, so that its own errors come out.
        forever: it waits as long as it takes.
        try_first: it may be tried without waiting, which tells whether there was contention and saves an entry.
            Never in an explored world, where each inner operation is a scheduling point.
        holder: keeps the entry of the acquisition in its ``_sl_taken``.
        entering: `inner` is an ``__enter__``, so whatever it returns is no refusal.

    Returns:
        What `inner` returned.
    """
    if forever and try_first:
        if inner(False):
            taken = record.note(record.TAKEN, mark, frame)
            if holder is not None:
                holder._sl_taken = taken
            return True
        record.note(record.REQUEST, mark, frame)
    else:
        record.note(record.ASKED if forever else record.ASKED_IN_TIME, mark, frame)
    waiting = [] if holder is None else holder._sl_waiting
    me = get_ident()
    waiting.append(me)
    try:
        got = inner(*args, **kwargs)
    except BaseException as error:
        record.note(record.REFUSED if isinstance(error, Exception) else record.INTERRUPTED, mark, frame)
        raise
    finally:
        waiting.remove(me)
    if got or got is None or entering:  # locks of the user's own may return nothing
        taken = record.note(record.ACQUIRED if forever else record.ACQUIRED_IN_TIME, mark, frame)
        if holder is not None:
            holder._sl_taken = taken
    else:
        timed = (args[0] if args else kwargs.get("blocking", True)) and not forever
        record.note(record.TIMED_OUT if timed else record.REFUSED, mark, frame)
    return got


def release(
    inner: Callable[..., Any],
    mark: Mark,
    frame: FrameType,
    *args: Any,
    happening: str = record.RELEASED,
    taken: record.Full | None = None,
) -> Any:
    """Do and record a release, or another wake-up of others, so that nobody is seen to profit from it earlier.

    Args:
        inner: does it.
        mark: of the primitive.
        frame: the caller's frame.
        args: passed to `inner`.
        happening: what is done.
        taken: the entry of the acquisition that this ends, where that is known.
    """
    if record.explored():
        result = inner(*args)
        record.note(happening, mark, frame, taken)
        return result
    record.note(happening, mark, frame, taken)
    try:
        return inner(*args)
    except Exception:  # not held, or over the bound: the entry just made is taken back by this one
        record.note(record.REFUSED, mark, frame)
        raise
