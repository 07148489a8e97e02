"""The screen of ``synclab break``: all that is needed is on it, at any size, wherever a game of any lab stands."""

from __future__ import annotations

import linecache
import random
import re
import threading

import pytest
from small_checkout import REPOSITORY

from sync_tools import run_together
from sync_tools.doors import registry
from sync_tools.doors.break_session import Session, playing
from sync_tools.drivers.playing import Game
from sync_tools.presentation.play_lines import told
from sync_tools.presentation.play_screen import help_screen, screen
from sync_tools.words.position import ENDED, FAILED, READY, WAITING

pytestmark = pytest.mark.once

LABS = registry.load(REPOSITORY)
SIZES = [(80, 24), (80, 25), (132, 50), (60, 20), (40, 14), (20, 6)]


def draw_screen(position, width=80, height=24, message="", redo=False, goal="lose a hit", title="lab"):
    sources = {each.site.file: linecache.getlines(each.site.file) for each in position.threads}
    return [line.text for line in screen(position, goal, title, sources, width, height, message, redo)]


def walk(session, seed, most=80):
    """Positions of one drawn game, some of them after steps back."""
    draws = random.Random(seed)
    yield session.position
    for _ in range(most):
        if session.position.outcome:
            break
        key = draws.choice([*map(str, session.position.ready)] * 3 + ["u", "r"])
        session.press(key)
        yield session.position


def row_of(lines, thread):
    [row] = [line for line in lines if line[2:].startswith(f"T{thread} ") and line[:2] in ("> ", "  ")]
    return row


@pytest.mark.parametrize("chosen", list(LABS), ids=lambda lab: lab.slug)
@pytest.mark.parametrize("target", ["labs", "solutions"])
def test_no_position_of_any_lab_is_larger_than_the_terminal_or_lacks_what_is_needed(chosen, target):
    goal, slug = chosen.goal, chosen.slug
    with playing(LABS, chosen, target) as session:
        for seed in range(2):
            session.press("s")
            for position in walk(session, seed):
                for width, height in SIZES:
                    lines = draw_screen(position, width, height, "no", bool(session.undone), goal, slug)
                    assert len(lines) <= height
                    assert max(map(len, lines)) <= width
                    assert all(line.isascii() and line.isprintable() for line in lines)
                    assert width < 40 or any("q: quit" in line for line in lines[-2:])
                lines = draw_screen(position, goal=goal, title=slug)
                assert " ".join(lines[:2]).startswith(f"Goal: {goal[:40]}")
                for each in position.threads:
                    row = row_of(lines, each.thread)
                    assert {READY: "next: ", WAITING: "waits: ", ENDED: "ended"}[each.state] in row
                if not position.outcome:
                    assert f"Who goes on? {' '.join(map(str, position.ready))}  " in "\n".join(lines[-2:])
                    assert stands_beside_its_line(lines, position)


def stands_beside_its_line(lines, position):
    """The present thread's mark stands beside the line where it stands, unless it is at no line."""
    standing = position.threads[position.current]
    if standing.site.line < 1 or (standing.thread == 0 and standing.state != READY):
        return True
    mark = re.compile(rf"(T\d+ )*T{standing.thread}\b.*> *{standing.site.line}( |$)")
    return any(mark.match(line) for line in lines)


class Box:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1


def many():
    box = Box()
    run_together(*[box.add] * 12)
    assert box.value == 12


def start_all(game):
    position = game.at()
    while 0 in position.ready:
        position = game.at((*position.choices, 0))
    return position


def test_more_threads_than_lines_are_folded_and_those_that_can_be_picked_come_first():
    position = start_all(Game(many))
    lines = draw_screen(position)
    assert len(lines) <= 24
    shown = [each.thread for each in position.threads if any(line[2:].startswith(f"T{each.thread} ") for line in lines)]
    [folded] = [line for line in lines if line.startswith("  ready, too: ")]
    assert len(shown) >= 7
    assert {f"T{thread}" for thread in range(1, 13)} <= {*folded.replace(",", "").split(), *(f"T{n}" for n in shown)}


