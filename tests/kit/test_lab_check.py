"""``synclab check`` and ``synclab mutate``: a sound lab passes, and each promise that is broken is named."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import whole_lab
from small_checkout import make_checkout, synclab

from sync_tools.doors import checking, lab_files, mutating, promises
from sync_tools.doors.registry import load

pytestmark = pytest.mark.once

VARIANTS = "tests/variants/lab01_counter/"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The runs of a sound lab's programs."""
    root = whole_lab.make_whole_lab(tmp_path_factory.mktemp("sound"))
    registry = load(root)
    return checking.check_labs(registry, list(registry), processes=1)[0]


def about(checked):
    lab = checked.lab
    return promises.Lab(lab.id, lab.bug_class, lab.bug_lines, lab.goal_test, lab.max_schedules, lab.stuck_alone, ())


def test_a_sound_lab_keeps_every_promise(sound):
    assert sound.problems == ()
    roles = [run.role for run in sound.runs]
    assert roles == ["shipped", "solution", "other", "other", "other", "wrong", "wrong", "wrong", "wrong"]


def test_the_table_tells_of_each_lab_and_the_exit_code_is_0(tmp_path):
    done = synclab(whole_lab.make_whole_lab(tmp_path), "check", "--jobs", "1", "--mutants")
    assert done.returncode == 0, done.stdout
    heading, row = done.stdout.splitlines()[:2]
    table = dict(zip(heading.replace("bug s", "bug_s").replace("fix s", "fix_s").split(), row.split(), strict=True))
    assert table["lab"] == "counter"
    assert (table["shipped"], table["solution"], table["others"], table["wrongs"]) == ("fails", "passes", "3/3", "4/4")
    killed, _, rest = table["mutants"].partition("+")
    harmless, _, of = rest.partition("/")
    assert int(harmless) == 4 and int(killed) + int(harmless) == int(of) > 10
    assert "Every promise is kept: 1 lab, 9 programs, seed 0." in done.stdout


def swapped(checked, role, **changes):
    """The runs, with one test of the first program of a role showing something else."""
    runs = list(checked.runs)
    place = next(place for place, run in enumerate(runs) if run.role == role)
    name = changes.pop("test")
    tests = tuple(replace(test, **changes) if test.name == name else test for test in runs[place].tests)
    runs[place] = replace(runs[place], tests=tests)
    return runs


TWO, ONE, LOAD = "test_two_additions_count_two", "test_additions_count", "test_no_addition_is_lost_under_load"
DRAWN = "test_as_many_as_were_drawn"


@pytest.mark.parametrize(
    ("role", "changes", "said"),
    [
        ("shipped", {"test": LOAD, "outcome": "passed"}, "as shipped: no stressed test fails"),
        ("shipped", {"test": ONE, "outcome": "failed"}, "shipped: the sequential test test_additions_count does not"),
        ("shipped", {"test": TWO, "outcome": "passed"}, "as shipped: the goal_test .* ends passed, and should fail"),
        ("shipped", {"test": TWO, "bug_class": "torn read"}, "is 'torn read'; the registry says 'lost update'"),
        ("shipped", {"test": ONE, "outcome": "error", "message": "no such file"}, "ends error: no such file"),
        ("solution", {"test": TWO, "outcome": "failed", "kind": "deadlock"}, "solution: .* ends failed: deadlock"),
        ("solution", {"test": TWO, "outcome": "inconclusive"}, "solution: .* ends inconclusive"),
        ("solution", {"test": TWO, "complete": False}, "solution: .* is not exhaustive, and no docstring"),
        ("solution", {"test": TWO, "largest": 101}, "ran 101 schedules; the budget is 100"),
        ("solution", {"test": ONE, "threads": 2}, "there is no sequential test"),
        ("solution", {"test": LOAD, "world": "explored"}, "there is no stressed test"),
        ("solution", {"test": DRAWN, "drawn": False}, "no test draws its inputs"),
        ("other", {"test": LOAD, "outcome": "failed"}, "other_appending: test_no_addition.* ends failed"),
        ("wrong", {"test": TWO, "outcome": "passed"}, "wrong_new_lock passes every test"),
        ("wrong", {"test": TWO, "kind": "deadlock"}, "ends deadlock, and its header says assertion"),
        ("wrong", {"test": TWO, "world": "native"}, "which is not explored"),
        ("wrong", {"test": TWO, "bug_class": "torn read"}, "shows 'torn read', and its header says 'lost update'"),
        ("wrong", {"test": TWO, "lines": (1, 2)}, "names the lines 1, 2, and its header says "),
        ("wrong", {"test": TWO, "lines": ()}, "names the lines none, and its header says "),
        ("shipped", {"test": TWO, "lines": ()}, "names the lines none; the registry says "),
    ],
)
def test_a_promise_that_is_broken_is_named(sound, role, changes, said):
    found = promises.broken(about(sound), swapped(sound, role, **changes))
    assert len(found) >= 1
    assert any(re.search(said, each) for each in found), found


