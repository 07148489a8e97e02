"""What happens while ``synclab watch`` waits: saves below a folder, and keys.

All of it is asked for by one thread, between the runs of a lab: while a schedule is explored no other Python thread
may run. What is saved during a run is collected by the operating system, and comes with the next look.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import watchfiles

# Milliseconds. A save is told when nothing more has happened for one pause: editors write, rename and set modes in
# quick succession. A look lasts that long when nothing happens, and then it is the keyboard's turn.
_PAUSE, _LONGEST, _LOOK = 20, 200, 40


@dataclass(frozen=True)
class Started:
    """From here on no save is missed."""


@dataclass(frozen=True)
class Saved:
    """Something below the folder was written, renamed or deleted."""


@dataclass(frozen=True)
class Pressed:
    """A key.

    Attributes:
        key: one character, in lower case.
    """

    key: str


Event = Started | Saved | Pressed
QUIT = Pressed("q")


def events(folder: Path) -> Generator[Event, None, None]:
    """Yield what happens, until the generator is closed. The terminal's own mode is restored then.

    Args:
        folder: what is watched, with all below it.

    Raises:
        KeyboardInterrupt: the user pressed Ctrl-C.
    """
    looks = watchfiles.watch(
        folder,
        watch_filter=lambda _, path: "__pycache__" not in path,
        debounce=_LONGEST,
        step=_PAUSE,
        rust_timeout=_LOOK,
        yield_on_timeout=True,
    )
    with keyboard() as pressed:
        # The first look sets the watch up. It has to be made before the first run, and may bring a save already.
        saved = bool(next(looks))
        yield Started()
        while True:
            if saved:
                yield Saved()
            for key in pressed():
                yield Pressed(key.lower())
            saved = bool(next(looks))


# Asked for what was typed since; "q" when there will be no more.
Keyboard = Callable[[], str]
_ESCAPE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|O.|.)?")  # arrows and the like are several characters
_ENDS = "\x04\x1a"  # Ctrl-D, and Ctrl-Z on Windows


def keyboard() -> AbstractContextManager[Keyboard]:
    """The keys of the terminal, without Enter and without an echo; where stdin is no terminal, what comes in lines."""
    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError):  # there is no stdin; io.UnsupportedOperation is an OSError
        return nullcontext(lambda: "q")
    return _raw(descriptor) if os.isatty(descriptor) else nullcontext(in_background(descriptor))


def plain_keys(text: str) -> str:
    """What was typed, as keys: Enter only ends a line, special keys are left out, the end of input is "q"."""
    for end in _ENDS:
        text = text.replace(end, "q")
    return "".join(_ESCAPE.sub("", text).split())


def in_background(descriptor: int) -> Keyboard:
    """Read a pipe without waiting for it, which only a thread can do on every system.

    The thread waits inside of one system call and runs no Python code until something comes. It is a daemon, and
    reads past ``sys.stdin``, whose lock would be in the way at the interpreter's exit.
    """
    typed: deque[bytes] = deque()

    def read() -> None:
        while chunk := os.read(descriptor, 1024):
            typed.append(chunk)
        typed.append(b"q")

    threading.Thread(target=read, name="synclab-keys", daemon=True).start()

    def pressed() -> str:
        chunks = [typed.popleft() for _ in range(len(typed))]
        return plain_keys(b"".join(chunks).decode(errors="replace"))

    return pressed


if sys.platform == "win32":
    import msvcrt

    def _raw(descriptor: int) -> AbstractContextManager[Keyboard]:
        def pressed() -> str:
            typed = ""
            while msvcrt.kbhit():
                key = msvcrt.getwch()
                if key == "\x03":
                    raise KeyboardInterrupt
                if key in "\x00\xe0":  # a special key is two
                    msvcrt.getwch()
                else:
                    typed += key
            return plain_keys(typed)

        return nullcontext(pressed)

else:
    import select
    import termios
    import tty

    @contextmanager
    def _raw(descriptor: int) -> Iterator[Keyboard]:
        def pressed() -> str:
            typed = b""
            while select.select([descriptor], [], [], 0)[0]:
                chunk = os.read(descriptor, 1024)
                if not chunk:  # the terminal is gone
                    return plain_keys(typed.decode(errors="replace")) + "q"
                typed += chunk
            return plain_keys(typed.decode(errors="replace"))

        try:
            before = termios.tcgetattr(descriptor)
            tty.setcbreak(descriptor)  # Ctrl-C stays a signal, and output is as ever
        except termios.error:
            yield pressed  # such a terminal gives whole lines: the same keys, with Enter
            return
        try:
            yield pressed
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
