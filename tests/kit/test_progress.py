"""The progress of a long exploration, as a line and as a bar."""

import io
import threading

from sync_tools import explore, progress_bar, run_together
from sync_tools.drivers.course import Progress
from sync_tools.presentation.progress import line_of


def sections():
    lock, order = threading.Lock(), []

    def work(name):
        for _ in range(3):
            with lock:
                order.append(name)

    run_together(*[(work, name) for name in range(3)])


def test_a_line_says_how_many_how_quick_how_deep_and_how_many_there_may_be():
    line = line_of(Progress(1200, 41, 0.25), 0.5)
    assert line == "1,200 schedules, 2,400/s, 41 steps deep, about 25% of 4,800"
    assert len(line) < 62  # a bar of 16 stands before it, in 80 columns


def test_what_is_not_known_is_left_out():
    assert line_of(Progress(64, 0, None), 0.0) == "64 schedules, 0/s"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_takes_the_progress_of_an_exploration_and_leaves_nothing_behind(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    shown = []
    out = Terminal()
    with progress_bar(out) as show:

        def both(step):
            shown.append(step)
            show(step)

        explore(sections, stop="never", max_schedules=300, progress=both)
    assert [step.schedules for step in shown] == [64, 128, 192, 256]
    assert "256 schedules" in out.getvalue()
    assert out.getvalue().endswith("\x1b[2K")  # its line is erased


def test_where_there_is_no_terminal_nothing_is_shown():
    out = io.StringIO()
    with progress_bar(out) as show:
        explore(sections, stop="never", max_schedules=100, progress=show)
    assert out.getvalue().strip() == ""
