"""What the models share: the world they are made in, and places in a queue from which a thread is called once."""

from __future__ import annotations

from typing import Any

from sync_tools.seams.world import current


def inside() -> Any:
    """The world of a scenario, in which a model is made."""
    world = current()
    assert world is not None, "a model is only made inside of a scenario"
    return world


class Ticket:
    """One thread's place in a queue, from which it is called once.

    Attributes:
        owner: the primitive that it waits for.
        lock: what it must take before it goes on; None for nothing.
        notified: True once it was called. Invariant: never goes back.
    """

    __slots__ = ("lock", "notified", "owner")

    def __init__(self, owner: Any, lock: Any = None) -> None:
        self.owner = owner
        self.lock = lock
        self.notified = False

    def call(self, world: Any) -> None:
        """Part of an operation's effect: whoever waits with this may go on."""
        if not self.notified:
            self.notified = True
            world.signal(self)

    def may_go_on(self) -> bool:
        """The guard of waking up and taking the lock back."""
        return self.notified and (self.lock is None or bool(self.lock.free()))
