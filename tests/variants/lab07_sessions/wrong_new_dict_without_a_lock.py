"""The sweep builds a new dict and puts it in place: a login that came in between is gone.

kind: assertion
class: lost update
lines: 22, 37
"""

from __future__ import annotations

from collections.abc import Iterable


class SessionStore:
    """The sessions of a web shop."""

    def __init__(self, lifetime: int) -> None:
        self.lifetime = lifetime
        self._last_seen: dict[str, int] = {}

    def login(self, user: str, now: int) -> None:
        """Begin or renew the session of `user`."""
        self._last_seen[user] = now

    def click(self, user: str, now: int) -> bool:
        """Note that `user` was there; return False if there is no session."""
        if user not in self._last_seen:
            return False
        self._last_seen[user] = now
        return True

    def logout(self, user: str) -> bool:
        """End the session of `user`; return False if there was none."""
        return self._last_seen.pop(user, None) is not None

    def expire(self, now: int) -> list[str]:
        """End every idle session; return their users."""
        old = self._last_seen.copy()
        self._last_seen = {user: seen for user, seen in old.items() if now - seen < self.lifetime}
        return [user for user in old if user not in self._last_seen]

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
