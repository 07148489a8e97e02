"""Signals belong to the hub: raised inside of a virtual thread, a program's ``except`` could swallow them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from sync_tools.drivers.runner import Runner
from sync_tools.seams import carrier
from sync_tools.words.errors import Unwind

# Ctrl-C, and the alarm by which pytest-timeout ends a test. Windows has no alarm.
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGALRM") if hasattr(signal, name)]


@contextmanager
def signals_belong_to(runner: Runner) -> Iterator[None]:
    """While schedules run, a signal ends the schedule first and is handled then, in the hub."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept: dict[Any, Any] = {}

    def handler(number: int, frame: FrameType | None) -> None:
        original = kept[number]
        world = runner.current
        if world is None or world.over or carrier.hub() is world.hub:
            if callable(original):
                original(number, frame)
            return
        # The flag holds even if the program swallows the unwinding: the next scheduling point sees it.
        world.interrupt_with(lambda: original(number, frame) if callable(original) else None)
        raise Unwind

    for number in _SIGNALS:
        present = signal.getsignal(number)
        if callable(present):
            kept[number] = present
            signal.signal(number, handler)
    try:
        yield
    finally:
        for number, original in kept.items():
            if signal.getsignal(number) is handler:
                signal.signal(number, original)
