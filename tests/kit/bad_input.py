"""What the tests of bad input share: that the next exploration works as ever, and programs to put bad ones into.

A scenario's own module is rewritten, and no other: a test that hands work of its own to a scenario of this file names
its module in `instrument`.
"""

import _thread
import sys
import threading
from textwrap import dedent

import pytest

from sync_tools import explore, run_together
from sync_tools.instrument.loader import LabModule


class Cell:
    def __init__(self):
        self.value = 0

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
