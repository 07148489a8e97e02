"""What a report must know of a world before it is unwound: who holds what, and who waits for whom."""

from __future__ import annotations

import sys
from typing import Any

from sync_tools.detectors.involved import Waiting
from sync_tools.detectors.waiting import explain
from sync_tools.kernel.turns import LIVELOCK, QUIESCENT
from sync_tools.models.executors import awaits_work
from sync_tools.models.tickets import Ticket
from sync_tools.seams.carrier import frame_of
from sync_tools.words.failure import NO_SITE, Site
from sync_tools.words.operations import Op
from sync_tools.words.sites import path_to, site
from sync_tools.worlds.circles import circle_of_owners
from sync_tools.worlds.supposing import supposing
from sync_tools.worlds.supposing_natively import supposing_natively


def op_site(op: Op) -> Site:
    """Where an operation stands in the user's source."""
    if isinstance(op.site, Site):
        return op.site
    return site(op.site) if isinstance(op.site, int) else NO_SITE


def primitive(target: Any) -> Any:
    """The primitive that an operation is on: a place in its queue is the primitive's."""
    return target.owner if isinstance(target, Ticket) else target


def name_of(target: Any, world: Any) -> str:
    """How the program calls an object."""
    target = primitive(target)
    given = getattr(target, "_sl_name", None) or (None if target is world else getattr(target, "name", None))
    if isinstance(given, str):
        return given
    known = world.names.get(id(target))
    if known:
        return str(known)
    if target is world:  # waiting for several futures is on no one object
        return "the futures"
    for thread in world.threads:  # the event of a Timer, say
        for attribute, value in list(object.__getattribute__(thread.face, "__dict__").items()):
            if value is target and not attribute.startswith("_"):
                return f"{type(thread.face).__name__}.{attribute}"
    name = world.names[id(target)] = world.unique(type(target).__name__)
    return str(name)


def places(world: Any, tid: int | None = None) -> list[str]:
    """Where a thread, or all of them, stood in the last steps of the schedule; a few of the places."""
    last = [op for op in world.trace if tid in (None, op.tid)][-100:]
    return sorted({op_site(op).short() for op in last if op_site(op) is not NO_SITE})[:6]


class Holdings:
    """Who held which lock after each step."""

    def __init__(self, world: Any) -> None:
        self.events = list(world.holdings)

    def at(self, tid: int, steps: int) -> list[tuple[Any, Site]]:
        """The locks that `tid` holds once `steps` steps are done, and where it took each."""
        held: list[tuple[Any, Site]] = []
        for when, thread, lock, taken in self.events:
            if when > steps:
                break
            if thread == tid and taken is not None:
                held.append((lock, taken[-1]))
            elif thread == tid:
                held = [(other, place) for other, place in held if other is not lock]
        return held

    def owner(self, lock: Any, steps: int) -> int | None:
        """The thread that holds a lock once `steps` steps are done."""
        past = [event for event in self.events if event[2] is lock and event[0] <= steps]
        return past[-1][1] if past and past[-1][3] is not None else None

    def taken_by(self, lock: Any) -> tuple[Site, ...]:
        """The calls in which a lock was taken last; () where it never was."""
        return next((taken for _, _, other, taken in reversed(self.events) if other is lock and taken), ())


Finding = tuple[str, str, tuple[Any, ...]]


def autopsy(world: Any) -> Finding | None:
    """The kind of failure, a message and the waiters, where somebody can never go on."""
    if world.stopped == QUIESCENT:
        return _explained(world, world.threads)
    if world.stopped == LIVELOCK:
        return _while_others_go_on(world)
    return None


def _explained(world: Any, threads: list[Any], others: dict[int, list[str]] | None = None) -> Finding:
    holdings = Holdings(world)
    steps = len(world.trace)
    waiting = []
    for thread in threads:
        op = thread.pending
        if thread.done or op is None:
            continue
        ticket = getattr(op.ready, "__self__", None)
        notified = bool(getattr(ticket, "notified", False))
        kind = "spin" if op.held is not None else op.kind
        where = op_site(op)
        if where is NO_SITE:  # the thread's target is the wait itself: then its start is the line to look at
            where = next((op_site(world.trace[at]) for at, tid in world.children.items() if tid == thread.tid), NO_SITE)
        idle, path = awaits_work(op), path_to(frame_of(thread.carrier))
        waiting.append(Waiting(thread.tid, kind, primitive(op.target), where, notified, thread.daemon, idle, path))

    def held(tid: int) -> tuple[tuple[str, Site], ...]:
        return tuple((name_of(lock, world), place) for lock, place in holdings.at(tid, steps))

    done = {thread.tid for thread in world.threads if thread.done}

    def suppose(tid: int) -> set[int]:
        return supposing(world, world.threads[tid])

    whether = None if others or world.stopped != QUIESCENT else suppose
    return explain(waiting, done, lambda target: name_of(target, world), held, holdings.taken_by, others, whether)


def _while_others_go_on(world: Any) -> Finding | None:
    """At the end of the step budget: whom is it too late for, whatever the others do?

    Where some threads changed things all through the fair part of the schedule and another could do nothing at all,
    that one starves.
    """
    ring = circle_of_owners(world)
    if ring:
        return _explained(world, [t for t in world.threads if t.tid in ring])
    gained = {t.tid: t.effects - (world.effects[t.tid] if t.tid < len(world.effects) else 0) for t in world.threads}
    idle = [
        t
        for t in world.threads
        if not (t.done or t.daemon or world.is_idle(t))
        and not gained[t.tid]
        and t.pending.kind not in ("join", "result", "wait_for")
    ]
    busy = {tid: places(world, tid) for tid, effects in gained.items() if effects}
    if idle and busy:
        return _explained(world, idle, busy)
    return None


def native_autopsy(world: Any) -> Finding:
    """The same for the native world, while all its threads wait."""
    frames = sys._current_frames()
    waiting = [
        Waiting(
            p.thread.tid,
            p.kind,
            primitive(p.target),
            p.site,
            bool(getattr(getattr(p.ready, "__self__", None), "notified", False)),
            p.thread.daemon,
            awaits_work(p),
            path_to(frames.get(p.thread.os_ident)),
        )
        for p in sorted(world.parked, key=lambda parked: parked.thread.tid)
    ]

    def held(tid: int) -> tuple[tuple[str, Site], ...]:
        return tuple((name_of(lock, world), place) for lock, place in world.threads[tid].held)

    def taken_by(lock: Any) -> tuple[Site, ...]:
        places = ((place,) for thread in world.threads for other, place in thread.held if other is lock)
        return next(places, ())

    done = {thread.tid for thread in world.threads if thread.done}

    def suppose(tid: int) -> set[int]:
        return supposing_natively(world, tid)

    return explain(waiting, done, lambda target: name_of(target, world), held, taken_by, suppose=suppose)
