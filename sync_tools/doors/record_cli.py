"""``synclab record``: run a program as it is, and tell what its threads did with their locks."""

from __future__ import annotations

import os
import shlex
import tempfile
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from sync_tools.doors import recorded_files, recorded_run, recorded_text
from sync_tools.doors.recorded_run import Ended, Recorded
from sync_tools.primitives.log import DEFAULT_CAPACITY
from sync_tools.primitives.record import Record
from sync_tools.primitives.saved import read_jsonl

MOST_PROCESSES = 10  # that are told of
MOST_WITHOUT_LOG = 3
_COMMAND = 60  # characters of a command line that are shown


@click.command(
    "record",
    context_settings={"allow_interspersed_args": False},
    short_help="Run a program and see who waited for which lock, and what could deadlock.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the log: a Chrome trace if FILE ends in .json, else one JSON object a line.",
)
@click.option(
    "--capacity",
    type=click.IntRange(min=1),
    default=DEFAULT_CAPACITY,
    show_default=True,
    metavar="N",
    help="How many records each process keeps: the latest.",
)
@click.option("-q", "--quiet", is_flag=True, help="Do not tell what was recorded, only what went wrong.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="[--] COMMAND...")
@click.pass_context
def record(ctx: click.Context, command: tuple[str, ...], output: Path | None, capacity: int, quiet: bool) -> None:
    """Run COMMAND as it is, and see what its threads did with their locks.

    \b
    synclab record -- python -m my_program --port 8000
    synclab record -o run.json -- pytest tests

    Every lock, condition, event, semaphore and barrier of threading's is recorded, also those inside of queue,
    concurrent.futures and logging, in each Python process that COMMAND starts; Python 3.10 or newer, in any
    environment. A process of its own leaves a log of its own: the command's in FILE, the others' beside it.

    Exit code: that of COMMAND; 128 and the signal's number where a signal ended it; 127 when there is no such command,
    126 when it cannot be run, 2 for a mistake in the call.
    """
    if output is not None:
        recorded_files.check_writable(output)
    with tempfile.TemporaryDirectory(prefix="synclab-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            ended = recorded_run.run(command, recorded_run.environment(folder, capacity, os.environ))
        except recorded_run.CannotStart as error:
            hint = f" Did you mean: synclab record -- python {shlex.join(command)}" if _is_script(command[0]) else ""
            click.echo(f"synclab record: {error}.{hint}", err=True)
            ctx.exit(error.code)
        _tell(command, ended, recorded_run.processes(folder), output, quiet)
    ctx.exit(ended.code)


def _is_script(name: str) -> bool:
    return name.endswith(".py") and Path(name).is_file()


def _tell(command: Sequence[str], ended: Ended, found: list[Recorded], output: Path | None, quiet: bool) -> None:
    """Keep the logs where that is wanted, and tell what each process did and which left nothing."""
    main = recorded_run.main_process(found, ended.pid)
    shown = 0
    idle = []
    for process in sorted(found, key=lambda process: process is not main):
        if process.log is None:
            continue
        records = read_jsonl(process.log).records if process.log.stat().st_size else []
        if not records and process is not main:
            idle.append(process)
            continue
        place = None if output is None else _keep(process, records, output, process is main)
        shown += 1
        if not quiet and shown <= MOST_PROCESSES:
            _say(f"{_called(process)}", _lines(records, place))
    if not quiet and shown > MOST_PROCESSES:
        kept = "" if output is None else f"; their logs stand beside {output}"
        _say(f"{_processes(shown - MOST_PROCESSES)} with records{kept}")
    if not quiet and idle:
        _say(f"{_processes(len(idle))} took no lock")
    _tell_of_the_rest([process for process in found if process.log is None], ended)
    if not found:
        _say(
            f"nothing was recorded: {_short(command)} started no Python that can be recorded. It must be 3.10 or "
            "newer, without the flags -I, -E and -S, and with the environment that it was given (PYTHONPATH)."
        )
    if main is None and output is not None:
        _say(f"{output} was not written.")


def _keep(process: Recorded, records: list[Record], output: Path, main: bool) -> Path | None:
    """Put a process's log where it was asked for: the main one there, others beside it."""
    assert process.log is not None
    place = output if main else recorded_files.beside(output, process.log.stem)
    try:
        recorded_files.save(records, place)
    except OSError as error:
        _say(f"{place} could not be written: {error.strerror}")
        return None
    return place


def _lines(records: list[Record], place: Path | None) -> Iterator[str]:
    if records:
        yield from recorded_text.told(records, records[0].seq - 1)
    else:
        yield "no record: it used none of threading's locks and other primitives"
    if place is not None:
        yield f"log: {place}"


def _tell_of_the_rest(without_log: list[Recorded], ended: Ended) -> None:
    """Tell which processes left no log, and why that can be."""
    others = list(without_log)
    for process in without_log:
        if process.pid == ended.pid and ended.signal is not None:
            _say(f"{_called(process)}: no record. It was ended by {ended.signal} before it could write its log.")
            others.remove(process)
    if others:
        some = "; ".join(map(_called, others[:MOST_WITHOUT_LOG]))
        more = f" and {len(others) - MOST_WITHOUT_LOG:,} more" if len(others) > MOST_WITHOUT_LOG else ""
        why = "killed, still running, or replaced by another program (exec)"
        _say(f"no record of {some}{more}: {why}.")


def _processes(number: int) -> str:
    return f"{number:,} more {'process' if number == 1 else 'processes'}"


def _called(process: Recorded) -> str:
    forked = "forked " if process.forked else ""
    return f"{_short(process.command)} ({forked}process {process.pid})"


def _short(command: Sequence[str]) -> str:
    text = shlex.join([os.path.basename(command[0]), *command[1:]])
    return text if len(text) <= _COMMAND else f"{text[: _COMMAND - 3]}..."


def _say(title: str, lines: Iterable[str] = ()) -> None:
    """Print on stderr, apart from what the program printed there."""
    text = textwrap.wrap(f"synclab record: {title}", recorded_text.WIDTH, break_on_hyphens=False)
    click.echo("\n".join(["", *text, *(f"  {line}" for line in lines)]), err=True)
