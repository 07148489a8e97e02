"""Barrier."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from sync_tools.primitives import record, watch
from sync_tools.primitives.face import Face, release
from sync_tools.primitives.looks import parties_of
from sync_tools.seams.world import here


class Barrier(Face):
    """A meeting point for a fixed number of threads: ``threading.Barrier`` that can be recorded.

    Args:
        parties: how many threads meet.
        action: called by one of them before all go on.
        timeout: seconds that ``wait`` waits at most, unless it is told otherwise; None means for ever.
        name: what reports call it; without it, the variable it is bound to or the place where it was made.

    Raises:
        ValueError: `parties` is less than 1 (from Python 3.13 on).
    """

    __slots__ = ("__dict__", "_sl_wait")
    kind = "Barrier"

    def __init__(
        self,
        parties: int,
        action: Callable[[], None] | None = None,
        timeout: float | None = None,
        *,
        name: str | None = None,
    ) -> None:
        inner = threading.Barrier(parties, action, timeout)
        self._sl_set_up(inner, name)
        self._sl_wait: Callable[..., int] = inner.wait

    def wait(self, timeout: float | None = None) -> int:
        """Wait until all parties are here.

        Args:
            timeout: seconds; None means the barrier's own.

        Returns:
            A number from 0 to ``parties - 1``, another one for each thread.

        Raises:
            threading.BrokenBarrierError: it was aborted or reset, a thread's time ran out, or the action failed.
        """
        if not watch.on:
            return self._sl_wait(timeout)
        inner = self._sl_at(here.world)
        if not watch.logs:
            return inner.wait(timeout)  # type: ignore[no-any-return]
        frame = sys._getframe(1)
        record.note(record.WAIT, self._sl_mark, frame)
        outcome = record.INTERRUPTED
        try:
            index: int = inner.wait(timeout)
            outcome = record.PASSED
            return index
        except threading.BrokenBarrierError:
            outcome = record.BROKEN
            raise
        finally:
            record.note(outcome, self._sl_mark, frame)

    def _sl_looks(self, title: str, inner: Any) -> tuple[str, str]:
        return title, parties_of(inner)

    def reset(self) -> None:
        """Make the barrier new and empty; threads that wait get a BrokenBarrierError."""
        self._sl_wake_all("reset", record.RESET)

    def abort(self) -> None:
        """Break the barrier: all who wait, now or later, get a BrokenBarrierError."""
        self._sl_wake_all("abort", record.BROKEN)

    def _sl_wake_all(self, operation: str, happening: str) -> None:
        call = getattr(self._sl_now(), operation)
        if watch.logs:
            release(call, self._sl_mark, sys._getframe(2), happening=happening)
        else:
            call()

    @property
    def parties(self) -> int:
        """How many threads meet."""
        return self._sl_now().parties  # type: ignore[no-any-return]

    @property
    def n_waiting(self) -> int:
        """How many wait at this moment."""
        return self._sl_now().n_waiting  # type: ignore[no-any-return]

    @property
    def broken(self) -> bool:
        """True when it is broken."""
        return self._sl_now().broken  # type: ignore[no-any-return]
