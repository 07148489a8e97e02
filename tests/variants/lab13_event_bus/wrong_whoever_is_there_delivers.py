"""Events wait in a queue, and whoever finds nobody calling listeners does it for all: also for other threads' events,
so its own publish() waits for what others have set off.

kind: exception
class: unclassified
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

Listener = Callable[[int, str], None]


class EventBus:
    """Passes events on to listeners: functions that take the number of an event and the event."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._published = 0
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, str, list[Listener]]] = deque()
        self._busy = False

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
            mine = self._published
            self._waiting.append((mine, event, list(self._listeners)))
            if self._busy:
                return mine
            self._busy = True
        while True:
            with self._lock:
                if not self._waiting:
                    self._busy = False
                    return mine
                number, event, listeners = self._waiting.popleft()
            for listener in listeners:
                listener(number, event)
