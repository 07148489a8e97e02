"""Run a command so that every Python in it is recorded, and find out afterwards what each process left."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync_tools.doors.recorded_process import BEGAN, CAPACITY, FOLDER, LOG

START = Path(__file__).with_name("recorded_start")
NOT_EXECUTABLE, NOT_FOUND = 126, 127  # as shells, env and timeout have it


class CannotStart(Exception):
    """The command could not be started; `code` is what a shell would exit with."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Recorded:
    """A process that was recorded, or that began to be.

    Attributes:
        pid: its number.
        command: its command line.
        forked: it went on from where its parent was, instead of starting anew.
        log: the log that it left; None when it left none.
    """

    pid: int
    command: tuple[str, ...]
    forked: bool
    log: Path | None


@dataclass(frozen=True)
class Ended:
    """A command that has ended.

    Attributes:
        pid: its process's number.
        code: what a shell would exit with: its exit code, or 128 and the number of the signal that ended it.
        signal: the name of that signal; None when it ended by itself.
    """

    pid: int
    code: int
    signal: str | None


def environment(folder: Path, capacity: int, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment in which every Python records itself and leaves its log in `folder`."""
    path = inherited.get("PYTHONPATH")
    return {
        **inherited,
        "PYTHONPATH": f"{START}{os.pathsep}{path}" if path else str(START),
        FOLDER: str(folder),
        CAPACITY: str(capacity),
    }


def run(command: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Run `command` to its end; its input and output are the caller's.

    Ctrl-C is the command's business: it gets the signal as the caller does. SIGTERM is passed on to it.

    Raises:
        CannotStart: there is no such command, or it is no program.
    """
    with _signals_left_to_it() as started:
        try:
            # Windows looks for "pytest.exe" itself, but not for "pytest.cmd".
            found = shutil.which(command[0]) if os.name == "nt" else None
            child = subprocess.Popen([found or command[0], *command[1:]], env=environment, close_fds=False)
        except FileNotFoundError:
            raise CannotStart(f"{command[0]}: there is no such command", NOT_FOUND) from None
        except OSError as error:
            raise CannotStart(f"{command[0]}: it cannot be run: {error.strerror}", NOT_EXECUTABLE) from None
        started(child)
        code = child.wait()
    if code >= 0:
        return Ended(child.pid, code, None)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return Ended(child.pid, 128 - code, name)


@contextmanager
def _signals_left_to_it() -> Iterator[Any]:
    """Ignore SIGINT and pass SIGTERM on for the ``with`` block; yields what to call with the process once it runs.

    By functions, for to ignore a signal would be inherited. Where a signal is ignored already, as under nohup or in the
    background of a shell, the command shall inherit that.
    """
    early: list[int] = []
    child: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, frame: Any) -> None:
        if child:
            child[0].send_signal(number)
        else:
            early.append(number)

    def started(process: subprocess.Popen[bytes]) -> None:
        child.append(process)
        for number in early:
            process.send_signal(number)

    handlers: dict[int, Any] = {signal.SIGINT: lambda number, frame: None, signal.SIGTERM: pass_on}
    before: dict[int, Any] = {}
    try:
        for number, handler in handlers.items():
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, handler)
        yield started
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def processes(folder: Path) -> list[Recorded]:
    """The processes that recorded themselves into `folder`, in the order in which they began."""
    found: list[tuple[float, Recorded]] = []
    for began in folder.glob(f"*{BEGAN}"):
        try:
            about = json.loads(began.read_text(encoding="utf-8"))
        except ValueError:  # it was killed while it wrote this, or is writing it just now
            continue
        log = began.with_suffix(LOG)
        process = Recorded(about["pid"], tuple(about["command"]), about["forked"], log if log.exists() else None)
        found.append((about["time"], process))
    found.sort(key=lambda each: each[0])
    latest = {process.pid: process for _, process in found}
    # One that replaced its program, as launchers do, goes on under its number; what it was before has nothing to tell.
    return [process for _, process in found if process.log is not None or latest[process.pid] is process]


def main_process(found: Sequence[Recorded], pid: int) -> Recorded | None:
    """The process of the command itself; where that was no Python (a shell, a launcher) the first one that it started.

    Args:
        found: the processes, in the order in which they began.
        pid: the number of the command's process.

    Returns:
        One that left a log; None where there is none.
    """
    logged = [process for process in found if process.log is not None]
    # The first: later ones of that number are its sub-interpreters.
    own = (process for process in logged if process.pid == pid)
    return next(own, None) or next(iter(logged), None)