def test_one_key_is_not_enough_for_a_number_of_two_digits_in_a_game_of_twelve():
    from sync_tools.doors.break_cli import _may_go_on

    session = Session(Game(many))
    while 0 in session.position.ready:
        assert session.press("0") == ""
    assert [digits for digits in "0123456789" if _may_go_on(session, digits)] == ["1"]
    assert not _may_go_on(session, "12")
    assert session.press("12") == ""
    assert session.position.current == 12


def test_a_thread_that_has_ended_cannot_be_picked_and_that_is_said():
    session = Session(Game(lambda: run_together(Box().add, Box().add)))
    for key in "0111":
        assert session.press(key) == ""
    assert session.press("1") == "T1 has ended."


def test_a_program_that_no_choice_can_break_says_so_at_once():
    game = Game(lambda: run_together(Box().add, Box().add))
    assert game.pass_what_decides_nothing()
    lines = " ".join(draw_screen(game.at()))
    assert "It ends after 10 steps whoever goes on, and nothing breaks: no choice makes a difference here." in lines


def test_a_lost_update_looks_like_this():
    def two():
        box = Box()
        run_together(box.add, box.add)
        assert box.value == 2, f"the box holds {box.value}"

    game = Game(two, name="two")
    lines = draw_screen(game.at((0, 1, 2)), goal="lose an addition", title="box")
    text = "\n".join(lines)
    line = Box.add.__code__.co_firstlineno + 1
    assert lines[0] == "Goal: lose an addition" + "box, step 4".rjust(80 - 22)
    assert f"T1 T2> {line}          self.value += 1" in lines
    assert "  T0 MainThread  waits: join worker-1 (it has not ended)\n" in text
    assert "  T1 worker-1    next: write value\n> T2 worker-2    next: write value\n" in text
    assert "Values: value = 0\nLocks: none held\n" in text
    assert lines[-3].startswith("  4  T2 read value = 0 ") and lines[-3].endswith(f"test_break_screen.py:{line}")
    assert lines[-1] == "Who goes on? 1 2   Enter: T2   u: undo   s: restart   ?: help   q: quit"

    end = game.at((0, 1, 2, 1, 1, 2, 2))
    assert end.outcome == FAILED
    lines = draw_screen(end)
    assert "You broke it in 12 steps: lost update -- the box holds 1" in lines
    steps = [line[6:].partition("  ")[0] for line in lines if line[2:4].strip().isdecimal()]
    assert [step for step in steps if "value" in step] == [
        "T1 read value = 0",
        "T2 read value = 0",
        "T1 write value = 1",
        "T2 write value = 1",
        "T0 read value = 1",
        "T0 read value = 1",
    ], "at the end all steps fit, and are shown"
    assert [line for line in lines if line.startswith("* 12  T0 read value = 1")], "which was no choice"


def test_the_help_fits_a_terminal_too():
    for width, height in SIZES:
        lines = [line.text for line in help_screen(width, height)]
        assert len(lines) <= max(height, 3)
        assert lines[-1].startswith("Any key")
    assert max(len(line.text) for line in help_screen(80, 24)) <= 80
    assert any("u: undo" in line.text for line in help_screen(80, 24))


def test_plain_lines_say_who_waits_for_whom():
    def one_lock():
        lock = threading.Lock()

        def work():
            with lock:
                pass

        run_together(work, work, Box().add)

    game = Game(one_lock)
    position = start_all(game)
    position = game.at((*position.choices, 1))
    lines = told(position, before=len(position.steps) - 1)
    assert lines[0].startswith("Step 4: T1 did acquire lock at test_break_screen.py:")
    assert lines[1] == "Values: value = 0. Locks: T1 holds lock."
    assert lines[2].startswith("T0 MainThread waits: join worker-1 (it has not ended), at ")
    assert lines[4].startswith("T2 worker-2 waits: acquire lock (held by T1), at ")
    assert lines[4].endswith(": with lock:")
    assert lines[6:] == ["Who goes on? T1 or T3 (empty line: T1)"]
