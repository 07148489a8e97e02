"""Threads' lives in the record: who started whom, who waited for whose end, and who ended.

Two acquisitions that a start or a join puts in order cannot deadlock, and a lock that is held when its thread ends is
worth telling. ``start`` and ``join`` of ``threading.Thread`` are wrapped when the first recording opens, and stay so,
at the price of two look-ups while nothing is recorded. A scenario's worlds have their own, and tell of themselves.
"""

from __future__ import annotations

import functools
import threading
from sys import _getframe
from time import perf_counter
from types import FrameType
from typing import Any

from sync_tools.primitives import record, watch
from sync_tools.primitives.tag import Mark
from sync_tools.seams import lives
from sync_tools.words.sites import user_frames


class _Told:
    """Notes what it is told, while a recording is open."""

    def starts(self, thread: Any, frame: FrameType) -> None:
        """Note a start. It comes before all that the thread does."""
        if watch.logs:
            self._note(thread, record.START, frame)

    def joined(self, thread: Any, frame: FrameType, seconds: float) -> None:
        """Note a join. It comes after all that the thread did."""
        if watch.logs:
            self._note(thread, record.JOINED, frame, seconds)

    def ended(self, thread: Any) -> None:
        """Note the end of a world's thread."""
        state = thread.__dict__["_sl_state"]
        if watch.logs and not getattr(state.world, "over", False):
            record.note_end((record.serial_of(thread), state.ident, thread.name), state.world.peek())

    def _note(self, thread: Any, happening: str, frame: FrameType, seconds: float | None = None) -> None:
        frame = next(user_frames(frame), frame)
        mark: Mark = (record.serial_of(thread), "Thread", thread.name, None, frame.f_code, frame.f_lasti, None)
        record.note(happening, mark, frame, seconds)


_told = _Told()


def watch_threads() -> None:
    """Be told of threads' lives from now on."""
    lives.watcher = _told
    kind: Any = threading.Thread
    for name, wrap in (("start", _telling_start), ("join", _telling_join)):
        method = getattr(kind, name)
        if not hasattr(method, lives.TELLS):
            setattr(kind, name, wrap(method))


def _telling_start(real: Any) -> Any:
    @functools.wraps(real)
    def start(self: Any) -> None:
        # A thread that has an identity was started before, which is an error and will say so.
        if watch.logs and self.__dict__.get("_ident", 0) is None:
            _told.starts(self, _getframe(1))
        real(self)

    return lives.tells(start)


def _telling_join(real: Any) -> Any:
    @functools.wraps(real)
    def join(self: Any, timeout: float | None = None) -> None:
        if not watch.logs:
            real(self, timeout)
            return
        began = perf_counter()
        real(self, timeout)
        if timeout is None or not self.is_alive():
            _told.joined(self, _getframe(1), perf_counter() - began)

    return lives.tells(join)
