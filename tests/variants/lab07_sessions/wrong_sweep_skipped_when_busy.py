"""When the lock is not free the sweep is left out, and so is what it should have ended.

kind: assertion
class: abandoned wait
lines: 24, 42
"""

from __future__ import annotations

import threading
from collections.abc import Iterable


class SessionStore:
    """The sessions of a web shop."""

    def __init__(self, lifetime: int) -> None:
        self.lifetime = lifetime
        self._last_seen: dict[str, int] = {}
        self._lock = threading.Lock()

    def login(self, user: str, now: int) -> None:
        """Begin or renew the session of `user`."""
        with self._lock:
            self._last_seen[user] = now

    def click(self, user: str, now: int) -> bool:
        """Note that `user` was there; return False if there is no session."""
        with self._lock:
            if user not in self._last_seen:
                return False
            self._last_seen[user] = now
        return True

    def logout(self, user: str) -> bool:
        """End the session of `user`; return False if there was none."""
        with self._lock:
            return self._last_seen.pop(user, None) is not None

    def expire(self, now: int) -> list[str]:
        """End every idle session; return their users."""
        if not self._lock.acquire(blocking=False):
            return []
        try:
            idle = [user for user, seen in self._last_seen.items() if now - seen >= self.lifetime]
            for user in idle:
                del self._last_seen[user]
        finally:
            self._lock.release()
        return idle

    def users(self) -> list[str]:
        """Return the users who are logged in."""
        return sorted(self._last_seen)


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
