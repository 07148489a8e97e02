"""A student's day at the command line: where was I, what is next, one more hint, put it back, how far am I."""

from __future__ import annotations

import json

import pytest
from small_checkout import REGISTRY, RIGHT, WRONG, synclab

from sync_tools.doors import progress, student_cli
from sync_tools.doors import registry as registries

pytestmark = pytest.mark.once

STORY = "# Lab 2\n\nA shop adds up\nits takings.\n\nMore of it.\n\n<details><summary>Hint 1</summary>Add.</details>\n"


@pytest.fixture
def lesson(checkout):
    """The small checkout, with the programs as they came and a story."""
    for name, slug in (("lab01_counter", "counter"), ("lab02_summing", "summing")):
        came = checkout / "tests" / "variants" / name / "shipped.py"
        came.parent.mkdir(parents=True)
        came.write_bytes((checkout / "labs" / name / f"{slug}.py").read_bytes())
    (checkout / "labs" / "lab02_summing" / "README.md").write_text(STORY)
    return checkout


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(student_cli, "_in_terminal", lambda: True)


def program(root):
    return root / "labs" / "lab01_counter" / "counter.py"


def state(root):
    return json.loads((root / ".synclab.json").read_text())


@pytest.fixture
def answers(monkeypatch, terminal):
    """What the student says when asked, and the questions that were asked."""
    given, asked = [], []
    monkeypatch.setattr("click.confirm", lambda question: (asked.append(question), given.pop(0) == "y")[1])
    return given, asked


# Where was I?


def test_without_a_terminal_synclab_says_where_you_are_and_what_is_next(lesson):
    done = synclab(lesson)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Lab 1: A counter\n"
        "  state   not run\n"
        "  read    labs/lab01_counter/README.md\n"
        "  change  labs/lab01_counter/counter.py\n"
        "0 of 2 labs solved.\n"
        "\n"
        "Break it first: synclab break\n"
        "Next: synclab watch   (runs the tests at each save; synclab run runs them once)\n"
        "Stuck? synclab hint\n"
        "All commands: synclab --help\n"
    )


def test_it_says_how_far_the_lab_is_and_when_there_is_no_more_to_do(lesson):
    synclab(lesson, "run")
    said = synclab(lesson).stdout
    assert "state   failing 1/2\n" in said
    assert "Break it first" not in said
    program(lesson).write_text(RIGHT)
    synclab(lesson, "run")
    done = synclab(lesson)
    assert "state   solved\n" in done.stdout
    assert "1 of 2 labs solved.\n\nNext: synclab next\n" in done.stdout
    synclab(lesson, "run", "summing")
    assert "2 of 2 labs solved.\n\nAll labs are solved.\n" in synclab(lesson).stdout


def test_in_a_terminal_synclab_watches_the_lab_you_were_at(lesson, terminal, monkeypatch):
    watched = []
    monkeypatch.setattr(student_cli, "_watch", lambda registry, lab: watched.append(lab.slug))
    synclab(lesson)
    synclab(lesson, "run", "summing")
    synclab(lesson)
    synclab(lesson, "watch", "counter")
    assert watched == ["counter", "summing", "counter"]


def test_the_commands_are_shown_when_asked_for(lesson):
    help_text = synclab(lesson, "--help").stdout
    for name in ("list", "run", "watch", "hint", "next", "reset", "handout"):
        assert f"\n  {name} " in help_text
    assert max(map(len, help_text.splitlines())) <= 80


