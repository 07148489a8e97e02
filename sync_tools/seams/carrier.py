"""The carrier of virtual threads: greenlet.

greenlet was chosen because a switch costs well under a microsecond, it is maintained, has wheels for every supported
Python on Linux, macOS and Windows, and gives each greenlet its own ``contextvars`` context, as threads have.
Nothing else in the kit imports it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from greenlet import getcurrent, greenlet

from sync_tools.words.errors import Unwind

# A bare ``except:`` in a loop can swallow the unwinding for ever; after this many tries the thread is let go.
UNWIND_TRIES = 5
MOST_IDLE = 64


class _Idle(threading.local):
    """Carriers that wait for work, of one OS thread: a new one costs nine times as much as one that is used again."""

    def __init__(self) -> None:
        self.carriers: list[Carrier] = []


_idle = _Idle()


class Carrier(greenlet):
    """Runs one body after the other.

    Attributes:
        body: what it runs, or None while it is idle.
        home: the carrier to which it switches when a body ends.
    """

    body: Callable[[], None] | None = None
    home: Any = None

    def run(self) -> None:
        """Run a body, go home, and wait for the next."""
        while self.body is not None:
            self.body()
            self.body = None
            idle = _idle.carriers
            if len(idle) < MOST_IDLE:
                idle.append(self)
                self.home.switch()


def hub() -> Any:
    """The carrier of the caller, to which finished threads return."""
    return getcurrent()


def make(body: Callable[[], None], home: Any) -> Any:
    """A carrier that runs `body` on the first ``switch()``, in a fresh context, and goes to `home` when it ends."""
    idle = _idle.carriers
    if idle:
        carrier = idle.pop()
        carrier.gr_context = None
    else:
        carrier = Carrier()
    carrier.parent = home
    carrier.body = body
    carrier.home = home
    return carrier


def frame_of(carrier: Any) -> FrameType | None:
    """The innermost frame of what a suspended carrier runs; None when it runs nothing."""
    return carrier.gr_frame  # type: ignore[no-any-return]


def unwind(carrier: Any, home: Any) -> bool:
    """Make a suspended carrier leave the user's code.

    Returns:
        False when the code swallowed the unwinding and the carrier had to be given up.
    """
    for _ in range(UNWIND_TRIES):
        if carrier.dead or carrier.body is None:
            return True
        carrier.parent = carrier.home = home
        carrier.throw(Unwind)
    return bool(carrier.dead or carrier.body is None)
