"""Recording a whole program: enable() and disable(), the environment variable, and the record as it grows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

import sync_tools
from sync_tools import Lock, disable, enable, explore, recording
from sync_tools.primitives import program
from sync_tools.words.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _disabled() -> Iterator[None]:
    assert program.enabled() is None
    yield
    disable()


def use(lock: Any, times: int = 1) -> None:
    for _ in range(times):
        with lock:
            pass


def run(code: str, where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program that lies in a file, as users' programs do."""
    (where / "program.py").write_text(code, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "program.py"],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# ---- on and off ------------------------------------------------------------------------------------------------------


def test_what_happens_between_enable_and_disable_is_recorded() -> None:
    lock = Lock(name="lock")
    use(lock)
    log = enable()
    assert program.enabled() is log
    use(lock)
    assert len(log.acquisitions("lock")) == 1, "the log may be asked while the program runs"
    assert disable() is log
    use(lock)
    assert len(log.acquisitions("lock")) == 1
    assert disable() is None and program.enabled() is None


def test_a_recording_inside_gets_its_part_and_the_whole_program_everything() -> None:
    lock = Lock(name="lock")
    whole = enable()
    use(lock)
    with recording() as part:
        use(lock)
    use(lock)
    assert (len(whole.acquisitions()), len(part.acquisitions())) == (3, 1)


def test_enabling_twice_is_a_mistake_that_says_what_to_do() -> None:
    log = enable()
    with pytest.raises(UserError, match=r"call disable\(\) first, or use recording\(\)"):
        enable()
    assert disable() is log


@pytest.mark.parametrize("capacity", [0, -3, 2.5, "many"])
def test_a_capacity_that_makes_no_sense_is_refused_and_nothing_is_enabled(capacity: Any) -> None:
    with pytest.raises(UserError, match=r"enable\(capacity="):
        enable(capacity=capacity)
    assert program.enabled() is None


def test_a_scenario_cannot_enable_the_record_of_the_program_around_it() -> None:
    with pytest.raises(UserError, match="this is a scenario"):
        explore(enable)
    assert program.enabled() is None


def test_a_path_decides_the_form_of_the_file(tmp_path: Path) -> None:
    lock = Lock(name="lock")
    enable(tmp_path / "run.jsonl")
    use(lock)
    disable()
    assert [line["op"] for line in lines_of(tmp_path / "run.jsonl")] == ["request", "acquired", "released"]
    enable(tmp_path / "run.json")
    use(lock)
    disable()
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["traceEvents"]


def test_a_folder_that_is_not_there_is_said_at_once_and_not_at_the_end(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"there is no folder .*missing, so no log can be written"):
        enable(tmp_path / "missing" / "log.jsonl")
    assert program.enabled() is None
    done = run(USES_A_LOCK.format(ending=""), tmp_path, SYNCLAB_RECORD="missing/log.jsonl")
    assert done.returncode == 1 and "there is no folder" in done.stderr


# ---- without touching the program ------------------------------------------------------------------------------------

USES_A_LOCK = """
from sync_tools import Lock
lock = Lock(name="lock")
with lock:
    pass
{ending}
"""


@pytest.mark.parametrize(
    ("ending", "status"),
    [("", 0), ("raise KeyError('lost')", 1), ("raise SystemExit(3)", 3), ("raise KeyboardInterrupt", None)],
)
def test_an_environment_variable_records_a_program_to_its_end_whatever_that_is(
    tmp_path: Path, ending: str, status: int | None
) -> None:
    done = run(USES_A_LOCK.format(ending=ending), tmp_path, SYNCLAB_RECORD="log.jsonl")
    assert status is None or done.returncode == status, done.stderr
    assert [line["op"] for line in lines_of(tmp_path / "log.jsonl")] == ["request", "acquired", "released"]


def test_the_file_lands_where_the_path_led_when_the_program_began(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    done = run(USES_A_LOCK.format(ending="import os; os.chdir('elsewhere')"), tmp_path, SYNCLAB_RECORD="log.jsonl")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "log.jsonl").exists() and not list((tmp_path / "elsewhere").iterdir())


def test_without_the_variable_nothing_is_recorded(tmp_path: Path) -> None:
    ending = "from sync_tools.primitives import program; print(program.enabled())"
    assert run(USES_A_LOCK.format(ending=ending), tmp_path, SYNCLAB_RECORD="").stdout == "None\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_writes_a_file_of_its_own_and_can_go_on_recording(tmp_path: Path) -> None:
    code = """
import os, sys, threading
from sync_tools import Lock
lock = Lock(name="lock")
with lock:
    pass
child = os.fork()
if child == 0:
    thread = threading.Thread(target=lambda: lock.acquire())
    thread.start()
    thread.join()
    sys.exit(0)
os.waitpid(child, 0)
with lock:
    pass
print(child)
"""
    done = run(code, tmp_path, SYNCLAB_RECORD="log.jsonl")
    assert done.returncode == 0, done.stderr
    mine, child = lines_of(tmp_path / "log.jsonl"), lines_of(tmp_path / f"log.{int(done.stdout)}.jsonl")
    assert [line["op"] for line in mine] == ["request", "acquired", "released"] * 2
    assert [line["op"] for line in child] == [
        *("request", "acquired", "released"),  # before the fork
        *("start", "request", "acquired", "ended", "joined"),
    ]