def test_outside_of_a_checkout_it_says_so(tmp_path):
    done = synclab(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Go to a checkout of synclab" in done.stderr


# run


def test_run_without_a_name_runs_the_lab_you_were_at(lesson):
    assert synclab(lesson, "run").stdout.startswith("1. A counter\n")
    assert synclab(lesson, "run", "summing").returncode == 0
    assert synclab(lesson, "run").stdout.startswith("2. A sum that is right\n")
    assert state(lesson)["current"] == "lab02_summing"


def test_a_run_that_passes_names_the_next_step_while_there_is_one(lesson):
    assert "Next:" not in synclab(lesson, "run").stdout, "it fails"
    assert synclab(lesson, "run", "summing").stdout.endswith("\nNext: synclab next\n")
    program(lesson).write_text(RIGHT)
    assert "Next:" not in synclab(lesson, "run", "counter").stdout, "all are solved"


def test_a_lab_that_cannot_even_be_loaded_is_the_one_you_are_at_all_the_same(lesson):
    (lesson / "labs" / "lab02_summing" / "summing.py").write_text("def (:\n")
    assert synclab(lesson, "run", "summing").returncode == 2
    assert "Lab 2" in synclab(lesson).stdout


# hint


def test_each_hint_comes_once_and_the_last_one_stays(lesson):
    shown = [synclab(lesson, "hint").stdout for _ in range(3)]
    assert [text.partition("\n")[0] for text in shown] == [
        "counter, Hint 1",
        "counter, Hint 2",
        "counter, Hint 2",
    ]
    assert shown[0].endswith("\nMore: synclab hint counter 2\n")
    assert shown[1].endswith(
        "\nThat was the last of 2; all of them:\nsynclab hint counter 1, synclab hint counter 2\n"
    )
    assert "      2  A counter" in synclab(lesson, "list").stdout


def test_a_hint_by_its_number_is_that_one_and_counts(lesson):
    assert synclab(lesson, "hint", "counter", "1").stdout.startswith("counter, Hint 1\n")
    assert synclab(lesson, "hint").stdout.startswith("counter, Hint 2\n")
    assert synclab(lesson, "hint", "counter", "1").stdout.startswith("counter, Hint 1\n")
    assert state(lesson)["labs"]["lab01_counter"]["hints"] == 2


def test_a_lone_number_is_a_hint_of_the_lab_you_were_at(lesson):
    assert synclab(lesson, "hint", "2").stdout.startswith("counter, Hint 2\n")
    assert synclab(lesson, "hint", "3").stderr == "Error: counter has hints 1 to 2, and no hint 3.\n"
    synclab(lesson, "run", "summing")
    assert synclab(lesson, "hint", "1").stdout.startswith("summing, Hint 1\n")
    assert synclab(lesson, "hint", "1", "2").stdout.startswith("counter, Hint 2\n"), "with two, the first is the lab"


def test_a_run_does_not_forget_the_hints_nor_a_hint_the_run(lesson):
    synclab(lesson, "hint")
    synclab(lesson, "run")
    synclab(lesson, "hint")
    assert state(lesson)["labs"]["lab01_counter"] | {"program": ""} == {
        "outcome": "failed",
        "passed": 1,
        "tests": 2,
        "program": "",
        "hints": 2,
    }


# next


def test_next_leads_to_a_lab_that_is_not_solved_and_tells_its_story(lesson):
    program(lesson).write_text(RIGHT)
    synclab(lesson, "run")
    done = synclab(lesson, "next")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Lab 2: A sum that is right\n"
        "\n"
        "A shop adds up\n"
        "its takings.\n"
        "\n"
        "Read    labs/lab02_summing/README.md\n"
        "Change  labs/lab02_summing/summing.py\n"
        "First   synclab break\n"
        "Then    synclab watch\n"
    )
    assert "Lab 2" in synclab(lesson).stdout


def test_next_goes_round_past_the_labs_that_are_solved(lesson):
    synclab(lesson, "run", "summing")
    assert synclab(lesson, "next").stdout.startswith("Lab 1: A counter\n")
    program(lesson).write_text(RIGHT)
    synclab(lesson, "run")
    done = synclab(lesson, "next")
    assert (done.returncode, done.stdout) == (0, "All labs are solved.\n")
    program(lesson).write_text(WRONG)
    done = synclab(lesson, "next")
    assert (done.returncode, done.stdout) == (0, "All labs but this one, counter, are solved.\n")


