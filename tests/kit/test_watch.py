"""``synclab watch``, with saves and keys that the tests hand to it: what the student sees, and when."""

from __future__ import annotations

import pytest
from small_checkout import RIGHT, TESTS, WRONG
from watch_sessions import BROKEN, FAILING, PASSING, PROGRAM, Session, note, pressed

from sync_tools.doors.terminal_events import Saved, Started
from sync_tools.doors.watch_screen import KEYS

pytestmark = pytest.mark.once


def test_the_first_screen_tells_the_story_and_runs_nothing(newcomer):
    screen = newcomer.sees(Started())
    assert screen.splitlines() == [
        "Lab 1: A counter",
        "",
        "A counter",
        "that forgets.",
        "",
        "Read    labs/lab01_counter/README.md",
        "Change  labs/lab01_counter/counter.py",
        "",
        "Read it first, and break it yourself: synclab break counter (after q, or in",
        "another terminal). Key r shows the order of steps that the tests find; so does",
        "each save.",
        "",
        KEYS,
    ]
    assert newcomer.runs == []
    assert newcomer.sees(Saved()) == screen, "nothing was saved"
    assert "Look." in newcomer.sees(*pressed("h")), "a hint can be had before"
    assert newcomer.runs == []


def test_r_runs_a_lab_that_was_never_run_and_the_story_makes_room(newcomer):
    screen = newcomer.sees(Started(), *pressed("r"))
    assert newcomer.runs == ["counter"]
    assert "that forgets" not in screen
    assert "Read it first" not in screen
    assert FAILING in screen


def test_a_lab_without_a_story_is_not_run_before_it_is_read_either(newcomer):
    (newcomer.root / "labs" / "lab01_counter" / "README.md").write_text("# Lab 1\n")
    screen = Session(newcomer.root).sees(Started())
    assert "Read it first, and break it yourself: synclab break counter" in screen
    assert "FAILED" not in screen


def test_a_lab_that_was_run_before_shows_one_report_at_once(student):
    screen = student.sees(Started())
    lines = screen.splitlines()
    assert lines[:3] == ["Lab 1: A counter", "", "Read    labs/lab01_counter/README.md"]
    assert screen.count("FAILED counter::") == 1
    assert lines[-4:] == [*FAILING.splitlines(), "", KEYS]
    assert max(map(len, lines)) <= 80
    assert screen.isascii()


def test_the_verdict_says_once_more_what_broke(student):
    screen = student.sees(Started())
    assert screen.count(BROKEN) == 2
    assert screen.splitlines()[-4] == BROKEN
    (student.root / "tests" / "labs" / "test_lab01_counter.py").write_text(TESTS.replace("shows", "much " * 40))
    assert student.sees(*pressed("r")).count("lost update -- much") == 1, "what is long is not said again"


def test_a_save_runs_the_tests_and_the_story_makes_room(newcomer):
    student = newcomer
    student.sees(Started())
    screen = student.save(RIGHT)
    assert student.runs == ["counter"]
    assert screen.splitlines()[:2] == ["Lab 1: A counter", ""]
    assert "that forgets" not in screen
    assert PASSING in screen
    assert FAILING in student.save(WRONG)


def test_a_solved_lab_says_how_many_classes_what_that_means_and_what_is_next(student):
    student.sees(Started())
    assert student.save(RIGHT).splitlines()[5:] == [
        PASSING,
        "",
        "3 classes of schedules explored: every order of your threads that makes a",
        "difference in these tests. None fails, so this is a proof for what they do, and",
        "not good luck.",
        "",
        "Next: press n for lab 2, A sum that is right.",
        "",
        KEYS,
    ]


def test_a_solved_lab_stays_on_the_screen_until_the_student_goes_on(student):
    student.sees(Started())
    student.save(RIGHT)
    assert PASSING in student.sees(Saved(), Saved())
    assert student.runs == ["counter"] * 2
    assert student.sees(*pressed("n")).startswith("Lab 2: A sum that is right\n")
    screen = student.sees(*pressed("r"))
    assert screen.startswith("Lab 2: A sum that is right\n")
    assert "That was the last one: all labs are solved." in screen
    assert student.state()["current"] == "lab02_summing"
    assert "All labs are solved." in student.sees(*pressed("n"))


def test_what_is_not_explored_to_the_end_is_not_called_a_proof(student):
    file = student.root / "tests" / "labs" / "test_lab01_counter.py"
    file.write_text(TESTS.replace("@explored", '@explored(strategy="random", max_schedules=7, inconclusive="pass")'))
    student.sees(Started())
    screen = student.save(RIGHT)
    assert PASSING in screen
    assert "14 schedules were run and none fails. There are more" in screen
    whole = "@explored\ndef test_two"
    file.write_text(file.read_text().replace(whole, whole) + "\n@explored\ndef test_whole(lab):\n    lab.Counter()\n")
    assert "(2 of 3 explored tests run a part of theirs, on purpose.)" in " ".join(student.sees(*pressed("r")).split())


def test_the_report_is_shown_before_the_other_tests_have_ended(student):
    early = TESTS.replace("def test_it_starts", "def test_a_first") + (
        "\n@explored\ndef test_late(lab):\n    import sync_tools\n    assert lab.Counter().n == 0\n"
    )
    (student.root / "tests" / "labs" / "test_lab01_counter.py").write_text(early)
    final = student.sees(Started())
    running, first, last = student.screens
    assert student.ended_before == [0, 2, 3]
    assert "Its tests are running ..." in running
    assert "counter: FAILED. Other tests are still running ..." in first
    assert "counter: FAILED, 2 of 3 tests passed." in last
    assert last == final
    report = first.partition("FAILED counter::")[2].partition("counter: FAILED")[0]
    assert report
    assert report in last


