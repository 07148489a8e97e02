"""Adopted programs: the standard library takes instrumented locks, explored scenarios and forks go on as before."""

from __future__ import annotations

import concurrent.futures
import logging
import os
import queue
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from corpus.table import Program, programs

from sync_tools import explore
from sync_tools.primitives import adopt, recording

ROOT = Path(__file__).resolve().parents[2]


# ---- the standard library uses them ----------------------------------------------------------------------------------


def lines_with(text: str) -> list[int]:
    with open(__file__, encoding="utf-8") as file:
        return [number for number, line in enumerate(file, 1) if text in line]


def test_a_queue_takes_its_lock_once_for_each_call_and_at_the_callers_line(adopted: None) -> None:
    jobs: queue.Queue[int | None] = queue.Queue()
    seen: list[int] = []

    def work() -> None:
        while (job := jobs.get()) is not None:  # taken here
            seen.append(job)
            jobs.task_done()  # done here

    with recording() as log:
        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for number in range(50):
            jobs.put(number)  # put here
        jobs.join()
        for _ in workers:
            jobs.put(None)  # put here, too
        for worker in workers:
            worker.join()
    asked = Counter(record.site.line for record in log.records if record.op == "request" and record.kind == "Lock")
    at = {text: lines_with(f"# {text}\n")[0] for text in ("taken here", "done here", "put here", "put here, too")}
    assert sorted(seen) == list(range(50))
    assert [asked[at[text]] for text in at] == [53, 50, 50, 3]
    assert asked.total() == 53 + 50 + 50 + 3 + 1  # and the one join()


def test_a_pool_takes_its_locks_where_the_program_submits_and_no_site_is_in_threading(adopted: None) -> None:
    with recording() as log, concurrent.futures.ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(pow, number, 2) for number in range(20)]  # submitted here
        assert [future.result() for future in futures] == [number**2 for number in range(20)]
    submitted = lines_with("# submitted here\n")[0]
    asked = Counter(r.primitive_serial for r in log.records if (r.op, r.kind) == ("request", "Lock")
                    and (r.site.file, r.site.line) == (__file__, submitted))  # fmt: skip
    # Once a task its own lock; and the one of all pools, if their module was imported in an adopted program.
    assert set(asked.values()) == {20}
    files = {os.path.basename(record.site.file) for record in log.records}
    assert not files & {"threading.py", "contextlib.py", "adopt.py"}
    assert __file__ in {record.site.file for record in log.records}


def test_a_logger_takes_its_handlers_lock_at_the_line_that_logs(adopted: None) -> None:
    handler = logging.StreamHandler(open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    logger = logging.Logger("of this test")
    logger.addHandler(handler)
    with recording() as log:
        logger.warning("hello")  # logged here
    handler.stream.close()
    assert {record.site.line for record in log.records} == {lines_with("# logged here\n")[0]}
    assert {record.kind for record in log.records} == {"RLock"}


# ---- beside explored worlds ------------------------------------------------------------------------------------------

KINDS = ("two_", "dataclass", "default_argument", "barrier", "event", "pool", "queue")
SMALL = [program for program in programs() if program.path.stem.startswith(KINDS)]


DATACLASS = """
from dataclasses import dataclass, field
from threading import Lock, Thread

@dataclass
class Account:
    lock: Lock = field(default_factory=Lock)
    audit: Lock = field(default_factory=Lock)

def scenario():
    account = Account()
    def forth():
        with account.lock, account.audit: pass
    def back():
        with account.audit, account.lock: pass
    threads = [Thread(target=forth), Thread(target=back)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


def test_locks_of_a_dataclass_keep_their_names_in_reports(tmp_path: Path) -> None:
    path = tmp_path / "accounts.py"
    path.write_text(DATACLASS, encoding="utf-8")
    test_a_program_that_holds_the_adopted_classes_is_explored_as_ever(Program(path))


@pytest.mark.parametrize("program", SMALL, ids=lambda program: program.title)
def test_a_program_that_holds_the_adopted_classes_is_explored_as_ever(program: Program) -> None:
    with program.loaded() as module:
        plain = explore(module.scenario)
    adopt.instrument_threading()
    try:
        with program.loaded() as module:
            beside = explore(module.scenario)
    finally:
        adopt.restore_threading()
    assert (beside.outcome, beside.schedules, beside.operations) == (plain.outcome, plain.schedules, plain.operations)
    assert beside.unseen == plain.unseen
    assert (plain.failure is None) is (beside.failure is None)
    if plain.failure is not None and beside.failure is not None:
        assert beside.failure.report(width=80) == plain.failure.report(width=80)


AFTERWARDS = """
from threading import Barrier, Event, RLock
from sync_tools.primitives import adopt
adopt.instrument_threading()
from threading import Condition, Lock, Thread
import threading
from sync_tools import explore
from sync_tools.models import barriers, conditions, locks
from sync_tools.primitives.face import Face

lock = Lock()

def scenario():
    inner = Lock(), Condition(), threading.Event(), Event(), Barrier(1), RLock()
    assert {type(each).__module__.split(".")[1] for each in inner} == {"models"}
    def work():
        with lock, inner[0]:
            pass
    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

assert not issubclass(conditions.RealCondition, Face) and not issubclass(barriers.RealBarrier, Face)
assert not isinstance(locks.RealLock(), Face) and not isinstance(locks.RealRLock(), Face)
found = explore(scenario)
assert found.outcome == "passed", found.failure
assert isinstance(Lock(), Face) and not isinstance(Event(), Face)
"""


def run_alone(path: Path, text: str) -> subprocess.CompletedProcess[str]:
    path.write_text(text, encoding="utf-8")  # a file: without source nothing can be rewritten
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, str(path)], env=environment, capture_output=True, text=True, check=False)


def test_the_models_find_the_real_classes_when_they_come_after_the_adoption(tmp_path: Path) -> None:
    run = run_alone(tmp_path / "afterwards.py", AFTERWARDS)
    assert (run.returncode, run.stderr) == (0, "")


FORKING = """
import os
from sync_tools.primitives import adopt
adopt.instrument_threading()
import concurrent.futures, logging, threading

lock = threading.Lock()
lock.acquire()
child = os.fork()
lock._at_fork_reinit() if not child else lock.release()
assert lock.acquire(timeout=1)
logging.warning("%s logs", "child" if not child else "parent")
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    assert list(pool.map(abs, [-1, -2])) == [1, 2]
if child:
    assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_logs_and_uses_pools_and_its_locks_begin_free(tmp_path: Path) -> None:
    run = run_alone(tmp_path / "forking.py", FORKING)
    assert run.returncode == 0, run.stderr
    assert sorted(run.stderr.splitlines()) == ["WARNING:root:child logs", "WARNING:root:parent logs"]
