"""Bad input gets a clear error of the right class in bounded time, and the next exploration works as ever."""

import _thread
import os
import socket
import subprocess
import sys
import threading
from textwrap import dedent

import pytest

from sync_tools import explore, replay, run_together, stress
from sync_tools.doors.registry import load
from sync_tools.instrument.loader import LabModule
from sync_tools.words.errors import BrokenLab, NotDeterministic, TokenMismatch, Uncontrolled, UnknownLab


class Cell:
    def __init__(self):
        self.value = 0
        self.stop = False

    def add(self):
        self.value += 1


@pytest.fixture(autouse=True)
def the_next_exploration_works():
    alive = _thread._count()
    streams = sys.stdout, sys.stderr
    patched = threading.Lock, threading.Thread.start, threading.current_thread
    yield
    assert (sys.stdout, sys.stderr) == streams
    assert (threading.Lock, threading.Thread.start, threading.current_thread) == patched
    assert _thread._count() <= alive
    result = explore(two_adders, stop="never")
    assert result.outcome == "passed", result.failure and result.failure.report()
    assert result.complete
    assert set(result.results) == {1, 2}


def two_adders():
    cell = Cell()
    run_together(cell.add, cell.add)
    return cell.value


def racy():
    cell = Cell()
    run_together(cell.add, cell.add)
    assert cell.value == 2


def lab_of(folder, text):
    path = folder / "program.py"
    path.write_text(dedent(text), encoding="utf-8")
    return LabModule(f"lab_{folder.name}", path)


def run_lab(lab):
    return lab.main()


def beside(work):
    """`work` in a thread, beside another one."""

    def scenario():
        cell = Cell()
        thread = threading.Thread(target=work)
        thread.start()
        cell.add()
        thread.join()

    return scenario


# ---- labs that cannot be loaded --------------------------------------------------------------------------------------


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_syntax_error_is_named_with_file_and_line(drive, tmp_path):
    lab = lab_of(tmp_path, "import threading\n\ndef main(:\n    pass\n")
    with pytest.raises(BrokenLab, match=r"program\.py, line 3"):
        drive(run_lab, args=(lab,))


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_lab_without_its_file_is_named(drive, tmp_path):
    with pytest.raises(BrokenLab, match=r"missing\.py"):
        drive(run_lab, args=(LabModule("lab_missing", tmp_path / "missing.py"),))


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_lab_that_is_not_text_is_named(drive, tmp_path):
    path = tmp_path / "program.py"
    path.write_bytes(b"x = '\xff\xfe'\n")
    with pytest.raises(BrokenLab, match=r"program\.py"):
        drive(run_lab, args=(LabModule("lab_binary", path),))


@pytest.mark.parametrize("drive", [explore, stress])
def test_an_error_at_import_is_a_failure_with_its_line(drive, tmp_path):
    failure = drive(run_lab, args=(lab_of(tmp_path, "x = 1\ny = x / 0\n"),)).failure
    assert failure.kind == "exception"
    assert "ZeroDivisionError" in failure.message
    assert 'program.py", line 2' in failure.traceback


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_name_that_the_lab_lacks_is_a_failure(drive, tmp_path):
    failure = drive(run_lab, args=(lab_of(tmp_path, "x = 1\n"),)).failure
    assert failure.kind == "exception"
    assert "AttributeError" in failure.message
    assert "main" in failure.message


def test_an_unknown_lab_gets_the_nearest_names(pytestconfig):
    with pytest.raises(UnknownLab, match="hit_counter"):
        load(pytestconfig.rootpath).find("hit_countr")


# ---- programs that do not end ----------------------------------------------------------------------------------------


def endless():
    while True:
        pass


def endless_counting():
    n = 0
    while True:
        n += 1


def endless_for():
    for _ in iter(int, 1):
        pass


