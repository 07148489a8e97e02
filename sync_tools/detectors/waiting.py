"""Why nobody can run: the wait-for graph at quiescence, and the kind of failure it shows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sync_tools.detectors.involved import Waiting, daemons_to_suppose, holder, involved
from sync_tools.words import failure as kinds
from sync_tools.words.failure import Site, Waiter

# Reasons that say which kind of signal is missing.
CLEARED = "it had been set, and was cleared again before this wait"
HOLDER_ENDED = "its holder has ended"
NEVER_SET = "there was no set at all"
NEVER_NOTIFIED = "there was no notify at all"


def explain(
    waiting: Sequence[Waiting],
    done: set[int],
    name_of: Callable[[Any], str],
    held: Callable[[int], tuple[tuple[str, Site], ...]],
    taken_by: Callable[[Any], tuple[Site, ...]],
    others: Mapping[int, Sequence[str]] | None = None,
    suppose: Callable[[int], set[int]] | None = None,
) -> tuple[str, str, tuple[Waiter, ...]]:
    """The kind of failure, a message, and the waiters in the order of their threads.

    Args:
        waiting: every thread that waits for ever.
        done: threads that have ended.
        name_of: how the program calls an object.
        held: the locks that a thread holds, and where it took them.
        taken_by: the calls in which a lock was taken by its present holder, as far as they are known.
        others: the threads that go on where these never get what they wait for, each with the places where it does.
        suppose: whose waits would be over if a thread's were. It makes the world another, so it comes last.
    """
    waiters = involved(waiting)

    def shown(each: Waiting) -> Waiter:
        taken = taken_by(_lock_of(each))
        return Waiter(
            thread=each.tid,
            operation=_verb(each),
            target=name_of(each.target),
            site=each.site,
            holder=holder(each),
            holder_site=taken[-1] if taken else None,
            holds=held(each.tid),
            reason=_reason(each, holder(each), done),
            daemon=each.daemon,
            path=each.path,
            holder_path=taken,
        )

    faces = {each.tid: shown(each) for each in waiters}
    if suppose is not None and not cycle({tid: face.holder for tid, face in faces.items()}):
        _learn(waiting, waiters, faces, shown, suppose)
        waiters = [each for each in waiting if each.tid in faces]
    told = tuple(faces[each.tid] for each in waiters)
    edges = {face.thread: face.holder for face in told}
    if others:
        return kinds.STARVATION, _in_vain(_blamed(kinds.STARVATION, waiters), others), told
    kind = _kind(waiters, edges, done)
    return kind, _message(kind, waiters, edges, name_of), told


def _learn(
    waiting: Sequence[Waiting],
    waiters: Sequence[Waiting],
    faces: dict[int, Waiter],
    shown: Callable[[Waiting], Waiter],
    suppose: Callable[[int], set[int]],
) -> None:
    """See whether a daemon would end waits for which nobody can be blamed so far, if only it could go on itself."""
    for daemon in daemons_to_suppose(waiting, waiters):
        open_ends = [each for each in waiters if faces[each.tid].holder is None]
        if not open_ends:
            return
        face = faces.get(daemon.tid) or shown(daemon)
        freed = suppose(daemon.tid)
        if not any(each.tid in freed for each in open_ends):
            continue
        faces[daemon.tid] = face
        for each in (daemon, *open_ends):
            if each.tid in freed and faces[each.tid].holder is None:
                would = _gives(each)
                faces[each.tid] = replace(faces[each.tid], holder=daemon.tid, would=would, reason="")
        return  # the world is another one now


def _gives(waiting: Waiting) -> str:
    """What somebody would have to do for this wait to end."""
    if waiting.kind == "wake":
        return "notify" if hasattr(waiting.target, "notifies") else "set"
    return {"get": "put into", "put": "take from", "down": "release", "pass": "reach"}.get(waiting.kind, "finish")


def _lock_of(waiting: Waiting) -> Any:
    return waiting.target.model if waiting.kind == "wake" and waiting.notified else waiting.target


def _verb(waiting: Waiting) -> str:
    if waiting.kind == "wake":
        return "acquire" if waiting.notified else "wait"
    return {"down": "acquire", "pass": "barrier wait", "arrive": "barrier wait"}.get(waiting.kind, waiting.kind)


def cycle(edges: dict[int, int | None]) -> list[int]:
    """A cycle of the wait-for graph, from its lowest thread on; empty when there is none."""
    for start in sorted(edges):
        path = [start]
        following = edges.get(start)
        while following is not None and following not in path and following in edges:
            path.append(following)
            following = edges.get(following)
        if following == start:
            return path
    return []


def _kind(waiters: Sequence[Waiting], edges: dict[int, int | None], done: set[int]) -> str:
    if _own(waiters, edges) is not None:
        return kinds.SELF_DEADLOCK
    if cycle(edges):
        return kinds.DEADLOCK
    if any(waiting.kind in ("acquire", "wake") and edges[waiting.tid] in done for waiting in waiters):
        return kinds.LEAKED_LOCK
    if any(waiting.kind == "spin" for waiting in waiters):
        return kinds.LIVELOCK
    if any(waiting.kind in ("wake", "result", "wait_for") and not waiting.notified for waiting in waiters):
        return kinds.LOST_WAKEUP
    if any(waiting.kind == "down" for waiting in waiters):
        return kinds.STARVED_SEMAPHORE
    if any(waiting.kind in ("pass", "arrive") for waiting in waiters):
        return kinds.UNFILLED_BARRIER
    if any(waiting.kind in ("get", "put") or _is_queue_join(waiting) for waiting in waiters):
        return kinds.STARVED_QUEUE
    return kinds.DEADLOCK


def _own(waiters: Sequence[Waiting], edges: dict[int, int | None]) -> Waiting | None:
    """A thread that waits for a lock which it holds."""
    return next((w for w in waiters if edges[w.tid] == w.tid and w.kind in ("acquire", "wake")), None)


def _is_queue_join(waiting: Waiting) -> bool:
    return waiting.kind == "join" and not isinstance(waiting.target, threading.Thread)


def _message(kind: str, waiters: Sequence[Waiting], edges: dict[int, int | None], name_of: Callable[[Any], str]) -> str:
    blamed = _blamed(kind, waiters)
    stuck = f"{len(blamed)} thread waits for ever" if len(blamed) == 1 else f"{len(blamed)} threads wait for ever"
    if kind == kinds.SELF_DEADLOCK:
        own = _own(waiters, edges)
        assert own is not None
        if own.kind == "wake" and not own.notified:
            return f"a thread waits for {name_of(own.target)}, which it would {_gives(own)} itself, but only later"
        return f"a thread waits for {name_of(own.target)}, which it holds itself"
    if kind == kinds.DEADLOCK and (ring := cycle(edges)):
        if len(ring) == 1:
            return "a thread waits for a task that no other thread is free to run"
        return f"{len(ring)} threads wait for each other in a circle"
    if kind == kinds.LEAKED_LOCK:
        return f"{stuck}: a lock is held by a thread that has ended"
    if kind == kinds.LOST_WAKEUP:
        return (
            f"{stuck}: nobody is left to wake them up" if len(blamed) > 1 else f"{stuck}: nobody is left to wake it up"
        )
    if kind == kinds.STARVED_SEMAPHORE:
        return f"{stuck}: the semaphore is at zero and nobody is left to release it"
    if kind == kinds.UNFILLED_BARRIER:
        return f"{stuck}: the barrier can't fill"
    if kind == kinds.STARVED_QUEUE:
        return f"{stuck}: {_of_queue(blamed[0], name_of)}"
    if kind == kinds.LIVELOCK:
        verb = "1 thread spins" if len(blamed) == 1 else f"{len(blamed)} threads spin"
        return f"{verb} for ever: nobody is left to change what the loop reads"
    return stuck


def _in_vain(starved: Sequence[Waiting], others: Mapping[int, Sequence[str]]) -> str:
    """That some wait while others go on."""
    clauses = [f"T{tid}" + (f" (at {', '.join(places)})" if places else "") for tid, places in others.items()]
    wait = "1 thread waits" if len(starved) == 1 else f"{len(starved)} threads wait"
    go = "goes" if len(others) == 1 else "go"
    return f"{wait} in vain while {' and '.join(clauses)} {go} on, under a fair scheduler too"


def _blamed(kind: str, waiters: Sequence[Waiting]) -> Sequence[Waiting]:
    """The waiters that the kind is about: whoever waits for one of them is not what is wrong."""
    own = {kinds.LIVELOCK: ("spin",), kinds.STARVED_QUEUE: ("get", "put"), kinds.STARVED_SEMAPHORE: ("down",)}
    if kind in own:
        found = [waiting for waiting in waiters if waiting.kind in own[kind]]
    else:
        found = [waiting for waiting in waiters if waiting.kind != "join"]
    return found or [waiting for waiting in waiters if _is_queue_join(waiting)] or waiters


def _of_queue(waiting: Waiting, name_of: Callable[[Any], str]) -> str:
    """What goes on no more at a queue."""
    queue = waiting.target
    if waiting.kind in ("get", "put"):
        return f"nobody is left to {'put into' if waiting.kind == 'get' else 'take from'} {name_of(queue)}"
    left = len(queue.queue)
    if left:
        return f"nobody is left to take {_items(left)} from {name_of(queue)}"
    return f"{_items(queue.unfinished_tasks)} of {name_of(queue)} {_was(queue.unfinished_tasks)} never marked done"


def _items(number: int) -> str:
    return "1 item" if number == 1 else f"{number} items"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _reason(waiting: Waiting, other: int | None, done: set[int]) -> str:
    if other is not None and other in done:
        return HOLDER_ENDED
    if other == waiting.tid and waiting.kind == "result":
        return "the worker that would run it is the one that waits"
    if other == waiting.tid:
        return "it holds it itself, and it is not re-entrant"
    target = waiting.target
    if waiting.kind == "wake" and not waiting.notified:
        notifies = getattr(target, "notifies", None)
        if notifies is None:
            # Who waits when it is set goes on, so every set came before, and a clear after the last of them.
            return CLEARED if getattr(target, "sets", 0) else NEVER_SET
        return "every notify came before this wait, or went to another thread" if notifies else NEVER_NOTIFIED
    if waiting.kind in ("pass", "arrive"):
        return f"{target.generation.count} of {target.parties} threads have arrived"
    if waiting.kind == "get":
        return "the queue is empty"
    if waiting.kind == "put":
        return "the queue is full"
    if waiting.kind == "result" and other is None:
        return "nothing gives it a result"
    if _is_queue_join(waiting):
        return f"{_items(target.unfinished_tasks)} not marked done"
    return ""
