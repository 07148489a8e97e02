"""A thread of the bus calls those who are subscribed when it comes to the event, not when it was published.

kind: starved-queue
class: unclassified
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

Listener = Callable[[int, str], None]


class EventBus:
    """Passes events on to listeners: functions that take the number of an event and the event."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._published = 0
        self._lock = threading.Lock()
        self._events: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        threading.Thread(target=self._dispatch, daemon=True).start()

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
        with self._lock:
            self._published += 1
            number = self._published
        self._events.put((number, event))
        return number

    def _dispatch(self) -> None:
        while True:
            number, event = self._events.get()
            with self._lock:
                listeners = list(self._listeners)
            for listener in listeners:
                listener(number, event)