@pytest.mark.parametrize("loop", [endless, endless_counting, endless_for])
@pytest.mark.parametrize("drive", [explore, stress])
def test_an_endless_loop_is_shown_with_its_line(drive, loop):
    failure = drive(beside(loop)).failure
    assert failure.kind == "endless-loop"
    assert "test_bad_input.py" in failure.message
    assert ("while True" in failure.message) or ("for _ in" in failure.message)


@pytest.mark.parametrize("drive", [explore, stress])
def test_an_endless_loop_with_visible_operations_is_a_livelock(drive):
    def work(cell):
        while not cell.stop:
            cell.value += 1

    def scenario():
        cell = Cell()
        run_together((work, cell), (work, cell))

    failure = drive(scenario).failure
    assert failure.kind == "livelock"
    assert "test_bad_input.py" in failure.message


def test_a_spin_wait_for_what_never_comes_is_a_livelock():
    def work(cell):
        while not cell.stop:
            pass

    def scenario():
        cell = Cell()
        run_together((work, cell), cell.add)

    assert explore(scenario).failure.kind == "livelock"


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_thread_that_never_ends_is_named_with_what_it_waits_for(drive):
    def scenario():
        never = threading.Event()
        thread = threading.Thread(target=never.wait, name="patient")
        thread.start()
        thread.join()

    failure = drive(scenario).failure
    assert failure.kind == "lost-wakeup"
    assert failure.threads[failure.waiters[-1].thread] == "patient"


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_thread_that_nobody_joins_is_waited_for(drive):
    def scenario():
        threading.Thread(target=threading.Semaphore(0).acquire).start()

    assert drive(scenario).failure.kind == "starved-semaphore"


@pytest.mark.parametrize("drive", [explore, stress])
def test_code_that_swallows_everything_ends_too(drive):
    def stubborn(lock):
        while True:
            try:
                lock.acquire()
            except:  # noqa: E722  # the very thing
                pass

    def scenario():
        run_together((stubborn, threading.Lock()))

    assert drive(scenario).failure.kind == "self-deadlock"


def test_a_finally_that_loops_for_ever_is_cut_short():
    def work(cell, lock):
        try:
            with lock:
                threading.Event().wait()
        finally:
            while not cell.stop:
                pass

    def scenario():
        run_together((work, Cell(), threading.Lock()))

    assert explore(scenario).failure.kind == "lost-wakeup"


# ---- exits and exceptions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drive", [explore, stress])
def test_sys_exit_in_the_scenario_itself_is_a_failure(drive):
    failure = drive(lambda: sys.exit(3)).failure
    assert failure.kind == "exception"
    assert failure.message.startswith("SystemExit")
    assert failure.failing_thread == 0


@pytest.mark.parametrize("drive", [explore, stress])
def test_sys_exit_in_a_thread_ends_just_that_thread(drive):
    assert drive(beside(lambda: sys.exit(3)), **({"rounds": 5} if drive is stress else {})).outcome == "passed"


@pytest.mark.parametrize("drive", [explore, stress])
@pytest.mark.parametrize("error", [KeyError("gone"), KeyboardInterrupt("typed")], ids=repr)
def test_an_exception_in_a_thread_is_a_failure_though_nobody_asks_for_it(drive, error):
    def work():
        raise error

    failure = drive(beside(work)).failure
    assert failure.kind == "exception"
    assert failure.message.startswith(type(error).__name__)
    assert failure.failing_thread == 1
    assert "raise error" in failure.traceback


# ---- what cannot be controlled ---------------------------------------------------------------------------------------


def connect():
    with socket.socket() as plug:
        plug.connect(("127.0.0.1", 9))


def real_thread():
    _thread.start_new_thread(int, ())


start_directly = _thread.start_new_thread


def real_thread_by_an_old_name():
    start_directly(int, ())


def real_joinable_thread():
    starter = getattr(_thread, "start_joinable_thread", None)
    if starter is None:
        real_thread()
    else:
        starter(int)


