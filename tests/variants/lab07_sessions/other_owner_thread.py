"""One thread owns the sessions and does what it is asked to, one request after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any


class SessionStore:
    """The sessions of a web shop."""

    def __init__(self, lifetime: int) -> None:
        self.lifetime = lifetime
        self._last_seen: dict[str, int] = {}
        self._requests: queue.SimpleQueue[tuple[Callable[[], Any], queue.SimpleQueue[Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._own, daemon=True).start()

    def login(self, user: str, now: int) -> None:
        """Begin or renew the session of `user`."""
        self._ask(lambda: self._last_seen.update({user: now}))

    def click(self, user: str, now: int) -> bool:
        """Note that `user` was there; return False if there is no session."""
        return bool(self._ask(lambda: user in self._last_seen and not self._last_seen.update({user: now})))

    def logout(self, user: str) -> bool:
        """End the session of `user`; return False if there was none."""
        return self._ask(lambda: self._last_seen.pop(user, None)) is not None

    def expire(self, now: int) -> list[str]:
        """End every idle session; return their users."""
        ended: list[str] = self._ask(lambda: self._expire(now))
        return ended

    def users(self) -> list[str]:
        """Return the users who are logged in."""
        users: list[str] = self._ask(lambda: sorted(self._last_seen))
        return users

    def _expire(self, now: int) -> list[str]:
        idle = [user for user, seen in self._last_seen.items() if now - seen >= self.lifetime]
        for user in idle:
            del self._last_seen[user]
        return idle

    def _own(self) -> None:
        while True:
            request, reply = self._requests.get()
            reply.put(request())

    def _ask(self, request: Callable[[], Any]) -> Any:
        reply: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._requests.put((request, reply))
        return reply.get()


def sweep(sessions: SessionStore, times: Iterable[int]) -> list[str]:
    """End the idle sessions at each of `times`; return the users, in the order in which they were thrown out."""
    ended = []
    for now in times:
        ended += sessions.expire(now)
    return ended


def shop(sessions: SessionStore, user: str, times: Iterable[int]) -> int:
    """Let `user` click at each of `times`, and log in first wherever there is no session; return the logins."""
    logins = 0
    for now in times:
        if not sessions.click(user, now):
            sessions.login(user, now)
            logins += 1
    return logins