def test_next_does_not_leave_an_unsolved_lab_without_being_told_to(lesson):
    done = synclab(lesson, "next")
    assert done.returncode == 1
    assert done.stdout == (
        "counter is not solved yet.\n"
        "Nothing was done, for nobody can be asked here. To do it: synclab next --yes\n"
    )
    assert "Lab 1" in synclab(lesson).stdout
    assert synclab(lesson, "next", "--yes").returncode == 0
    assert "Lab 2" in synclab(lesson).stdout


def test_in_a_terminal_next_asks_and_takes_no_for_an_answer(lesson, answers, monkeypatch):
    given, asked = answers
    given += "ny"
    assert synclab(lesson, "next").returncode == 1
    assert not (lesson / ".synclab.json").exists()
    assert synclab(lesson, "next").returncode == 0
    assert state(lesson)["current"] == "lab02_summing"
    assert asked == ["Go on to summing all the same?"] * 2


# reset


def test_reset_puts_the_program_back_and_keeps_what_the_student_wrote(lesson):
    program(lesson).write_text(RIGHT)
    (program(lesson).parent / "notes.txt").write_text("mine")
    synclab(lesson, "run")
    synclab(lesson, "hint")
    done = synclab(lesson, "reset", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "counter.py is as it came.\n"
        "Your version is kept: .synclab-backups/counter-1.py\n"
        "To have it back, copy it over labs/lab01_counter/counter.py.\n"
        "Left alone in labs/lab01_counter: notes.txt\n"
    )
    assert program(lesson).read_text() == WRONG
    assert (lesson / ".synclab-backups" / "counter-1.py").read_text() == RIGHT
    assert "counter       not run      -" in synclab(lesson, "list").stdout


def test_no_backup_is_ever_written_over(lesson):
    for number in range(1, 4):
        program(lesson).write_text(f"version = {number}\n")
        assert f"counter-{number}.py" in synclab(lesson, "reset", "counter", "--yes").stdout
    kept = sorted((lesson / ".synclab-backups").iterdir())
    assert [path.read_text() for path in kept] == ["version = 1\n", "version = 2\n", "version = 3\n"]


def test_a_program_that_is_as_it_came_or_is_gone_needs_no_backup(lesson):
    assert synclab(lesson, "reset", "--yes").stdout == "counter.py is as it came.\n"
    program(lesson).unlink()
    assert synclab(lesson, "reset", "--yes").stdout == "counter.py is as it came.\n"
    assert program(lesson).read_text() == WRONG
    assert not (lesson / ".synclab-backups").exists()


def test_reset_does_nothing_before_the_student_agrees(lesson, answers):
    given, asked = answers
    given += "n"
    program(lesson).write_text(RIGHT)
    assert synclab(lesson, "reset").returncode == 1
    assert program(lesson).read_text() == RIGHT
    assert asked == ["Put counter.py back as it came? Your version is kept."]


def test_reset_without_a_terminal_says_what_to_do(lesson):
    program(lesson).write_text(RIGHT)
    done = synclab(lesson, "reset", "1")
    assert done.returncode == 1
    assert done.stdout.endswith("To do it: synclab reset counter --yes\n")
    assert program(lesson).read_text() == RIGHT


