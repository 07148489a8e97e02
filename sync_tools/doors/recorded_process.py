"""In a program that ``synclab record`` runs: adopt ``threading``, record, and leave the log where the command reads it.

A process says that it has begun by a file PID.began (PID-2.began where there is one of that name already: a process
that replaces its program keeps its number), and leaves its log in PID.jsonl when it ends. Each forked process does so
too. Nothing but the standard library and the instrumented primitives is imported.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from sync_tools.primitives.adopt import instrument_threading, restore_threading
from sync_tools.primitives.log import AcquisitionLog, recording

FOLDER = "SYNCLAB_RECORD_FOLDER"
CAPACITY = "SYNCLAB_RECORD_CAPACITY"
BEGAN, LOG = ".began", ".jsonl"
# multiprocessing's own processes take no lock, and end after the program. Those that the second forks are recorded.
_HELPERS = ("from multiprocessing.resource_tracker import main", "from multiprocessing.forkserver import main")


class _Running(NamedTuple):
    """The recording of this process: its open block, its log, and the file to write."""

    block: contextlib.ExitStack
    log: AcquisitionLog
    path: Path


_running: _Running | None = None
_folder = Path()
_capacity = 0


def begin() -> None:
    """Adopt ``threading`` and record this process to its end, and those that it forks."""
    global _folder, _capacity
    _folder = Path(os.environ.get(FOLDER, ""))
    if FOLDER not in os.environ or not _folder.is_dir():
        return  # a process that was left behind starts another one, after the command has ended
    _capacity = int(os.environ[CAPACITY])
    instrument_threading()
    try:
        if not any(helper in argument for helper in _HELPERS for argument in sys.orig_argv):
            _open(forked=False)
    except BaseException:
        restore_threading()
        raise
    atexit.register(_end_at_exit)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_begin_anew)
    # The end of multiprocessing's forked processes, and of programs whose watchdog has had enough.
    os._exit = _before(os._exit)  # type: ignore[assignment]
    if os.name == "posix" and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        with contextlib.suppress(ValueError):  # not the main interpreter's main thread
            signal.signal(signal.SIGTERM, _terminate)


def end() -> None:
    """End the record and write it; only the first call in a process does anything."""
    global _running
    ended, _running = _running, None
    if ended is None:
        return
    try:
        ended.block.close()
        unfinished = ended.path.with_suffix(".part")
        ended.log.to_jsonl(unfinished)
        unfinished.replace(ended.path)
    except Exception as error:
        if _folder.is_dir():  # else the command has ended before this process, and has told what it knew
            _complain(f"the log of this process ({os.getpid()}) cannot be written: {error}")


def _end_at_exit() -> None:
    end()
    # A program that Ctrl-C ended dies of SIGINT, as shells want to know; the interpreter has made a note that it will.
    # Each exec() and eval() begins by erasing that note, and writing a log may import modules that do so. An exec()
    # that is interrupted makes it again.
    if getattr(sys, "last_type", None) is KeyboardInterrupt and not hasattr(sys, "ps1"):
        with contextlib.suppress(KeyboardInterrupt):
            exec("raise KeyboardInterrupt")


def _open(*, forked: bool) -> None:
    global _running
    began = _first_free(str(os.getpid()))
    about = {"pid": os.getpid(), "time": time.time(), "command": sys.orig_argv, "forked": forked}
    began.write_text(json.dumps(about), encoding="utf-8")
    block = contextlib.ExitStack()
    log = block.enter_context(recording(_capacity))
    _running = _Running(block, log, began.with_suffix(LOG))


def _first_free(name: str) -> Path:
    number = 1
    while True:
        path = _folder / (name + (f"-{number}" if number > 1 else "") + BEGAN)
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path


def _begin_anew() -> None:
    """In a process that was just forked: what its parent did is in the parent's log."""
    global _running
    inherited, _running = _running, None
    try:
        if inherited is not None:
            inherited.block.close()
        _open(forked=True)
    except Exception as error:
        if _folder.is_dir():
            _complain(f"the forked process {os.getpid()} is not recorded: {error}")


def _before(leave: Callable[[int], Any]) -> Callable[[int], Any]:
    def _exit(status: int) -> Any:
        end()
        leave(status)

    return _exit


def _terminate(number: int, frame: Any) -> None:
    """A program that leaves SIGTERM alone dies of it, as it would have, after its log is written."""
    end()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _complain(text: str) -> None:
    if sys.stderr is not None:
        with contextlib.suppress(Exception):
            sys.stderr.write(f"synclab record: {text}\n")
