"""Runs of ``synclab record`` for tests, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sync_tools.primitives.record import Record
from sync_tools.primitives.saved import read_jsonl

ROOT = Path(__file__).resolve().parents[2]
# Of this checkout, and without PYTHONPATH, for that goes on to the program.
SYNCLAB = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from sync_tools.doors.cli import main; main()"
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals are sent to processes on POSIX systems only")
ABBA = """
    import threading
    first = threading.Lock()
    second = threading.Lock()
    def one():
        with first:
            with second:  # one takes both
                pass
    def two():
        with second:
            with first:  # two takes both
                pass
    threads = [threading.Thread(target=function) for function in (one, two)]
    for thread in threads:
        thread.start()
        while thread.is_alive():  # luck, and no join: the first is through before the second begins
            pass
    for thread in threads:
        thread.join()
"""


class Told(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def own(self) -> str:
        """What the command told, with its line breaks taken out."""
        begin = self.err.find("\nsynclab record: ")
        return "" if begin < 0 else " ".join(self.err[begin:].split())


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what is its own: it may be a worker of pytest-xdist."""
    own = ("PYTHONPATH", "PYTEST_")
    return {**{name: value for name, value in os.environ.items() if not name.startswith(own)}, **more}


def _hear_signals() -> None:
    """In the process that is about to start: what a shell in the background, or nohup, ignores is inherited."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Run:
    """Runs ``synclab record`` in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def program(self, text: str, name: str = "program.py") -> Path:
        path = self.folder / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        command = [sys.executable, "-I", "-c", SYNCLAB, "record", *arguments]
        settings: dict[str, Any] = {"text": True, "cwd": self.folder, "env": environment(), **more}
        if os.name == "posix":
            settings["preexec_fn"] = _hear_signals
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings)

    def __call__(self, *arguments: str, **more: Any) -> Told:
        with self.start(*arguments, **more) as process:
            out, err = process.communicate(timeout=100)
        return Told(process.returncode, out, err)

    def python(self, text: str, *options: str, arguments: tuple[str, ...] = (), **more: Any) -> Told:
        """Record a program of that text."""
        return self(*options, "--", sys.executable, str(self.program(text)), *arguments, **more)

    def log(self, text: str, **more: Any) -> tuple[Told, list[Record]]:
        """Record a program of that text and read its log."""
        told = self.python(text, "-o", "log.jsonl", **more)
        return told, read_jsonl(self.folder / "log.jsonl").records


def line_of(text: str, comment: str) -> int:
    return next(number for number, line in enumerate(textwrap.dedent(text).splitlines(), 1) if f"# {comment}" in line)
