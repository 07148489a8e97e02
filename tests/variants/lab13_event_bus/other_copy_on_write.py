"""The listeners are a tuple, which is never changed, only replaced under the lock: whoever has it may go through it in
peace, and needs no copy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

Listener = Callable[[int, str], None]


class EventBus:
    """Passes events on to listeners: functions that take the number of an event and the event."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._published = 0
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> int:
        """Let `listener` have all events from now on; return the number of the last one so far."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
            return self._published

    def unsubscribe(self, listener: Listener) -> int:
        """Let `listener` have no more events; return the number of the last one so far."""
        with self._lock:
            listeners = list(self._listeners)
            listeners.remove(listener)
            self._listeners = tuple(listeners)
            return self._published

    def publish(self, event: str) -> int:
        """Pass `event` on to all listeners; return its number."""
        with self._lock:
            self._published += 1
            number = self._published
            listeners = self._listeners
        for listener in listeners:
            listener(number, event)
        return number


def welcome_one(bus: EventBus, messages: list[str]) -> None:
    """Have a message written for one event from now on, whichever comes first, and for no other."""
    chosen = threading.Lock()

    def welcome(number: int, event: str) -> None:
        if chosen.acquire(blocking=False):  # never given back: of two events at the same time one gets through
            messages.append(f"welcome, first {event} of the day!")
            bus.unsubscribe(welcome)

    bus.subscribe(welcome)
