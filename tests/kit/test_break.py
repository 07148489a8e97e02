"""``synclab break`` as a student meets it: line by line, and on a real terminal."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys

import pytest
from click.testing import CliRunner
from small_checkout import REPOSITORY, TESTS, synclab, token_in

from sync_tools.doors import cli as command
from sync_tools.doors import registry

pytestmark = pytest.mark.once

# Who goes on, so that both threads read before one of them writes. The rest makes no difference, and is not asked for.
BREAKS = "1\n2\n1\n"
# One after the other.
PASSES = "1\n1\n"


def play(root, *arguments, keys="", monkeypatch):
    monkeypatch.chdir(root)
    return CliRunner(charset="ascii").invoke(command.cli, ["break", *arguments], input=keys, prog_name="synclab")


def test_a_broken_program_gives_a_command_that_replays_what_was_played(checkout, monkeypatch):
    done = play(checkout, "counter", keys=BREAKS, monkeypatch=monkeypatch)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Goal: lose an addition."
    assert "T1 worker-1 next: write n, at counter.py:6: self.n += 1" in lines
    assert "T0 MainThread waits: join worker-1 (it has not ended), at test_lab01_counter.py:12: " in done.stdout
    assert "Step 11: T0 did read n = 1 at test_lab01_counter.py:13 (no choice)." in lines
    assert "You broke it in 11 steps: lost update -- shows 1" in lines
    token = token_in(done.stdout)
    assert lines[-3:] == [
        "You broke counter: lost update -- shows 1",
        f"Replay: synclab replay counter {token}",
        "Now fix it: synclab run counter",
    ]
    again = synclab(checkout, "replay", "counter", token)
    assert again.returncode == 1
    assert "lost update -- shows 1" in again.stdout
    assert token_in(again.stdout) == token


def test_without_breaking_it_the_exit_code_is_1_and_the_end_of_the_input_is_said(checkout, monkeypatch):
    done = play(checkout, "counter", keys=PASSES, monkeypatch=monkeypatch)
    assert done.exit_code == 1
    assert "nothing broke" in done.stdout
    assert done.stdout.splitlines()[-3:] == [
        "The input has ended.",
        "Not broken this time. Try again: synclab break counter",
        "Or have all orders tried: synclab run counter",
    ]
    assert play(checkout, "counter", keys="", monkeypatch=monkeypatch).exit_code == 1
    quit_ = play(checkout, "counter", keys="q\n" + BREAKS, monkeypatch=monkeypatch)
    assert (quit_.exit_code, "The input has ended" in quit_.stdout) == (1, False)


def test_steps_are_taken_back_and_made_again(checkout, monkeypatch):
    # Past the place where it could be broken, back to it, and there the other way.
    done = play(checkout, "counter", keys="1 1 u 2 1", monkeypatch=monkeypatch)
    assert (done.exit_code, "Back to step 3." in done.stdout) == (0, True)
    # Broken, then all taken back and made again: what was reached stays reached.
    done = play(checkout, "counter", keys=BREAKS + "s\n" + "r\n" * 3 + "r\nu\nq\n", monkeypatch=monkeypatch)
    assert done.exit_code == 0
    assert done.stdout.count("You broke it in 11 steps") == 2
    assert "There is nothing to redo." in done.stdout
    first = play(checkout, "counter", keys="u\n", monkeypatch=monkeypatch)
    assert "There is nothing to undo: this is the first choice." in first.stdout


def test_what_cannot_be_picked_is_answered_with_the_reason(checkout, monkeypatch):
    keys = "0\n\n7\nx\n1 1\n"
    done = play(checkout, "counter", keys=keys, monkeypatch=monkeypatch)
    for answer in (
        "T0 can't join worker-1 yet: it has not ended.",
        "T0 can't join worker-1 yet: it has not ended. Pick another one.",
        "There is no thread T7.",
        "'x' does nothing here. See ? for help.",
    ):
        assert answer in done.stdout.splitlines(), answer
    ended = play(checkout, "counter", keys=PASSES + "\n1\n", monkeypatch=monkeypatch)
    assert ended.stdout.count("The schedule has ended.") == 2


def test_a_fixed_program_cannot_be_broken_and_says_so(checkout, monkeypatch):
    keys = "1\n2\n"
    done = play(checkout, "counter", "--target", "solutions", keys=keys, monkeypatch=monkeypatch)
    assert done.exit_code == 1
    assert "did acquire lock at counter.py:" in done.stdout
    assert ", and nothing broke. Take steps back (u), or start again (s)." in done.stdout
    assert done.stdout.endswith("Or have all orders tried: synclab run counter --target solutions\n")


def test_a_mistake_in_the_call_is_exit_code_2(checkout, monkeypatch):
    for arguments, said in (
        (("conter",), "Did you mean counter?"),
        (("counter", "--target", "nowhere"), "there is no target 'nowhere'"),
        (("summing",), "summing has no game: its goal_test in labs.toml, test_sum, is not a test under @explored"),
    ):
        done = play(checkout, *arguments, monkeypatch=monkeypatch)
        assert (done.exit_code, done.stdout) == (2, ""), arguments
        assert said in done.stderr
    (checkout / "labs" / "lab01_counter" / "counter.py").write_text("class Counter:\n    def\n")
    assert "line 2" in play(checkout, "counter", monkeypatch=monkeypatch).stderr


def test_a_program_that_changes_meanwhile_ends_the_game(checkout, monkeypatch):
    from sync_tools.doors.break_session import playing
    from sync_tools.words.errors import UserError

    labs = registry.load(checkout)
    with playing(labs, labs.find("counter"), "labs") as session:
        assert session.press("1") == ""
        program = checkout / "labs" / "lab01_counter" / "counter.py"
        program.write_text(program.read_text().replace("+= 1", "+= 2"))
        with pytest.raises(UserError, match="has changed since this game began"):
            session.press("1")


def test_an_assert_without_a_message_is_explained_as_pytest_does(checkout, monkeypatch):
    tests = checkout / "tests" / "labs" / "test_lab01_counter.py"
    tests.write_text(TESTS.replace(', f"shows {shown}"', ""))
    done = play(checkout, "counter", keys=BREAKS, monkeypatch=monkeypatch)
    assert "You broke counter: lost update -- assert 1 == 2" in done.stdout.splitlines()


def test_every_lab_has_a_game(monkeypatch):
    for lab in registry.load(REPOSITORY):
        done = play(REPOSITORY, lab.slug, keys="?\nq\n", monkeypatch=monkeypatch)
        assert (done.exit_code, done.stderr) == (1, ""), lab.slug
        assert done.stdout.startswith(f"Goal: {lab.goal}.\n")
        assert "Who goes on? " in done.stdout


# ---- on a real terminal ----------------------------------------------------------------------------------------------


class Terminal:
    """The command in a terminal of its own, 80 columns and 24 lines."""

    def __init__(self, root, *arguments, **environment):
        import fcntl
        import pty
        import termios

        self.fd, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        left_out = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PYTEST")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        self.program = subprocess.Popen(
            [sys.executable, "-m", "sync_tools", "break", *arguments],
            cwd=root,
            env={**kept, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm", **environment},
            stdin=inside,
            stdout=inside,
            stderr=inside,
        )
        os.close(inside)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.program.kill()  # nothing to do where the test has passed
        self.program.wait()
        os.close(self.fd)

    def until(self, text, key=""):
        """Press keys, then read until `text` has come."""
        os.write(self.fd, key.encode())
        out = b""
        while text.encode() not in out:
            assert select.select([self.fd], [], [], 60)[0], out.decode()  # a net, for what never comes
            try:
                more = os.read(self.fd, 65536)
            except OSError:  # so Linux says that the other side has gone
                more = b""
            assert more, out.decode()
            out += more
        return out.decode()

    def exit_code(self):
        try:
            while os.read(self.fd, 65536):
                pass
        except OSError:
            pass
        return self.program.wait()


on_a_terminal = pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")


@on_a_terminal
def test_on_a_terminal_keys_play_and_the_screen_is_given_back(checkout):
    with Terminal(checkout, "counter") as terminal:
        first = terminal.until("q: quit")
        assert "Getting ready ..." in first.partition("\x1b[?1049h")[0], "before there is anything to pick"
        assert "\x1b[?1049h" in first, "it has a screen of its own"
        assert "Goal: lose an addition" in first
        assert "You are the scheduler." in terminal.until("back to the game", "?")
        terminal.until("Who goes on? 1 2 ", "x")
        # Typed ahead, in one go: nothing of it is lost, and nothing shows up between the lines.
        assert "T0 can't join worker-1 yet" in terminal.until("Who goes on? 1 2 ", "00")
        terminal.until("Enter: T1", "1")
        assert "You broke it in 11 steps: lost update -- shows 1" in terminal.until("replays this", "2 ")
        last = terminal.until("Now fix it: synclab run counter", "q")
        left = last.partition("\x1b[?1049l")[2]
        assert "Replay: synclab replay counter " in left, "printed where it stays"
        assert terminal.exit_code() == 0


@on_a_terminal
def test_enter_after_a_key_only_ends_it_and_by_itself_goes_on(checkout):
    with Terminal(checkout, "counter") as terminal:
        terminal.until("q: quit")
        # An Enter at the end of a number, if it went on, would take the thread past the place where it breaks.
        assert "step 3" in terminal.until("Enter: T1", "1\r")
        assert "step 4" in terminal.until("Enter: T2", "2\r")
        assert "You broke it in 11 steps: lost update -- shows 1" in terminal.until("replays this", "\r")
        terminal.until("Now fix it", "q")
        assert terminal.exit_code() == 0


@on_a_terminal
@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_left_out_where_they_are_not_wanted(checkout, environment, coloured):
    with Terminal(checkout, "counter", **environment) as terminal:
        assert ("\x1b[32m" in terminal.until("q: quit")) == coloured
        terminal.until("Not broken this time", "\x04")
        assert terminal.exit_code() == 1


@on_a_terminal
@pytest.mark.parametrize(("arguments", "environment"), [(["--plain"], {}), ([], {"TERM": "dumb"})])
def test_where_plain_lines_are_wanted_no_cursor_moves_on_a_terminal_either(checkout, arguments, environment):
    with Terminal(checkout, "counter", *arguments, **environment) as terminal:
        said = terminal.until("Who goes on? T1 or T2")
        said += terminal.until("Not broken this time", "1\nq\n")
        assert "\x1b" not in said
        assert terminal.exit_code() == 1
