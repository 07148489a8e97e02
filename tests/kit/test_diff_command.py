"""``synclab diff``: what is compared, what is said of it, exit codes, and mistakes."""

from __future__ import annotations

import pytest
from small_checkout import REGISTRY, RIGHT, TESTS, WRONG, synclab, synclab_process, token_in

from sync_tools.doors import registry as registries
from sync_tools.doors.labrun import run_lab

pytestmark = pytest.mark.once

HALF = RIGHT.replace(
    "with self.lock:\n            self.n += 1", "n = self.n\n        with self.lock:\n            self.n = n + 1"
)
ENDLESS = WRONG.replace("self.n += 1", "while self.n >= 0:\n            self.n += 1")
COMMENTED = WRONG.replace("        self.n += 1", "        # add one\n        self.n += 1")


@pytest.fixture
def lesson(checkout):
    """The small checkout, with the programs as they came."""
    for name, slug in (("lab01_counter", "counter"), ("lab02_summing", "summing")):
        came = checkout / "tests" / "variants" / name / "shipped.py"
        came.parent.mkdir(parents=True)
        came.write_bytes((checkout / "labs" / name / f"{slug}.py").read_bytes())
    return checkout


def write(root, text):
    (root / "labs" / "lab01_counter" / "counter.py").write_text(text)


def test_a_lab_that_was_mended_waits_where_it_lost_the_addition(lesson):
    write(lesson, RIGHT)
    done = synclab_process(lesson, "diff", "counter")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:4] == [
        "counter: the schedule that lost an update now waits at step 2: T2 wants",
        "Counter.lock (counter.py:10), held by T1 since counter.py:10.",
        "",
        "Before: lost update -- shows 1",
    ]
    assert "!  T2 waits for lock, held by T1" in done.stdout
    assert done.stdout.splitlines()[-2:] == [
        "This schedule passes now. It is one of many, and says nothing of the others.",
        "All schedules: synclab run counter",
    ]
    assert synclab_process(lesson, "diff", "counter") == done, "it is the same every time"


def test_a_lab_that_is_as_it_came_is_said_to_be(lesson):
    done = synclab(lesson, "diff", "counter")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "counter: the schedule that lost an update still does: nothing is changed, this\n"
        "is the program as it came.\n"
        "  lost update -- shows 1\n"
    )


def test_line_ends_are_no_change_and_a_comment_is_one_that_makes_no_difference(lesson):
    (lesson / "labs" / "lab01_counter" / "counter.py").write_bytes(WRONG.replace("\n", "\r\n").encode())
    assert "nothing is changed" in synclab(lesson, "diff", "counter").stdout.replace("\n", " ")
    write(lesson, COMMENTED)
    done = synclab(lesson, "diff", "counter")
    assert done.returncode == 1
    assert "the change makes no difference" in done.stdout.replace("\n", " ")


def test_half_a_fix_still_fails_and_its_schedule_can_be_replayed(lesson):
    write(lesson, HALF)
    done = synclab(lesson, "diff", "counter")
    assert (done.returncode, done.stderr) == (1, "")
    assert "It still fails: lost update -- shows 1" in done.stdout.splitlines()
    again = synclab(lesson, "replay", "counter", token_in(done.stdout))
    assert (again.returncode, again.stderr) == (1, "")
    assert "shows 1" in again.stdout


def test_another_program_before_or_after_is_a_target_like_any_other(lesson):
    handed_in = lesson / "handed_in"
    (handed_in / "lab01_counter").mkdir(parents=True)
    (handed_in / "lab01_counter" / "counter.py").write_text(HALF)
    mine = lesson / "mine.py"
    mine.write_text(RIGHT)
    assert synclab(lesson, "diff", "counter", "--target", "solutions").returncode == 0
    done = synclab(lesson, "diff", "counter", "--from", "handed_in", "--target", str(mine))
    assert done.returncode == 0, done.stderr
    assert "counter: the schedule that lost an update now waits at step 2" in done.stdout.replace("\n", " ")
    assert f"synclab run counter --target {mine}" in done.stdout.replace("\\\n", "")
    done = synclab(lesson, "diff", "counter", "--from", str(mine).replace("mine", "handed_in/lab01_counter/counter"))
    assert done.returncode == 1
    assert "It still fails" in done.stdout


def test_a_token_of_the_program_before_names_the_schedule(lesson):
    token = token_in(synclab(lesson, "run", "counter").stdout)
    write(lesson, RIGHT)
    with_token = synclab(lesson, "diff", "counter", token)
    assert (with_token.returncode, with_token.stderr) == (0, "")
    assert with_token.stdout == synclab(lesson, "diff", "counter").stdout, "it is the smallest"
    assert synclab(lesson, "diff", token).stdout == with_token.stdout, "of the lab that was run last"
    assert synclab(lesson, "diff").stdout == with_token.stdout


