"""threading's own classes, as this Python has them, over the locks of whatever world the caller lives in.

Their text is the standard library's, executed anew with other names around it, so that nothing but locks is modelled:
what a scenario can do with them, it can do with threading.
"""

from __future__ import annotations

import inspect
import threading
from collections import deque
from types import SimpleNamespace
from typing import Any

from sync_tools.seams.world import current


def _now() -> float:
    world = current()
    assert world is not None
    return world.peek()


def their_classes() -> Any:
    """A namespace with Condition, Event, Semaphore, BoundedSemaphore and Barrier. Made outside of a scenario."""
    names: dict[str, Any] = {
        "__name__": "their_classes",
        "Lock": lambda: threading.Lock(),  # looked up at each call: in a scenario that is the world's
        "RLock": lambda: threading.RLock(),
        "_allocate_lock": lambda: threading.Lock(),
        "_deque": deque,
        "_time": _now,
        "BrokenBarrierError": threading.BrokenBarrierError,
    }
    made = {}
    for kind in ("Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier"):
        exec(compile(inspect.getsource(getattr(threading, kind)), f"<their {kind}>", "exec"), names)
        made[kind] = names[kind]
    return SimpleNamespace(**made)
