"""Where a failure's page is written: ``pytest --sync-html DIR`` and ``synclab show``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from small_checkout import RIGHT, synclab, token_in

from sync_tools.doors.sync_html import LONGEST, page_name

pytestmark = pytest.mark.once

PROGRAM = """
import pytest
from hypothesis import given, settings, strategies as st
from sync_tools import explored, run_together, stressed

class Counter:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1

def two_additions(n=2):
    counter = Counter()
    run_together(*[counter.add] * n)
    assert counter.value == n

@explored
def test_two():
    two_additions()

@pytest.mark.parametrize("n", [2, 3])
@explored
def test_so_many(n):
    two_additions(n)

@settings(max_examples=3, database=None)
@given(n=st.integers(2, 3))
@explored
def test_drawn(n):
    two_additions(n)

@stressed(rounds=20)
def test_on_os_threads():
    raise ValueError("it")

@explored
def test_right():
    pass
"""


@pytest.fixture
def pytest_run(tmp_path):
    def run(*options):
        (tmp_path / "test_it.py").write_text(PROGRAM, encoding="utf-8")
        (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py", *options]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        environment = {**kept, "COLUMNS": "100"}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return done.stdout + done.stderr

    return run


def links_in(said):
    """The files that the links of a report lead to."""
    return [Path(url2pathname(unquote(urlsplit(link).path))) for link in re.findall(r"^ +(file://\S+)$", said, re.M)]


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_each_failing_explored_test_has_its_page_and_the_report_says_where(pytest_run, tmp_path, workers):
    said = pytest_run("--sync-html", "out/pages", *workers)
    names = {"test_two", "test_so_many-2", "test_so_many-3", "test_drawn"}
    pages = tmp_path / "out" / "pages"
    assert {path.name for path in pages.iterdir()} == {f"test_it.py-{name}.html" for name in names}
    assert {path.resolve() for path in links_in(said)} == {path.resolve() for path in pages.iterdir()}
    relative = Path("out/pages/test_it.py-test_two.html")
    assert f"Page:   {relative}\n" in said
    assert "lost update" in (pages / "test_it.py-test_two.html").read_text(encoding="utf-8")


def test_a_failure_on_os_threads_has_no_schedule_and_no_page(pytest_run, tmp_path):
    said = pytest_run("--sync-html", "pages", "-k", "on_os_threads or right")
    assert "1 failed, 1 passed" in said
    assert not (tmp_path / "pages").exists() and "Page:" not in said


def test_without_the_option_nothing_is_written(pytest_run, tmp_path):
    assert "Page:" not in pytest_run()
    assert not list(tmp_path.rglob("*.html"))


def test_a_page_that_cannot_be_written_costs_no_report(pytest_run, tmp_path):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    said = pytest_run("--sync-html", "taken", "-k", "test_two")
    assert "Page:   it could not be written: " in said
    assert "lost update" in said and "1 failed" in said


def test_the_command_that_looks_at_a_schedule_writes_its_page(pytest_run, tmp_path):
    said = pytest_run("-k", "test_two")
    look = re.search(r"^Look: +pytest (.*)$", said, re.M)[1].split()
    assert look[:2] == ["test_it.py::test_two", "--sync-replay"] and look[-2:] == ["--sync-html", "pages"]
    pytest_run(*look[1:])
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["test_it.py-test_two.html"]


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ("tests/a/test_bank.py::test_x", "test_bank.py-test_x.html"),
        ("test_bank.py::TestIt::test_x[a b/c]", "test_bank.py-TestIt-test_x-a-b-c.html"),
        ("tests\\test_bank.py::test_x[..\\..\\evil]", "test_bank.py-test_x-..-..-evil.html"),
    ],
)
def test_a_page_is_named_after_its_test_and_stays_in_its_folder(node, name):
    assert page_name(node) == name


def test_a_long_name_is_cut():
    assert len(page_name(f"test_it.py::test_{'x' * 300}")) == LONGEST + len(".html")


# ---- synclab show ----------------------------------------------------------------------------------------------------


def test_show_writes_the_page_of_the_first_failure_and_says_where(checkout):
    done = synclab(checkout, "show", "counter")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "counter: lost update -- shows 1"
    page = checkout / ".synclab-pages" / "counter-failure.html"
    assert [path.resolve() for path in links_in(done.stdout)] == [page.resolve()]
    assert "synclab replay counter" in page.read_text(encoding="utf-8")


def test_show_with_a_token_shows_that_schedule_wherever_it_is_asked_to(checkout, tmp_path):
    token = token_in(synclab(checkout, "run", "counter").stdout)
    page = tmp_path / "it.html"
    done = synclab(checkout, "show", "counter", token, "--page", str(page))
    assert done.returncode == 1
    assert token in page.read_text(encoding="utf-8")
    only_a_token = synclab(checkout, "show", token)
    assert (only_a_token.returncode, only_a_token.stderr) == (1, "")


def test_show_has_nothing_to_show_where_nothing_fails(checkout):
    (checkout / "labs" / "lab01_counter" / "counter.py").write_text(RIGHT)
    done = synclab(checkout, "show", "counter")
    assert done.returncode == 0
    assert "there is no schedule to show" in done.stdout
    assert not (checkout / ".synclab-pages").exists()


def test_show_of_a_schedule_that_does_not_fail_says_so(checkout):
    token = token_in(synclab(checkout, "run", "counter").stdout)
    done = synclab(checkout, "show", "counter", f"{token.rpartition('-')[0]}-0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "does not fail" in done.stdout


def test_show_into_a_folder_that_is_not_there_is_a_mistake_in_the_call(checkout, tmp_path):
    done = synclab(checkout, "show", "counter", "--page", str(tmp_path / "none" / "it.html"))
    assert done.returncode == 2
    assert "there is no folder" in done.stderr
