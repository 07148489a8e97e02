"""A lab that cannot be loaded, or lacks what is asked for, is named with what is wrong with it."""

import pytest
from bad_input import (
    lab_of,
    run_lab,
    the_next_exploration_works,  # noqa: F401  # used by every test
)

from sync_tools import explore, stress
from sync_tools.doors.registry import load
from sync_tools.instrument.loader import LabModule
from sync_tools.words.errors import BrokenLab, UnknownLab


@pytest.mark.parametrize("drive", [explore, stress])
def test_a_syntax_error_is_named_with_file_and_line(drive, tmp_path):
    lab = lab_of(tmp_path, "import threading\n\ndef main(:\n    pass\n")
    with pytest.raises(BrokenLab, match=r"program\.py, line 3"):
        drive(run_lab, args=(lab,))


@pytest.mark.parametrize(
    "text",
    [
        "n = 0\ndef f():\n    n.x = 1\n    global n\n",
        "def f():\n    def g():\n        x\n        nonlocal m\n",
        "x = 1\ny = 2\n\nreturn x\n",
        "def f(a,\n      b,\n      c,\n      a): pass\n",
        "for x in y:\n    pass\nif x:\n    continue\n",
    ],
)
@pytest.mark.parametrize("drive", [explore, stress])
def test_what_only_the_compiler_finds_is_the_programs_mistake_too(drive, text, tmp_path):
    with pytest.raises(BrokenLab, match=r"program\.py, line [1-4]: "):
        drive(run_lab, args=(lab_of(tmp_path, text),))


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