def test_a_test_that_says_why_it_is_not_exhaustive_may_be_so(sound):
    runs = swapped(sound, "solution", test=TWO, complete=False)
    assert promises.broken(replace(about(sound), bounded=(TWO,)), runs) == []


def test_a_program_that_one_thread_breaks_must_be_announced(sound):
    lab = replace(about(sound), stuck_alone=True)
    assert promises.broken(lab, sound.runs) == [
        "as shipped: the registry says stuck_alone, and every sequential test passes"
    ]


def test_what_is_stuck_alone_must_still_pass_some_sequential_test(sound):
    lab = replace(about(sound), stuck_alone=True)
    shipped, solution, *others = sound.runs
    one = next(test for test in solution.tests if test.name == ONE)
    solution = replace(solution, tests=(*solution.tests, replace(one, name="test_more")))
    for outcomes, said in (
        (("failed", "passed"), []),
        (("failed", "failed"), ["as shipped: the sequential test test_additions_count does not pass"]),
    ):
        tests = [test for test in shipped.tests if test.name != ONE]
        tests += [replace(one, name=name, outcome=out) for name, out in zip((ONE, "test_more"), outcomes, strict=True)]
        assert promises.broken(lab, [replace(shipped, tests=tuple(tests)), solution, *others]) == said


def test_a_program_that_no_explored_test_rejects_as_it_comes_is_named(sound):
    shipped, *others = sound.runs
    tests = tuple(replace(test, outcome="passed") for test in shipped.tests)
    found = promises.broken(about(sound), [replace(shipped, tests=tests), *others])
    assert "as shipped: no explored test fails" in found


def test_a_program_that_could_not_be_tested_is_named_and_has_not_passed(sound):
    for place, run in enumerate(sound.runs):
        unread = replace(run, problem="its file cannot be read")
        runs = [*sound.runs[:place], unread, *sound.runs[place + 1 :]]
        assert f"{run.program}: its file cannot be read" in promises.broken(about(sound), runs)
        assert not unread.passed
        assert not replace(run, tests=()).passed


