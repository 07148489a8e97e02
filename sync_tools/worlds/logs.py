"""Handlers of ``logging`` in the explored world.

One that was made in the scenario has a lock of the scenario's, and what it does is seen as in any other code. One from
before has a real lock, of which the virtual threads know nothing: they all run on one OS thread, so it would keep
nobody out. Nobody may switch while it is held, then. Where the handler is one of the user's own, it is said that its
accesses are not seen.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sync_tools.models import locks
from sync_tools.seams.world import current

_real_acquire = logging.Handler.acquire
_real_release = logging.Handler.release
_real_handle = logging.Handler.handle


def _from_before(handler: logging.Handler) -> Any:
    """The explored world, for a handler whose lock is a real one; else None."""
    world = current()
    if world is None or world.name != "explored" or isinstance(handler.lock, locks.AnyLock):
        return None
    return world


def _acquire(self: logging.Handler) -> None:
    world = _from_before(self)
    if world is None:
        _real_acquire(self)
    else:
        world.quiet += 1


def _release(self: logging.Handler) -> None:
    world = _from_before(self)
    if world is None:
        _real_release(self)
    else:
        world.quiet -= 1


def _handle(self: logging.Handler, record: logging.LogRecord) -> Any:
    world = _from_before(self)
    if world is None:
        return _real_handle(self, record)
    if "_sl_seen" in getattr(type(self).emit, "__globals__", ()):
        world.unseen.add(f"what {type(self).__name__}, a logging handler that was made before the scenario, does")
    world.quiet += 1  # from Python 3.13 on it takes its lock without acquire()
    try:
        return _real_handle(self, record)
    finally:
        world.quiet -= 1


METHODS: dict[str, Callable[..., Any]] = {"acquire": _acquire, "release": _release, "handle": _handle}
