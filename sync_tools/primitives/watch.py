"""Whether anybody watches the faces: a recording, or a scenario's world.

A service that uses the instrumented primitives should hardly pay for them, so there are three paths. While nobody
watches, :data:`on` is False, every operation goes straight to the inner ``threading`` object, and a ``with`` statement
does not even run Python code (:class:`Shortcut`). While exactly one recording is open and no scenario has run,
:data:`jot` is there to be called, and ``with`` statements of locks use :mod:`sync_tools.primitives.fast`. Else each
operation asks which world its thread lives in, and who records.

Only ``__enter__`` and ``__exit__`` are exchanged in the classes: bound methods with other names are kept by programs.
"""

from __future__ import annotations

from _thread import RLock as _NativeRLock  # never a world's stand-in, and safe to re-enter from a signal handler
from collections.abc import Callable
from operator import attrgetter
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sync_tools.seams import world as seam

if TYPE_CHECKING:
    from sync_tools.primitives.record import Full, Sink


on = False
"""True while operations must look for a world or a recording. Invariant: ``on == (worlds_seen or bool(logs))``."""

logs: tuple[Sink, ...] = ()
"""Where entries go: the rings of the open recordings. Replaced as a whole, never changed: readers need no lock."""

Jot = Callable[..., "Full"]  # the arguments of record.note
jot: Jot | None = None
"""Appends one entry where that is all there is to do: one recording is open, and no scenario has run. Else None."""
jot_two: Jot | None = None
"""The same for an entry that stands for two records. Invariant: None when :data:`jot` is."""

since = 0.0
"""When the first of the open recordings began (``time.perf_counter()``): from then on no operation went unrecorded."""

worlds_seen = False
Method = Callable[..., Any]
Maker = Callable[["Sink"], "tuple[dict[str, Method], Callable[[], None]]"]


class Shortcut(property):
    """A method whose lookup on an instance gives the inner object's own bound method, without a Python frame.

    Measured: a ``with`` pair through this costs 0.9 to 1.3 times a bare ``threading.Lock``; through two small Python
    methods that look for a world it costs 2.0 to 2.5 times as much. It is a ``property`` because only those are looked
    up in C and may still be called on the class, which is what ``contextlib.ExitStack`` does.
    """

    def __init__(self, slot: str, method: Callable[..., Any]) -> None:
        super().__init__(attrgetter(slot))
        self.method = method
        self.__doc__ = method.__doc__

    def __call__(self, face: Any, *args: Any) -> Any:
        return self.method(face, *args)


class _Face(NamedTuple):
    """A class of primitives, and its ``__enter__`` and ``__exit__`` in their forms."""

    face: type
    general: dict[str, Method]
    short: dict[str, Shortcut]
    fast: Maker | None


_changing = _NativeRLock()
_faces: list[_Face] = []
_retire: list[Callable[[], None]] = []  # what the present fast forms want to be told when they are no longer used


def speed_up(face: type, shortcuts: dict[str, str], fast: Maker | None = None) -> None:
    """Let `face`'s methods, as they stand in the class, be used only where they must.

    Args:
        face: the class.
        shortcuts: for a method, the slot that holds the inner object's own: looked up while nobody watches.
        fast: makes the methods that are used while a single recording is open, from where that appends to.
    """
    general = {name: face.__dict__[name] for name in shortcuts}
    short = {name: Shortcut(slot, general[name]) for name, slot in shortcuts.items()}
    with _changing:
        _faces.append(_Face(face, general, short, fast))
        _switch()


def open_log(sink: Sink) -> None:
    """Let every operation be appended to `sink`, too."""
    global logs, since
    with _changing:
        if not logs:
            since = perf_counter()
        logs = (*logs, sink)
        _switch()


def close_log(sink: Sink) -> None:
    """Stop appending to `sink`."""
    global logs
    with _changing:
        logs = tuple(other for other in logs if other is not sink)
        _switch()


def expect_worlds() -> None:
    """A scenario runs in this process: from now on every operation asks for the caller's world."""
    global worlds_seen
    with _changing:
        worlds_seen = True
        _switch()


def _switch() -> None:
    global on, jot, jot_two
    watched = worlds_seen or bool(logs)
    if watched:  # the flag first when it rises, last when it falls: nobody may miss a record for want of it
        on = True
    alone = logs[0] if len(logs) == 1 and not worlds_seen else None
    jot, jot_two = (None, None) if alone is None else make_jots(alone)
    retired, _retire[:] = _retire[:], []
    for face, general, short, fast in _faces:
        methods: dict[str, Any] = {**general} if watched else {**short}
        if alone is not None and fast is not None:
            methods, retire = fast(alone)
            _retire.append(retire)
        for name, method in methods.items():
            if face.__dict__[name] is not method:
                setattr(face, name, method)
    for retire in retired:
        retire()
    on = watched


adopted = False
"""True once a program's own locks are instrumented: then more of the standard library takes locks for the user."""

make_jots: Callable[[Sink], tuple[Jot | None, Jot | None]] = lambda sink: (None, None)  # noqa: E731  # the record's


def _tell_when_a_world_opens() -> None:
    """Call :func:`expect_worlds` the first time that any thread enters a world.

    Asking the thread-local `here` at each operation would double the price of a lock in programs that never run a
    scenario. So its first assignment is caught instead; after that nothing is left in the way.
    """
    kind = type(seam.here)

    def enter(self: Any, name: str, value: Any) -> None:
        super(kind, self).__setattr__(name, value)
        if value is not None:
            expect_worlds()
            if kind.__dict__.get("__setattr__") is enter:
                del kind.__setattr__

    kind.__setattr__ = enter  # type: ignore[method-assign]


if seam.current() is not None:
    expect_worlds()
else:
    _tell_when_a_world_opens()
