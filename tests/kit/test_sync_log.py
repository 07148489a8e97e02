"""``pytest --sync-log PATH``, as a user meets it: a project of their own, run by pytest in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from recorded_runs import environment as environment_of_a_user

from sync_tools.primitives.saved import read_jsonl

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
Files = dict[str, str]

ACCOUNTS = """
from threading import Lock

first = Lock()
second = Lock()

def transfer():
    with first:
        with second:  # forth
            pass

def refund():
    with second:
        with first:  # back
            pass
"""
CONFTEST = """
import threading
import pytest

made_in_conftest = threading.RLock()

@pytest.fixture
def in_a_thread():
    def run(function):
        with made_in_conftest:  # in the fixture
            thread = threading.Thread(target=function)
            thread.start()
            while thread.is_alive():  # luck, and no join: its locks are free before the next thread begins
                pass
    return run
"""
TESTS = """
import accounts, pytest, threading

def test_transfer(in_a_thread):
    in_a_thread(accounts.transfer)

def test_refund(in_a_thread):
    in_a_thread(accounts.refund)

def test_that_fails():
    with threading.Condition():
        assert not accounts.first.locked(), "not reached"
        assert 1 == 2

@pytest.mark.xfail(raises=RuntimeError)
def test_that_is_expected_to_fail():
    threading.Lock().release()

@pytest.mark.skip(reason="not now")
def test_that_is_skipped(): ...
"""
NESTS = """
import accounts
from sync_tools import recording

def test_a_recording_nests():
    with recording() as log:
        accounts.transfer()
    assert [record.op for record in log.records] == ["request", "acquired"] * 2 + ["released"] * 2
