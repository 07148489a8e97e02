"""``synclab record``: what is told of a program, how it ends, and what becomes of signals and mistakes."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from recorded_runs import ABBA, POSIX, Run, Told, environment, line_of

from sync_tools.primitives.lock_order import cycles, edges
from sync_tools.primitives.saved import read_jsonl


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


# ---- what is told ----------------------------------------------------------------------------------------------------


def test_locks_in_opposite_orders_are_told_with_both_sites_though_nothing_happened(run: Run) -> None:
    told, records = run.log(ABBA)
    (cycle,) = cycles(edges(records))
    assert told.code == 0
    assert "potential deadlock: " in told.own
    for comment in ("one takes both", "two takes both"):
        line = line_of(ABBA, comment)
        assert f"program.py:{line}" in told.own and f"program.py:{line - 1}" in told.own
    assert {edge.taken_site.line for edge in cycle.edges} == {
        line_of(ABBA, "one takes both"), line_of(ABBA, "two takes both"),
    }  # fmt: skip


@pytest.mark.once
def test_everything_fits_80_columns_and_goes_to_stderr(run: Run) -> None:
    told = run.python(ABBA.replace("def one", f"{'x' * 70} = 1\n    def one"), arguments=("--an-argument",) * 12)
    assert told.out == ""
    assert max(map(len, told.err.splitlines())) <= 80


@pytest.mark.once
def test_who_waited_is_told_with_how_long(run: Run) -> None:
    told, records = run.log("""
        import threading
        from sync_tools import recording  # the recorder's own: recordings nest
        busy = threading.Lock()
        def ask():
            with busy:
                pass
        asking = threading.Thread(target=ask, name="asking")
        with recording() as log, busy:
            asking.start()
            while not any(record.thread == "asking" and record.op == "request" for record in log.records):
                pass
        asking.join()
    """)
    assert told.code == 0, told.err
    name = next(record.primitive for record in records if record.thread == "asking")
    assert [line.split()[:3] for line in told.err.splitlines() if line.startswith(f"  {name} ")] == [[name, "2", "1"]]


@pytest.mark.once
def test_quiet_tells_nothing_but_keeps_the_log(run: Run) -> None:
    told = run.python(ABBA, "-q", "-o", "log.jsonl")
    assert (told.code, told.out, told.err) == (0, "", "")
    assert read_jsonl(run.folder / "log.jsonl").records


@pytest.mark.once
def test_a_json_file_is_a_chrome_trace_and_the_capacity_is_kept(run: Run) -> None:
    told = run.python(ABBA, "-o", "trace.json")
    assert told.code == 0
    assert {event["ph"] for event in json.loads((run.folder / "trace.json").read_text("utf-8"))["traceEvents"]} > {"B"}
    four_times = "import threading\nlock = threading.Lock()\nfor _ in range(4):\n    with lock:\n        pass\n"
    told = run.python(four_times, "-o", "short.jsonl", "--capacity", "4")
    assert [record.seq for record in read_jsonl(run.folder / "short.jsonl").records] == [9, 10, 11, 12]
    assert "8 earlier ones made room" in told.own


@pytest.mark.once
def test_without_a_file_nothing_is_left(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    told = run.python(ABBA, env=environment(TMPDIR=str(temporary), TEMP=str(temporary)))
    assert "potential deadlock" in told.own
    assert list(temporary.iterdir()) == []
    assert [path.name for path in run.folder.iterdir() if path.suffix != ".py"] == []


# ---- how it ends -----------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("ending", "code"),
    [("", 0), ("sys.exit(3)", 3), ("sys.exit('no')", 1), ("1 / 0", 1), ("os._exit(9)", 9)]
    + ([("os.kill(os.getpid(), 15)", 143), ("os.abort()", 134)] if os.name == "posix" else []),
)
def test_the_exit_code_is_the_programs_and_its_locks_are_told(run: Run, ending: str, code: int) -> None:
    told = run.python(f"import os, sys, threading\nwith threading.Lock():\n    pass\n{ending}\n")
    assert told.code == code
    assert ("Traceback" in told.err) is (ending == "1 / 0")
    if "abort" in ending:
        assert "no record. It was ended by SIGABRT before it could write its log." in told.own
    else:
        assert "3 records of 1 primitive in 1 thread" in told.own


@pytest.mark.parametrize("flag", ["-I", "-S", "-E"])
def test_a_python_that_keeps_the_recorder_out_runs_and_that_is_said(run: Run, flag: str) -> None:
    program = run.program("print('works')")
    told = run("-o", "log.jsonl", "--", sys.executable, flag, str(program))
    assert (told.code, told.out) == (0, "works\n")
    assert "nothing was recorded" in told.own and flag in told.own
    assert "log.jsonl was not written" in told.own and not (run.folder / "log.jsonl").exists()


@POSIX
def test_what_is_killed_leaves_no_record_and_that_is_said(run: Run) -> None:
    told = run.python("import os, threading\nwith threading.Lock():\n    os.kill(os.getpid(), 9)\n")
    assert told.code == 137
    assert "no record. It was ended by SIGKILL" in told.own


@POSIX
@pytest.mark.once
def test_a_command_that_is_no_python(run: Run) -> None:
    told = run("sh", "-c", "echo $0 $1; exit 7", "-o", "--quiet")
    assert (told.code, told.out) == (7, "-o --quiet\n")
    assert "nothing was recorded" in told.own
    told = run("sh", "-c", f"{shlex.join([sys.executable, str(run.program(ABBA))])}; kill -HUP $$")
    assert told.code == 128 + signal.SIGHUP
    assert "potential deadlock" in told.own


@pytest.mark.once
def test_a_command_that_cannot_run(run: Run) -> None:
    told = run("no-such-command", "x")
    assert (told.code, told.err) == (127, "synclab record: no-such-command: there is no such command.\n")
    if os.name == "posix":
        script = run.program(ABBA)
        told = run(str(script), "x")
        assert told.code == 126
        assert f"Did you mean: synclab record -- python {script} x" in told.err


@pytest.mark.once
@pytest.mark.parametrize("place", [".", "no-such-folder/log.jsonl"])
def test_a_file_that_cannot_be_written_is_said_before_the_program_runs(run: Run, place: str) -> None:
    told = run.python("print('runs')", "-o", place)
    assert (told.code, told.out) == (2, "")
    assert "cannot be written" in told.err


@pytest.mark.once
def test_a_call_without_a_command_or_with_an_unknown_option(run: Run) -> None:
    assert run().code == 2
    assert run("--capacity", "0", "x").code == 2
    told = run("--wrong", "x")
    assert told.code == 2 and "--wrong" in told.err


def commands() -> list[Callable[[Path], list[str]]]:
    return [
        lambda program: ["--", sys.executable, str(program), "-o", "--capacity"],
        lambda program: [sys.executable, str(program), "-o", "--capacity"],
    ]


@pytest.mark.once
@pytest.mark.parametrize("command", commands(), ids=["with --", "without --"])
def test_what_follows_the_command_is_the_commands(run: Run, command: Callable[[Path], list[str]]) -> None:
    told = run(*command(run.program("import sys\nprint(sys.argv[1:])")))
    assert (told.code, told.out) == (0, "['-o', '--capacity']\n")


# ---- signals ---------------------------------------------------------------------------------------------------------

WAITING = """
    import threading
    with threading.Lock():
        pass
    print("ready", flush=True)
    threading.Event().wait()