@pytest.mark.parametrize(("role", "least"), [("other", 3), ("wrong", 4)])
def test_too_few_variants_are_named(sound, role, least):
    first = next(run for run in sound.runs if run.role == role)
    found = promises.broken(about(sound), [run for run in sound.runs if run is not first])
    assert found == [f"{least - 1} {role}_* variants; at least {least} are wanted"]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("labs/lab01_counter/notes.txt", "x", "labs/lab01_counter/notes.txt is a stray file"),
        ("labs/lab01_counter/__main__.py", "", "labs/lab01_counter/__main__.py is missing"),
        ("tests/labs/test_lab01_counter.py", "", "tests/labs/test_lab01_counter.py is missing"),
        ("solutions/lab01_counter/old.py", "x = 1", "solutions/lab01_counter/old.py is a stray file"),
        (VARIANTS + "another.py", "x = 1", "another.py is a stray file"),
        ("labs/lab01_counter/counter.py", whole_lab.LOCKED, "counter.py is not the program as it comes"),
        ("labs/lab01_counter/README.md", whole_lab.README.replace("# Lab 1", "# Lab 2"), "not begin with '# Lab 1:"),
        ("labs/lab01_counter/README.md", whole_lab.README.replace("## 2. Fix it", ""), "has no '## 2. Fix it'"),
        ("labs/lab01_counter/README.md", whole_lab.README + "x" * 81, "a line of 81 characters"),
        ("labs/lab01_counter/README.md", whole_lab.README.replace("synclab break", ""), "the command `synclab break c"),
        ("labs/lab01_counter/README.md", whole_lab.README.replace("Hint 3", "Hint 4"), "the hints should be 'Hint 1"),
        (
            "tests/labs/test_lab01_counter.py",
            whole_lab.TESTS.replace("counts once", "counts twice", 1),
            r"test_two_additions_count_two: .* no whole sentence .*: Each call of add\(\) counts twice\.",
        ),
        (
            "tests/labs/test_lab01_counter.py",
            whole_lab.TESTS.replace('@explored(promise="A counter.")', "@explored"),
            "test_additions_count has no promise",
        ),
        (
            "labs/lab01_counter/README.md",
            whole_lab.README.replace(whole_lab.WORDS, "Look.", 1),
            "Hint 1: a nudge is nearly empty",
        ),
        (
            "solutions/lab01_counter/counter.py",
            whole_lab.LOCKED.replace("def add(self)", "def add(self, times=1)"),
            r"the solution has another interface: Counter.add\(self, times=1\)",
        ),
    ],
)
def test_a_file_that_is_not_in_order_is_named(tmp_path, file, text, said):
    registry = load(whole_lab.make_whole_lab(tmp_path, **{file: text}))
    found = lab_files.file_problems(registry, registry.find("counter"))
    assert any(re.search(said, each) for each in found), found


def test_a_line_of_80_columns_is_in_order(tmp_path):
    text = whole_lab.README + "x" * 80
    registry = load(whole_lab.make_whole_lab(tmp_path, **{"labs/lab01_counter/README.md": text}))
    assert lab_files.file_problems(registry, registry.find("counter")) == []


def test_files_that_belong_to_no_lab_are_named(tmp_path):
    registry = load(whole_lab.make_whole_lab(tmp_path))
    assert lab_files.stray_folders(registry) == []
    for stray in ("labs/lab02_old", "tests/variants/lab07_gone"):
        (tmp_path / stray).mkdir()
    assert lab_files.stray_folders(registry) == [
        "labs/lab02_old belongs to no lab of labs/labs.toml",
        "tests/variants/lab07_gone belongs to no lab of labs/labs.toml",
    ]


def test_problems_are_listed_and_the_exit_code_is_1(tmp_path):
    right = whole_lab.wrong(whole_lab.LOCKED, "23")
    root = whole_lab.make_whole_lab(
        tmp_path, **{VARIANTS + "wrong_new_lock.py": right, "labs/lab02_old/x.py": "x = 1"}
    )
    done = synclab(root, "check", "--jobs", "1")
    assert done.returncode == 1
    assert "* counter: wrong_new_lock passes every test" in done.stdout
    assert "* labs/lab02_old belongs to no lab" in done.stdout
    assert "2 promises not kept, with seed 0." in done.stdout
    assert "3/4" in done.stdout


def test_two_processes_say_the_same_as_one(tmp_path, sound):
    registry = load(whole_lab.make_whole_lab(tmp_path))
    checked = checking.check_labs(registry, list(registry), processes=2)[0]
    assert checked.problems == ()
    assert [kept(run) for run in checked.runs] == [kept(run) for run in sound.runs]


def kept(run):
    # On OS threads it is luck in which round a race is met.
    return run.program, [
        (test.name, test.outcome, test.kind, test.token, test.schedules * (test.world == "explored"))
        for test in run.tests
    ]


def test_a_students_copy_has_nothing_to_check_and_says_so(tmp_path):
    done = synclab(make_checkout(tmp_path), "check")
    assert done.returncode == 2
    assert "there is nothing to check counter against" in " ".join(done.stderr.split())


