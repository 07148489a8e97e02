"""The terminal report: its exact text for every kind of failure, and that it always keeps to its width."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync_tools.presentation.report import render
from sync_tools.words import failure as kinds
from sync_tools.words.failure import KINDS, NO_SITE, Failure, Site, Step, Waiter

THREADS = ("MainThread", "worker-1", "worker-2")
INCREMENT = Site("/home/ada/counter.py", 14, "hit", "self.hits += 1")
CHECK = Site("/home/ada/tests/test_counter.py", 30, "test_hits", "assert counter.hits == 2")
JOIN = Site("/home/ada/tests/test_bank.py", 40, "test_transfer", "run_together(...)")


def bank(line: int) -> Site:
    return Site("C:\\labs\\bank.py", line, "transfer", {20: "with source.lock:", 21: "with target.lock:"}.get(line, ""))


def step(number: int, thread: int, operation: str, target: str, value: str | None, site: Site, **more: object) -> Step:
    return Step(number, thread, operation, target, value, site, **more)  # type: ignore[arg-type]


LOST_UPDATE = Failure(
    scenario="hit_counter",
    kind=kinds.ASSERTION,
    bug_class="lost update",
    message="expected 2 hits, the counter shows 1\nassert 1 == 2\n +  where 1 = <Counter>.hits",
    schedule="3k9-x2m-b2c",
    threads=THREADS,
    steps=(
        step(1, 1, "read", "Counter.hits", "0", INCREMENT),
        step(2, 2, "read", "Counter.hits", "0", INCREMENT, preempts=True),
        step(3, 2, "write", "Counter.hits", "1", INCREMENT),
        step(4, 1, "write", "Counter.hits", "1", INCREMENT),
        step(5, 0, "read", "Counter.hits", "1", CHECK),
        step(6, 0, "read", "Counter.hits", "1", CHECK),
    ),
    preemptions=1,
    switches=4,
    least=True,
    found_on=2,
    failing_thread=0,
    why=("T1 wrote at #4 what it had read at #1; T2's write at #3 is gone.", "No lock was held by both at #1-#3."),
    replay_command="synclab replay hit_counter 3k9-x2m-b2c",
    hint="synclab hint hit_counter",
)


def stuck(kind: str, bug_class: str, message: str, *waiters: Waiter, **more: object) -> Failure:
    """A failure in which somebody waits for ever, without a table."""
    failure = Failure("bank", kind, bug_class, message, "3k9-x2m-0", THREADS, waiters=waiters, **more)  # type: ignore[arg-type]
    return replace(failure, replay_command="synclab replay bank 3k9-x2m-0", hint="synclab hint bank")


MAIN_WAITS = Waiter(0, "join", "worker-1", JOIN, holder=1)
EXCEPTION = replace(
    LOST_UPDATE,
    kind=kinds.EXCEPTION,
    bug_class="unclassified",
    message="KeyError: 'ada'",
    steps=(
        step(1, 1, "write", "dict['ada']", "1", INCREMENT),
        step(2, 2, "look in", "dict['ada']", "True", INCREMENT, preempts=True),
        step(3, 1, "clear", "users", "None", INCREMENT, held=("users_lock",), preempts=True),
        step(4, 2, "read", "dict['ada']", None, INCREMENT),
    ),
    preemptions=2,
    least=False,
    failing_thread=2,
    why=(),
    output="hello\n\tAda \u00e9\n",
    traceback='Traceback (most recent call last):\n  File "/home/ada/'
    + "deep/" * 12
    + 'counter.py", line 14, in look\n'
    "    users['ada']\nKeyError: 'ada'",
    replay_command="",
    hint="",
)
LONG = replace(
    LOST_UPDATE,
    threads=(*THREADS, "worker-3", "worker-4"),
    steps=(
        *(step(n, 1, "read" if n % 2 else "write", "Counter.hits", str(n // 2), INCREMENT) for n in range(1, 41)),
        *(
            step(n, 1 + n % 4, "acquire", f"lock {n}", None, INCREMENT, held=(f"lock {n}",), preempts=n == 70)
            for n in range(41, 101)
        ),
    ),
    why=("T3 took lock 50 at #50.",),
    message="60",
)
CASES = {
    "lost update": LOST_UPDATE,
    "exception": EXCEPTION,
    "long": LONG,
    "no message": replace(
        LOST_UPDATE,
        bug_class="unclassified",
        message="AssertionError",
        steps=(),
        why=(),
        preemptions=0,
        traceback='Traceback (most recent call last):\n  File "/home/ada/test.py", line 9, in test\n    assert done\n'
        "AssertionError",
    ),
    "native": replace(
        LOST_UPDATE,
        world="native",
        schedule="",
        steps=(),
        why=(),
        replay_command="",
        bug_class="unclassified",
        found_on=7,
    ),
    "deadlock": stuck(
        kinds.DEADLOCK,
        "lock-order inversion",
        "2 threads wait for each other in a circle",
        MAIN_WAITS,
        Waiter(1, "acquire", "b.lock", bank(21), 2, bank(20), (("a.lock", bank(20)),)),
        Waiter(2, "acquire", "a.lock", bank(21), 1, bank(20), (("b.lock", bank(20)),)),
        preemptions=1,
        least=True,
        found_on=2,
        why=("Each thread holds what the next one in the circle waits for.",),
    ),
    "self-deadlock": stuck(
        kinds.SELF_DEADLOCK,
        "unclassified",
        "a thread waits for a.lock, which it holds itself",
        MAIN_WAITS,
        Waiter(
            1,
            "acquire",
            "a.lock",
            bank(21),
            1,
            bank(20),
            (("a.lock", bank(20)),),
            "it holds it itself, and it is not re-entrant",
        ),
    ),
    "leaked-lock": stuck(
        kinds.LEAKED_LOCK,
        "lock leak",
        "1 thread waits for ever: a lock is held by a thread that has ended",
        MAIN_WAITS,
        Waiter(1, "acquire", "a.lock", bank(20), 2, bank(20), (), "its holder has ended"),
        why=("The lock was not given back on every way out.",),
    ),
    "lost-wakeup": stuck(
        kinds.LOST_WAKEUP,
        "missed signal",
        "1 thread waits for ever: nobody is left to wake it up",
        Waiter(1, "wait", "changed", bank(33), reason="every notify came before this wait, or went to another thread"),
        steps=(
            step(1, 2, "acquire", "lock", None, bank(20), held=("lock",)),
            step(2, 2, "notify", "changed", None, bank(30), held=("lock",)),
            step(3, 2, "release", "lock", None, bank(20)),
            step(4, 1, "acquire", "lock", None, bank(20), held=("lock",)),
            step(5, 1, "wait", "changed", None, bank(33)),
        ),
        why=("A signal wakes only threads that already wait; nobody repeats it.",),
    ),
    "starved-semaphore": stuck(
        kinds.STARVED_SEMAPHORE, "unclassified", "1 thread waits for ever", Waiter(1, "acquire", "slots", bank(20))
    ),
    "unfilled-barrier": stuck(
        kinds.UNFILLED_BARRIER,
        "unclassified",
        "1 thread waits for ever: the barrier can't fill",
        Waiter(1, "barrier wait", "start", bank(20), reason="1 of 2 threads have arrived"),
    ),
    "starved-queue": stuck(
        kinds.STARVED_QUEUE,
        "unclassified",
        "1 thread waits for ever: nobody is left at the other end of the queue",
        Waiter(1, "get", "jobs", NO_SITE, reason="the queue is empty"),
    ),
    "livelock": stuck(
        kinds.LIVELOCK,
        "unclassified",
        "1 thread waits for ever, spinning",
        MAIN_WAITS,
        Waiter(1, "spin", "explored", bank(20)),
    ),
    "endless-loop": stuck(
        kinds.ENDLESS_LOOP,
        "unclassified",
        "the loop in transfer at bank.py:20 does not end: while True:",
        failing_thread=1,
    ),
}

EXPECTED = {
    "lost update": """
