"""A second lock keeps the events in order, and is held while the listeners are called: the same bug under another name.

kind: deadlock
class: blocking under a lock
lines: 39
"""

from __future__ import annotations

import threading
from collections.abc import Callable

Listener = Callable[[int, str], None]


class EventBus:
    """Passes events on to listeners: functions that take the number of an event and the event."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._published = 0
        self._lock = threading.Lock()
        self._calling = threading.RLock()

    def subscribe(self, listener: Listener) -> int:
        """Let `listener` have all events from now on; return the number of the last one so far."""
        with self._lock:
            self._listeners.append(listener)
            return self._published

    def unsubscribe(self, listener: Listener) -> int:
        """Let `listener` have no more events; return the number of the last one so far."""
        with self._lock:
            self._listeners.remove(listener)
            return self._published

    def publish(self, event: str) -> int:
        """Pass `event` on to all listeners; return its number."""
        with self._calling:
            with self._lock:
                self._published += 1
                number = self._published
                listeners = list(self._listeners)
            for listener in listeners:
                listener(number, event)
        return number
