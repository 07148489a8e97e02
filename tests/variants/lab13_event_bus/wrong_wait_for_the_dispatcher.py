"""A thread of the bus calls the listeners, but publish() waits until it has: nothing was won.

kind: deadlock
class: circular wait
lines: 47
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
        self._events: queue.SimpleQueue[tuple[int, str, list[Listener], threading.Event]] = queue.SimpleQueue()
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
        done = threading.Event()
        with self._lock:
            self._published += 1
            number = self._published
            listeners = list(self._listeners)
        self._events.put((number, event, listeners, done))
        done.wait()
        return number

    def _dispatch(self) -> None:
        while True:
            number, event, listeners, done = self._events.get()
            for listener in listeners:
                listener(number, event)
            done.set()
