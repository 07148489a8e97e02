"""The reduction against literal depth-first search, on generated programs: same results, same failures."""

import threading
from collections import Counter

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from sync_tools import explore, replay, run_together

BUDGET = 200  # literal schedules; in larger programs the literal search only sees a part

VARIABLES = st.sampled_from("xy")
LOCKS = st.sampled_from("lm")
SIMPLE = st.one_of(
    st.tuples(st.just("read"), VARIABLES),
    st.tuples(st.just("write"), VARIABLES),
    st.tuples(st.just("add"), VARIABLES),
    st.tuples(st.just("set"), st.just("e")),
    st.tuples(st.just("await"), st.just("e")),
    st.tuples(st.just("up"), st.just("s")),
    st.tuples(st.just("down"), st.just("s")),
    st.tuples(st.just("try"), LOCKS),
    st.tuples(st.just("put"), st.just("q")),
    st.tuples(st.just("get"), st.just("q")),
)
STEP = st.one_of(
    SIMPLE,
    st.tuples(st.just("locked"), LOCKS, st.lists(SIMPLE, min_size=1, max_size=2)),
    st.tuples(st.just("if"), VARIABLES, st.lists(SIMPLE, min_size=1, max_size=1)),
    st.tuples(st.just("wait"), st.just("c")),
    st.tuples(st.just("notify"), st.just("c")),
)
PROGRAM = st.lists(st.lists(STEP, min_size=1, max_size=2), min_size=2, max_size=3)


class Shared:
    def __init__(self):
        self.x = 0
        self.y = 0


def scenario(program):
    """Interpret a drawn program; every access to `shared` and every primitive is the program's own."""
    import queue

    shared = Shared()
    locks = {"l": threading.Lock(), "m": threading.Lock()}
    event, semaphore, condition = threading.Event(), threading.Semaphore(1), threading.Condition()
    channel = queue.Queue()

    def step(seen, number, action, name, *rest):
        if action == "read":
            seen.append(getattr(shared, name))
        elif action == "write":
            setattr(shared, name, number)
        elif action == "add":
            setattr(shared, name, getattr(shared, name) + 1)
        elif action == "set":
            event.set()
        elif action == "await":
            event.wait()
        elif action == "up":
            semaphore.release()
        elif action == "down":
            semaphore.acquire()
        elif action == "try":
            if locks[name].acquire(blocking=False):
                seen.append("got")
                locks[name].release()
        elif action == "put":
            channel.put(number)
        elif action == "get":
            seen.append(channel.get())
        elif action == "locked":
            with locks[name]:
                for inner in rest[0]:
                    step(seen, number, *inner)
        elif action == "if":
            if getattr(shared, name):
                for inner in rest[0]:
                    step(seen, number, *inner)
        elif action == "wait":
            with condition:
                condition.wait()
        elif action == "notify":
            with condition:
                condition.notify()

    def work(number, steps):
        seen = []
        for one in steps:
            step(seen, number, *one)
        return tuple(seen)

    results = run_together(*[(work, number, steps) for number, steps in enumerate(program, 1)])
    return (*results, shared.x, shared.y)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(program=PROGRAM)
def test_the_reduction_finds_what_literal_search_finds(program):
    literal = explore(scenario, args=(program,), strategy="dfs", stop="never", max_schedules=BUDGET)
    reduced = explore(scenario, args=(program,), strategy="dpor", stop="never", max_schedules=BUDGET)
    note(f"literal {literal.schedules} schedules, reduced {reduced.schedules}")
    assert reduced.schedules <= literal.schedules or literal.outcome == "inconclusive"
    literal_done = literal.schedules < BUDGET
    reduced_done = reduced.schedules + reduced.redundant < BUDGET
    if literal_done and reduced_done:
        assert set(reduced.results) == set(literal.results)
        assert (reduced.failing > 0) == (literal.failing > 0)
    elif reduced_done:  # the literal search saw only a part of the space
        assert set(literal.results) <= set(reduced.results)
        assert reduced.failing > 0 or not literal.failing
    if reduced.failure is not None:
        again = replay(scenario, reduced.failure.schedule, args=(program,))
        assert again is not None
        assert again.kind == reduced.failure.kind
        assert again.schedule == reduced.failure.schedule


def test_random_schedules_only_show_what_the_search_knows():
    program = [[("add", "x"), ("read", "y")], [("write", "y"), ("read", "x")]]
    known = explore(scenario, args=(program,), stop="never")
    drawn = explore(scenario, args=(program,), strategy="random", stop="never", max_schedules=300, seed=3)
    assert drawn.outcome == "inconclusive"
    assert not drawn.complete
    assert set(drawn.results) <= set(known.results)
    assert isinstance(drawn.results, Counter)
