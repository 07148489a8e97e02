"""The terminal report keeps to its width and to printable ASCII, for failures that Hypothesis draws."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sample_failures import EXCEPTION, LONG

from sync_tools.presentation.report import render
from sync_tools.words.failure import KINDS, NO_SITE, Failure, Site, Step, Waiter

pytestmark = pytest.mark.once

words = st.text(max_size=30) | st.sampled_from(
    ["Counter.hits", "accounts['a'].lock", "x" * 300, "two words\nand\ttwo lines"]
)
sites = st.just(NO_SITE) | st.builds(Site, words, st.integers(-1, 10**7), words, words)
threads = st.integers(0, 6)
held = st.lists(words, max_size=3).map(tuple)
steps = st.builds(
    Step,
    st.integers(0, 10**6),
    threads,
    st.sampled_from(["read", "write", "acquire", "append"]) | words,
    words,
    st.none() | words,
    sites,
    held,
    words,
    st.booleans(),
)
waiters = st.builds(
    Waiter,
    threads,
    st.sampled_from(["acquire", "wait", "join", "spin", "barrier wait"]) | words,
    words,
    sites,
    st.none() | threads,
    st.none() | sites,
    st.lists(st.tuples(words, sites), max_size=3).map(tuple),
    words,
)
failures = st.builds(
    Failure,
    scenario=words,
    kind=st.sampled_from(KINDS),
    bug_class=st.just("unclassified") | words,
    message=words,
    schedule=words,
    threads=st.lists(words, max_size=7).map(tuple),
    # Few different steps, repeated: loops and long schedules come up often.
    steps=st.lists(steps, max_size=6).flatmap(
        lambda few: st.lists(st.sampled_from(few), max_size=60).map(tuple) if few else st.just(())
    ),
    preemptions=st.integers(0, 9),
    least=st.booleans(),
    found_on=st.integers(1, 10**6),
    waiters=st.lists(waiters, max_size=10).map(tuple),
    failing_thread=st.none() | threads,
    why=st.lists(words | st.integers(0, 99).map("at #{}".format), max_size=4).map(tuple),
    output=words | st.lists(words, max_size=20).map("\n".join),
    traceback=words | st.lists(words, max_size=20).map("\n".join),
    replay_command=words,
    hint=words,
    world=st.sampled_from(["explored", "native"]),
)


@settings(deadline=None)
@given(failure=failures, width=st.integers(60, 140))
@example(failure=LONG, width=60)
@example(failure=EXCEPTION, width=60)
def test_whatever_failed_no_line_is_too_wide_and_all_is_printable_ascii(failure: Failure, width: int) -> None:
    lines = render(failure, width).split("\n")
    assert max(map(len, lines)) <= width
    assert all(line.isascii() and (line.isprintable()) for line in lines)
    assert lines[0].startswith("FAILED")


@settings(deadline=None)
@given(failure=failures)
def test_the_same_failure_has_the_same_text(failure: Failure) -> None:
    assert render(failure) == render(pickle.loads(pickle.dumps(failure)))


@settings(deadline=None)
@given(failure=failures, width=st.integers(-5, 39))
def test_a_terminal_narrower_than_40_columns_counts_as_40(failure: Failure, width: int) -> None:
    assert render(failure, width) == render(failure, 40)


def test_of_a_long_path_the_file_s_name_stays() -> None:
    frame = '  File "/home/ada/labs/bounded_buffer.py", line 84, in test_one_uploader_and_two_resizers_all_finish'
    shown = render(replace(EXCEPTION, traceback=f"Traceback (most recent call last):\n{frame}\nIndexError: gone"), 80)
    line = next(line for line in shown.splitlines() if "File" in line)
    assert line.startswith('  File "...bounded_buffer.py", line 84, in test_one_uploader')
    assert len(line) <= 80
