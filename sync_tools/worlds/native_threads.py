"""The threads of the native world, and their waits."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from sync_tools.kernel.outlook import Outlook
from sync_tools.models.locks import RealLock
from sync_tools.words.failure import Site
from sync_tools.words.sites import caller_site


class NativeThread:
    """One OS thread of a round."""

    def __init__(self, tid: int, face: Any, daemon: bool, worker: bool, seed: str) -> None:
        self.tid = tid
        self.face = face
        self.daemon = daemon
        self.worker = worker
        self.done = False
        self.noise = Random(seed)
        self.turns = 0
        self.accesses = 0
        self.outlook: Outlook | None = None  # of its loops, once it has made many accesses
        self.os_ident = 0
        self.gate = RealLock()
        self.held: list[tuple[Any, Site]] = []


class Parked:
    """A thread that waits, and for what."""

    def __init__(self, thread: NativeThread, kind: str, target: Any, ready: Callable[[], bool], patient: bool) -> None:
        self.thread = thread
        self.kind = kind
        self.target = target
        self.ready = ready
        self.patient = patient  # it has no time-out
        self.signalled = False
        self.site = caller_site()
        self.lock = RealLock()
        self.lock.acquire()