FAILED hit_counter: lost update -- expected 2 hits, the counter shows 1
  assert 1 == 2
   +  where 1 = <Counter>.hits
Found on schedule 2; 1 preemption, the least that breaks it.

    #  T1 worker-1                   T2 worker-2                   hits  held
    1  counter.py:14 read hits = 0                                    0  -
       --- preemption: switch to T2 ---
    2                                counter.py:14 read hits = 0      0  -
    3                                counter.py:14 write hits = 1     1  -
    4  counter.py:14 write hits = 1                                   1  -
  5-6  T0 test_counter.py:30 read hits = 1 (2 times)                  1  -

  counter.py:14       self.hits += 1
  test_counter.py:30  assert counter.hits == 2

Why:    T1 wrote at #4 what it had read at #1; T2's write at #3 is gone.
        No lock was held by both at #1-#3.

Replay: synclab replay hit_counter 3k9-x2m-b2c
Hint:   synclab hint hit_counter
""",
    "exception": """
FAILED hit_counter: exception -- KeyError: 'ada'
Found on schedule 2; 2 preemptions, the smallest found.

  Lines without a file name are in counter.py.
  #  T1 worker-1                T2 worker-2                    held
  1  :14 write dict['ada'] = 1                                 -
     --- preemption: switch to T2 ---
  2                             :14 look in dict['ada']: True  -
     --- preemption: switch to T1 ---
  3  :14 clear users                                           users_lock
  4                             :14 read dict['ada']           -

  counter.py:14  self.hits += 1