"""


def ready(run: Run, text: str) -> subprocess.Popen[str]:
    """Start a program in a session of its own, and wait until it says that it is ready."""
    process = run.start("--", sys.executable, str(run.program(text)), start_new_session=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


@POSIX
def test_ctrl_c_ends_the_program_and_then_its_locks_are_told(run: Run) -> None:
    with ready(run, WAITING) as process:
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does
        told = Told(0, *process.communicate(timeout=100))
    assert process.returncode == 130
    assert told.err.count("Traceback") == 1 and "KeyboardInterrupt" in told.err
    assert "sync_tools/doors" not in told.err
    assert re.search(r"[35] records of . primitives? in 1 thread", told.own)


@POSIX
@pytest.mark.once
def test_a_program_that_handles_ctrl_c_is_waited_for(run: Run) -> None:
    program = """
        import threading
        try:
            print("ready", flush=True)
            threading.Event().wait()
        except KeyboardInterrupt:
            print("tidied up")
    """
    with ready(run, program) as process:
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=100)
    assert (process.returncode, out) == (0, "tidied up\n")
    assert "Traceback" not in err


@POSIX
@pytest.mark.parametrize(
    ("handler", "code"), [("", 143), ("import signal, sys; signal.signal(15, lambda *_: sys.exit(5))", 5)]
)
def test_sigterm_is_passed_on_and_the_log_is_written(run: Run, handler: str, code: int) -> None:
    with ready(run, f"    {handler}\n{WAITING}") as process:
        process.terminate()
        told = Told(0, *process.communicate(timeout=100))
    assert process.returncode == code
    assert re.search(r"[345] records of . primitives? in 1 thread", told.own)


@POSIX
def test_a_deadlock_that_is_stopped_from_outside_shows_who_waits(run: Run) -> None:
    program = """
        import threading
        first, second, meet = threading.Lock(), threading.Lock(), threading.Barrier(3)
        def one():
            with first:
                meet.wait()
                second.acquire()
        def two():
            with second:
                meet.wait()
                first.acquire()
        for function in (one, two):
            threading.Thread(target=function, daemon=True).start()
        meet.wait()
        print("ready", flush=True)
        threading.Event().wait()
    """
    process = run.start("-o", "log.jsonl", "--", sys.executable, str(run.program(program)), start_new_session=True)
    with process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        process.terminate()
        process.communicate(timeout=100)
    assert process.returncode == 143
    records = read_jsonl(run.folder / "log.jsonl").records
    held = {record.primitive_serial for record in records if record.op == "acquired"}
    assert len(held) == 2
