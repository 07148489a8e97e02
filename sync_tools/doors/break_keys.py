"""Reading keys, one press at a time."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

END = "\x04"  # Ctrl-D, and what stands for the end of the input


@contextmanager
def keyboard() -> Iterator[Callable[[], str]]:
    """Yield a function that waits for a key and returns what it sent: several characters for a cursor key.

    Where somebody types ahead, it may be several keys at once. Ctrl-C raises KeyboardInterrupt.
    """
    try:
        # By name, because type checking and Windows have no such modules.
        termios: Any = importlib.import_module("termios")
        tty: Any = importlib.import_module("tty")
    except ImportError:
        yield click.getchar
        return
    # click.getchar would do here too, but for what is typed while nobody reads: it throws that away.
    terminal = sys.stdin.fileno()
    kept = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSADRAIN)
    try:
        yield lambda: os.read(terminal, 64).decode("utf-8", "replace") or END
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, kept)