UNCONTROLLED = {
    "connect": connect,
    "input": input,
    "subprocess": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    "os.system": lambda: os.system("true"),
    "name look-up": lambda: socket.getaddrinfo("localhost", 80),
    "a real thread": real_thread,
    "a real thread, by a name from before": real_thread_by_an_old_name,
    "a real thread, the newer way": real_joinable_thread,
}


@pytest.mark.parametrize("what", UNCONTROLLED)
def test_a_real_call_is_named_and_not_made(what):
    for scenario in (UNCONTROLLED[what], beside(UNCONTROLLED[what])):
        with pytest.raises(Uncontrolled, match="no schedule can control"):
            explore(scenario)


def test_a_program_that_swallows_the_error_does_not_get_past_it():
    def work():
        try:
            connect()
        except Exception:
            pass

    with pytest.raises(Uncontrolled):
        explore(beside(work))


# ---- tokens ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token", ["", "x", "abc-def", "abc-def-", "ilo-abc-b2c", "abc-def-b2", "abc-def-2b", "a-b-c-d"]
)
def test_what_is_no_token_is_called_so(token):
    with pytest.raises(TokenMismatch, match="not a schedule token"):
        replay(racy, token)


def test_a_token_of_another_program_is_refused_before_anything_runs():
    token = explore(racy).failure.schedule
    ran = []

    def other():
        ran.append(1)

    with pytest.raises(TokenMismatch, match="belongs to another scenario"):
        replay(other, token)
    assert not ran
    assert replay(racy, token).kind == "assertion"


def test_a_token_of_the_same_scenario_with_another_program_says_that_it_has_changed(tmp_path):
    text = """
        import threading
        class C: n = 0
        def main():
            c = C()
            def add(): c.n += 1
            threads = [threading.Thread(target=add) for _ in range(2)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            if c.n != 2: raise ValueError(c.n)
        """
    token = explore(run_lab, args=(lab_of(tmp_path, text),)).failure.schedule
    changed = lab_of(tmp_path, text + "# a remark\n")
    with pytest.raises(TokenMismatch, match="changed since"):
        replay(run_lab, token, args=(changed,))
    assert replay(run_lab, token, args=(changed,), strict=False).kind == "exception"


def test_a_token_whose_steps_do_not_fit_names_the_first_that_does_not():
    head = explore(racy).failure.schedule.rpartition("-")[0]
    with pytest.raises(TokenMismatch):
        replay(racy, f"{head}-b2z")
    with pytest.raises(TokenMismatch):
        replay(racy, f"{head}-b999c")


# ---- scenarios that are not deterministic ----------------------------------------------------------------------------

left_behind = 0
kept = []


def counting_runs():
    global left_behind
    left_behind += 1
    cell = Cell()
    run_together(*[cell.add] * (2 + left_behind % 2))


def keeping_things():
    kept.append(Cell())
    cell = Cell()

    def work():
        for _ in range(len(kept)):
            cell.add()

    run_together(work, work)


def failing_at_first():
    global left_behind
    left_behind += 1
    cell = Cell()
    run_together(cell.add, cell.add)
    assert left_behind > 1


@pytest.mark.parametrize("scenario", [counting_runs, keeping_things, failing_at_first])
def test_a_scenario_that_remembers_earlier_runs_is_called_not_deterministic(scenario):
    global left_behind
    left_behind = 0
    kept.clear()
    with pytest.raises(NotDeterministic, match="deterministic"):
        explore(scenario)


def test_the_order_of_addresses_is_called_not_deterministic():
    def scenario():
        # Objects of earlier runs are kept alive, so that the new ones stand elsewhere.
        cells = [Cell() for _ in range(8)]
        kept.append([Cell() for _ in range(len(kept) % 3)] + cells[len(kept) % 7 :])
        order = sorted(range(8), key=lambda n: hash(id(cells[n])) * 2654435761 % 2**32)

        def work(number):
            for n in order:
                if n % 2 == number:
                    cells[order[0]].add()
                cells[n].value = number

        run_together((work, 0), (work, 1))

    kept.clear()
    with pytest.raises(NotDeterministic, match="deterministic"):
        explore(scenario)
