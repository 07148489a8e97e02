"""The terminal report: its exact text for every kind of failure."""

from __future__ import annotations

import pytest
from sample_failures import CASES

from sync_tools.presentation.report import render
from sync_tools.words.failure import KINDS

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
Try:    hold one lock from the read to the write, in every place that changes
        the variable.

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
Look:   failure.to_html("failure.html")
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
Try:    hold one lock from the read to the write, in every place that changes
        the variable.

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
    "one thread": """
FAILED hit_counter: assertion -- expected 2 hits, the counter shows 1
  assert 1 == 2
   +  where 1 = <Counter>.hits
Found on schedule 1; one thread alone does it.

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
Try:    take the locks in one and the same order everywhere.

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

Why:    T2 took a.lock at bank.py:20 and ended without giving it back.
Try:    give the lock back on every way out, errors too: `with` does that.

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

Why:    T2's notify at #2 came before T1's wait at #5.
        A notify wakes only threads that already wait; nobody repeats it.
Try:    remember the signal in a variable, and wait in a loop that looks at it
        under the lock.

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "starved-semaphore": """
FAILED bank: starved-semaphore -- 1 thread waits for ever: the semaphore is at
  zero and nobody is left to release it
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
FAILED bank: starved-queue -- 1 thread waits for ever: nobody is left to put
  into jobs
Found on schedule 1; no preemption is needed.

  T1 worker-1  waits in get of jobs -- the queue is empty

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "livelock": """
FAILED bank: livelock -- 1 thread spins for ever: nobody is left to change what
  the loop reads
Found on schedule 1; no preemption is needed.

  T1 worker-1    spins (bank.py:20)
  T0 MainThread  waits for T1 to end (test_bank.py:40)

Try:    do not let all give way alike: an order, or one who decides, lets
        somebody get on.

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "starvation": """
FAILED bank: starvation -- 1 thread waits in vain while T2 goes on, under a fair
  scheduler too
Found on schedule 1; no preemption is needed.

  T1 worker-1  waits on bell (bank.py:33) -- there was no set at all

Replay: synclab replay bank 3k9-x2m-0
Hint:   synclab hint bank
""",
    "data-race": """
FAILED bank: data-race -- Account.balance: nothing orders T1's write at
  bank.py:30 and T2's read at bank.py:33
Found on schedule 1; no preemption is needed.

  #  T1 worker-1                   T2 worker-2                  balance  held
  1  bank.py:30 write balance = 7                                     7  lock
  2                                bank.py:33 read balance = 7        7  -

Why:    T1 held a.lock; T2 held no lock, so that one keeps nobody out.
Try:    hold one lock on both sides, or order the two with a join, a signal or a
        queue.

Replay: replay(bank, "3k9-x2m-0", races="fail")
Look:   failure.to_html("failure.html")
Hint:   synclab hint bank
""",
    "endless-loop": """
FAILED bank: endless-loop -- T1's loop in transfer at bank.py:20 does not end:
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
