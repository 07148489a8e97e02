"""``synclab watch`` when something goes wrong: a mistake in a file, a file that is gone, a state that can't be kept."""

from __future__ import annotations

import io
import re
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from small_checkout import RIGHT, TESTS, WRONG
from watch_sessions import FAILING, PASSING, PROGRAM, pressed

from sync_tools.doors.terminal_events import Saved, Started

pytestmark = pytest.mark.once


def test_a_syntax_error_is_shown_with_file_and_line_and_the_watching_goes_on(student):
    student.sees(Started())
    screen = student.save("x = 1\ndef add(:\n")
    assert f"syntax error in {Path(PROGRAM)}, line 2: " in screen
    assert "No test was run. Mend it and save" in screen
    assert "FAILED" not in screen
    assert PASSING in student.save(RIGHT)


def test_a_report_quotes_the_program_as_it_was_saved_last(student):
    crash = WRONG.replace("self.n += 1", "self.n += 1; raise ValueError('old')")
    (student.root / PROGRAM).write_text(crash)
    assert "raise ValueError('old')" in student.sees(Started())
    screen = student.save("import math\n\n\n" + WRONG)
    assert re.search(r"counter\.py:9 +self\.n \+= 1", screen)
    screen = student.save(WRONG.replace("self.n += 1", "self.n = self.n + 1"))
    assert re.search(r"counter\.py:6 +self\.n = self\.n \+ 1", screen)


def test_a_syntax_error_that_only_the_compiler_finds_is_shown_too(student):
    student.sees(Started())
    screen = student.save(f"{RIGHT}return 3\n")
    assert f"syntax error in {Path(PROGRAM)}, line 12: " in screen
    assert PASSING in student.save(RIGHT)


def test_a_deleted_program_or_folder_is_told_and_x_gets_it_back(student):
    student.sees(Started())
    for delete in ((student.root / PROGRAM).unlink, lambda: shutil.rmtree((student.root / PROGRAM).parent)):
        delete()
        screen = student.sees(Saved())
        assert "labs/lab01_counter/counter.py is missing. Press x to get it back as it came." in screen
        assert FAILING in student.sees(*pressed("xy"))


def test_tests_that_cannot_be_loaded_do_not_end_it(student):
    file = student.root / "tests" / "labs" / "test_lab01_counter.py"
    file.write_text("import no_such_module\n")
    assert "no_such_module" in student.sees(Started())
    file.write_text(TESTS)
    assert FAILING in student.sees(*pressed("r"))


def test_what_the_program_prints_does_not_disturb_the_screen(student):
    noisy = "import sys, logging\nprint('loaded')\nprint('bad', file=sys.stderr)\nlogging.warning('told')\n" + RIGHT
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "stderr", err)
        student.sees(Started())
        screen = student.save(noisy.replace("self.n += 1", "print('adding'); self.n += 1"))
    assert PASSING in screen
    assert (out.getvalue(), err.getvalue()) == ("", "")


def test_a_state_that_cannot_be_written_is_said_once_below(student, monkeypatch):
    def full(root, text):
        raise OSError("disk full")

    monkeypatch.setattr("sync_tools.doors.progress._write", full)
    screen = student.sees(Started())
    assert FAILING in screen
    assert screen.count("Your progress could not be noted: disk full") == 1