# ---- as it grows -----------------------------------------------------------------------------------------------------


class Sink:
    """A sink of loguru that keeps what it gets, and says when it has got enough."""

    def __init__(self, wanted: int) -> None:
        self.extras: list[dict[str, Any]] = []
        self.warnings: list[str] = []
        self.wanted = wanted
        self.enough = threading.Event()

    def __call__(self, message: Any) -> None:
        if message.record["level"].name == "WARNING":
            self.warnings.append(message.record["message"])
            return
        self.extras.append(dict(message.record["extra"]))
        if len(self.extras) == self.wanted:
            self.enough.set()


@pytest.fixture
def added() -> Iterator[Any]:
    numbers: list[int] = []

    def add(sink: Any, **options: Any) -> Any:
        numbers.append(logger.add(sink, level="INFO", **options))
        return sink

    logger.remove()
    yield add
    for number in numbers:
        logger.remove(number)


def test_live_records_come_while_the_program_runs_in_their_order(added: Any) -> None:
    sink = added(Sink(6))
    lock = Lock(name="lock")
    log = enable(live=True)
    use(lock, 2)
    assert sink.enough.wait(60)
    use(lock)
    disable()
    assert [(extra["seq"], extra["op"]) for extra in sink.extras] == [(r.seq, r.op) for r in log.records]
    assert len(sink.extras) == 9 and sink.extras[8]["held"] == log.records[8].held


def test_a_live_sink_that_takes_the_programs_own_lock_does_not_deadlock_nor_feed_itself(added: Any) -> None:
    lock = Lock(name="shared by program and sink")
    inner = Sink(30)

    def sink(message: Any) -> None:
        with lock:
            inner(message)

    added(sink)
    enable(live=True)
    use(lock, 10)
    assert inner.enough.wait(60)
    disable()
    assert [extra["op"] for extra in inner.extras] == ["request", "acquired", "released"] * 10
    assert {extra["thread"] for extra in inner.extras} == {threading.current_thread().name}


def test_under_threads_live_and_log_tell_the_same(added: Any) -> None:
    sink = added(Sink(0))
    lock = Lock(name="lock")
    log = enable(live=True)
    threads = [threading.Thread(target=use, args=(lock, 200)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    disable()
    assert len(sink.extras) == len(log.records) == 4 * 200 * 3 + 3 * 4
    assert [(extra["seq"], extra["op"], extra["thread"]) for extra in sink.extras] == [
        (record.seq, record.op, record.thread) for record in log.records
    ]


def test_what_the_ring_drops_before_it_is_written_is_counted_in_a_warning(added: Any) -> None:
    inner, begun, go_on = Sink(0), threading.Event(), threading.Event()

    def slow(message: Any) -> None:
        begun.set()
        assert go_on.wait(60)
        inner(message)

    added(slow)
    lock = Lock(name="lock")
    log = enable(live=True, capacity=30)
    use(lock)
    assert begun.wait(60)
    use(lock, 100)
    go_on.set()
    disable()
    (warning,) = inner.warnings
    assert warning.endswith("records were dropped: more than the capacity of 30")
    assert int(warning.split()[0]) + len(inner.extras) == 3 * 101 == log.dropped + len(log.records)
    assert inner.extras[-1]["seq"] == log.records[-1].seq


def test_a_sink_that_fails_ends_the_writing_and_not_the_program(added: Any, capfd: pytest.CaptureFixture[str]) -> None:
    def sink(message: Any) -> None:
        raise OSError("disk full")

    added(sink, catch=False)
    lock = Lock(name="lock")
    log = enable(live=True)
    use(lock)
    disable()
    assert len(log.records) == 3
    assert "disk full" in capfd.readouterr().err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_goes_on_writing_live(tmp_path: Path) -> None:
    code = """
import os, sys
from loguru import logger
from sync_tools import Lock, enable
logger.remove()
logger.add("log.txt", format="{process} {message}")
lock = Lock(name="lock")
enable(live=True)
with lock:
    pass
child = os.fork()
with lock:
    pass
if child:
    os.waitpid(child, 0)
    print(os.getpid(), child)
"""
    done = run(code, tmp_path)
    assert done.returncode == 0, done.stderr
    parent, child = done.stdout.split()
    written = [line.split(" ", 1) for line in (tmp_path / "log.txt").read_text(encoding="utf-8").splitlines()]
    told = ["lock request", "lock acquired", "lock released"]
    assert [text for number, text in written if number == parent] == told * 2
    assert [text for number, text in written if number == child] == told


def test_the_public_names_are_these() -> None:
    assert sync_tools.enable is enable and sync_tools.disable is disable
