"""Models of ``queue``'s classes: each ``put`` and ``get`` is one operation, however the real one takes its locks."""

from __future__ import annotations

import queue
from collections import deque
from heapq import heappop, heappush
from types import GenericAlias
from typing import Any

from sync_tools.models.locks import Lock
from sync_tools.seams.world import TIMED_OUT, current
from sync_tools.words.operations import Access

RealQueue = queue.Queue
RealLifoQueue = queue.LifoQueue
RealPriorityQueue = queue.PriorityQueue
RealSimpleQueue = queue.SimpleQueue


def _always(state: tuple[int, int]) -> bool:
    return True


def _some(state: tuple[int, int]) -> bool:
    return state[0] > 0


def _all_done(state: tuple[int, int]) -> bool:
    return not state[1]


class Queue:
    """A model of ``queue.Queue``. Subclasses may override ``_init``, ``_qsize``, ``_put`` and ``_get``, as there."""

    _real: Any = RealQueue
    __class_getitem__: Any = classmethod(GenericAlias)

    def __new__(cls, maxsize: int = 0) -> Any:
        if current() is None:
            return cls._real(maxsize)
        return object.__new__(cls)

    def __init__(self, maxsize: int = 0) -> None:
        world = current()
        assert world is not None
        self.world = world
        self.maxsize = maxsize
        self.mutex = Lock()
        self.unfinished_tasks = 0
        self._sl_name: str | None = None
        self._init(maxsize)

    def _init(self, maxsize: int) -> None:
        self.queue: Any = deque()

    def _qsize(self) -> int:
        return len(self.queue)

    def _put(self, item: Any) -> None:
        self.queue.append(item)

    def _get(self) -> Any:
        return self.queue.popleft()

    def _state(self) -> tuple[int, int]:
        return self._qsize(), self.unfinished_tasks

    def _room(self, state: tuple[int, int]) -> bool:
        return self.maxsize <= 0 or state[0] < self.maxsize

    def _do(
        self,
        kind: str,
        act: Any,
        fits: Any = _always,
        timeout: float | None = None,
        mode: str = "W",
        also: tuple[Access, ...] = (),
    ) -> Any:
        # A program may hold `mutex` itself, to look at `queue`; then nobody else gets in.
        def ready() -> bool:
            return self.mutex.free() and bool(fits(self._state()))

        also = (self.mutex.access("R"), *also)
        return self.world.perform(kind, self, act, ready, timeout, mode, also=also, state=self._state, fits=fits)

    @staticmethod
    def _limit(block: bool, timeout: float | None) -> float | None:
        if block and timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        return timeout if block else 0

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """As ``queue.Queue.put``."""

        def add() -> bool:
            self._put(item)
            self.unfinished_tasks += 1
            return True

        limit = self._limit(block, timeout) if self.maxsize > 0 else None
        if self._do("put", add, self._room, limit) is TIMED_OUT:
            raise queue.Full

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """As ``queue.Queue.get``."""
        item = self._do("get", self._get, _some, self._limit(block, timeout))
        if item is TIMED_OUT:
            raise queue.Empty
        return item

    def put_nowait(self, item: Any) -> None:
        """As ``queue.Queue.put_nowait``."""
        self.put(item, block=False)

    def get_nowait(self) -> Any:
        """As ``queue.Queue.get_nowait``."""
        return self.get(block=False)

    def qsize(self) -> int:
        """As ``queue.Queue.qsize``."""
        return int(self._do("qsize", self._qsize, mode="R"))

    def empty(self) -> bool:
        """As ``queue.Queue.empty``."""
        return bool(self._do("empty", lambda: not self._qsize(), mode="R"))

    def full(self) -> bool:
        """As ``queue.Queue.full``."""
        return bool(self._do("full", lambda: 0 < self.maxsize <= self._qsize(), mode="R"))

    def task_done(self) -> None:
        """As ``queue.Queue.task_done``."""

        def count_down() -> None:
            if self.unfinished_tasks <= 0:
                raise ValueError("task_done() called too many times")
            self.unfinished_tasks -= 1

        self._do("task_done", count_down)

    def join(self) -> None:
        """As ``queue.Queue.join``."""
        self._do("join", lambda: None, _all_done, mode="R")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._sl_name or hex(id(self))}: {self._qsize()} items>"


class LifoQueue(Queue):
    """A model of ``queue.LifoQueue``."""

    _real: Any = RealLifoQueue

    def _init(self, maxsize: int) -> None:
        self.queue = []

    def _get(self) -> Any:
        return self.queue.pop()


class PriorityQueue(LifoQueue):
    """A model of ``queue.PriorityQueue``."""

    _real: Any = RealPriorityQueue

    def _put(self, item: Any) -> None:
        heappush(self.queue, item)

    def _get(self) -> Any:
        return heappop(self.queue)


class SimpleQueue:
    """A model of ``queue.SimpleQueue``."""

    __class_getitem__: Any = classmethod(GenericAlias)

    def __new__(cls) -> Any:
        if current() is None:
            return RealSimpleQueue()
        return object.__new__(cls)

    def __init__(self) -> None:
        self._inside = Queue()

    @property
    def _sl_name(self) -> str | None:
        return self._inside._sl_name

    @_sl_name.setter
    def _sl_name(self, name: str | None) -> None:
        self._inside._sl_name = name

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """As ``queue.SimpleQueue.put``: it never blocks."""
        self._inside.put(item)

    def put_nowait(self, item: Any) -> None:
        """As ``queue.SimpleQueue.put_nowait``."""
        self._inside.put(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """As ``queue.SimpleQueue.get``."""
        return self._inside.get(block, timeout)

    def get_nowait(self) -> Any:
        """As ``queue.SimpleQueue.get_nowait``."""
        return self._inside.get(block=False)

    def qsize(self) -> int:
        """As ``queue.SimpleQueue.qsize``."""
        return self._inside.qsize()

    def empty(self) -> bool:
        """As ``queue.SimpleQueue.empty``."""
        return self._inside.empty()
