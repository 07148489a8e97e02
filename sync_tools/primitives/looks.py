"""How an inner object stands, seen from outside: no operation is done on it, so nobody waits and no thread switches.

The inner object is one of ``threading``'s or, in a scenario, a world's model of one.
"""

from __future__ import annotations

import re
import threading
from typing import Any

from sync_tools.seams.world import here


def seen(inner: Any) -> Any:
    """The calling world's stand-in for `inner` if it has one already; a look must not make one. Else `inner`."""
    made: dict[int, tuple[Any, Any]] = getattr(here.world, "_twins", {})
    return made.get(id(inner), (inner, inner))[1]


def lock_looks(lock: Any) -> tuple[str, str]:
    """The state of one of ``threading``'s locks, or of a model of one.

    Returns:
        "locked" or "unlocked", and what is known of the owner, or "".
    """
    text = repr(lock)  # it has no more to say than this, and on no Python is this an operation
    state = "locked" if text.startswith("<locked") else "unlocked"
    details = re.search(r"owner=(\d+) count=(\d+)", text)
    owner = int(details[1]) if details else getattr(lock, "owner", None)
    if state == "unlocked" or not isinstance(owner, int) or owner <= 0:
        return state, ""
    name = thread_name(owner, getattr(lock, "world", None))
    count = f", count={details[2]}" if details else ""
    return state, owner_text(owner, name) + count


def owner_text(ident: int, name: str | None) -> str:
    """What a repr says of the thread that holds a lock."""
    return f"owner={ident}" if name is None else f"owner={name!r} ({ident})"


def thread_name(ident: int, world: Any) -> str | None:
    """The name of the thread with that identity; None for one that has ended, or was never known."""
    if world is None:
        # Not current_thread(), nor enumerate(): they may wait.
        thread = getattr(threading, "_active", {}).get(ident)
    else:
        thread = next((thread for thread in world.alive() if vars(thread)["_sl_state"].ident == ident), None)
    name = None if thread is None else vars(thread).get("_name")  # its property might be the program's
    return name if isinstance(name, str) else None


def waiters(inner: Any) -> int:
    """How many threads wait in an event, a condition or a semaphore, as far as it keeps them."""
    for owner in (inner, vars(inner).get("_cond")):
        for queue in ("_waiters", "tickets"):
            if queue in getattr(owner, "__dict__", ()):
                return len(vars(owner)[queue])
    return 0


def waiting(inner: Any) -> str:
    """ ", waiters=2", or nothing when nobody waits."""
    count = waiters(inner)
    return f", waiters={count}" if count else ""


def lock_inside(lock: Any, name: str | None) -> str:
    """The lock of a condition.

    Args:
        lock: one of ``threading``'s, a model of one, or an object of the user's own: of that nothing is asked.
        name: what the lock is called; None for one without a name.
    """
    kind = type(lock)
    if kind.__module__ not in ("_thread", "threading") and not kind.__module__.startswith("sync_tools.models."):
        return object.__repr__(lock)
    state, owner = lock_looks(lock)
    title = "RLock" if kind.__name__.endswith("RLock") else "Lock"
    return f"<{state} {title}{'' if name is None else f' {name!r}'}{owner and f': {owner}'}>"


def flag_of(event: Any) -> bool:
    """Whether an event is set."""
    state = vars(event)
    return bool(state["flag"] if "flag" in state else state["_flag"])


def permits_of(semaphore: Any) -> str:
    """How many permits are left, and of how many where that is bounded."""
    state = vars(semaphore)
    bound = f"/{state['_initial_value']}" if "_initial_value" in state else ""
    return f"value={state['_value']}{bound}"


def parties_of(barrier: Any) -> str:
    """How many of how many threads wait, or that it is broken."""
    state = vars(barrier)
    if "generation" in state:  # a model's properties are operations
        broken, count = state["_broken"], state["generation"].count
    else:
        broken, count = barrier.broken, barrier.n_waiting
    return "broken" if broken else f"waiters={count}/{state['_parties']}"
