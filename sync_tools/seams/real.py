"""The standard library's own synchronization classes, whatever stands under ``threading``'s names now.

Two things of the kit stand there at times: a scenario's world, and the instrumented classes of an adopted program. Each
must find the real ones beneath, whichever came first and whichever is imported first. So they are looked up here, once,
and everything that goes under ``threading``'s names imports this module before it does.
"""

from __future__ import annotations

import _thread
import threading
from typing import Any

Lock = threading.Lock
RLock = threading.RLock
Condition = threading.Condition
Event = threading.Event
Semaphore = threading.Semaphore
BoundedSemaphore = threading.BoundedSemaphore
Barrier = threading.Barrier

# The types of what the first two make: they are functions, in most versions.
LockType: type = _thread.LockType
RLockType: type = type(RLock())

adopted: dict[str, Any] = {}
"""The instrumented class for each of these names, once there is one: code may hold it, as other code holds the real."""