def test_the_explored_tests_verdict_does_not_wait_for_the_os_threads(student):
    stressed = TESTS.replace("import explored", "import explored, stressed").replace(
        "@explored\ndef test_it", "@stressed(rounds=2)\ndef test_it"
    )
    (student.root / "tests" / "labs" / "test_lab01_counter.py").write_text(stressed)
    (student.root / PROGRAM).write_text(RIGHT)
    student.sees(Started())
    _, first, last = student.screens
    assert student.ended_before == [0, 1, 2]
    assert "counter: passed so far, 1 test. Those on OS threads are still running ..." in first
    assert "2 classes of schedules explored" in first
    assert "Next:" not in first
    assert PASSING in last


def test_a_save_during_a_run_leads_to_one_more_and_an_editor_s_second_event_does_not(student):
    def while_it_runs():
        if len(student.runs) == 2:
            (student.root / PROGRAM).write_text(RIGHT)

    student.sees(Started())
    student.during_run = while_it_runs
    (student.root / PROGRAM).write_text(f"{WRONG}# first save\n")
    # What was saved during the second run is told after it; the rest is what editors do besides.
    assert PASSING in student.sees(Saved(), Saved(), Saved())
    assert student.runs == ["counter"] * 3


def test_only_python_files_of_the_lab_count(student):
    student.sees(Started())
    folder = student.root / "labs" / "lab01_counter"
    (folder / "notes.txt").write_text("x")
    (folder / "counter.py~").write_text("x")
    (student.root / "labs" / "lab02_summing" / "summing.py").write_text("x")
    student.sees(Saved())
    assert student.runs == ["counter"]
    (folder / "helper.py").write_text("x = 1")
    student.sees(Saved())
    assert student.runs == ["counter"] * 2


def test_r_runs_again_and_other_keys_do_nothing(student):
    student.sees(Started())
    shown = len(student.screens)
    student.sees(*pressed("z ?1y"))
    assert len(student.screens) == shown
    student.sees(*pressed("r"))
    assert student.runs == ["counter"] * 2


def test_h_gives_one_more_hint_below_the_report_and_it_stays_while_it_is_needed(student):
    student.sees(Started())
    screen = student.sees(*pressed("h"))
    assert screen.index("FAILED counter::") < screen.index("Hint 1\n\nLook.")
    screen = student.sees(*pressed("h"))
    assert "Hint 2\n\nLock.\n\nThat was the last of 2." in screen
    assert "Hint 1" not in screen
    assert student.sees(*pressed("h")) == screen
    assert student.state()["labs"]["lab01_counter"]["hints"] == 2
    assert "Hint 2" in student.save(f"{WRONG}# tried\n")
    assert "Hint 2" not in student.save(RIGHT)


def test_a_lab_without_hints_says_so(student):
    student.sees(Started())
    (student.root / "labs" / "lab01_counter" / "README.md").write_text("# Lab 1\n")
    assert "counter has no hints." in student.sees(*pressed("h"))
    (student.root / "labs" / "lab01_counter" / "README.md").unlink()
    assert "README.md cannot be read" in student.sees(*pressed("h"))


def test_n_asks_before_it_leaves_a_lab_that_is_not_solved(student):
    student.sees(Started())
    question = "counter is not solved yet. Go on to summing all the same? (y/n)"
    assert student.sees(*pressed("n")).endswith(question)
    assert student.sees(*pressed("n")).endswith(KEYS)
    screen = student.sees(*pressed("ny"))
    assert screen.startswith("Lab 2: A sum that is right\n")
    assert "Read it first, and break it yourself: synclab break summing" in screen
    assert student.runs == ["counter"]


def test_n_runs_a_lab_at_once_that_was_run_before(student):
    note(student.root, "lab01_counter", "lab02_summing")
    student.sees(Started())
    assert "summing: passed" in student.sees(*pressed("ny"))
    assert student.runs == ["counter", "summing"]


def test_l_lists_all_labs_until_the_next_save(student):
    student.sees(Started())
    screen = student.sees(*pressed("l"))
    assert ">  1  counter       failing 1/2" in screen
    assert "   2  summing       not run" in screen
    assert "summing" not in student.save(f"{WRONG}#\n")


def test_x_asks_then_puts_the_program_back_and_runs_it(student):
    student.sees(Started())
    student.save(RIGHT)
    assert student.sees(*pressed("x")).endswith("Put counter.py back as it came? Your version is kept. (y/n)")
    assert PASSING in student.sees(*pressed("z")), "only y is yes"
    screen = student.sees(*pressed("xy"))
    assert FAILING in screen
    assert (
        "counter.py is as it came.\nYour version is kept: .synclab-backups/counter-1.py\n"
        "To have it back, copy it over labs/lab01_counter/counter.py.\n"
    ) in screen
    assert (student.root / ".synclab-backups" / "counter-1.py").read_text() == RIGHT
    assert student.sees(Saved()) == screen, "the program that was put back is no save of the student's"


def test_a_save_takes_the_place_of_an_answer(student):
    student.sees(Started(), *pressed("x"))
    assert student.save(RIGHT).endswith(KEYS)
    student.sees(*pressed("y"))
    assert (student.root / PROGRAM).read_text() == RIGHT


def test_q_ends_it(student):
    student.sees(Started(), *pressed("qr"))
    assert student.runs == ["counter"]


def test_each_run_is_noted(newcomer):
    student = newcomer
    student.sees(Started())
    assert student.state()["labs"] == {}, "it has not run yet"
    student.sees(*pressed("r"))
    assert student.state()["labs"]["lab01_counter"]["outcome"] == "failed"
    student.save(RIGHT)
    assert student.state()["labs"]["lab01_counter"]["outcome"] == "passed"
    assert student.state()["current"] == "lab01_counter"