Raised in T2 worker-2:
Traceback (most recent call last):
  File "...deep/deep/deep/deep/deep/deep/deep/deep/counter.py", line 14, in look
    users['ada']
KeyError: 'ada'

Printed in this schedule:
  | hello
  |     Ada \\xe9

Replay: replay(hit_counter, "3k9-x2m-b2c")
""",
    "long": """
FAILED hit_counter: lost update -- 60
Found on schedule 2; 1 preemption, the least that breaks it.

  Threads: T1 worker-1, T2 worker-2, T3 worker-3, T4 worker-4
    #  step                                     Counter.hits  held
    1  T1 counter.py:14 read Counter.hits = 0              0  -
    2  T1 counter.py:14 write Counter.hits = 1             1  -
       ... the same 19 more times, #3-#40 ...
       ... 6 steps left out, #41-#46 ...
   47  T4 counter.py:14 acquire lock 47                   20  lock 47
   48  T1 counter.py:14 acquire lock 48                   20  lock 48
   49  T2 counter.py:14 acquire lock 49                   20  lock 49
   50  T3 counter.py:14 acquire lock 50                   20  lock 50
   51  T4 counter.py:14 acquire lock 51                   20  lock 51
   52  T1 counter.py:14 acquire lock 52                   20  lock 52
   53  T2 counter.py:14 acquire lock 53                   20  lock 53
       ... 13 steps left out, #54-#66 ...
   67  T4 counter.py:14 acquire lock 67                   20  lock 67
   68  T1 counter.py:14 acquire lock 68                   20  lock 68
   69  T2 counter.py:14 acquire lock 69                   20  lock 69
       --- preemption: switch to T3 ---
   70  T3 counter.py:14 acquire lock 70                   20  lock 70
   71  T4 counter.py:14 acquire lock 71                   20  lock 71
   72  T1 counter.py:14 acquire lock 72                   20  lock 72
       ... 23 steps left out, #73-#95 ...
   96  T1 counter.py:14 acquire lock 96                   20  lock 96
   97  T2 counter.py:14 acquire lock 97                   20  lock 97
   98  T3 counter.py:14 acquire lock 98                   20  lock 98
   99  T4 counter.py:14 acquire lock 99                   20  lock 99
  100  T1 counter.py:14 acquire lock 100                  20  lock 100

  counter.py:14  self.hits += 1

Why:    T3 took lock 50 at #50.

Replay: synclab replay hit_counter 3k9-x2m-b2c
Hint:   synclab hint hit_counter
""",
    "no message": """
FAILED hit_counter: assertion
Found on schedule 2; no preemption is needed.

Traceback (most recent call last):
  File "/home/ada/test.py", line 9, in test
    assert done
AssertionError

Replay: synclab replay hit_counter 3k9-x2m-b2c
Hint:   synclab hint hit_counter
""",
    "native": """
FAILED hit_counter: assertion -- expected 2 hits, the counter shows 1
  assert 1 == 2
   +  where 1 = <Counter>.hits
Found in round 7 on OS threads. They leave no record of their steps: an explored
test shows the interleaving.

