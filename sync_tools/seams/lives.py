"""Who is told of threads' lives, in whichever world: the record, once one has been kept."""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
TELLS = "_sl_tells"  # an attribute of functions that tell the watcher


class Watcher(Protocol):
    """What wants to know when threads start, are joined and end."""

    def starts(self, thread: Any, frame: FrameType) -> None:
        """The calling thread is about to start `thread`, in `frame`."""

    def joined(self, thread: Any, frame: FrameType, seconds: float) -> None:
        """The calling thread has seen, in `frame`, after waiting for `seconds`, that `thread` has ended."""

    def ended(self, thread: Any) -> None:
        """A world's thread has ended."""


watcher: Watcher | None = None


def tells(method: F) -> F:
    """Mark a method of ``threading.Thread`` as one that tells the watcher."""
    setattr(method, TELLS, True)
    return method
