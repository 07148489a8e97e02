"""Two stores with a lock each; a user belongs to one of them, and the sweep deals with one after the other."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable


class _Shard:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last_seen: dict[str, int] = {}


class SessionStore:
    """The sessions of a web shop."""

    def __init__(self, lifetime: int) -> None:
        self.lifetime = lifetime
        self._shards = [_Shard(), _Shard()]

    def login(self, user: str, now: int) -> None:
        """Begin or renew the session of `user`."""
        shard = self._shard(user)
        with shard.lock:
            shard.last_seen[user] = now

    def click(self, user: str, now: int) -> bool:
        """Note that `user` was there; return False if there is no session."""
        shard = self._shard(user)
        with shard.lock:
            if user not in shard.last_seen:
                return False
            shard.last_seen[user] = now
        return True

    def logout(self, user: str) -> bool:
        """End the session of `user`; return False if there was none."""
        shard = self._shard(user)
        with shard.lock:
            return shard.last_seen.pop(user, None) is not None

    def expire(self, now: int) -> list[str]:
        """End every idle session; return their users."""
        ended: list[str] = []
        for shard in self._shards:
            with shard.lock:
                idle = [user for user, seen in shard.last_seen.items() if now - seen >= self.lifetime]
                for user in idle:
                    del shard.last_seen[user]
            ended += idle
        return ended

    def users(self) -> list[str]:
        """Return the users who are logged in."""
        return sorted(user for shard in self._shards for user in list(shard.last_seen))

    def _shard(self, user: str) -> _Shard:
        return self._shards[zlib.crc32(user.encode()) % len(self._shards)]


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
