"""Who is logged in to a web shop: shoppers come and go, and a sweeper ends the sessions that nobody uses any more.

Run it with ``python -m labs.lab07_sessions``: shoppers come in through three doors while the sweeper runs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable


class SessionStore:
    """The sessions of a web shop. A user has at most one. Times are whole seconds.

    Every method may be called from any number of threads at the same time, and none of them ever raises.

    * A session begins with a login. It ends by a logout, or because :meth:`expire` found it idle: no click and no
      login of its user for `lifetime` seconds or more. Nothing else begins one, and nothing else ends one.
    * Each session is ended once: by the one ``logout`` that returns True, or by the one ``expire`` that names its user.
    * What is done to the session of *one* user takes effect step by step: each ``login``, ``click`` and ``logout``,
      and what an ``expire`` does to this user, at one moment between its call and its return. (An ``expire`` may deal
      with several users at several moments.)
    """

    def __init__(self, lifetime: int) -> None:
        self.lifetime = lifetime
        self._last_seen: dict[str, int] = {}

    def login(self, user: str, now: int) -> None:
        """Begin the session of `user`. One that exists already goes on, and is as fresh as a new one."""
        self._last_seen[user] = now

    def click(self, user: str, now: int) -> bool:
        """Note that `user` was there at `now`; return False, and do nothing, if the user has no session."""
        if user not in self._last_seen:
            return False
        self._last_seen[user] = now
        return True

    def logout(self, user: str) -> bool:
        """End the session of `user`; return False if there was none."""
        return self._last_seen.pop(user, None) is not None

    def expire(self, now: int) -> list[str]:
        """End every session that is idle at the time `now`; return their users, in any order."""
        idle = []
        for user, seen in self._last_seen.items():
            if now - seen >= self.lifetime:
                idle.append(user)
        for user in idle:
            del self._last_seen[user]
        return idle

    def users(self) -> list[str]:
        """Return the users who are logged in, in the order of the alphabet. Each is looked at at some moment."""
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


def main(doors: int = 3, seconds: int = 3000) -> None:
    """Let shoppers come in through `doors`, one a second, while the sweeper runs, then print what became of them."""
    sessions = SessionStore(lifetime=30)
    ended: list[str] = []

    def open_door(number: int) -> None:
        for now in range(seconds):
            shop(sessions, f"shopper {number}-{now}", [now])

    threads = [threading.Thread(target=open_door, args=(number,)) for number in range(doors)]
    threads.append(threading.Thread(target=lambda: ended.extend(sweep(sessions, range(seconds)))))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended += sweep(sessions, [seconds + 10])
    print(f"logins:          {doors * seconds}")
    print(f"thrown out:      {len(ended)}")
    print(f"still logged in: {len(sessions.users())}")
