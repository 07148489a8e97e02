"""A pool with one worker calls the listeners, and takes the events as tasks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

Listener = Callable[[int, str], None]


class EventBus:
    """Passes events on to listeners: functions that take the number of an event and the event."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._published = 0
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1)

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
            listeners = list(self._listeners)
        self._pool.submit(_deliver, listeners, number, event)
        return number


def _deliver(listeners: list[Listener], number: int, event: str) -> None:
    for listener in listeners:
        listener(number, event)


def welcome_one(bus: EventBus, messages: list[str]) -> None:
    """Have a message written for one event from now on, whichever comes first, and for no other."""
    chosen = threading.Lock()

    def welcome(number: int, event: str) -> None:
        if chosen.acquire(blocking=False):  # never given back: of two events at the same time one gets through
            messages.append(f"welcome, first {event} of the day!")
            bus.unsubscribe(welcome)

    bus.subscribe(welcome)
