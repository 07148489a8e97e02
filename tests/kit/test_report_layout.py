"""The terminal report: what has a column, what is left out to fit a screen, and what can be pasted from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lab_failures import SLUGS, shipped_failure
from sample_failures import CASES, INCREMENT, LONG, LOST_UPDATE, bank, step

from sync_tools.presentation.report import render


def test_a_failure_draws_itself_with_it() -> None:
    assert LOST_UPDATE.report(100) == render(LOST_UPDATE, 100)


def test_a_wide_terminal_gets_the_full_names() -> None:
    text = render(LOST_UPDATE, 140)
    assert "counter.py:14 read Counter.hits = 0" in text
    assert "Lines without a file name" not in text


@pytest.mark.parametrize("slug", SLUGS)
def test_the_report_of_a_lab_as_it_comes_fits_a_screen_of_40_lines_and_80_columns(slug: str) -> None:
    lines = shipped_failure(slug).report(80).split("\n")
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("case", CASES)
def test_a_report_fits_a_screen_of_40_lines(case: str) -> None:
    assert len(render(CASES[case], 80).split("\n")) <= 40


def test_a_long_report_keeps_the_end_the_preemption_and_what_the_reasons_speak_of() -> None:
    shown = {
        int(line.split()[0]) for line in render(LONG, 80).split("\n") if line.split()[:1] and line.split()[0].isdigit()
    }
    assert {100, 70, 50} <= shown
    assert len(shown) < 30


@pytest.mark.parametrize("writes", [1, 2, 3])
def test_at_most_two_variables_have_a_column(writes: int) -> None:
    steps = [step(n, 1 + n % 2, "write", f"v{n}", "7", INCREMENT) for n in range(1, writes + 1)]
    header = next(
        line for line in render(replace(LOST_UPDATE, steps=tuple(steps), why=()), 140).split("\n") if "#" in line
    )
    assert [f"v{n}" in header for n in range(1, writes + 1)] == [writes < 3] * writes


def test_of_many_variables_those_have_a_column_that_the_reasons_speak_of() -> None:
    steps = tuple(step(n, 1 + n % 2, "write", f"v{n}", "7", INCREMENT) for n in range(1, 6))
    text = render(replace(LOST_UPDATE, steps=steps, why=("T1 wrote at #4.",)), 140)
    header = next(line for line in text.split("\n") if "#" in line)
    assert "v4" in header and "v3" not in header


def test_a_container_has_no_column_because_its_methods_change_it_unseen() -> None:
    steps = (step(1, 1, "write", "Box.items", "[]", INCREMENT), step(2, 2, "append", "items", "1", INCREMENT))
    header = next(line for line in render(replace(LOST_UPDATE, steps=steps, why=()), 80).split("\n") if "#" in line)
    assert header.split() == ["#", "T1", "worker-1", "T2", "worker-2", "held"]


def test_equal_last_parts_of_two_names_are_written_out() -> None:
    steps = (step(1, 1, "acquire", "a.lock", None, bank(20)), step(2, 2, "acquire", "b.lock", None, bank(20)))
    text = render(replace(LOST_UPDATE, steps=steps, why=()), 60)
    assert "acquire a.lock" in text and "acquire b.lock" in text


def test_a_replay_command_can_be_pasted_however_long_it_is() -> None:
    token = "3k9-x2m-" + ".".join(["b12c"] * 40)
    lines = render(replace(LOST_UPDATE, replay_command=f"synclab replay hit_counter {token}"), 80).split("\n")
    at = lines.index("Replay:") + 1
    end = next(index for index in range(at, len(lines)) if not lines[index].endswith("\\"))
    pasted = "\n".join(lines[at : end + 1]).replace("\\\n", "")
    assert pasted == f"synclab replay hit_counter {token}"


def test_terminal_controls_in_the_output_are_shown_and_not_obeyed() -> None:
    text = render(replace(LOST_UPDATE, output="\x1b[31mred\x1b[0m\rover"), 80)
    assert "\x1b" not in text and "\r" not in text
    assert "\\x1b[31mred" in text
