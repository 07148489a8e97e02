"""publish() waits for the lock for a second, then drops the event.

kind: starved-queue
class: abandoned wait
lines: 38
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
        if not self._lock.acquire(timeout=1.0):
            return self._published
        try:
            self._published += 1
            number = self._published
            listeners = list(self._listeners)
        finally:
            self._lock.release()
        for listener in listeners:
            listener(number, event)
        return number