def test_a_token_that_does_not_fit_is_told_why(lesson):
    token = token_in(synclab(lesson, "run", "counter").stdout)
    write(lesson, HALF)
    of_mine = token_in(synclab(lesson, "run", "counter").stdout)
    for lab, wrong, said in (
        ("counter", "nonsense", "not a schedule token"),
        ("counter", "000" + token[3:], "belongs to no test of counter"),
        ("summing", token, "belongs to no test of summing"),
        ("counter", token[:4] + "000" + token[7:], "another version of the program than the program as it came"),
        ("counter", of_mine, "which is the one after the change"),
        ("counter", token.rpartition("-")[0] + "-0", "does not break the program as it came"),
    ):
        done = synclab(lesson, "diff", lab, wrong)
        assert (done.returncode, done.stdout) == (2, ""), (lab, wrong)
        assert said in done.stderr.replace("\n", " "), done.stderr


def test_a_token_of_drawn_inputs_is_refused_and_without_it_another_test_is_taken(lesson):
    file = lesson / "tests" / "labs" / "test_lab01_counter.py"
    drawn = (
        "from hypothesis import given, settings, strategies as st\n\n"
        "@settings(max_examples=5, database=None)\n@given(times=st.integers(2, 3))\n@explored\n"
        "def test_any_number(lab, times):\n"
        "    counter = lab.Counter()\n    run_together(*[counter.add] * times)\n    assert counter.n == times\n"
    )
    file.write_text("from sync_tools import explored, run_together\n" + drawn)
    registry = registries.load(lesson)
    token = run_lab(registry, registry.find("counter"), "labs").cases[0].token
    write(lesson, RIGHT)
    done = synclab(lesson, "diff", "counter", token)
    assert (done.returncode, done.stdout) == (2, "")
    assert "test_any_number, whose inputs are drawn" in done.stderr.replace("\n", " ")
    file.write_text(TESTS + drawn)
    assert synclab(lesson, "diff", "counter").returncode == 0


def test_where_the_goal_passes_the_first_explored_test_that_fails_is_taken(lesson):
    registry = lesson / "labs" / "labs.toml"
    registry.write_text(REGISTRY.replace('"test_two_additions_count_two"', '"test_it_starts_at_zero"'))
    write(lesson, RIGHT)
    done = synclab(lesson, "diff", "counter")
    assert (done.returncode, done.stderr) == (0, "")
    assert "lost an update now waits" in done.stdout


def test_a_program_before_that_does_not_fail_is_a_mistake(lesson):
    done = synclab(lesson, "diff", "counter", "--from", "solutions")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no explored test fails with the program of solutions" in done.stderr
    done = synclab(lesson, "diff", "summing")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no explored test fails with the program as it came" in done.stderr.replace("\n", " ")


def test_a_budget_that_ends_before_a_failure_is_said(lesson):
    file = lesson / "tests" / "labs" / "test_lab01_counter.py"
    file.write_text(TESTS.replace("@explored", "@explored(max_schedules=1)"))
    done = synclab(lesson, "diff", "counter")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did not fail within its budget" in done.stderr


def test_a_program_that_goes_on_for_ever_is_neither_passed_nor_failed(lesson):
    write(lesson, ENDLESS)
    done = synclab(lesson, "diff", "counter")
    assert (done.returncode, done.stderr) == (3, "")
    assert "neither passes nor" in done.stdout
    assert len(done.stdout.splitlines()) <= 40


def test_a_syntax_error_is_named_with_its_line_in_either_program(lesson):
    broken = "x = 1\ndef add(:\n"
    write(lesson, broken)
    (lesson / "broken.py").write_text(broken)
    for arguments in (("counter",), ("counter", "--target", "solutions", "--from", "broken.py")):
        done = synclab(lesson, "diff", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "line 2" in done.stderr or ":2" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("labs/lab01_counter/counter.py", "has no program"),
        ("tests/labs/test_lab01_counter.py", "has no tests"),
        ("tests/variants/lab01_counter/shipped.py", "as it came is not there"),
    ],
)
def test_a_missing_file_is_named(lesson, gone, said):
    (lesson / gone).unlink()
    done = synclab(lesson, "diff", "counter")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_targets_that_cannot_be_are_refused(lesson):
    for option in ("--from", "--target"):
        done = synclab(lesson, "diff", "counter", option, "nowhere")
        assert (done.returncode, done.stdout) == (2, "")
        assert "no target 'nowhere'" in done.stderr


def test_a_wide_terminal_is_used_and_a_narrow_one_is_kept_to(lesson):
    write(lesson, RIGHT)
    narrow = synclab(lesson, "diff", "counter", COLUMNS="60").stdout
    wide = synclab(lesson, "diff", "counter", COLUMNS="140").stdout
    assert max(map(len, narrow.splitlines())) <= 60
    assert max(map(len, wide.splitlines())) > 80
    assert "T1 counter.py:11 read Counter.n = 0" in wide, "nothing has to be shortened"


def test_help_says_what_the_exit_codes_mean(lesson):
    said = synclab(lesson, "diff", "--help").stdout
    assert "--from TARGET" in said
    assert "Exit code 0 when the program gets past this schedule" in said
    assert max(map(len, said.splitlines())) <= 80
    assert "\n  diff " in synclab(lesson, "--help").stdout