def test_a_mutant_that_no_test_rejects_is_shown_with_its_change(tmp_path):
    root = whole_lab.make_whole_lab(tmp_path, **{VARIANTS + "equivalent.toml": ""})
    done = synclab(root, "mutate", "counter", "--jobs", "1", "--diff")
    assert done.returncode == 1
    assert "SURVIVED  one-lock" in done.stdout
    assert "lab01_counter solution:1: one lock round everything" in done.stdout
    assert "| +        with _ONE_LOCK:" in done.stdout


def test_with_all_the_test_that_rejects_a_mutant_is_named(tmp_path):
    done = synclab(whole_lab.make_whole_lab(tmp_path), "mutate", "--jobs", "1", "--all")
    assert done.returncode == 0
    assert "killed  drop-with Counter.add 1" in done.stdout
    assert "test_two_additions_count_two: assertion" in done.stdout
    assert "harmless  one-lock" in done.stdout and "Nobody asks for two at once." in done.stdout


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('mutants = ["drop-with Counter.add 1"]\nprograms = ["solution"]\nwhy = "x"', "calls it harmless, and it was"),
        ('mutants = ["drop-with Counter.sub 1"]\nprograms = ["*"]\nwhy = "x"', "there is no such mutant"),
    ],
)
def test_what_is_called_harmless_must_be_so_and_be_there(tmp_path, entry, said):
    text = f"{whole_lab.EQUIVALENT}\n[[equivalent]]\n{entry}\n"
    root = whole_lab.make_whole_lab(tmp_path, **{VARIANTS + "equivalent.toml": text})
    done = synclab(root, "mutate", "--jobs", "1")
    assert done.returncode == 1
    assert said in done.stdout


@pytest.mark.parametrize(
    "entry",
    [
        'mutants = ["x"]\nprograms = ["*"]',
        'mutants = ["x"]\nprograms = ["*"]\nwhy = " "',
        'mutants = ["x"]\nprograms = ["*"]\nwhy = 3',
        'mutants = ["x"]\nwhy = "x"',
        'programs = ["*"]\nwhy = "x"',
        'mutants = []\nprograms = ["*"]\nwhy = "x"',
        'mutants = ["x"]\nprograms = "*"\nwhy = "x"',
        'mutants = [1]\nprograms = ["*"]\nwhy = "x"',
        'mutants = ["x"]\nprograms = ["*"]\nwhy = "x"\nmore = 1',
    ],
)
def test_an_entry_without_a_reason_is_refused(tmp_path, entry):
    root = whole_lab.make_whole_lab(tmp_path, **{VARIANTS + "equivalent.toml": f"[[equivalent]]\n{entry}\n"})
    done = synclab(root, "mutate", "--jobs", "1")
    assert done.returncode == 2
    assert "table 1 needs mutants, programs and why" in " ".join(done.stderr.split())


def test_a_list_that_cannot_be_read_is_named(tmp_path):
    root = whole_lab.make_whole_lab(tmp_path, **{VARIANTS + "equivalent.toml": "[[equivalent]\n"})
    done = synclab(root, "mutate", "--jobs", "1")
    assert done.returncode == 2
    assert "equivalent.toml: " in " ".join(done.stderr.split())


def test_a_mutant_of_another_lab_is_not_what_an_entry_speaks_of(tmp_path):
    registry = load(whole_lab.make_whole_lab(tmp_path))
    lab = registry.find("counter")
    judged = [mutating.Judged(trial, mutating.KILLED, "") for trial in mutating.trials(registry, lab)]
    assert mutating.idle_problems(registry, [lab], judged) == []
    elsewhere = [replace(each, trial=replace(each.trial, lab="lab02_other")) for each in judged]
    problems = mutating.idle_problems(registry, [lab], elsewhere)
    assert problems and all("there is no such mutant" in each for each in problems)


def test_with_another_seed_the_verdict_is_the_same_and_the_seed_is_told(tmp_path):
    done = synclab(whole_lab.make_whole_lab(tmp_path), "check", "--jobs", "1", "--seed", "12")
    assert done.returncode == 0, done.stdout
    assert "9 programs, seed 12." in done.stdout
