"""The record of a whole program: :func:`enable`, :func:`disable`, and ``SYNCLAB_RECORD=path``, which needs no call."""

from __future__ import annotations

import atexit
import os
import warnings
from _thread import RLock as _NativeRLock
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sync_tools.primitives import record
from sync_tools.primitives.log import DEFAULT_CAPACITY, AcquisitionLog, close_ring, new_ring, open_ring
from sync_tools.primitives.record import Ring
from sync_tools.words.errors import UserError

if TYPE_CHECKING:
    from sync_tools.primitives.live import LiveWriter

VARIABLE = "SYNCLAB_RECORD"


class _Running(NamedTuple):
    """A recording of the whole program: its log and ring, where it will be written, and by which process."""

    log: AcquisitionLog
    ring: Ring
    path: Path | None
    process: int
    writer: LiveWriter | None


_running: _Running | None = None
_switching = _NativeRLock()


def enable(
    path: str | os.PathLike[str] | None = None, *, capacity: int = DEFAULT_CAPACITY, live: bool = False
) -> AcquisitionLog:
    """Record what instrumented primitives do from now on, in all threads, until :func:`disable` or the program's end.

    Args:
        path: where the log is written then: a Chrome trace if it ends in ".json", else one JSON object a line. None
            writes nothing. A process that was forked writes a file of its own, with its number before the suffix.
        capacity: how many records are kept; older ones are dropped and counted (``log.dropped``).
        live: send the records through loguru, too, from a thread of their own that looks for new ones all the time.

    Returns:
        The log; it may be asked while the program runs.

    Raises:
        UserError: it is enabled already, `capacity` is not a positive whole number, `path` leads into a folder that is
            not there, or the caller is a thread of an explored schedule.
    """
    global _running
    ring = new_ring(capacity, "enable")
    if record.explored():
        raise UserError("enable() is for a whole program, and this is a scenario: use recording() in it, or around it")
    target = None if path is None else Path(path).absolute()
    if target is not None and not target.parent.is_dir():
        raise UserError(f"enable({os.fspath(target)!r}): there is no folder {target.parent}, so no log can be written")
    with _switching:
        if _running is not None:
            raise UserError("enable(): the program is being recorded already; call disable() first, or use recording()")
        log = AcquisitionLog(ring)
        writer = _live(ring) if live else None
        _running = _Running(log, ring, target, os.getpid(), writer)
        open_ring(ring)
        if target is not None or live:
            atexit.register(disable)
        return log


def disable() -> AcquisitionLog | None:
    """End what :func:`enable` began, and write the file that was asked for.

    Returns:
        The log; None when nothing was enabled.

    Raises:
        OSError: the file cannot be written.
    """
    global _running
    with _switching:
        ended, _running = _running, None
        if ended is None:
            return None
        close_ring(ended.ring)
        atexit.unregister(disable)
    if ended.writer is not None and not ended.writer.close():
        warnings.warn("a sink of loguru is still busy: the last records are yet to be written", stacklevel=2)
    if ended.path is not None:
        _write(ended.log, _own(ended))
    return ended.log


def enabled() -> AcquisitionLog | None:
    """The log of the program that is being recorded, or None."""
    return None if _running is None else _running.log


def _live(ring: Ring) -> LiveWriter:
    from sync_tools.primitives.live import LiveWriter

    return LiveWriter(ring)


def _own(running: _Running) -> Path:
    path = running.path
    assert path is not None
    here = os.getpid()
    return path if here == running.process else path.with_name(f"{path.stem}.{here}{path.suffix}")


def _write(log: AcquisitionLog, path: Path) -> None:
    if path.suffix == ".json":
        log.to_chrome_trace(path)
    else:
        log.to_jsonl(path)


def enable_from_environment() -> None:
    """Do what ``SYNCLAB_RECORD=path`` asks for; called once, when the instrumented primitives are imported."""
    path = os.environ.get(VARIABLE)
    if path:
        enable(path)
