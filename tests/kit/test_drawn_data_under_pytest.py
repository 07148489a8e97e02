"""`@explored` and `schedules()` together with hypothesis, fixtures and parameters, as a user of pytest meets them."""

import os
import re
import subprocess
import sys
import textwrap

import pytest
from small_checkout import REPOSITORY, TESTS

pytestmark = pytest.mark.once

PROGRAM = """
import pytest
from hypothesis import example, given, settings, strategies as st
from sync_tools import Schedule, explored, replay, run_together, schedules, stressed

class Counter:
    def __init__(self):
        self.value = 0
    def add(self, amount=1):
        self.value += amount

@pytest.fixture
def base():
    return 10
"""
AMOUNTS = "amounts=st.lists(st.integers(1, 9), max_size=3)"
ENOUGH = 1_000  # one drawn schedule in some twenty fails, and the first that does ends the search: never by luck


def run_pytest(folder, *options):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def pytest_run(tmp_path):
    def run(body, *options):
        (tmp_path / "test_user.py").write_text(PROGRAM + textwrap.dedent(body), encoding="utf-8")
        (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        return run_pytest(tmp_path, *options, "test_user.py")

    return run


def test_fixtures_parameters_and_drawn_data_meet_in_one_test_and_all_are_shown(pytest_run):
    code, said = pytest_run(f"""
        @pytest.mark.parametrize("step", [1, 2])
        @given({AMOUNTS})
        @settings(max_examples=30)
        @explored
        def test_sum(step, base, amounts):
            counter = Counter()
            run_together(*[(counter.add, amount * step) for amount in amounts])
            assert counter.value + base == sum(amounts) * step + 10
    """)
    assert code == 1
    assert "2 failed" in said
    for step in (1, 2):
        assert f"test_sum(\n    step={step},\n    base=10,\n    amounts=[1, 1],\n)" in said
    assert said.count("lost update") >= 2
    assert "Flaky" not in said
    assert "sync_tools/" not in said.replace("\\", "/")


def test_the_replay_line_of_drawn_data_can_be_pasted(pytest_run, tmp_path):
    _, said = pytest_run(f"""
        @given({AMOUNTS})
        @explored
        def test_sum(base, amounts):
            counter = Counter()
            run_together(*[(counter.add, amount) for amount in amounts])
            assert counter.value + base == sum(amounts) + 10
    """)
    call = re.search(r"replay\(test_sum.*?\}\)", said, re.DOTALL)
    assert call, said
    # In a file of its own: a token belongs to the text of its module.
    text = f"""
        from test_user import replay, test_sum

        failure = eval({call[0]!r})
        assert (failure.kind, failure.bug_class) == ("assertion", "lost update")
    """
    (tmp_path / "again.py").write_text(textwrap.dedent(text), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    subprocess.run([sys.executable, "again.py"], cwd=tmp_path, env=environment, check=True, timeout=100)


def test_a_slow_exploration_meets_no_deadline_and_no_health_check(pytest_run):
    """Its first example takes far longer than the others, and than hypothesis' deadline."""
    code, said = pytest_run(f"""
        slow = [True]

        @given({AMOUNTS})
        @settings(max_examples=10)
        @explored
        def test_sum(base, amounts):
            if slow:
                sum(range(20_000_000))
                slow.clear()

        @given(schedule=schedules(), {AMOUNTS})
        @settings(max_examples=10, deadline=50)
        def test_one_schedule(schedule, amounts):
            slow.append(True)
            def scenario():
                if len(slow) == 1:
                    sum(range(20_000_000))
                return len(slow)
            assert schedule.run(scenario) == len(slow)

        def test_both_were_slow_once():
            assert len(slow) > 1
    """)
    assert code == 0, said
    assert "3 passed" in said


def test_a_class_of_tests_with_drawn_data(pytest_run):
    code, said = pytest_run("""
        class TestCounter:
            @pytest.mark.parametrize("amount", [1, 2])
            @given(workers=st.integers(1, 3))
            @explored
            def test_sum(self, base, amount, workers):
                counter = Counter()
                run_together(*[(counter.add, amount)] * workers)
                assert base == 10
                assert counter.value == amount * workers
    """)
    assert code == 1
    assert "2 failed" in said
    for amount in (1, 2):
        assert f"    amount={amount},\n    workers=2,\n)" in said
    assert said.count("lost update") >= 2


@pytest.mark.parametrize("decorator", ["explored", "stressed"])
def test_given_under_the_decorator_is_refused_with_the_right_order(pytest_run, decorator):
    code, said = pytest_run(f"""
        @{decorator}
        @given({AMOUNTS})
        def test_sum(amounts):
            pass
    """)
    assert code == 2
    assert "Put @given above" in said


def test_data_drawn_in_a_schedule_is_refused(pytest_run):
    code, said = pytest_run("""
        @given(data=st.data())
        @explored
        def test_sum(data):
            run_together(*[Counter().add] * data.draw(st.integers(1, 3)))
    """)
    assert code == 1
    assert "st.data() draws anew in every schedule" in said


def test_a_drawn_schedule_is_shown_with_the_data_and_the_report(pytest_run):
    code, said = pytest_run(f"""
        def deposits(amounts):
            counter = Counter()
            run_together(*[(counter.add, amount) for amount in amounts])
            assert counter.value == sum(amounts)

        @pytest.mark.parametrize("step", [1])
        @given(schedule=schedules(), {AMOUNTS})
        @example(schedule=Schedule(), amounts=[])
        @settings(max_examples={ENOUGH})
        def test_sum(schedule, step, amounts):
            schedule.run(deposits, amounts)
    """)
    assert code == 1
    assert "FAILED deposits: lost update" in said
    assert re.search(r"schedule=Schedule\(\(\(\d, 0\),\)\),\n", said)
    assert "amounts=[1, 1" in said
    assert "sync_tools/" not in said.replace("\\", "/")


def test_a_drawn_schedule_runs_a_lab_s_program_afresh(checkout):
    (checkout / "tests" / "labs" / "test_lab01_counter.py").write_text(
        TESTS
        + textwrap.dedent("""
            from hypothesis import given, settings, strategies as st
            from sync_tools import schedules

            def counting(lab, workers):
                assert not hasattr(lab, "seen")
                lab.seen = True
                counter = lab.Counter()
                run_together(*[counter.add] * workers)
                assert counter.n == workers

            @given(schedule=schedules(), workers=st.integers(0, 3))
            @settings(max_examples=1_000)
            def test_drawn(lab, schedule, workers):
                schedule.run(counting, lab, workers)
        """),
        encoding="utf-8",
    )
    code, said = run_pytest(checkout, "-k", "drawn", "--target", "labs", "tests/labs/test_lab01_counter.py")
    assert code == 1
    assert "FAILED counting: lost update" in said
    assert "synclab hint counter" in said
    code, said = run_pytest(checkout, "-k", "drawn", "--target", "solutions", "tests/labs/test_lab01_counter.py")
    assert code == 0, said