Hint:   synclab hint hit_counter
""",
    "deadlock": """
FAILED bank: deadlock (lock-order inversion) -- 2 threads wait for each other in
  a circle
Found on schedule 2; 1 preemption, the least that breaks it.

  T1 worker-1    holds a.lock (bank.py:20)
                 waits for b.lock (bank.py:21), held by T2
  T2 worker-2    holds b.lock (bank.py:20)
                 waits for a.lock (bank.py:21), held by T1
  T0 MainThread  waits for T1 to end (test_bank.py:40)

Why:    Each thread holds what the next one in the circle waits for.

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "self-deadlock": """
FAILED bank: self-deadlock -- a thread waits for a.lock, which it holds itself
Found on schedule 1; no preemption is needed.

  T1 worker-1    holds a.lock (bank.py:20)
                 waits for a.lock (bank.py:21) -- it holds it itself, and it is
                   not re-entrant
  T0 MainThread  waits for T1 to end (test_bank.py:40)

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "leaked-lock": """
FAILED bank: leaked-lock (lock leak) -- 1 thread waits for ever: a lock is held
  by a thread that has ended
Found on schedule 1; no preemption is needed.

  T1 worker-1    waits for a.lock (bank.py:20), held by T2 since bank.py:20 --
                   its holder has ended
  T0 MainThread  waits for T1 to end (test_bank.py:40)

Why:    The lock was not given back on every way out.

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "lost-wakeup": """
FAILED bank: lost-wakeup (missed signal) -- 1 thread waits for ever: nobody is
  left to wake it up
Found on schedule 1; no preemption is needed.

  T1 worker-1  waits on changed (bank.py:33) -- every notify came before this
                 wait, or went to another thread

  #  T1 worker-1              T2 worker-2                held
  1                           bank.py:20 acquire lock    lock
  2                           bank.py:30 notify changed  lock
  3                           bank.py:20 release lock    -
  4  bank.py:20 acquire lock                             lock
  5  bank.py:33 wait changed                             -

  bank.py:20  with source.lock:

Why:    A signal wakes only threads that already wait; nobody repeats it.

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "starved-semaphore": """
FAILED bank: starved-semaphore -- 1 thread waits for ever
Found on schedule 1; no preemption is needed.

  T1 worker-1  waits for slots (bank.py:20)

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "unfilled-barrier": """
FAILED bank: unfilled-barrier -- 1 thread waits for ever: the barrier can't fill
Found on schedule 1; no preemption is needed.

  T1 worker-1  waits at start (bank.py:20) -- 1 of 2 threads have arrived

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "starved-queue": """
FAILED bank: starved-queue -- 1 thread waits for ever: nobody is left at the
  other end of the queue
Found on schedule 1; no preemption is needed.

  T1 worker-1  waits in get of jobs -- the queue is empty

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "livelock": """
FAILED bank: livelock -- 1 thread waits for ever, spinning
Found on schedule 1; no preemption is needed.

  T1 worker-1    spins (bank.py:20)
  T0 MainThread  waits for T1 to end (test_bank.py:40)

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "endless-loop": """
FAILED bank: endless-loop -- the loop in transfer at bank.py:20 does not end:
  while True:
Found on schedule 1; no preemption is needed.

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
}


@pytest.mark.parametrize("case", CASES)
def test_the_text_is_exactly(case: str) -> None:
    assert render(CASES[case], 80) == EXPECTED[case].strip("\n")


def test_every_kind_has_its_text_here() -> None:
    assert {failure.kind for failure in CASES.values()} == set(KINDS)


def test_a_failure_draws_itself_with_it() -> None:
    assert LOST_UPDATE.report(100) == render(LOST_UPDATE, 100)


def test_a_wide_terminal_gets_the_full_names() -> None:
    text = render(LOST_UPDATE, 140)
    assert "counter.py:14 read Counter.hits = 0" in text
    assert "Lines without a file name" not in text


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
    assert render(failure) == render(replace(failure))


@settings(deadline=None)
@given(failure=failures, width=st.integers(-5, 39))
def test_a_terminal_narrower_than_40_columns_counts_as_40(failure: Failure, width: int) -> None:
    assert render(failure, width) == render(failure, 40)
