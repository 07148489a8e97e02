"""Each listener has a mailbox and a thread that calls it. Under the lock the event is put into the mailboxes: what that
does is known here, and it never waits.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

Listener = Callable[[int, str], None]


class EventBus:
    """Passes events on to listeners: functions that take the number of an event and the event."""

    def __init__(self) -> None:
        self._boxes: list[tuple[Listener, queue.SimpleQueue[tuple[int, str] | None]]] = []
        self._published = 0
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> int:
        """Let `listener` have all events from now on; return the number of the last one so far."""
        box: queue.SimpleQueue[tuple[int, str] | None] = queue.SimpleQueue()
        threading.Thread(target=_empty, args=(box, listener), daemon=True).start()
        with self._lock:
            self._boxes.append((listener, box))
            return self._published

    def unsubscribe(self, listener: Listener) -> int:
        """Let `listener` have no more events; return the number of the last one so far."""
        with self._lock:
            for index, (known, box) in enumerate(self._boxes):
                if known == listener:
                    del self._boxes[index]
                    box.put(None)  # lets its thread end
                    return self._published
        raise ValueError("this listener is not subscribed")

    def publish(self, event: str) -> int:
        """Pass `event` on to all listeners; return its number."""
        with self._lock:
            self._published += 1
            number = self._published
            for _, box in self._boxes:
                box.put((number, event))
        return number


def _empty(box: queue.SimpleQueue[tuple[int, str] | None], listener: Listener) -> None:
    while (letter := box.get()) is not None:
        listener(*letter)


def welcome_one(bus: EventBus, messages: list[str]) -> None:
    """Have a message written for one event from now on, whichever comes first, and for no other."""
    chosen = threading.Lock()

    def welcome(number: int, event: str) -> None:
        if chosen.acquire(blocking=False):  # never given back: of two events at the same time one gets through
            messages.append(f"welcome, first {event} of the day!")
            bus.unsubscribe(welcome)

    bus.subscribe(welcome)
