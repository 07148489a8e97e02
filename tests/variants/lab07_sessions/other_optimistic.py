"""Each change is made in a copy, without a lock, which takes the place of the old only if that is still the same."""

from __future__ import annotations

import threading
from collections.abc import Iterable


class SessionStore:
    """The sessions of a web shop."""

    def __init__(self, lifetime: int) -> None:
        self.lifetime = lifetime
        self._last_seen: dict[str, int] = {}  # never changed: each change puts a new dict in its place
        self._lock = threading.Lock()

    def login(self, user: str, now: int) -> None:
        """Begin or renew the session of `user`."""
        while True:
            seen = self._last_seen
            if self._replace(seen, {**seen, user: now}):
                return

    def click(self, user: str, now: int) -> bool:
        """Note that `user` was there; return False if there is no session."""
        while True:
            seen = self._last_seen
            if user not in seen:
                return False
            if self._replace(seen, {**seen, user: now}):
                return True

    def logout(self, user: str) -> bool:
        """End the session of `user`; return False if there was none."""
        while True:
            seen = self._last_seen
            if user not in seen:
                return False
            if self._replace(seen, {name: seen[name] for name in seen if name != user}):
                return True

    def expire(self, now: int) -> list[str]:
        """End every idle session; return their users."""
        while True:
            seen = self._last_seen
            fresh = {user: last for user, last in seen.items() if now - last < self.lifetime}
            if self._replace(seen, fresh):
                return [user for user in seen if user not in fresh]

    def users(self) -> list[str]:
        """Return the users who are logged in."""
        return sorted(self._last_seen)

    def _replace(self, expected: dict[str, int], new: dict[str, int]) -> bool:
        with self._lock:
            if self._last_seen is not expected:
                return False
            self._last_seen = new
        return True


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