def test_reset_where_the_copy_is_missing_says_so_and_loses_nothing(lesson):
    (lesson / "tests" / "variants" / "lab01_counter" / "shipped.py").unlink()
    program(lesson).write_text(RIGHT)
    done = synclab(lesson, "reset", "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert "counter cannot be put back: the program as it came is not there" in done.stderr
    assert program(lesson).read_text() == RIGHT


# list


def test_the_list_of_many_labs_fits_the_screen(tmp_path):
    """As many labs as there will be, with the longest words that each column can have."""
    one = REGISTRY.strip().partition("\n\n[[lab]]")[0]
    entries = {}
    for number in range(1, 37):
        slug = f"lab_of_number_{number:02}"
        table = one.replace("lab01_counter", f"lab{number:02}_{slug}").replace('"counter"', f'"{slug}"')
        table = table.replace("number = 1", f"number = {number}")
        table = table.replace("A counter", "The buffer that wakes the wrong thread")
        file = tmp_path / "labs" / "labs.toml"
        file.parent.mkdir(exist_ok=True)
        with file.open("a") as registry:
            registry.write(f"{table}\n\n")
        outcome, digest = (("failed", ""), ("passed", ""), ("passed", "another"), ("", ""))[number % 4]
        entry = {"outcome": outcome, "passed": 10, "tests": 11, "hints": 3, "program": digest}
        entries[f"lab{number:02}_{slug}"] = entry
    (tmp_path / ".synclab.json").write_text(json.dumps({"current": "lab16_lab_of_number_16", "labs": entries}))
    lines = synclab(tmp_path, "list").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[1] for line in lines if line.startswith(">")] == ["16"]
    assert sum("lab_of_number_" in line for line in lines[:-1]) == 36
    assert len(lines) == 36 + 5, "one line a lab; the titles are cropped"
    for state in ("failing 10/11", "solved", "changed, run again", "not run"):
        assert sum(state in line for line in lines) >= 9


# The state file


def test_a_state_file_of_the_first_version_is_understood(lesson):
    old = {"outcome": "passed", "passed": 2, "tests": 2, "program": progress.digest(program(lesson))}
    (lesson / ".synclab.json").write_text(json.dumps({"version": 1, "labs": {"lab01_counter": old}}))
    assert "1 of 2 labs solved" in synclab(lesson, "list").stdout
    assert "Lab 2" in synclab(lesson).stdout, "not told which lab was the last, it takes the first that is not solved"
    synclab(lesson, "hint", "counter")
    assert state(lesson)["version"] == 2
    assert state(lesson)["labs"]["lab01_counter"] == {**old, "hints": 1}


@pytest.mark.parametrize("damage", [{"passed": "two"}, {"outcome": None}, {"hints": [1]}, {"program": 3}, {"more": 1}])
def test_what_is_damaged_in_an_entry_is_forgotten_and_the_rest_kept(lesson, damage):
    entry = {"outcome": "failed", "passed": 1, "tests": 2, "program": "x", "hints": 1}
    kept = {**entry, **damage}
    (lesson / ".synclab.json").write_text(json.dumps({"version": 2, "labs": {"lab01_counter": kept, "other": 3}}))
    found = progress.read(lesson).labs
    blank = progress.Entry()
    expected = {name: getattr(blank, name) if name in damage else value for name, value in entry.items()}
    assert found == {"lab01_counter": progress.Entry(**expected)}
    assert synclab(lesson, "list").returncode == 0


def test_a_lab_that_is_no_longer_there_is_not_the_current_one(lesson):
    (lesson / ".synclab.json").write_text(json.dumps({"version": 2, "current": "lab99_gone", "labs": {}}))
    assert "Lab 1" in synclab(lesson).stdout


def test_a_state_that_cannot_be_written_is_said_and_nothing_else_fails(lesson, monkeypatch):
    def full(root, text):
        raise OSError("disk full")

    monkeypatch.setattr(progress, "_write", full)
    done = synclab(lesson, "run")
    assert done.returncode == 1
    assert "Your progress could not be noted: disk full" in done.stderr
    assert synclab(lesson, "hint").stdout.startswith("counter, Hint 1")


def test_a_write_that_is_stopped_leaves_the_old_state_whole(lesson, monkeypatch):
    synclab(lesson, "hint")
    before = (lesson / ".synclab.json").read_text()

    def stop(source, target):
        raise OSError("stopped")

    monkeypatch.setattr(progress.os, "replace", stop)
    registry = registries.load(lesson)
    with pytest.raises(OSError, match="stopped"):
        progress.note_hint(registry, registry.labs[0], 2)
    assert (lesson / ".synclab.json").read_text() == before
    assert [path.name for path in lesson.iterdir() if path.name.startswith(".synclab")] == [".synclab.json"]
