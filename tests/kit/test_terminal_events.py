"""What ``synclab watch`` hears: real saves, real keys, a real terminal. Nothing here waits for a clock."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from small_checkout import REPOSITORY, RIGHT, WRONG

from sync_tools import explore, run_together, stress
from sync_tools.doors import terminal_events
from sync_tools.doors.terminal_events import QUIT, Pressed, Saved, Started, events, in_background, plain_keys

pytestmark = pytest.mark.once

PROGRAM = "labs/lab01_counter/counter.py"
CALL = [sys.executable, "-m", "sync_tools"]


def environment():
    left_out = ("PYTEST", "COLUMNS", "NO_COLOR", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {"TERM": "xterm", **kept, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "80"}


@pytest.fixture
def heard(tmp_path, monkeypatch):
    """The events of a folder, without a keyboard."""
    monkeypatch.setattr(terminal_events, "keyboard", lambda: terminal_events.nullcontext(lambda: ""))
    with closing(events(tmp_path)) as happening:
        assert next(happening) == Started()
        yield happening


def test_a_save_is_heard_in_place_by_renaming_and_by_deleting(tmp_path, heard):
    folder = tmp_path / "lab"
    folder.mkdir()
    file = folder / "counter.py"
    file.write_text("1")
    assert next(heard) == Saved()
    file.write_text("2")
    assert next(heard) == Saved()
    (folder / "new").write_text("3")
    os.replace(folder / "new", file)
    assert next(heard) == Saved()
    shutil.rmtree(folder)
    assert next(heard) == Saved()


def test_a_save_while_nobody_listens_is_not_lost(tmp_path, heard):
    (tmp_path / "a.py").write_text("1")
    assert next(heard) == Saved()
    for number in range(5):  # a lab's tests are running now
        (tmp_path / "a.py").write_text(str(number))
    assert next(heard) == Saved()


def test_keys_come_one_by_one_in_lower_case_and_their_end_is_quit(tmp_path, monkeypatch):
    typed = iter(["", "Hn", "q"])
    monkeypatch.setattr(terminal_events, "keyboard", lambda: terminal_events.nullcontext(lambda: next(typed)))
    with closing(events(tmp_path)) as happening:
        assert [next(happening) for _ in range(4)] == [Started(), Pressed("h"), Pressed("n"), QUIT]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("h", "h"),
        ("h\n", "h"),
        ("n\r\ny\r\n", "ny"),
        ("\x1b[A\x1b[1;5C\x1bOP\x1b", ""),
        ("a\x1b[3~b", "ab"),
        ("\x04", "q"),
        ("\x1a", "q"),
        (" \t", ""),
    ],
)
def test_enter_and_special_keys_are_no_keys_and_the_end_is_quit(typed, keys):
    assert plain_keys(typed) == keys


def all_keys(pressed):
    """Ask until the end has come."""
    keys = ""
    while not keys.endswith("q"):
        keys += pressed()
    return keys


def test_lines_from_a_pipe_are_keys_and_its_end_is_quit():
    read, write = os.pipe()
    pressed = in_background(read)
    os.write(write, b"h\nn\n")
    os.close(write)
    assert all_keys(pressed) == "hnq"
    os.close(read)


def test_a_thread_that_waits_for_keys_is_in_nobody_s_way():
    """It stands in a system call while schedules are explored, and while they run on OS threads."""
    read, write = os.pipe()
    pressed = in_background(read)

    def scenario():
        lock, done = threading.Lock(), []

        def work():
            with lock:
                done.append(1)

        run_together(work, work)
        assert len(done) == 2

    found = explore(scenario)
    assert (found.outcome, found.complete, found.schedules) == ("passed", True, 2)
    assert stress(scenario, rounds=20).outcome != "failed"
    os.close(write)
    assert all_keys(pressed) == "q"
    os.close(read)


def test_without_a_terminal_keys_come_as_lines_and_the_end_ends_it(checkout):
    call = [*CALL, "watch"]
    done = subprocess.run(call, cwd=checkout, env=environment(), input="r\nh\n", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    last = done.stdout.rpartition("Lab 1: A counter")[2]
    assert "counter: FAILED, 1 of 2 tests passed" in last
    assert "Hint 1\n\nLook." in last


class Terminal:
    """A process in a terminal of its own, and what it has shown."""

    def __init__(self, call, folder):
        import pty

        self.master, slave = pty.openpty()
        # start_new_session: Ctrl-C goes to the process that the terminal belongs to. A shell that runs the tests in the
        # background has them ignore it, which the process would inherit.
        setup = (
            "import fcntl, os, signal, termios; signal.signal(signal.SIGINT, signal.SIG_DFL); "
            f"fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv({call[0]!r}, {call!r})"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", setup],
            cwd=folder,
            env=environment(),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        self.slave = slave
        self.shown = ""

    def until(self, text):
        """Read until `text` was shown; what came up to there. The test's own time limit is the only one."""
        while text not in self.shown:
            select.select([self.master], [], [])
            self.shown += os.read(self.master, 65536).decode().replace("\r\n", "\n")
        before, found, self.shown = self.shown.partition(text)
        return before + found

    def type(self, keys):
        os.write(self.master, keys.encode())

    def end(self):
        code = self.process.wait()
        os.close(self.slave)
        os.close(self.master)
        return code


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_in_a_terminal_keys_need_no_enter_saves_are_heard_and_the_terminal_is_left_as_it_was(checkout, monkeypatch):
    import termios

    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal(CALL, checkout)
    before = termios.tcgetattr(terminal.slave)
    shown = terminal.until("q quit")
    assert "\x1b[2J" in shown
    assert "Read it first, and break it yourself: synclab break counter" in shown
    terminal.type("r")
    terminal.until("1 of 2 tests passed")
    terminal.until("q quit")
    terminal.type("h")
    assert "Look." in terminal.until("q quit")
    (checkout / PROGRAM).write_text(RIGHT)
    terminal.until("all 2 tests")
    terminal.until("q quit")
    other = checkout / "labs" / "lab01_counter" / "new"
    other.write_text(WRONG)
    os.replace(other, checkout / PROGRAM)
    terminal.until("1 of 2 tests passed")
    terminal.until("q quit")
    terminal.type("q")
    assert terminal.process.wait() == 0
    assert termios.tcgetattr(terminal.slave) == before
    terminal.end()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_ctrl_c_ends_it_cleanly_and_a_dumb_terminal_gets_no_codes(checkout, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    terminal = Terminal([*CALL, "watch"], checkout)
    shown = terminal.until("q quit")
    terminal.type("r\n")
    shown += terminal.until("1 of 2 tests passed") + terminal.until("q quit")
    terminal.type("\x03")
    shown += terminal.until("Stopped.")
    assert "Traceback" not in shown
    assert "\x1b" not in shown
    assert terminal.end() == 130
