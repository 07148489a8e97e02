"""Programs arrive in every style people write, and the kit controls all of them.

Each style stands in one of the files styles_of_*.py, as a small program whose `scenario` gives a value. As written it
is right; with one change it is not. Both are explored to the end, and what they can give must be exactly what is
expected: a lock that was not ours would let too much through or stop the process, a thread that was not ours is
counted. Every program is run the way a lab is (loaded anew in every schedule) and the way a script is (imported once,
and rewritten by swapping its code).
"""

import importlib.util
import sys
import threading
from contextlib import contextmanager
from textwrap import dedent

import pytest
from no_os_threads import explored, fails, os_threads
from styles_of_locks import LOCKS
from styles_of_queues_and_pools import QUEUES_AND_POOLS
from styles_of_threads import THREADS
from styles_of_time_and_spinning import TIME_AND_SPINNING

from sync_tools import stress
from sync_tools.instrument.loader import LabModule

STYLES = {**LOCKS, **THREADS, **QUEUES_AND_POOLS, **TIME_AND_SPINNING}


def test_the_counter_of_os_threads_sees_one():
    with os_threads() as started:
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
    assert started


def written(folder, style, wrong):
    """The style's program as a file; its name is new for each, so that no import finds another one."""
    text, (old, new), *_ = STYLES[style]
    text = dedent(text)
    assert text.count(old) == 1
    number = list(STYLES).index(style)
    path = folder / f"style_{number}_{'wrong' if wrong else 'right'}.py"
    path.write_text(text.replace(old, new) if wrong else text, encoding="utf-8")
    return path


def as_lab(folder, style, wrong=False):
    path = written(folder, style, wrong)
    return LabModule(f"lab_{path.stem}", path)


@contextmanager
def as_script(folder, style, wrong=False):
    path = written(folder, style, wrong)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[path.stem]


def run_lab(lab):
    return lab.scenario()


def check_lab(lab, right):
    given = lab.scenario()
    assert given in right


@pytest.mark.parametrize("style", STYLES)
def test_a_right_program_loaded_as_a_lab_gives_just_what_it_should(style, tmp_path):
    right = STYLES[style][2]
    result = explored(run_lab, as_lab(tmp_path, style))
    assert set(result.results) == right


@pytest.mark.parametrize("style", STYLES)
def test_a_right_program_run_as_a_script_gives_just_what_it_should(style, tmp_path):
    with as_script(tmp_path, style) as module:
        assert set(explored(module.scenario).results) == STYLES[style][2]


@pytest.mark.parametrize("style", STYLES)
def test_a_wrong_program_fails_in_whatever_way_it_is_loaded(style, tmp_path):
    _, _, right, wrong = STYLES[style]
    lab = as_lab(tmp_path, style, wrong=True)
    if isinstance(wrong, str):
        assert fails(run_lab, lab) == wrong
    else:
        assert set(explored(run_lab, lab).results) == wrong
        assert fails(check_lab, lab, right) == "assertion"
    with as_script(tmp_path, style, wrong=True) as module:
        if isinstance(wrong, str):
            assert fails(module.scenario) == wrong
        else:
            assert set(explored(module.scenario).results) == wrong


@pytest.mark.parametrize("style", STYLES)
def test_a_right_program_survives_stress(style, tmp_path):
    lab = as_lab(tmp_path, style)
    assert stress(check_lab, args=(lab, STYLES[style][2]), rounds=20).outcome == "passed"
