"""One failure of every kind, made by hand, for the tests of the terminal report."""

from __future__ import annotations

from dataclasses import replace

from sync_tools.words import failure as kinds
from sync_tools.words.failure import NO_SITE, Failure, Site, Step, Waiter

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
    command = "" if kind == kinds.DATA_RACE else "synclab replay bank 3k9-x2m-0"
    return replace(failure, replay_command=command, hint="synclab hint bank")


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
    "one thread": replace(
        LOST_UPDATE, bug_class="unclassified", threads=THREADS[:1], steps=(), why=(), preemptions=0, found_on=1
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
        why=("T2 took a.lock at bank.py:20 and ended without giving it back.",),
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
        why=(
            "T2's notify at #2 came before T1's wait at #5.",
            "A notify wakes only threads that already wait; nobody repeats it.",
        ),
    ),
    "starved-semaphore": stuck(
        kinds.STARVED_SEMAPHORE,
        "unclassified",
        "1 thread waits for ever: the semaphore is at zero and nobody is left to release it",
        Waiter(1, "acquire", "slots", bank(20)),
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
        "1 thread waits for ever: nobody is left to put into jobs",
        Waiter(1, "get", "jobs", NO_SITE, reason="the queue is empty"),
    ),
    "livelock": stuck(
        kinds.LIVELOCK,
        "unclassified",
        "1 thread spins for ever: nobody is left to change what the loop reads",
        MAIN_WAITS,
        Waiter(1, "spin", "explored", bank(20)),
    ),
    "starvation": stuck(
        kinds.STARVATION,
        "unclassified",
        "1 thread waits in vain while T2 goes on, under a fair scheduler too",
        Waiter(1, "wait", "bell", bank(33), reason="there was no set at all"),
    ),
    "data-race": stuck(
        kinds.DATA_RACE,
        "data race",
        "Account.balance: nothing orders T1's write at bank.py:30 and T2's read at bank.py:33",
        steps=(
            step(1, 1, "write", "Account.balance", "7", bank(30), held=("a.lock",)),
            step(2, 2, "read", "Account.balance", "7", bank(33)),
        ),
        why=("T1 held a.lock; T2 held no lock, so that one keeps nobody out.",),
    ),
    "endless-loop": stuck(
        kinds.ENDLESS_LOOP,
        "unclassified",
        "T1's loop in transfer at bank.py:20 does not end: while True:",
        failing_thread=1,
    ),
}
