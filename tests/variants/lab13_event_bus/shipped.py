"""Tell all who want to know what happens in a web shop: the events are numbered, and each listener gets them all.

Run it with ``python -m labs.lab13_event_bus``: two orders come in, the first one is welcomed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

Listener = Callable[[int, str], None]


class EventBus:
    """Passes events on to listeners: functions that take the number of an event and the event.

    Every method may be called from any number of threads at the same time, and from listeners.

    * The events are numbered 1, 2, 3, ... in the order in which they are published.
    * Who gets an event is decided at the moment when it gets its number: each listener that is subscribed at that
      moment is called with it once, even if it is unsubscribed before its turn comes.
    * A listener may be called by the thread that publishes or by another one, before or after ``publish()`` returns,
      and for several events at the same time.
    * A listener may take its time. It may call any method of the bus, and it may wait for other threads that do: no
      call of a method ever waits for what a listener does with the event of another call. (What a listener may not
      do is to wait until another event has reached somebody, or to raise an error.)
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._published = 0
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> int:
        """Let `listener` have all events from now on. It must not be subscribed already.

        Returns:
            The number of the last event so far, 0 if there was none: the listener gets those after it.
        """
        with self._lock:
            self._listeners.append(listener)
            return self._published

    def unsubscribe(self, listener: Listener) -> int:
        """Let `listener` have no more events.

        Returns:
            The number of the last event so far, 0 if there was none: the listener gets none after it.

        Raises:
            ValueError: it is not subscribed.
        """
        with self._lock:
            self._listeners.remove(listener)
            return self._published

    def publish(self, event: str) -> int:
        """Pass `event` on to all listeners; return its number."""
        with self._lock:
            self._published += 1
            number = self._published
            for listener in self._listeners:
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


def main() -> None:
    """Publish two orders, then print what the listeners made of them."""
    bus = EventBus()
    messages: list[str] = []
    bus.subscribe(lambda number, event: messages.append(f"event {number}: pack the {event}"))
    welcome_one(bus, messages)
    threads = [
        threading.Thread(target=bus.publish, args=(event,), daemon=True) for event in ("order of tea", "order of mugs")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=2.0)
    for message in messages:
        print(message)
    if any(thread.is_alive() for thread in threads):
        print("... and no other event will be published today: the bus is stuck.")
