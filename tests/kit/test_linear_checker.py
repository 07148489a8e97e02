"""The checker of histories against brute force, on generated histories; and the orders in time that a class allows."""

from __future__ import annotations

import itertools
import random
import threading
from collections import deque

import pytest

from sync_tools.detectors.linear import Call, Machine, Operation, Response, explains, linearize, real_time
from sync_tools.detectors.real_time import call_of, ended_before, in_line, return_of, unexplained

pytestmark = pytest.mark.once


class Register:
    def __init__(self):
        self.value = 0

    def write(self, value):
        self.value = value

    def read(self):
        return self.value


class Fifo:
    def __init__(self):
        self.items = deque()

    def put(self, item):
        self.items.append(item)

    def get(self):
        return self.items.popleft()  # IndexError where it is empty


class Members:
    def __init__(self):
        self.members = set()

    def add(self, item):
        new = item not in self.members
        self.members.add(item)
        return new

    def remove(self, item):
        self.members.remove(item)  # KeyError where it is not in

    def snapshot(self):
        return sorted(self.members)


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1
        return self.value

    def reset(self):
        self.value = 0


CALLS = {
    Register: [Call("write", (1,)), Call("write", (2,)), Call("read")],
    Fifo: [Call("put", (1,)), Call("put", (2,)), Call("get")],
    Members: [Call("add", (1,)), Call("add", (2,)), Call("remove", (1,)), Call("snapshot")],
    Counter: [Call("increment"), Call("increment"), Call("reset")],
}


def run(model, call):
    try:
        return Response(getattr(model, call.name)(*call.args))
    except Exception as error:
        return Response(raised=type(error))


def explained(model, calls, responses, before):
    """By trying every order: those that never returned may be left out."""
    pending = [at for at, response in enumerate(responses) if response is None]
    returned = [at for at, response in enumerate(responses) if response is not None]
    for size in range(len(pending) + 1):
        for taken in itertools.combinations(pending, size):
            for order in itertools.permutations((*returned, *taken)):
                if any(before[one] >> later & 1 for at, one in enumerate(order) for later in order[at:]):
                    continue
                fresh = model()
                got = [run(fresh, calls[at]) for at in order]
                if all(responses[at] is None or explains(g, responses[at]) for at, g in zip(order, got, strict=True)):
                    return True
    return False


def marks_of(generator, sizes):
    """A random line of the calls and returns of threads that do so many operations each."""
    threads = []
    number = itertools.count()
    for size in sizes:
        own = [next(number) for _ in range(size)]
        threads.append([mark for at in own for mark in (call_of(at), return_of(at))])
    line = []
    while any(threads):
        line.append(generator.choice([thread for thread in threads if thread]).pop(0))
    return line


