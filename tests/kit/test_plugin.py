"""The pytest plugin, as a user meets it: a test file of their own, run by plain pytest in a process of its own."""

import re
import subprocess
import sys
import textwrap

import pytest

RACY = """
from sync_tools import explored, stressed, run_together

class Counter:
    def __init__(self):
        self.value = 0
    def increment(self):
        print("incrementing")
        self.value += 1
"""


@pytest.fixture
def pytest_run(tmp_path):
    def run(body, *options):
        (tmp_path / "test_user.py").write_text(RACY + textwrap.dedent(body), encoding="utf-8")
        (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "test_user.py"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.once
def test_a_failure_shows_the_report_and_not_the_kit_s_own_frames(pytest_run):
    code, said = pytest_run("""
        @explored
        def test_two():
            counter = Counter()
            run_together(counter.increment, counter.increment)
            assert counter.value == 2, "lost one"
    """)
    assert code == 1
    assert "lost update" in said
    assert "lost one" in said
    assert "least that breaks it" in said
    assert "sync_tools/" not in said.replace("\\", "/")


@pytest.mark.once
def test_only_what_the_failing_schedule_printed_is_shown(pytest_run):
    _, said = pytest_run("""
        @explored
        def test_two():
            counter = Counter()
            run_together(counter.increment, counter.increment)
            assert counter.value == 2
    """)
    assert said.count("incrementing") == 2


def test_asserts_stay_rich(pytest_run):
    _, said = pytest_run("""
        @explored
        def test_two():
            counter = Counter()
            run_together(counter.increment, counter.increment)
            expected = 2
            assert counter.value == expected
    """)
    assert re.search(r"assert 1 == 2", said)


@pytest.mark.once
@pytest.mark.parametrize(("body", "kind"), [("pass", "endless-loop"), ("counter.value += 1", "livelock")])
def test_a_program_that_does_not_end_stops_a_property_at_its_first_example(pytest_run, body, kind):
    """Each example runs to the limit; in search of a smaller one hypothesis would try hundreds."""
    code, said = pytest_run(f"""
        from hypothesis import given, strategies as st

        tried = []

        @given(workers=st.integers(1, 3))
        @explored
        def test_some(workers):
            tried.append(workers)
            counter = Counter()
            def work():
                while True:
                    {body}
            run_together(*[work] * workers)

        def test_how_many_were_tried():
            print(len(set(tried)), "example")
            assert False
    """)
    assert code == 1
    assert f"FAILED test_some: {kind}" in said
    assert "Failing test case, not made smaller: test_some(\n    workers=" in said
    assert "1 example" in said


@pytest.mark.once
def test_what_is_too_long_to_explore_is_told_in_lines_of_80_columns(pytest_run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, said = pytest_run("""
        @explored(max_steps=200)
        def test_long():
            counter = Counter()
            def work():
                for _ in range(100_000):
                    counter.value += 1
            run_together(work, work)
    """)
    told = said[said.index("ScenarioInconclusive: ") : said.index("raise max_steps.")].splitlines()
    assert code == 1
    assert len(told) > 2
    assert max(map(len, told)) <= 80
    assert "budget of 200 operations" in " ".join(told)


def test_parametrize_fixtures_and_given_work_without_ado(pytest_run):
    code, said = pytest_run("""
        import pytest
        from hypothesis import given, strategies as st

        @pytest.fixture
        def base():
            return 10

        @pytest.mark.parametrize("step", [1, 2])
        @explored
        def test_one_thread(step, base):
            counter = Counter()
            run_together(counter.increment)
            assert counter.value + base + step > 11

        @given(workers=st.integers(1, 3))
        @explored
        def test_drawn(base, workers):
            counter = Counter()
            run_together(*[counter.increment] * workers)
            assert counter.value == workers
    """)
    assert code == 1
    assert "2 passed" in said
    assert "1 failed" in said
    assert "workers=2" in said


@pytest.mark.once
def test_a_stressed_test_finds_the_bare_increment(pytest_run):
    code, said = pytest_run("""
        @stressed(rounds=200)
        def test_two():
            counter = Counter()
            run_together(counter.increment, counter.increment)
            assert counter.value == 2
    """)
    assert code == 1
    assert "on OS threads" in said


def test_a_deadlock_on_os_threads_is_a_report_and_the_next_test_runs(pytest_run):
    code, said = pytest_run("""
        import threading

        @stressed(rounds=200)
        def test_opposite_order():
            a, b = threading.Lock(), threading.Lock()
            def one():
                with a, b: pass
            def other():
                with b, a: pass
            run_together(one, other)

        def test_next():
            assert threading.active_count() >= 1
    """)
    assert code == 1
    assert "deadlock" in said
    assert "1 failed, 1 passed" in said


@pytest.mark.once
def test_a_sampling_strategy_must_say_what_inconclusive_means(pytest_run):
    code, said = pytest_run("""
        @explored(strategy="random")
        def test_two(): pass
    """)
    assert code == 2
    assert "can't prove anything" in said


def test_pytest_timeout_ends_a_schedule_even_under_a_bare_except(pytest_run):
    code, said = pytest_run(
        """
        @explored
        def test_stubborn():
            import hashlib
            while True:
                try:
                    hashlib.pbkdf2_hmac("sha256", b"x", b"y", 20000)
                except:
                    pass

        def test_next(): pass
    """,
        "--timeout=2",
    )
    assert code == 1
    assert "Timeout" in said
    assert "1 failed, 1 passed" in said


@pytest.mark.once
def test_it_works_under_xdist(pytest_run):
    pytest.importorskip("xdist", reason="pytest-xdist is an extra of the kit's own tests")
    code, said = pytest_run(
        """
        @explored
        def test_two():
            counter = Counter()
            run_together(counter.increment, counter.increment)
            assert counter.value == 2
    """,
        "-n1",
    )
    assert code == 1
    assert "lost update" in said