"""
PROJECT: Files = {"accounts.py": ACCOUNTS, "conftest.py": CONFTEST, "test_accounts.py": TESTS}


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def outcomes(self) -> str:
        return re.sub(r" in [\d.]+s.*", "", self.out.rstrip().splitlines()[-1])

    @property
    def shown(self) -> str:
        """The section about the log, with its line breaks taken out."""
        _, _, rest = self.out.partition(" synchronization log ")
        return " ".join(rest.partition("\n=")[0].split())


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    def run_pytest(*options: str, project: Files = PROJECT, **more: str) -> Ran:
        (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        for name, text in project.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
        # Of this checkout, wherever else the package may be installed.
        environment = environment_of_a_user(PYTHONPATH=str(ROOT), COLUMNS="80", **more)
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run_pytest


def line_of(text: str, comment: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.endswith(f"# {comment}"))


def test_outcomes_are_the_same_and_locks_made_at_import_are_recorded(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    plain, logged = run(), run("--sync-log", "log.jsonl")
    assert plain.outcomes == logged.outcomes
    assert "1 failed, 2 passed, 1 skipped, 1 xfailed" in logged.outcomes
    assert plain.code == logged.code == 1
    records = read_jsonl(tmp_path / "log.jsonl").records
    taken = {(Path(r.site.file).name, r.site.line, r.kind) for r in records if r.op == "acquired"}
    assert {
        ("accounts.py", line_of(ACCOUNTS, "forth"), "Lock"),
        ("accounts.py", line_of(ACCOUNTS, "back"), "Lock"),
        ("conftest.py", line_of(CONFTEST, "in the fixture"), "RLock"),
    } <= taken
    assert any(kind == "Condition" for _, _, kind in taken)


def test_the_summary_shows_the_file_how_much_is_in_it_and_what_could_deadlock(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    ran = run("--sync-log", "log.jsonl")
    number = len((tmp_path / "log.jsonl").read_text("utf-8").splitlines())
    assert str(tmp_path / "log.jsonl") in ran.shown
    assert f"{number} records of " in ran.shown
    assert "potential deadlock: " in ran.shown
    for comment in ("forth", "back"):
        line = line_of(ACCOUNTS, comment)
        assert f"accounts.py:{line}" in ran.shown and f"accounts.py:{line - 1}" in ran.shown
    assert "synchronization log" not in run().out


def test_a_json_file_is_a_chrome_trace_and_the_log_keeps_the_latest(run: Callable[..., Ran], tmp_path: Path) -> None:
    project = {"accounts.py": ACCOUNTS, "test_nests.py": NESTS}
    ran = run("--sync-log", "trace.json", project=project)
    assert ran.code == 0
    assert json.loads((tmp_path / "trace.json").read_text("utf-8"))["traceEvents"]
    number = int(ran.shown.partition(" records of ")[0].split()[-1])
    ran = run("--sync-log", "log.jsonl", "--sync-log-capacity", str(number - 1), project=project)
    assert len(read_jsonl(tmp_path / "log.jsonl").records) == number - 1
    assert "1 earlier one made room" in ran.shown


def test_a_recording_in_a_test_gets_what_happens_in_it_and_so_does_the_log(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    ran = run("--sync-log", "log.jsonl", project={"accounts.py": ACCOUNTS, "test_nests.py": NESTS})
    assert ran.code == 0, ran.out
    ops = [r.op for r in read_jsonl(tmp_path / "log.jsonl").records if r.site.file == str(tmp_path / "accounts.py")]
    assert ops == ["request", "acquired"] * 2 + ["released"] * 2


def test_each_worker_of_xdist_writes_a_log_and_the_controller_says_so(run: Callable[..., Ran], tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    project = {**PROJECT, "test_more.py": "import accounts\n\ndef test_both():\n    accounts.refund()\n"}
    plain = run(project=project)
    ran = run("-n", "2", "--dist", "loadfile", "--sync-log", "log.jsonl", project=project)
    assert ran.code == plain.code == 1
    assert "1 failed, 3 passed, 1 skipped, 1 xfailed" in ran.outcomes
    logs = [tmp_path / "log.gw0.jsonl", tmp_path / "log.gw1.jsonl"]
    assert not (tmp_path / "log.jsonl").exists()
    assert [f"{log.suffixes[0][1:]}: {log}" in ran.shown for log in logs] == [True, True]
    place = str(tmp_path / "accounts.py")
    counts = [sum(record.site.file == place for record in read_jsonl(log).records) for log in logs]
    assert sorted(counts) == [6, 12]  # a transfer or a refund is six records
    assert ran.shown.count("potential deadlock: ") == 1


@pytest.mark.parametrize("where", ["no-such-folder/log.jsonl", "."])
@pytest.mark.parametrize("more", [(), ("-n", "1")], ids=["here", "xdist"])
def test_a_file_that_cannot_be_written_is_a_mistake_in_the_call(
    run: Callable[..., Ran], where: str, more: tuple[str, ...]
) -> None:
    ran = run("--sync-log", where, *more)
    assert ran.code == pytest.ExitCode.USAGE_ERROR
    assert "--sync-log: " in ran.err and "cannot be written" in ran.err
    assert "passed" not in ran.out


def test_a_capacity_that_is_none(run: Callable[..., Ran]) -> None:
    ran = run("--sync-log", "log.jsonl", "--sync-log-capacity", "0")
    assert ran.code == pytest.ExitCode.USAGE_ERROR
    assert "--sync-log-capacity 0: it must be 1 or more" in ran.err


def test_a_file_that_can_no_longer_be_written_changes_no_outcome(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    removing = "import pathlib\n\ndef test_it():\n    pathlib.Path('logs').rmdir()\n"
    ran = run("--sync-log", "logs/log.jsonl", project={"test_it.py": removing})
    assert ran.code == 0 and "1 passed" in ran.outcomes
    assert "could not be written: No such file or directory" in ran.shown


@pytest.mark.once
@pytest.mark.parametrize("option", ["-p no:terminal", "-q", "--collect-only", "--help", "-x", "-p no:logging"])
def test_it_goes_with_other_options(run: Callable[..., Ran], tmp_path: Path, option: str) -> None:
    plain, logged = run(*option.split()), run(*option.split(), "--sync-log", "log.jsonl")
    assert (logged.code, logged.err) == (plain.code, plain.err)
    assert (tmp_path / "log.jsonl").exists() is (option != "--help")


def test_a_plugin_that_a_conftest_file_names_begins_when_it_can(run: Callable[..., Ran], tmp_path: Path) -> None:
    project = {"conftest.py": "pytest_plugins = ['sync_tools.doors.pytest_plugin']\n", "accounts.py": ACCOUNTS}
    ran = run("-p", "no:synclab", "--sync-log", "log.jsonl", project={**project, "test_nests.py": NESTS})
    assert ran.code == 0, ran.out + ran.err
    assert sum(r.site.file == str(tmp_path / "accounts.py") for r in read_jsonl(tmp_path / "log.jsonl").records) == 6


def test_an_error_in_a_conftest_file_is_shown_as_ever(run: Callable[..., Ran]) -> None:
    project = {**PROJECT, "conftest.py": "import threading\nthreading.Lock(1)\n"}
    plain, logged = run(project=project), run("--sync-log", "log.jsonl", project=project)
    assert plain.code == logged.code == pytest.ExitCode.USAGE_ERROR
    assert "TypeError" in plain.err and "TypeError" in logged.err


def test_explored_scenarios_are_explored_as_ever(run: Callable[..., Ran]) -> None:
    body = """
        import threading
        from threading import Lock, Thread
        from sync_tools import explored

        outer = Lock()

        class Counter:
            def __init__(self):
                self.value = 0

        @explored
        def test_right():
            counter, inner = Counter(), Lock()
            def add():
                with outer, inner:
                    counter.value += 1
            threads = [Thread(target=add) for _ in range(2)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            assert counter.value == 2

        @explored
        def test_deadlock():
            inner = threading.Lock()
            def one():
                with outer, inner: pass
            def two():
                with inner, outer: pass
            threads = [Thread(target=one), Thread(target=two)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
    """
    project = {"test_explored.py": textwrap.dedent(body)}
    plain, logged = run(project=project), run("--sync-log", "log.jsonl", project=project)

    def report(ran: Ran) -> Any:
        return re.search(r"FAILED test_deadlock: deadlock.*?\n={5}", ran.out, re.DOTALL)

    assert "1 failed, 1 passed" in plain.outcomes and plain.outcomes == logged.outcomes
    assert report(plain) is not None and report(logged) is not None
    assert report(plain)[0] == report(logged)[0]