def generated(generator, model, sizes):
    """A history whose responses come from a random order of its operations, now and then with one that does not."""
    line = marks_of(generator, sizes)
    calls = [generator.choice(CALLS[model]) for _ in range(sum(sizes))]
    fresh = model()
    responses = [None] * len(calls)
    # Effects within the intervals give explained histories; in the order of the threads they give others.
    order = [mark // 2 for mark in line if mark % 2] if generator.random() < 0.5 else list(range(len(calls)))
    for at in order:
        responses[at] = run(fresh, calls[at])
    if generator.random() < 0.5:
        one, other = generator.randrange(len(calls)), generator.randrange(len(calls))
        responses[one] = responses[other]
    return line, calls, responses


def history_of(line, calls, responses, sizes, pending=()):
    place = {mark: at for at, mark in enumerate(line)}
    threads = [thread for thread, size in enumerate(sizes) for _ in range(size)]
    return [
        Operation(
            threads[at],
            calls[at],
            place[call_of(at)],
            None if at in pending else place[return_of(at)],
            None if at in pending else responses[at],
        )
        for at in range(len(calls))
    ]


@pytest.mark.parametrize("model", CALLS, ids=lambda model: model.__name__)
def test_the_checker_and_brute_force_agree_on_a_thousand_histories(model):
    generator = random.Random(f"history {model.__name__}")
    verdicts = []
    for _ in range(1_000):
        sizes = generator.choice([(1, 1), (2, 1), (2, 2), (2, 1, 1), (3, 1), (1, 1, 1), (3, 2)])
        line, calls, responses = generated(generator, model, sizes)
        last = list(itertools.accumulate(sizes))  # only a thread's last operation can be without an end
        pending = {at - 1 for at in last if generator.random() < 0.2}
        history = history_of(line, calls, responses, sizes, pending)
        order = linearize(history, model)
        truth = explained(model, calls, [operation.response for operation in history], real_time(history))
        assert (order is not None) == truth, history
        if order is not None:
            assert sum(one.response is not None for one in order) == len(calls) - len(pending)
        verdicts.append(truth)
    assert 100 < sum(verdicts) < 900  # both kinds were there


@pytest.mark.parametrize("model", CALLS, ids=lambda model: model.__name__)
def test_the_order_that_is_given_explains_the_history(model):
    generator = random.Random(f"order {model.__name__}")
    found = 0
    for _ in range(300):
        sizes = generator.choice([(2, 2), (3, 3), (2, 2, 2)])
        line, calls, responses = generated(generator, model, sizes)
        history = history_of(line, calls, responses, sizes)
        order = linearize(history, model)
        if order is None:
            continue
        found += 1
        fresh = model()
        for operation in order:
            assert explains(run(fresh, operation.call), operation.response)
        for at, operation in enumerate(order):
            assert not any(later.end < operation.begin for later in order[at:])
    assert found > 50


@pytest.mark.parametrize("model", CALLS, ids=lambda model: model.__name__)
def test_a_class_is_linearizable_exactly_when_each_of_its_lines_is(model):
    """Against every line that completes the order."""
    generator = random.Random(f"class {model.__name__}")
    verdicts = []
    for _ in range(400):
        sizes = generator.choice([(1, 1), (2, 1), (2, 2), (1, 1, 1), (2, 1, 1)])
        line, calls, responses = generated(generator, model, sizes)
        order = order_within(generator, line, sizes)
        bad = unexplained(Machine(model, calls), responses, order)
        failing = None
        for other in lines_of(order):
            before = ended_before(preceding(other), len(calls))
            if not explained(model, calls, responses, before):
                failing = other
                break
        assert (bad is None) == (failing is None)
        if bad is not None:
            shown = in_line(bad)
            assert all(not order[mark] >> later & 1 for at, mark in enumerate(shown) for later in shown[at:])
            assert not explained(model, calls, responses, ended_before(preceding(shown), len(calls)))
        verdicts.append(bad is None)
    assert 40 < sum(verdicts) < 360


def order_within(generator, line, sizes):
    """A happens-before order that the line completes: each thread's own, and a part of what the line has in order."""
    first = 0
    edges = set()
    for size in sizes:
        own = [mark for at in range(first, first + size) for mark in (call_of(at), return_of(at))]
        edges |= set(itertools.pairwise(own))
        first += size
    share = generator.choice([0, 0.1, 0.3])
    edges |= {pair for pair in itertools.combinations(line, 2) if generator.random() < share}
    before = [0] * len(line)
    for mark in line:
        for one, other in edges:
            if other == mark:
                before[mark] |= before[one] | 1 << one
    return before


def preceding(line):
    before = [0] * len(line)
    for at, mark in enumerate(line):
        before[mark] = sum(1 << earlier for earlier in line[:at])
    return before


def lines_of(order, line=()):
    if len(line) == len(order):
        yield line
        return
    done = sum(1 << mark for mark in line)
    for mark in range(len(order)):
        if not done >> mark & 1 and not order[mark] & ~done:
            yield from lines_of(order, (*line, mark))


def op(thread, name, args, begin, end, value=None, raised=None):
    return Operation(thread, Call(name, args), begin, end, None if end is None else Response(value, raised))


def test_a_write_that_had_ended_is_seen():
    assert linearize([op(1, "write", (1,), 0, 1), op(2, "read", (), 2, 3, 0)], Register) is None
    assert linearize([op(1, "write", (1,), 0, 2), op(2, "read", (), 1, 3, 0)], Register) is not None


def test_the_history_of_herlihy_and_wing_in_which_two_get_the_same_is_not_linearizable():
    history = [
        op(1, "put", (1,), 0, 3),
        op(2, "put", (2,), 1, 2),
        op(1, "get", (), 4, 7, 2),
        op(2, "get", (), 5, 6, 2),
    ]
    assert linearize(history, Fifo) is None


def test_overlapping_puts_may_come_out_in_either_order():
    history = [op(1, "put", (1,), 0, 3), op(2, "put", (2,), 1, 2), op(1, "get", (), 4, 5, 2), op(2, "get", (), 6, 7, 1)]
    order = linearize(history, Fifo)
    assert order is not None
    assert [one.call.args for one in order[:2]] == [(2,), (1,)]


def test_an_operation_that_never_returned_may_have_taken_effect_or_not():
    for seen in (0, 1):
        assert linearize([op(1, "write", (1,), 0, None), op(2, "read", (), 1, 2, seen)], Register) is not None
    assert linearize([op(1, "write", (1,), 3, None), op(2, "read", (), 1, 2, 1)], Register) is None


def test_an_exception_is_explained_by_a_model_that_raises_its_kind():
    assert linearize([op(1, "get", (), 0, 1, raised=IndexError)], Fifo) is not None
    assert linearize([op(1, "get", (), 0, 1, raised=KeyError)], Fifo) is None
    assert linearize([op(1, "put", (1,), 0, 1), op(1, "get", (), 2, 3, raised=IndexError)], Fifo) is None


def test_a_model_with_a_lock_and_one_that_no_pickle_can_hold_will_do():
    class Guarded(Counter):
        def __init__(self):
            super().__init__()
            self.lock = threading.Lock()
            self.more = lambda: 1

        def increment(self):
            with self.lock:
                self.value += self.more()
                return self.value

    history = [op(thread, "increment", (), 0, 9, value) for thread, value in enumerate((3, 1, 2))]
    assert [one.response.value for one in linearize(history, Guarded)] == [1, 2, 3]


def test_a_set_of_operations_and_a_state_are_tried_once():
    """Lowe's memoisation: ten readers beside each other have 3,628,800 orders, and one state."""
    steps = []

    class Counting(Register):
        def read(self):
            steps.append(1)
            return super().read()

    history = [op(thread, "read", (), 0, 9, 0) for thread in range(10)]
    history.append(op(11, "read", (), 0, 9, 5))
    assert linearize(history, Counting) is None
    assert 10 <= len(steps) < 100


def test_a_long_history_needs_no_deep_stack():
    history = [op(1, "increment", (), 2 * at, 2 * at + 1, at + 1) for at in range(300)]
    assert linearize(history, Counter) == history


def test_what_a_model_returns_is_kept_as_it_was():
    class Listing:
        def __init__(self):
            self.items = []

        def add(self, item):
            self.items.append(item)
            return self.items  # the caller sees later changes too

    history = [op(1, "add", (1,), 0, 1, [1]), op(1, "add", (2,), 2, 3, [1, 2])]
    assert linearize(history, Listing) == history


def test_values_that_cannot_be_compared_are_not_equal():
    class Odd:
        def __eq__(self, other):
            raise TypeError("not with me")

        __hash__ = None

    class Maker:
        def get(self):
            return Odd()

    assert linearize([op(1, "get", (), 0, 1, Odd())], Maker) is None
